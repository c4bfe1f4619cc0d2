import {isoTime} from './format.ts';
import {NumberRing} from './number-ring.ts';

export const TRENDS = ['increasing', 'decreasing', 'stable'] as const;
export type Trend = (typeof TRENDS)[number];

/** One check, as the window keeps it. */
export interface MetricReading {
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** Used share of the limit in force, 0–100, not rounded. */
  readonly percent: number;
  readonly usedMb: number;
}

export interface MetricPeak {
  readonly percent: number;
  readonly timestamp: string;
}

export interface MemoryMetricsOptions {
  /** How many readings the window keeps. @default 100 */
  readonly windowSize?: number;
}

/** The columns of the window; an alert is 1, none 0. */
const [AT, PERCENT, USED_MB, ALERTED, COLUMNS] = [0, 1, 2, 3, 4] as const;
const MIN_READINGS_FOR_TREND = 10;
const TREND_SHARE = 0.1;

/**
 * Readings over time in a window, with average, peak and trend. All of its figures speak of the last
 * `windowSize` checks. When another limit comes into force the window starts anew, since a share of one
 * limit says nothing about a share of another.
 */
export class MemoryMetrics {
  readonly windowSize: number;
  readonly #entries: NumberRing;

  /** @throws {RangeError} when the window is not a whole number of 1 or more. */
  constructor({windowSize = 100}: MemoryMetricsOptions = {}) {
    if (!Number.isSafeInteger(windowSize) || windowSize < 1) {
      throw new RangeError(`windowSize: expected a whole number of 1 or more, got ${String(windowSize)}`);
    }
    this.windowSize = windowSize;
    this.#entries = new NumberRing(windowSize, COLUMNS);
  }

  /** Takes in one check. `at` is milliseconds since the epoch, `percent` 0–100. */
  add(check: {readonly at: number; readonly percent: number; readonly usedMb?: number}): void {
    this.put(check.at, check.percent, check.usedMb ?? 0);
  }

  /** As `add`, for figures that come by the million. */
  put(at: number, percent: number, usedMb: number): void {
    const entries = this.#entries;
    entries.push();
    const last = entries.size - 1;
    entries.set(AT, last, at);
    entries.set(PERCENT, last, percent);
    entries.set(USED_MB, last, usedMb);
    entries.set(ALERTED, last, 0);
  }

  /** Notes that the latest check raised an alert. */
  markAlert(): void {
    if (this.size > 0) this.#entries.set(ALERTED, this.size - 1, 1);
  }

  /** Forgets the window: another limit is in force. */
  restart(): void {
    this.#entries.clear();
  }

  /** The window's readings, oldest first. */
  get readings(): readonly MetricReading[] {
    const entries = this.#entries;
    return Array.from({length: entries.size}, (_, index) => ({
      timestamp: isoTime(entries.get(AT, index)),
      percent: entries.get(PERCENT, index),
      usedMb: entries.get(USED_MB, index),
    }));
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Mean of the window, percent; `undefined` before the first reading. */
  get average(): number | undefined {
    return this.size === 0 ? undefined : this.#mean(0, this.size);
  }

  /** The highest reading of the window and when it was first reached; `undefined` before the first. */
  get peak(): MetricPeak | undefined {
    const peak = this.#highest();
    return peak && {percent: peak.percent, timestamp: isoTime(peak.at)};
  }

  /**
   * The mean of the newer half of the window against the mean of the older half: 10 % or more of the older
   * mean above it is `increasing`, 10 % or more below it `decreasing`, all else `stable`; so are fewer than
   * 10 readings and an older mean of 0.
   */
  get trend(): Trend {
    const count = this.size;
    if (count < MIN_READINGS_FOR_TREND) return 'stable';
    const middle = Math.floor(count / 2);
    const older = this.#mean(0, middle);
    const newer = this.#mean(middle, count);
    if (older === 0) return 'stable';
    // Compared by difference and with a hair of tolerance, so that exactly 10 % counts in binary fractions too.
    const change = newer - older;
    const step = older * TREND_SHARE * (1 - 1e-9);
    if (change >= step) return 'increasing';
    return change <= -step ? 'decreasing' : 'stable';
  }

  /** As `peak`, with its moment in milliseconds since the epoch. */
  get peakMoment(): {readonly percent: number; readonly at: number} | undefined {
    const {percent, at} = this.#highest() ?? {};
    return percent === undefined || at === undefined ? undefined : {percent, at};
  }

  /** How many checks of the window raised an alert. */
  get alertCount(): number {
    return this.#entries.sum(ALERTED, 0, this.size);
  }

  #highest(): {readonly percent: number; readonly at: number} | undefined {
    if (this.size === 0) return undefined;
    const highest = this.#entries.highest(PERCENT);
    return {percent: this.#entries.get(PERCENT, highest), at: this.#entries.get(AT, highest)};
  }

  #mean(from: number, to: number): number {
    return this.#entries.sum(PERCENT, from, to) / (to - from);
  }
}
