import type {Found} from './findings.ts';
import {HOUR_MS} from './units.ts';

/** Readings in a row that must lie low: one may be a fault of the reading. */
const READINGS_UNDER = 4;
const KEPT_SHARE = 0.5;
/** Who was this near the limit and lost it at once was killed for it, as a rule. */
const NEAR_LIMIT = 0.85;

/** A leak that was told, until it is given back or no longer seen. */
export class LeakEpisode {
  readonly declaredMs: number;
  /** When the growth began that was told first; longer looks, later, reach back to before it. */
  readonly sinceMs: number;
  #found: Found;
  #confirmedMs: number;
  #under = 0;
  #last = Number.NaN;
  #highest = Number.NEGATIVE_INFINITY;
  #fellAtOnce = false;

  constructor(found: Found, nowMs: number) {
    this.declaredMs = nowMs;
    this.sinceMs = found.finding.sinceMs;
    this.#found = found;
    this.#confirmedMs = nowMs;
  }

  get found(): Found {
    return this.#found;
  }

  confirm(found: Found, nowMs: number): void {
    this.#found = found;
    this.#confirmedMs = nowMs;
  }

  /**
   * How a reading ends it: `killed`, when what was at its limit is gone from one reading to the next; `given
   * back`; `not seen`, when nothing has confirmed it for as long as was looked at; or not at all.
   */
  endedBy(nowMs: number, value: number, limit = Infinity): 'killed' | 'given back' | 'not seen' | undefined {
    const {finding, rhythm} = this.#found;
    const {floor, rise, hours} = finding;
    // Of a floor without the rhythm of the day: else each night would be a return.
    const level = value - (rhythm?.at(nowMs) ?? 0);
    if (level < floor - KEPT_SHARE * rise) {
      if (this.#under === 0) this.#fellAtOnce = this.#last >= floor;
      this.#under += 1;
    } else {
      this.#under = 0;
    }
    this.#last = level;
    this.#highest = Math.max(this.#highest, value);
    if (this.#under >= READINGS_UNDER) return this.#wasKilled(limit) ? 'killed' : 'given back';
    return nowMs - this.#confirmedMs > hours * HOUR_MS ? 'not seen' : undefined;
  }

  #wasKilled(limit: number): boolean {
    return this.#fellAtOnce && this.#highest >= NEAR_LIMIT * limit;
  }
}
