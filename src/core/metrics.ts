import {isoTime} from './format.ts';

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

const MIN_READINGS_FOR_TREND = 10;
const TREND_SHARE = 0.1;

/**
 * Readings over time in a window, with average, peak and trend. All of its figures speak of the last
 * `windowSize` checks. When another limit comes into force the window starts anew, since a share of one
 * limit says nothing about a share of another.
 */
export class MemoryMetrics {
  readonly windowSize: number;
  readonly #entries: {at: number; percent: number; usedMb: number; alerted: boolean}[] = [];

  /** @throws {RangeError} when the window is not a whole number of 1 or more. */
  constructor({windowSize = 100}: MemoryMetricsOptions = {}) {
    if (!Number.isSafeInteger(windowSize) || windowSize < 1) {
      throw new RangeError(`windowSize: expected a whole number of 1 or more, got ${String(windowSize)}`);
    }
    this.windowSize = windowSize;
  }

  /** Takes in one check. `at` is milliseconds since the epoch, `percent` 0–100. */
  add(check: {readonly at: number; readonly percent: number; readonly usedMb?: number}): void {
    const {at, percent, usedMb = 0} = check;
    this.#entries.push({at, percent, usedMb, alerted: false});
    if (this.#entries.length > this.windowSize) this.#entries.shift();
  }

  /** Notes that the latest check raised an alert. */
  markAlert(): void {
    const last = this.#entries.at(-1);
    if (last !== undefined) last.alerted = true;
  }

  /** Forgets the window: another limit is in force. */
  restart(): void {
    this.#entries.length = 0;
  }

  /** The window's readings, oldest first. */
  get readings(): readonly MetricReading[] {
    return this.#entries.map(({at, percent, usedMb}) => ({timestamp: isoTime(at), percent, usedMb}));
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Mean of the window, percent; `undefined` before the first reading. */
  get average(): number | undefined {
    return this.#entries.length === 0 ? undefined : this.#mean(0, this.#entries.length);
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
    const count = this.#entries.length;
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
    return this.#entries.reduce((count, {alerted}) => count + (alerted ? 1 : 0), 0);
  }

  #highest(): {readonly percent: number; readonly at: number} | undefined {
    let highest = this.#entries[0];
    for (const entry of this.#entries) if (highest && entry.percent > highest.percent) highest = entry;
    return highest;
  }

  #mean(from: number, to: number): number {
    let sum = 0;
    for (let index = from; index < to; index += 1) sum += this.#entries[index]?.percent ?? 0;
    return sum / (to - from);
  }
}
