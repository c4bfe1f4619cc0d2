/** Wall clock, and the place on the line that never goes back; milliseconds. */
export interface Moment {
  readonly at: number;
  readonly timelineMs: number;
}

/** A wall clock that runs further ahead than this of the steady clock was set, or the machine slept. */
const STEP_MS = 2000;

/**
 * Times on a line that never goes back. It follows the clock that never steps; when the wall clock jumps
 * ahead (a suspend, a correction) it jumps too, so that the gap shows; when the wall clock is set back, it
 * goes on, and only its labels are off by that step.
 */
export class Timeline {
  #isBegun = false;
  #monotonicMs = 0;
  #timelineMs = 0;

  /** Takes in the next moment. @returns its place on the line, milliseconds */
  advance(at: number, monotonicMs: number): number {
    const steady = Math.max(0, monotonicMs - this.#monotonicMs);
    const wall = at - this.#timelineMs;
    const step = wall > steady + STEP_MS ? wall : steady;
    this.#timelineMs = this.#isBegun ? this.#timelineMs + step : at;
    this.#isBegun = true;
    this.#monotonicMs = monotonicMs;
    return this.#timelineMs;
  }
}
