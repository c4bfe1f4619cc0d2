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
  #last: {readonly at: number; readonly monotonicMs: number; readonly timelineMs: number} | undefined;

  /** Milliseconds on the line, and whether there was a jump ahead. */
  advance(at: number, monotonicMs: number): {readonly timelineMs: number; readonly jumped: boolean} {
    const last = this.#last;
    if (last === undefined) {
      this.#last = {at, monotonicMs, timelineMs: at};
      return {timelineMs: at, jumped: false};
    }
    const steady = Math.max(0, monotonicMs - last.monotonicMs);
    const wall = at - last.timelineMs;
    const jumped = wall > steady + STEP_MS;
    const timelineMs = last.timelineMs + (jumped ? wall : steady);
    this.#last = {at, monotonicMs, timelineMs};
    return {timelineMs, jumped};
  }
}
