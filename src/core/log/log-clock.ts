import {median} from '../leak/robust.ts';

/** Before two readings there is no usual distance between them. */
const DEFAULT_STEP_MS = 1000;
/** A wall clock that was set back and goes ahead by more than this many usual distances was set right again. */
const JUMP_STEPS = 20;
const JUMP_SLACK_MS = 10_000;

/**
 * Puts the readings of a log on a line that never goes back: by the place that a line tells itself, else by its
 * timestamp. Where timestamps go back (the wall clock was set, parts are out of order), it goes on by the usual
 * distance; a jump ahead after that is taken as the clock set right, and not as a pause.
 */
export class LogClock {
  readonly #steps = new StepSample();
  /** The reading before: when it was written, where it was put, and what its line told. */
  #lastAt = 0;
  #lastPlace: number | undefined;
  #lastTold: number | undefined;
  #isNewRun = false;

  /** The median distance of two readings so far, milliseconds; nothing before there are two. */
  get intervalMs(): number | undefined {
    return this.#steps.median;
  }

  /** Another run begins, whose places count from its own start. */
  restart(): void {
    this.#isNewRun = true;
  }

  /** The place of a reading that was written at `at`, milliseconds; `told` is what its line tells of it. */
  place(at: number, told: number | undefined): number {
    const last = this.#lastPlace;
    const step = last === undefined ? 0 : this.#stepFrom(last, at, told);
    const place = last === undefined ? (told ?? at) : last + step;
    this.#lastAt = at;
    this.#lastPlace = place;
    this.#lastTold = told;
    this.#isNewRun = false;
    if (step > 0) this.#steps.add(step);
    return place;
  }

  /**
   * From the reading before: on the run's own line where either of both is told, else by the timestamps. A further run
   * goes by its clock, which was set right meanwhile where it is ahead of the line.
   */
  #stepFrom(lastPlace: number, at: number, told: number | undefined): number {
    const lastAt = this.#lastAt;
    if (this.#isNewRun) return at >= lastPlace ? at - lastPlace : Math.max(0, at - lastAt);
    const step = (told ?? at) - (this.#lastTold ?? lastAt);
    if (told !== undefined) return Math.max(0, step);
    if (step < 0) return this.#usual;
    if (lastPlace <= lastAt) return step;
    const usual = this.#usual;
    return step > usual * JUMP_STEPS + JUMP_SLACK_MS ? Math.max(usual, at - lastPlace) : step;
  }

  get #usual(): number {
    return this.#steps.usual ?? DEFAULT_STEP_MS;
  }
}

const MOST_STEPS = 512;
/** The usual step is worked out again after so many further ones. */
const FRESH_STEPS = 64;

/** Every n-th of the steps so far, few enough to be kept, whose median is close to that of all. */
class StepSample {
  #kept: number[] = [];
  #every = 1;
  #count = 0;
  #usual: number | undefined;
  #usualCount = 0;

  add(step: number): void {
    if (this.#count % this.#every === 0) this.#kept.push(step);
    this.#count += 1;
    if (this.#kept.length <= MOST_STEPS) return;
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
    this.#every *= 2;
  }

  get median(): number | undefined {
    return this.#count === 0 ? undefined : median(this.#kept);
  }

  /** The median as it was not long ago: a log whose clock goes back at every line must not cost a sort for each. */
  get usual(): number | undefined {
    const since = this.#count - this.#usualCount;
    if (this.#usual === undefined || since >= Math.min(FRESH_STEPS, this.#usualCount)) {
      this.#usual = this.median;
      this.#usualCount = this.#count;
    }
    return this.#usual;
  }
}
