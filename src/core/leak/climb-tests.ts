import {blockFloors, type Gains, gainsOf} from './blocks.ts';
import {isFar} from './patience.ts';
import {drift, leastSquares} from './regression.ts';
import {pairSlope, withoutOutliers} from './robust.ts';
import {saturationOf} from './saturation.ts';
import type {Before, Window} from './window.ts';

/** Why a climb is not, or not yet, a leak; in the order in which it is asked. */
export const REASONS = [
  'not enough seen',
  'not rising',
  'too small',
  'within the noise',
  'wandering',
  'too slow to matter',
  'given back',
  'in few steps',
  'not above what was before',
  'levelling off',
  'slowing down',
  'could be a warm-up',
  'not yet confirmed',
] as const;
export type Reason = (typeof REASONS)[number];

/** What is known beside the window itself. */
export interface Surroundings {
  /** The most that may be used, same unit as the values. */
  readonly limit: number | undefined;
  /** The smallest difference that the readings can show. */
  readonly quantum: number;
  /** Nothing, where too little is known from before the window. */
  readonly before: () => Before | undefined;
  /** How fast the floor rose in the second half of all that is known, against the quarter before. */
  readonly secondHalf: () => number | undefined;
}

/** How a window climbs, and what speaks against a leak. */
export interface Climb {
  /** The first test that failed; none where all held. */
  readonly reason: Reason | undefined;
  /** Whether the climb as such is real, or the fall, whatever it comes from. */
  readonly climbs: boolean;
  readonly falls: boolean;
  readonly perHour: number;
  /** Standard error of `perHour`. */
  readonly error: number;
  /** Slope over its error, and mean step over its error. */
  readonly slopeScore: number;
  readonly driftScore: number;
  /** Length of the window. */
  readonly hours: number;
  readonly rise: number;
  /** The lowest value of its last tenth. */
  readonly floor: number;
  /** How far the peaks of the buckets stand over their floors, all but the highest tenth of them. */
  readonly swing: number;
  /** Pace of the second half of the window over that of the first. */
  readonly bend: number;
  /** How many increments of equal size would be as uneven as those of its ten blocks. */
  readonly participation: number;
  /** Hours to the limit at this pace; infinite without a limit. */
  readonly hoursLeft: number;
}

/** Ten blocks: enough to tell a line from a staircase, few enough to be free of noise. */
const BLOCKS = 10;
const SWING_QUANTILE = 0.9;
const MIN_SLOPE_SCORE = 5;
const MIN_DRIFT_SCORE = 2.5;
/** What is asked of the drift where the slope is beyond doubt. */
const MIN_DRIFT_OF_CLEAR_SLOPE = 2;
const CLEAR_SLOPE_SCORE = 10;
const MIN_RISE = 0.03;
const MIN_QUANTA = 4;
const FARTHEST_HOURS = 30 * 24;
const SLOWEST_PER_HOUR = 2 ** 20;
const MIN_RETENTION = 0.8;
/** A climb may come in steps; towards a near limit they must be many, since what loads comes in few. */
const MIN_PARTICIPATION = {climb: 4.2, nearLeak: 6} as const;
const MIN_ABOVE_BEFORE = 0.25;
const MIN_RISE_TO_FALL = 2;
/** A leak keeps its pace to the last. */
const MIN_TAIL = 0.9;
const MIN_MEAN = 0.3;
const MIN_SATURATION_GAIN = 12;
const MIN_REMAINING = 1.2;
const MIN_SECOND_HALF = 0.65;

/** Asks the cheap questions first and stops at the first that speaks against a climb or a leak. */
export function examine(raw: Window, around: Surroundings): Climb {
  const span = -(raw.hours[0] ?? 0);
  if (span <= 0) return NOT_RISING;
  const tooSmall = smallReason(raw.floors, around.quantum);
  if (tooSmall) return tooSmall;
  const window = {...raw, floors: withoutOutliers(raw.floors)};
  const blocks = blockFloors(window.floors, BLOCKS);
  const climb = measure(window, span, blocks, around.quantum);
  if (climb.rise < 0) return {...climb, falls: isFall(climb)};
  const gains = gainsOf(blocks);
  const reason = shapeReason(climb, gains, around);
  if (reason) return {...climb, reason};
  const swing = usualSwing(window);
  const real = {
    ...climb,
    climbs: true,
    swing,
    bend: bendOf(window),
    participation: gains.participation,
    hoursLeft: Math.max(
      0,
      ((around.limit ?? Number.POSITIVE_INFINITY) - climb.floor - swing) / climb.perHour,
    ),
  };
  return {...real, reason: leakReason(window, real, around)};
}

/** Most windows end here, so this makes nothing new. */
function smallReason(floors: Float64Array, quantum: number): Climb | undefined {
  const block = Math.ceil(floors.length / BLOCKS);
  const first = lowest(floors, 0, block);
  const size = Math.abs(lowest(floors, floors.length - block, floors.length) - first);
  if (size <= MIN_QUANTA * quantum) return NOT_RISING;
  return size < MIN_RISE * Math.max(0, first) ? TOO_SMALL : undefined;
}

