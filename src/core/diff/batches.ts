/** A run is judged by the means of so many parts of equal length. */
export const BATCHES = 20;
/** So many columns a chart of it has at most. */
export const DIFF_COLUMNS = 140;
/** A reading speaks for no longer than this: nobody knows what was in a pause. */
const LONGEST_HOLD_MS = 20 * 60_000;

interface Reading {
  readonly at: number;
  readonly bytes: number;
  /** Whether at or above its threshold; absent where it has none. */
  readonly isAbove: boolean | undefined;
}

/** One figure of one run from the moment that both are aligned at, in fixed memory; bytes, milliseconds since then. */
export class RunSeries {
  readonly #lengthMs: number;
  readonly #sums = new Float64Array(BATCHES);
  readonly #weights = new Float64Array(BATCHES);
  readonly #above = new Float64Array(BATCHES);
  readonly #highest = new Float64Array(BATCHES).fill(Number.NEGATIVE_INFINITY);
  readonly #columnSums = new Float64Array(DIFF_COLUMNS);
  readonly #columnWeights = new Float64Array(DIFF_COLUMNS);
  #peak: {readonly bytes: number; readonly at: number} | undefined;
  #last: Reading | undefined;
  #readings = 0;
  #hasThreshold = false;

  /** @param lengthMs what is compared; what comes after it is left out */
  constructor(lengthMs: number) {
    this.#lengthMs = Math.max(1, lengthMs);
  }

  get readings(): number {
    return this.#readings;
  }

  get peak(): {readonly bytes: number; readonly at: number} | undefined {
    return this.#peak;
  }

  /** Weighted by time; the only reading's own while there is but one. */
  get average(): number | undefined {
    const weight = sum(this.#weights);
    return weight > 0 ? sum(this.#sums) / weight : this.#last?.bytes;
  }

  /** Share of the time at or above the threshold that stood then, 0 to 1; absent where none ever did. */
  get aboveShare(): number | undefined {
    const weight = sum(this.#weights);
    return weight > 0 && this.#hasThreshold ? sum(this.#above) / weight : undefined;
  }

  /** Mean, share above and highest of each part; nothing where a part has no reading. */
  get batches(): readonly (Batch | undefined)[] {
    return Array.from(this.#weights, (weight, index) => {
      if (weight <= 0) return undefined;
      const [mean, above] = [(this.#sums[index] ?? 0) / weight, (this.#above[index] ?? 0) / weight];
      return {mean, above, highest: Math.max(mean, this.#highest[index] ?? mean)};
    });
  }

  /** Means over the time that is compared, for a chart. */
  get columns(): readonly (number | undefined)[] {
    return Array.from(this.#columnWeights, (weight, index) =>
      weight > 0 ? (this.#columnSums[index] ?? 0) / weight : undefined,
    );
  }

  add(at: number, bytes: number, isAbove?: boolean): void {
    if (at > this.#lengthMs) {
      this.breakOff(at);
      return;
    }
    this.#account(at);
    this.#readings += 1;
    this.#hasThreshold ||= isAbove !== undefined;
    this.#last = {at, bytes, isAbove};
    const batch = this.#place(at, BATCHES);
    this.#highest[batch] = Math.max(this.#highest[batch] ?? bytes, bytes);
    if (this.#peak === undefined || bytes > this.#peak.bytes) this.#peak = {bytes, at};
  }

  /** Nothing is known from here on. */
  breakOff(at: number): void {
    this.#account(Math.min(at, this.#lengthMs));
    this.#last = undefined;
  }

  /** The reading before speaks for the time since. */
  #account(at: number): void {
    const last = this.#last;
    if (last === undefined) return;
    const end = Math.min(at, last.at + LONGEST_HOLD_MS);
    this.#spread(last, end, BATCHES, (index, ms) => {
      this.#sums[index] = (this.#sums[index] ?? 0) + last.bytes * ms;
      this.#weights[index] = (this.#weights[index] ?? 0) + ms;
      if (last.isAbove === true) this.#above[index] = (this.#above[index] ?? 0) + ms;
    });
    this.#spread(last, end, DIFF_COLUMNS, (index, ms) => {
      this.#columnSums[index] = (this.#columnSums[index] ?? 0) + last.bytes * ms;
      this.#columnWeights[index] = (this.#columnWeights[index] ?? 0) + ms;
    });
  }

  #spread({at}: Reading, end: number, parts: number, add: (index: number, ms: number) => void): void {
    const length = this.#lengthMs / parts;
    for (let index = this.#place(at, parts); index <= this.#place(end, parts); index += 1) {
      const ms = Math.min(end, (index + 1) * length) - Math.max(at, index * length);
      if (ms > 0) add(index, ms);
    }
  }

  #place(at: number, parts: number): number {
    return Math.min(parts - 1, Math.max(0, Math.floor((at / this.#lengthMs) * parts)));
  }
}

export interface Batch {
  readonly mean: number;
  readonly above: number;
  readonly highest: number;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
