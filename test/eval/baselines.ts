import {leastSquares} from '../../src/core/leak/regression.ts';
import {mannKendall, SIGNIFICANT} from './mann-kendall.ts';

/** The last readings, as all baselines see them. */
interface Recent {
  readonly hours: Float64Array;
  readonly values: Float64Array;
  readonly limit: number;
}

/** Simplified forms of what is in use elsewhere; each looks at the last 100 readings. */
export const BASELINES: Readonly<Record<string, {readonly hold: number; readonly alarms: Rule}>> = {
  'trend of halves, 10 %': {hold: 1, alarms: trendOfHalves},
  'least squares, R² > 0.8': {hold: 1, alarms: straightLine},
  'Mann-Kendall with Sen': {hold: 1, alarms: rankTrend},
  // Looks every five readings: six in a row are 30 readings that agree, as `for:` in an alerting rule.
  'predict_linear with a hold': {hold: 6, alarms: predictLinear},
};

type Rule = (recent: Recent) => boolean;

const WINDOW = 100;
const EVERY = 5;
const FEWEST = 10;
const MIN_R2 = 0.8;
const TREND = 1.1;
const HORIZON = 4;
const HOUR_MS = 3_600_000;

/** Runs the baselines over one series. */
export class BaselineWatch {
  readonly #times: number[] = [];
  readonly #values: number[] = [];
  readonly #held = new Map<string, number>();
  #readings = 0;

  /** Takes a reading in; returns the baselines that alarm now, or none where they were not asked. */
  add(timeMs: number, value: number, limit: number): readonly string[] | undefined {
    if (!Number.isFinite(value)) return undefined;
    this.#times.push(timeMs);
    this.#values.push(value);
    if (this.#times.length > WINDOW) {
      this.#times.shift();
      this.#values.shift();
    }
    this.#readings += 1;
    if (this.#times.length < FEWEST || this.#readings % EVERY !== 0) return undefined;
    const recent = {
      hours: Float64Array.from(this.#times, (time) => (time - timeMs) / HOUR_MS),
      values: Float64Array.from(this.#values),
      limit,
    };
    return Object.entries(BASELINES)
      .filter(([name, {hold, alarms}]) => this.#hold(name, alarms(recent)) >= hold)
      .map(([name]) => name);
  }

  #hold(name: string, alarms: boolean): number {
    const held = alarms ? (this.#held.get(name) ?? 0) + 1 : 0;
    this.#held.set(name, held);
    return held;
  }
}

function trendOfHalves({values}: Recent): boolean {
  const middle = values.length >> 1;
  return mean(values.subarray(middle)) >= TREND * mean(values.subarray(0, middle));
}

function straightLine({hours, values}: Recent): boolean {
  if (values.length < WINDOW) return false;
  const {slope, residual} = leastSquares(hours, values, 0);
  const level = mean(values);
  const total = values.reduce((sum, value) => sum + (value - level) ** 2, 0);
  return slope > 0 && total > 0 && 1 - (residual ** 2 * (values.length - 2)) / total > MIN_R2;
}

function rankTrend({hours, values}: Recent): boolean {
  if (values.length < WINDOW) return false;
  const {score, slope} = mannKendall(hours, values);
  return score > SIGNIFICANT && slope > 0;
}

/** At the limit within four windows by the line of least squares. */
function predictLinear({hours, values, limit}: Recent): boolean {
  if (values.length < WINDOW) return false;
  const {slope, level} = leastSquares(hours, values, 0);
  const [middle, span] = [mean(hours), -(hours[0] ?? 0)];
  return level + slope * (HORIZON * span - middle) >= limit;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