function lowest(values: Float64Array, from: number, to: number): number {
  let low = Number.POSITIVE_INFINITY;
  for (let index = from; index < to; index += 1) low = Math.min(low, values[index] ?? low);
  return low;
}

const NOT_RISING: Climb = {
  reason: 'not rising',
  climbs: false,
  falls: false,
  perHour: 0,
  error: Number.POSITIVE_INFINITY,
  slopeScore: 0,
  driftScore: 0,
  hours: 0,
  rise: 0,
  floor: 0,
  swing: 0,
  bend: 1,
  participation: 0,
  hoursLeft: Number.POSITIVE_INFINITY,
};
const TOO_SMALL: Climb = {...NOT_RISING, reason: 'too small'};

function measure({hours, floors}: Window, span: number, blocks: Float64Array, quantum: number): Climb {
  const count = floors.length;
  const line = leastSquares(hours, floors, Math.max(2, Math.floor(count / 5)));
  // What goes up and down with a cycle has steps that cancel, and more neighbours must be asked to see it.
  const walk = drift(floors, Math.max(2, Math.floor(count / 3)));
  const floor = blocks[BLOCKS - 1] ?? 0;
  return {
    ...NOT_RISING,
    perHour: line.slope,
    error: line.error,
    // Rounding hides noise: no error is taken for smaller than the readings can show.
    slopeScore: line.slope / Math.max(line.error, quantum / span / count, Number.MIN_VALUE),
    driftScore: walk.mean / Math.max(walk.error, (0.3 * quantum) / count, Number.MIN_VALUE),
    hours: span,
    rise: floor - (blocks[0] ?? 0),
    floor,
  };
}

function isFall({slopeScore, driftScore}: Climb): boolean {
  return slopeScore <= -MIN_SLOPE_SCORE && driftScore <= -MIN_DRIFT_SCORE;
}

function shapeReason(
  climb: Climb,
  {participation, retention}: Gains,
  around: Surroundings,
): Reason | undefined {
  const {slopeScore, driftScore} = climb;
  if (slopeScore < MIN_SLOPE_SCORE) return 'within the noise';
  const drifts = slopeScore >= CLEAR_SLOPE_SCORE ? MIN_DRIFT_OF_CLEAR_SLOPE : MIN_DRIFT_SCORE;
  if (driftScore < drifts) return 'wandering';
  if (isTooSlow(climb, around.limit)) return 'too slow to matter';
  if (retention < MIN_RETENTION) return 'given back';
  return participation < MIN_PARTICIPATION.climb ? 'in few steps' : undefined;
}

/** Against a limit a month away is no leak that matters; without one, less than a megabyte an hour. */
function isTooSlow({perHour, floor}: Climb, limit: number | undefined): boolean {
  return limit === undefined ? perHour < SLOWEST_PER_HOUR : (limit - floor) / perHour > FARTHEST_HOURS;
}

function leakReason(window: Window, climb: Climb, around: Surroundings): Reason | undefined {
  const {participation, hoursLeft} = climb;
  if (participation < MIN_PARTICIPATION.nearLeak && !isFar(hoursLeft)) return 'in few steps';
  if (!isAbove(window, climb, around.before())) return 'not above what was before';
  const {hours, floors, means} = window;
  const whole = pairSlope(hours, floors);
  const tail = pairSlope(hours, floors, Math.floor((floors.length * 2) / 3));
  if (tail < MIN_TAIL * whole || pairSlope(hours, means) < MIN_MEAN * whole) return 'levelling off';
  const {gain, remaining} = saturationOf(hours, floors);
  if (gain > MIN_SATURATION_GAIN && remaining < MIN_REMAINING) return 'slowing down';
  return (around.secondHalf() ?? 1) < MIN_SECOND_HALF ? 'slowing down' : undefined;
}

/**
 * Whether the window reaches what was never reached before, by more than what has come and gone: the online
 * form of the "max filter" that took Precog's false alarms from 10 to 0 (Jindal et al., arXiv 2106.08938).
 */
function isAbove({means}: Window, {rise, floor}: Climb, before: Before | undefined): boolean {
  if (before === undefined) return true;
  const {highest, fall, highestMean} = before;
  return (
    rise >= MIN_RISE_TO_FALL * fall &&
    floor >= highest + MIN_ABOVE_BEFORE * fall &&
    lastMean(means) >= highestMean
  );
}

function bendOf({hours, floors}: Window): number {
  const half = floors.length >> 1;
  const first = leastSquares(hours.subarray(0, half), floors.subarray(0, half), 0).slope;
  const second = leastSquares(hours.subarray(half), floors.subarray(half), 0).slope;
  return second / Math.max(first, Number.MIN_VALUE);
}

function lastMean(means: Float64Array): number {
  const last = means.subarray(Math.floor(means.length * 0.9));
  return last.reduce((sum, mean) => sum + mean, 0) / last.length;
}

function usualSwing({floors, peaks}: Window): number {
  const swings = peaks.slice();
  for (let index = 0; index < floors.length; index += 1)
    swings[index] = (swings[index] ?? 0) - (floors[index] ?? 0);
  return swings.sort()[Math.floor(floors.length * SWING_QUANTILE)] ?? 0;
}
