import type {Climb} from './climb-tests.ts';
import {leastSquares} from './regression.ts';
import {median, pairSlope, robustSigma, withoutOutliers} from './robust.ts';
import {DEVIATE, HOUR_MS} from './units.ts';
import type {Window} from './window.ts';

/** Time until a mark is reached, milliseconds from the moment of the verdict, with its 80 % interval. */
export interface TimeTo {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/** What a series does each day beside its climb. */
export interface Rhythm {
  /** How far the height of the day stands over its mean, and how far a moment does. */
  readonly highest: number;
  at(timeMs: number): number;
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
  /** The rhythm that was taken out before the climb was looked for. */
  readonly rhythm?: Rhythm | undefined;
}

/** A bend is believed where it stands this many errors from none. */
const MIN_BEND_SCORE = {faster: 4, slower: 6} as const;
/** A parabola comes to rest, but what slows down does so ever less: this share of its bend lasts. */
const LASTING_BEND = 0.4;
/** How far a bend may move the answer of a straight line, as factors. */
const MOST_BENT = {sooner: 0.35, later: 1.3} as const;
/** An interval that would reach more than twice as far is a guess. */
const MOST_SPREAD = 0.55;
/**
 * How the logarithm of the error scatters, fitted on the tuning seeds of the evaluation by the likelihood of
 * Student's t: what is left at best, and the say of the slope's own error, which knows only of what was
 * seen, of its straying, of a walk, of the roughness of the level, and of a bend that may end.
 */
const SPREAD = {least: 0.01, error: 3.3, stray: 0.38, wander: 0.3, rough: 1.5, slowing: 0.5} as const;
/** How much of what comes and goes is as unsure as the level itself. */
const ROUGH_SWING = 0.1;
const SLOT_MS = 900_000;
const SLOTS_PER_DAY = 96;

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
    rough: Math.hypot(robustSigma(left), ROUGH_SWING * over),
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
  const {rhythm} = course;
  if (!(course.perHour > 0)) return undefined;
  const height = mark - (rhythm?.highest ?? 0);
  const hours = hoursTo(course, height);
  const spread = spreadOf(course, hours, height);
  if (!(spread <= MOST_SPREAD)) return undefined;
  // A bucket's lowest reading lies within it; what is longer ago is a pause, and no time that was used.
  const since = Math.min(nowMs - course.endMs, (2 * course.hours * HOUR_MS) / course.count);
  const left = (factor: number) => {
    const until = Math.max(0, hours * factor * HOUR_MS - since);
    return rhythm ? until + untilHeight(rhythm, nowMs + until, course.perHour / factor) : until;
  };
  const ms = left(1);
  return {
    ms,
    lowMs: Math.min(ms, left(Math.exp(-DEVIATE * spread))),
    highMs: Math.max(ms, left(Math.exp(DEVIATE * spread))),
  };
}

/** From the moment when the height of the day would meet a mark, until a rhythm that climbs on does. */
function untilHeight(rhythm: Rhythm, fromMs: number, perHour: number): number {
  let slot = 0;
  const climbed = () => (perHour * slot * SLOT_MS) / HOUR_MS;
  while (slot < SLOTS_PER_DAY && rhythm.at(fromMs + slot * SLOT_MS) + climbed() < rhythm.highest) slot += 1;
  return slot * SLOT_MS;
}

/** Standard deviation of the logarithm of the forecast's error. */
export function spreadOf(course: Course, hours: number, mark: number): number {
  const {error, stray, wander, level, perHour, perHourPerHour, rhythm} = course;
  const rough = Math.hypot(course.rough, ROUGH_SWING * (rhythm?.highest ?? 0));
  const left = Math.max(mark - level, Number.MIN_VALUE);
  const slowing = perHourPerHour < 0 && hours > 0 ? Math.log((hours * perHour) / left) : 0;
  return Math.hypot(
    SPREAD.least,
    SPREAD.error * error,
    SPREAD.stray * stray,
    SPREAD.wander * wander,
    (SPREAD.rough * rough) / left,
    SPREAD.slowing * slowing,
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
 * How much faster or slower it grows each hour, 0 where that cannot be told from none: the square of time
 * less its own straight line, regressed on (Frisch and Waugh, Econometrica 1, 1933), with the error of the
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
  const score = curve.slope / Math.max(curve.error, Number.MIN_VALUE);
  if (score < MIN_BEND_SCORE.faster && score > -MIN_BEND_SCORE.slower) return {bend: 0, error: line.error};
  const unbent = left.map((one, index) => one - curve.slope * (bends[index] ?? 0));
  const lasting = curve.slope < 0 ? LASTING_BEND : 1;
  return {bend: 2 * lasting * curve.slope, error: leastSquares(hours, unbent, bandwidth).error};
}
