import {LogClock} from './log-clock.ts';

/** As much of a line as tells when it is due. */
export interface DatedLine {
  /** When it was written, wall clock, milliseconds; absent where it does not tell. */
  readonly at: number | undefined;
  /** Its place on the run's own line, where it tells that. */
  readonly told: number | undefined;
  /** Whether it tells of something that happened, and is no reading; of the beginning of a run. */
  readonly kind: 'reading' | 'event' | 'start';
}

/** Where the lines of a log are due: readings where the session puts them, all else as long behind them as it was written. */
export class TapeClock {
  readonly #clock = new LogClock();
  #lastAt: number | undefined;
  #lastPlace = 0;

  /** Takes in the next line. @returns its place on the line that never goes back, milliseconds */
  place({at, told, kind}: DatedLine): number {
    if (kind === 'start') this.#clock.restart();
    if (at === undefined) return this.#lastPlace;
    if (kind !== 'reading') return this.#placeOfEvent(at);
    this.#lastPlace = Math.max(this.#lastPlace, this.#clock.place(at, told));
    this.#lastAt = at;
    return this.#lastPlace;
  }

  #placeOfEvent(at: number): number {
    // Before the first reading there is nothing but the wall clock.
    if (this.#lastAt === undefined) return at;
    return this.#lastPlace + Math.max(0, Math.min(at - this.#lastAt, this.#clock.intervalMs ?? 0));
  }
}
