import {type FloorPyramid, SLOTS, type Stretch} from './floor-pyramid.ts';
import {pairSlope, withoutOutliers} from './robust.ts';
import {HOUR_MS} from './units.ts';

/** Older buckets than these few prove nothing about what was before. */
const FEWEST_BEFORE = 12;

/** A stretch with its moments in hours, the last at 0. */
export interface Window {
  readonly hours: Float64Array;
  readonly floors: Float64Array;
  readonly means: Float64Array;
  readonly peaks: Float64Array;
  readonly startMs: number;
  readonly endMs: number;
}

/** What the series did before the window. */
export interface Before {
  /** The highest floor, and the most that the floor ever fell from one bucket to a later one. */
  readonly highest: number;
  readonly fall: number;
  /** The highest mean of a bucket. */
  readonly highestMean: number;
}

/** Reads the latest buckets of a level; the arrays are those of `room`, until it is read into again. */
export function windowOf(pyramid: FloorPyramid, level: number, room: Stretch): Window {
  const {count, times, floors, means, peaks} = pyramid.read(level, room);
  const [startMs, endMs] = [times[0] ?? 0, times[count - 1] ?? 0];
  for (let index = 0; index < count; index += 1) times[index] = ((times[index] ?? 0) - endMs) / HOUR_MS;
  return {hours: times, floors, means, peaks, startMs, endMs};
}

/** What was before a moment, as the coarser levels know it. */
export function beforeWindow(pyramid: FloorPyramid, level: number, fromMs: number): Before | undefined {
  let [highest, highestMean, lowestLater, fall] = [-Infinity, -Infinity, Infinity, 0];
  let [until, count] = [fromMs, 0];
  for (let above = level + 1; above < pyramid.levels && pyramid.count(above) > 0; above += 1) {
    for (let index = pyramid.count(above) - 1; index >= 0; index -= 1) {
      const {floor, mean, timeMs} = pyramid.bucket(above, index);
      if (timeMs >= until) continue;
      until = timeMs;
      fall = Math.max(fall, floor - lowestLater);
      lowestLater = Math.min(lowestLater, floor);
      highest = Math.max(highest, floor);
      highestMean = Math.max(highestMean, mean);
      count += 1;
    }
  }
  return count >= FEWEST_BEFORE ? {highest, fall, highestMean} : undefined;
}

/**
 * Slope of the second half of all that is known over that of the quarter before. A leak keeps its pace, a
 * warm-up ends, and a cache that grows with the logarithm of time shows one half for ever.
 */
export function secondHalf(pyramid: FloorPyramid, room: Stretch): number | undefined {
  const level = wholeLevel(pyramid);
  if (pyramid.count(level) < SLOTS / 2) return undefined;
  const {hours, floors: raw} = windowOf(pyramid, level, room);
  const floors = withoutOutliers(raw);
  const first = hours[0] ?? 0;
  const [quarter, half] = [indexFrom(hours, first * 0.75), indexFrom(hours, first * 0.5)];
  const older = pairSlope(hours, floors, quarter, half);
  return older > 0 ? pairSlope(hours, floors, half) / older : undefined;
}

/** Where growth began. */
export interface Onset {
  readonly floor: number;
  readonly timeMs: number;
}

/**
 * Since when the floor rises: where the sum of its distances from half the pace turns, as in Page's CUSUM
 * (Biometrika 41, 1954) for a change of slope from 0 to `perHour`.
 */
export function onsetOf(pyramid: FloorPyramid, perHour: number): Onset {
  const level = wholeLevel(pyramid);
  let [lowest, onset] = [Number.POSITIVE_INFINITY, {floor: 0, timeMs: 0}];
  const {timeMs: origin} = pyramid.bucket(level, 0);
  for (let index = 0; index < pyramid.count(level); index += 1) {
    const {floor, timeMs} = pyramid.bucket(level, index);
    const distance = floor - ((perHour / 2) * (timeMs - origin)) / HOUR_MS;
    if (distance < lowest) [lowest, onset] = [distance, {floor, timeMs}];
  }
  return onset;
}

/** The finest level that still holds the first reading. */
function wholeLevel(pyramid: FloorPyramid): number {
  for (let level = 0; level < pyramid.levels; level += 1) if (pyramid.holdsAll(level)) return level;
  return pyramid.levels - 1;
}

function indexFrom(hours: Float64Array, from: number): number {
  const index = hours.findIndex((hour) => hour >= from);
  return index < 0 ? hours.length : index;
}
