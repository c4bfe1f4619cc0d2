import type {Climb} from './climb-tests.ts';
import {leastSquares} from './regression.ts';
import {median, pairSlope, robustSigma, withoutOutliers} from './robust.ts';
import type {Window} from './window.ts';

/** Time until a mark is reached, milliseconds from the moment of the verdict, with its 80 % interval. */
export interface TimeTo {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/** Where a climb stands, how fast it rises, and how much faster each hour. */
export interface Course {
  /** Level of the peaks at the end of the window, since it is they that meet the limit. */
  readonly level: number;
  readonly perHour: number;
  readonly perHourPerHour: number;
  /** How unsure the level is, in the unit of the values. */
  readonly rough: number;
  /** Standard error of the pace, and how far its last third strays from the whole, as shares of it. */
  readonly error: number;
  readonly stray: number;
  /** Error of the mean step as a share of it: what a walk of the same steps would stray. */
  readonly wander: number;
  readonly hours: number;
  readonly count: number;
  readonly endMs: number;
}

const HOUR_MS = 3_600_000;
/** The normal deviate of an 80 % interval. */
const DEVIATE = 1.2816;
/** A bend is believed where it stands this many errors from none. */
const MIN_BEND_SCORE = 4;
/** How far a bend may move the answer of a straight line, as factors. */
const MOST_BENT = {sooner: 0.35, later: 1.7} as const;
/** An interval that would reach more than twice as far is a guess. */
const MOST_SPREAD = 0.55;
/**
 * How the logarithm of the error scatters, fitted on the tuning seeds of the evaluation: what is left at
 * best, and the say of the slope's own error, of its straying, and of the horizon in windows.
 */
const SPREAD = {least: 0.035, error: 1.35, stray: 0.3, wander: 0.8, horizon: 0.045, rough: 1} as const;
const ROUGH_SWING = 0.2;

/** The course of a climb, from its window. */
export function courseOf(window: Window, {swing, driftScore}: Pick<Climb, 'swing' | 'driftScore'>): Course {
  const {hours, endMs} = window;
  const floors = withoutOutliers(window.floors);
  const count = floors.length;
  const third = Math.floor((count * 2) / 3);
  const [whole, tail] = [pairSlope(hours, floors), pairSlope(hours, floors, third)];
  const {bend, error} = bendOf(hours, floors);
  const straight = (whole + Math.max(0.3 * whole, Math.min(3 * whole, tail))) / 2;
  const [middle, end] = [(hours[0] ?? 0) / 2, hours[count - 1] ?? 0];
  // A parabola's pace at the end is that of its middle and what the bend adds until then.
  const perHour = bend === 0 ? straight : Math.max(0.2 * whole, whole + bend * (end - middle));
  const left = Float64Array.from(floors.subarray(third), (floor, index) => {
    const hour = hours[third + index] ?? 0;
    return floor - perHour * hour - (bend / 2) * hour * hour;
  });
  const span = end - (hours[0] ?? 0);
  // Within each bucket the climb itself lifts the peak over the floor.
  const over = Math.max(0, swing - (perHour * span) / count);
  return {
    level: median(left) + over,
    rough: robustSigma(left) + ROUGH_SWING * over,
    perHour,
    perHourPerHour: bend,
    error: error / whole,
    wander: 1 / driftScore,
    stray: bend === 0 ? Math.abs(tail - whole) / whole : 0,
    hours: span,
    count,
    endMs,
  };
}

/** When the course meets a mark; nothing where that would be a guess. */
export function timeTo(course: Course, mark: number, nowMs: number): TimeTo | undefined {
  const hours = hoursTo(course, mark);
  const spread = spreadOf(course, hours, mark);
  if (!(spread <= MOST_SPREAD)) return undefined;
  // A bucket's lowest reading lies within it; what is longer ago is a pause, and no time that was used.
  const since = Math.min(nowMs - course.endMs, (2 * course.hours * HOUR_MS) / course.count);
  const left = (factor: number) => Math.max(0, hours * factor * HOUR_MS - since);
  return {
    ms: left(1),
    lowMs: left(Math.exp(-DEVIATE * spread)),
    highMs: left(Math.exp(DEVIATE * spread)),
  };
}

/** Standard deviation of the logarithm of the forecast's error. */
export function spreadOf(course: Course, hours: number, mark: number): number {
  const {error, stray, wander, rough, level} = course;
  return Math.hypot(
    SPREAD.least,
    SPREAD.error * error,
    SPREAD.stray * stray,
    SPREAD.wander * wander,
    SPREAD.horizon * Math.min(4, hours / course.hours),
    (SPREAD.rough * rough) / Math.max(mark - level, Number.MIN_VALUE),
  );
}

/** Hours from the end of the window until the course meets a mark. */
export function hoursTo({level, perHour, perHourPerHour}: Course, mark: number): number {
  const left = Math.max(0, mark - level);
  const straight = left / perHour;
  if (perHourPerHour === 0) return straight;
  const root = perHour * perHour + 2 * perHourPerHour * left;
  const bent = root >= 0 ? (2 * left) / (perHour + Math.sqrt(root)) : Number.POSITIVE_INFINITY;
  return Math.max(MOST_BENT.sooner * straight, Math.min(MOST_BENT.later * straight, bent));
}

/**
 * How much faster it grows each hour, 0 where that cannot be told from none and where it slows down, which
 * lasts seldom to the limit: the square of time less its
 * own straight line, regressed on (Frisch and Waugh, Econometrica 1, 1933), with the error of the straight
 * pace beside it.
 */
function bendOf(hours: Float64Array, floors: Float64Array): {readonly bend: number; readonly error: number} {
  const bandwidth = Math.max(2, Math.floor(floors.length / 5));
  const squares = hours.map((hour) => hour * hour);
  const own = leastSquares(hours, squares, 0);
  const middle = hours.reduce((sum, hour) => sum + hour, 0) / hours.length;
  const bends = squares.map(
    (square, index) => square - own.level - own.slope * ((hours[index] ?? 0) - middle),
  );
  const line = leastSquares(hours, floors, bandwidth);
  const left = floors.map((floor, index) => floor - line.level - line.slope * ((hours[index] ?? 0) - middle));
  const curve = leastSquares(bends, left, bandwidth);
  const score = Math.abs(curve.slope) / Math.max(curve.error, Number.MIN_VALUE);
  if (curve.slope < 0 || score < MIN_BEND_SCORE) return {bend: 0, error: line.error};
  const unbent = left.map((one, index) => one - curve.slope * (bends[index] ?? 0));
  return {bend: 2 * curve.slope, error: leastSquares(hours, unbent, bandwidth).error};
}
