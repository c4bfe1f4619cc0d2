/** Readings that come later than this many intervals are drawn as a gap. */
const GAP_INTERVALS = 3;
const GAP_SLACK_MS = 1000;
/** And later than this many were not only slow (a machine short of memory is): nobody knows what was between. */
const PAUSE_INTERVALS = 20;
const PAUSE_SLACK_MS = 10_000;

/** Stretches in which nothing was read: how many, and how long all together. */
export interface Pauses {
  readonly count: number;
  readonly ms: number;
}

/** How readings follow each other, and where they did not. */
export class Cadence {
  #lastMs: number | undefined;
  #stepMs = Number.POSITIVE_INFINITY;
  #isBroken = false;
  #count = 0;
  #pausedMs = 0;

  /** The latest distance of two readings, milliseconds. */
  get stepMs(): number {
    return this.#stepMs;
  }

  /** Those so far. */
  get pauses(): Pauses {
    return {count: this.#count, ms: this.#pausedMs};
  }

  /** Takes in the moment of the next reading. @returns what lay before it */
  next(timelineMs: number): {readonly isGap: boolean; readonly isPause: boolean} {
    const step = timelineMs - (this.#lastMs ?? timelineMs);
    const isGap = step > this.#stepMs * GAP_INTERVALS + GAP_SLACK_MS;
    // A run that follows at once has missed nothing.
    const isPause = this.#isBroken ? isGap : step > this.#stepMs * PAUSE_INTERVALS + PAUSE_SLACK_MS;
    if (isPause) {
      this.#count += 1;
      this.#pausedMs += step;
    }
    this.#isBroken = false;
    this.#lastMs = timelineMs;
    if (step > 0) this.#stepMs = step;
    return {isGap, isPause};
  }

  /** Samples come at another interval from now on, so that a longer wait for the next is no gap. */
  expectEvery(intervalMs: number): void {
    this.#stepMs = Math.max(this.#stepMs, intervalMs);
  }

  /** Whoever read has ended: what comes next is of another run. */
  breakOff(): void {
    this.#isBroken = true;
  }
}
