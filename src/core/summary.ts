import type {PoolFigures} from './frame.ts';
import type {TopProcess} from './top-process.ts';

/** Wall clock and the clock that never steps, milliseconds. */
interface SummaryMoment {
  readonly at: number;
  readonly clock: number;
}

/** A scan takes its time: processes read this near to a moment are those of that moment. */
export const SCAN_SLACK_MS = 2000;

export interface SessionPeak {
  readonly at: number;
  readonly percent: number;
  readonly usedBytes: number;
  readonly totalBytes: number;
  /** The largest processes then, filled in by the session. */
  top: readonly TopProcess[];
  /** When those were read; absent where nobody was. */
  topAt?: number;
}

/**
 * Sums over a whole session, weighted by time: each reading speaks for the time until the next one, unless
 * `breakOff` said between them that nothing was seen.
 */
export class SeriesSummary {
  alerts = 0;
  checks = 0;
  peak: SessionPeak | undefined;
  /** When the peak was, on the clock that never steps. */
  peakClock = 0;
  #weightedSum = 0;
  #observedMs = 0;
  #aboveMs = 0;
  /** What the reading before said, while it speaks for the time since. */
  #isOn = false;
  #lastClock = 0;
  #lastPercent = 0;
  #lastThreshold = 0;
  #current: PoolFigures | undefined;

  /** The latest good reading. */
  get current(): PoolFigures | undefined {
    return this.#current;
  }

  /** Mean weighted by time, percent; the only reading's own figure while there is but one. */
  get averagePercent(): number | undefined {
    return this.#observedMs > 0 ? this.#weightedSum / this.#observedMs : this.#current?.percent;
  }

  /** Time that readings speak for, in milliseconds. */
  get observedMs(): number {
    return this.#observedMs;
  }

  /** Time at or above the threshold that stood then, in milliseconds. */
  get aboveThresholdMs(): number {
    return this.#aboveMs;
  }

  /** @returns whether this reading is the session's new peak */
  add({at, clock}: SummaryMoment, figures: PoolFigures, thresholdPercent: number): boolean {
    this.#account(clock);
    this.#isOn = true;
    this.#lastClock = clock;
    this.#lastPercent = figures.percent;
    this.#lastThreshold = thresholdPercent;
    this.#current = figures;
    this.checks += 1;
    const {percent, usedBytes, totalBytes} = figures;
    if (this.peak !== undefined && percent <= this.peak.percent) return false;
    this.peakClock = clock;
    this.peak = {at, percent, usedBytes, totalBytes, top: []};
    return true;
  }

  /** Nothing was seen from here on: the next reading does not speak for the time before it. */
  breakOff(): void {
    this.#isOn = false;
  }

  /** The reading before speaks for the time since. */
  #account(clock: number): void {
    const elapsed = clock - this.#lastClock;
    if (!this.#isOn || elapsed <= 0) return;
    this.#observedMs += elapsed;
    this.#weightedSum += this.#lastPercent * elapsed;
    if (this.#lastPercent >= this.#lastThreshold) this.#aboveMs += elapsed;
  }
}
