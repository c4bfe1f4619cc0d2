import type {Column} from './history.ts';

/** So many columns at most: twice as many as a wide screen can tell apart, so that a zoom still shows more. */
export const MOST_COLUMNS = 1024;
const FIRST_COLUMN_MS = 1000;
const GAP = -1;

/**
 * Columns of equal length over a span whose end nobody knows yet: where they are all used, two become one. All tracks
 * share it; memory is bounded however long the span becomes. Moments are milliseconds on a line that never goes back.
 */
export class ChartGrid {
  readonly #tracks = new Set<ChartTrack>();
  #from: number | undefined;
  #columnMs = FIRST_COLUMN_MS;
  #count = 0;

  /** First moment of the first column. */
  get from(): number {
    return this.#from ?? 0;
  }

  get columnMs(): number {
    return this.#columnMs;
  }

  get count(): number {
    return this.#count;
  }

  /** The column of a moment, for which room is made. */
  columnAt(at: number): number {
    this.#from ??= Math.floor(at / this.#columnMs) * this.#columnMs;
    while (this.#indexOf(at) >= MOST_COLUMNS) this.#halve();
    const index = Math.max(0, this.#indexOf(at));
    this.#count = Math.max(this.#count, index + 1);
    return index;
  }

  open(): ChartTrack {
    const track = new ChartTrack();
    this.#tracks.add(track);
    return track;
  }

  close(track: ChartTrack): void {
    this.#tracks.delete(track);
  }

  #indexOf(at: number): number {
    return Math.floor((at - this.from) / this.#columnMs);
  }

  #halve(): void {
    const from = Math.floor(this.from / (2 * this.#columnMs)) * 2 * this.#columnMs;
    const shift = from < this.from ? 1 : 0;
    this.#from = from;
    this.#columnMs *= 2;
    this.#count = Math.ceil((this.#count + shift) / 2);
    for (const track of this.#tracks) track.halve(shift);
  }
}

/** One figure over the columns of a grid. */
export class ChartTrack {
  /** How many readings a column holds: 0 where none was due, below where none could be read. */
  readonly #readings = new Int32Array(MOST_COLUMNS);
  readonly #sum = new Float64Array(MOST_COLUMNS);
  readonly #min = new Float64Array(MOST_COLUMNS);
  readonly #max = new Float64Array(MOST_COLUMNS);
  #highest = Number.NEGATIVE_INFINITY;

  /** The highest reading so far. */
  get highest(): number {
    return this.#highest;
  }

  /** Takes in one reading; `undefined` for one that was due and is not there. */
  add(index: number, value: number | undefined): void {
    const readings = this.#readings[index] ?? 0;
    if (value === undefined) {
      if (readings === 0) this.#readings[index] = GAP;
      return;
    }
    const isFirst = readings <= 0;
    this.#readings[index] = isFirst ? 1 : readings + 1;
    this.#sum[index] = (isFirst ? 0 : (this.#sum[index] ?? 0)) + value;
    this.#min[index] = isFirst ? value : Math.min(this.#min[index] ?? value, value);
    this.#max[index] = isFirst ? value : Math.max(this.#max[index] ?? value, value);
    this.#highest = Math.max(this.#highest, value);
  }

  column(index: number): Column {
    const readings = this.#readings[index] ?? 0;
    if (readings <= 0) return readings === GAP ? 'gap' : 'empty';
    const [min = 0, max = 0, sum = 0] = [this.#min[index], this.#max[index], this.#sum[index]];
    return {min, mean: sum / readings, max};
  }

  /** Joins each two columns, the first with none where `shift` is 1. */
  halve(shift: 0 | 1): void {
    for (let index = 0; index < MOST_COLUMNS; index += 1) {
      const [left, right] = [2 * index - shift, 2 * index - shift + 1];
      this.#join(index, left, right);
    }
  }

  #join(index: number, left: number, right: number): void {
    const [a, b] = [this.#readings[left] ?? 0, this.#readings[right] ?? 0];
    const full = [...(a > 0 ? [left] : []), ...(b > 0 ? [right] : [])];
    const [sum, min, max] = [
      full.reduce((total, one) => total + (this.#sum[one] ?? 0), 0),
      Math.min(...full.map((one) => this.#min[one] ?? 0)),
      Math.max(...full.map((one) => this.#max[one] ?? 0)),
    ];
    this.#readings[index] = full.length === 0 ? Math.min(a, b) : Math.max(a, 0) + Math.max(b, 0);
    this.#sum[index] = sum;
    this.#min[index] = min;
    this.#max[index] = max;
  }
}
