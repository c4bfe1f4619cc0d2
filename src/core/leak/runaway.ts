import {gainsOf} from './blocks.ts';
import type {TimeTo} from './forecast.ts';
import {leastSquares} from './regression.ts';
import {DEVIATE, HOUR_MS} from './units.ts';

/** Time to the limit at the pace of the last readings. */
export interface Runaway {
  readonly toLimit: TimeTo;
  readonly perHour: number;
  /** When the rise began that was looked at. */
  readonly sinceMs: number;
}

const KEPT = 24;
const FEWEST = 8;
const SHORTEST_MS = 5000;
/** Told only as far ahead as a dozen times what was seen. */
const HORIZON = 12;
const MIN_SLOPE_SCORE = 8;
const MIN_RETENTION = 0.9;
const MIN_PARTICIPATION = 0.4;
/** Less of the limit than this is no runaway, however steep it looks. */
const MIN_SHARE = 0.01;
/** And no further than this: what takes longer is told by the growth of the floor. */
const FARTHEST_MS = 30 * 60_000;
/** A height that was reached longer ago than this may be reached again on the way to the limit. */
const FORGOTTEN_MS = 6 * 3_600_000;
/** How much wider than its formula real growth scatters. */
const WIDER = 2;
/** So many steps back it must have been going on at this share of its pace. */
const READINGS_GOING_ON = 2;
const GOING_ON_SHARE = 0.5;

/** Watches the latest readings for growth that is at the limit within minutes. */
export class RunawayWatch {
  readonly #times = new Float64Array(KEPT);
  readonly #values = new Float64Array(KEPT);
  #count = 0;
  #highest = Number.NEGATIVE_INFINITY;
  #highestMs = Number.NEGATIVE_INFINITY;

  get bytes(): number {
    return this.#times.byteLength + this.#values.byteLength;
  }

  add(timeMs: number, value: number): void {
    const slot = this.#count % KEPT;
    if (this.#count >= KEPT) this.#noteHeight(this.#times[slot] ?? timeMs, this.#values[slot] ?? value);
    this.#times[slot] = timeMs;
    this.#values[slot] = value;
    this.#count += 1;
  }

  #noteHeight(timeMs: number, value: number): void {
    if (value < this.#highest && timeMs - this.#highestMs < FORGOTTEN_MS) return;
    this.#highest = value;
    this.#highestMs = timeMs;
  }

  clear(): void {
    this.#count = 0;
    this.#highest = Number.NEGATIVE_INFINITY;
  }

  /** Nothing, unless the readings rise steadily, to new heights, and near enough to the limit. */
  project(limit: number | undefined): Runaway | undefined {
    const length = Math.min(this.#count, KEPT);
    const last = this.#at(0);
    if (limit === undefined || length < FEWEST || last.value <= this.#highest) return;
    // The shortest stretch tells it first; a longer one still tells it when readings are rough.
    for (const count of [FEWEST, FEWEST * 2, KEPT]) {
      const found = count <= length ? this.#over(count, limit) : undefined;
      if (found) return found;
    }
    return;
  }

  #over(count: number, limit: number): Runaway | undefined {
    const [first, last] = [this.#at(count - 1), this.#at(0)];
    const span = last.timeMs - first.timeMs;
    const rise = last.value - first.value;
    if (
      span < SHORTEST_MS ||
      rise < MIN_SHARE * limit ||
      (limit - last.value) * span > HORIZON * span * rise
    ) {
      return;
    }
    const {hours, values} = this.#latest(count);
    const {participation, retention} = gainsOf(values);
    if (retention < MIN_RETENTION || participation < MIN_PARTICIPATION * (count - 1)) return;
    const {slope, error} = leastSquares(hours, values, 2);
    if (slope < MIN_SLOPE_SCORE * error) return;
    const runaway = towards(limit - last.value, slope, error * WIDER, first.timeMs);
    const isAhead = runaway.toLimit.ms > 0 && runaway.toLimit.ms <= FARTHEST_MS;
    return isAhead && this.#goesOn(slope) ? runaway : undefined;
  }

  /** Whether the last readings rise still: what has stopped runs out no more. */
  #goesOn(perHour: number): boolean {
    const [last, before] = [this.#at(0), this.#at(READINGS_GOING_ON)];
    const hours = (last.timeMs - before.timeMs) / HOUR_MS;
    return last.value - before.value >= GOING_ON_SHARE * perHour * hours;
  }

  #latest(count: number): {readonly hours: Float64Array; readonly values: Float64Array} {
    const [hours, values] = [new Float64Array(count), new Float64Array(count)];
    const {timeMs: end} = this.#at(0);
    for (let index = 0; index < count; index += 1) {
      const {timeMs, value} = this.#at(count - 1 - index);
      hours[index] = (timeMs - end) / HOUR_MS;
      values[index] = value;
    }
    return {hours, values};
  }

  #at(back: number): {readonly timeMs: number; readonly value: number} {
    const slot = (this.#count - 1 - back) % KEPT;
    return {timeMs: this.#times[slot] ?? 0, value: this.#values[slot] ?? 0};
  }
}

function towards(left: number, slope: number, error: number, sinceMs: number): Runaway {
  const ms = (perHour: number) => (Math.max(0, left) / perHour) * HOUR_MS;
  const spread = DEVIATE * Math.max(error, 0.1 * slope);
  return {
    toLimit: {
      ms: ms(slope),
      lowMs: ms(slope + spread),
      highMs: ms(Math.max(slope - spread, slope / 4)),
    },
    perHour: slope,
    sinceMs,
  };
}
