const KEPT = 32;
/** A turn must be this many usual steps high to be one. */
const STEPS_TO_TURN = 8;
const FORGET = 0.02;

/** The bottom of a cycle. */
export interface Trough {
  readonly timeMs: number;
  readonly value: number;
}

/** Finds the bottoms of saw-teeth and waves: turns that stand out of the usual step between readings. */
export class Cycles {
  readonly #times = new Float64Array(KEPT);
  readonly #values = new Float64Array(KEPT);
  #count = 0;
  #step = 0;
  #last: number | undefined;
  #rising = true;
  #extreme: Trough = {timeMs: 0, value: Number.NEGATIVE_INFINITY};

  get bytes(): number {
    return this.#times.byteLength + this.#values.byteLength;
  }

  clear(): void {
    this.#count = 0;
    this.#step = 0;
    this.#last = undefined;
    this.#rising = true;
    this.#extreme = {timeMs: 0, value: Number.NEGATIVE_INFINITY};
  }

  add(timeMs: number, value: number): void {
    if (this.#last !== undefined) this.#step += FORGET * (Math.abs(value - this.#last) - this.#step);
    this.#last = value;
    const further = this.#rising ? value >= this.#extreme.value : value <= this.#extreme.value;
    if (further) this.#extreme = {timeMs, value};
    else if (Math.abs(value - this.#extreme.value) > STEPS_TO_TURN * this.#step) this.#turn(timeMs, value);
  }

  /** The latest troughs from a moment on, oldest first. */
  since(fromMs: number): readonly Trough[] {
    const kept = Math.min(this.#count, KEPT);
    return Array.from({length: kept}, (_, index) => {
      const slot = (this.#count - kept + index) % KEPT;
      return {timeMs: this.#times[slot] ?? 0, value: this.#values[slot] ?? 0};
    }).filter((trough) => trough.timeMs >= fromMs);
  }

  #turn(timeMs: number, value: number): void {
    if (!this.#rising) {
      this.#times[this.#count % KEPT] = this.#extreme.timeMs;
      this.#values[this.#count % KEPT] = this.#extreme.value;
      this.#count += 1;
    }
    this.#rising = !this.#rising;
    this.#extreme = {timeMs, value};
  }
}
