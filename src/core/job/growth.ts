import type {HistoryPoint} from '../history.ts';

/** A rise that goes on to the end of what was seen. */
export interface Rise {
  /** Bytes an hour. */
  readonly ratePerHour: number;
  /** When it began, on the history's timeline. */
  readonly since: number;
}

const HOUR_MS = 3_600_000;
/** Below this share of the rise above its lowest point it had not begun. */
const BEGUN_SHARE = 0.05;
const LEAST_MS = 60_000;
const LEAST_SHARE = 1;

/**
 * The rise up to the last point: from the last time that the share in use was as low as ever (within 5 % of the
 * whole rise). Points are shares of `totalBytes`, 0–100. Nothing where it rose by less than 1 % of the limit, or
 * for less than a minute: that is no growth to speak of.
 */
export function riseOf(points: readonly HistoryPoint[], totalBytes: number): Rise | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const lowest = Math.min(...points.map(({min}) => min));
  const rise = last.mean - lowest;
  const begin = points.findLast(({min}) => min <= lowest + rise * BEGUN_SHARE);
  if (begin === undefined || rise < LEAST_SHARE || last.at - begin.at < LEAST_MS) return undefined;
  const hours = (last.at - begin.at) / HOUR_MS;
  return {ratePerHour: ((last.mean - begin.mean) / 100) * (totalBytes / hours), since: begin.at};
}
