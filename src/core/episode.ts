import type {Unit} from './measure.ts';

/** One stretch over the threshold: from the alert that raised it until it is well under for a while. */

const CLEAR_POINTS = 5;
const CLEAR_SHARE = 0.1;
/** A figure that must not fall below its threshold clears above this many times of it. */
const CLEAR_FACTOR_BELOW = 1.5;
export const CLEAR_MS = 15_000;

export interface OpenEpisode {
  readonly raisedAt: number;
  readonly raisedClock: number;
  /** Since when it had been over its threshold when it was raised, on the clock that never steps. */
  readonly overClock: number;
  /** The worst so far. */
  readonly peak: number;
  /** How often it was told, the first time among them. */
  readonly repeats: number;
  /** How many reminders of its schedule have passed, those that nobody was told among them. */
  readonly passed: number;
  readonly silenced: boolean;
  /** Since when it has been under the clearing level, on the clock that never steps. */
  readonly underSince: number | undefined;
}

/** Which side of its threshold is bad, and what its figures are counted in. */
export interface Bound {
  readonly threshold: number;
  /** @default 'percent' */
  readonly unit?: Unit;
  /** Whether it alerts below its threshold: time that is left. @default false */
  readonly isBelow?: boolean;
}

/** Whether a figure is at its threshold or beyond. */
export function isOver(value: number, {threshold, isBelow = false}: Bound): boolean {
  return isBelow ? value <= threshold : value >= threshold;
}

/**
 * From where an alert clears: 5 points under its threshold, or a tenth of it where the threshold is low or no
 * share, so that a figure swinging around the threshold is one alert and not many.
 */
export function clearLevel({threshold, unit = 'percent', isBelow = false}: Bound): number {
  if (isBelow) return threshold * CLEAR_FACTOR_BELOW;
  const tenth = threshold * CLEAR_SHARE;
  return threshold - (unit === 'percent' ? Math.min(CLEAR_POINTS, tenth) : tenth);
}

export function openEpisode(look: {
  readonly at: number;
  readonly clock: number;
  readonly value: number;
  /** @default clock */
  readonly overClock?: number;
  /** The worst since it was over. @default value */
  readonly peak?: number;
}): OpenEpisode {
  const {at, clock, value, overClock = clock, peak = value} = look;
  return {
    raisedAt: at,
    raisedClock: clock,
    overClock,
    peak,
    repeats: 1,
    passed: 0,
    silenced: false,
    underSince: undefined,
  };
}

/** The episode after one more check: still open, or `cleared` once it was well under for so long. */
export function advanceEpisode(
  episode: OpenEpisode,
  {value, clock}: {readonly value: number; readonly clock: number},
  bound: Bound,
  clearMs = CLEAR_MS,
): {readonly episode: OpenEpisode; readonly cleared: boolean} {
  const {isBelow = false} = bound;
  const level = clearLevel(bound);
  const isUnder = isBelow ? value > level : value < level;
  const underSince = isUnder ? (episode.underSince ?? clock) : undefined;
  const peak = worseOf(episode.peak, value, bound);
  return {
    // Most checks change nothing of it.
    episode:
      peak === episode.peak && underSince === episode.underSince ? episode : {...episode, underSince, peak},
    cleared: underSince !== undefined && clock - underSince >= clearMs,
  };
}

/** The worse of two figures. */
export function worseOf(one: number, other: number, {isBelow = false}: Pick<Bound, 'isBelow'>): number {
  return isBelow ? Math.min(one, other) : Math.max(one, other);
}

/** How long it lasted: until it went under. That it stayed there is only what was waited for. */
export function lastedMs({underSince, overClock}: OpenEpisode, clock: number): number {
  return (underSince ?? clock) - overClock;
}
