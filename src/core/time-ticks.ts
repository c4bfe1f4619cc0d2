import {formatClock, formatDay} from './format.ts';

/** A moment that is round in local time, as axes of time are labelled with. */
export interface TimeTick {
  readonly at: number;
  /** `14:05:30`, `14:05`, or the day: `Sun 22 Nov`. */
  readonly label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 4, 7, 14, 28].map((days) => days * DAY),
];

/** The round moments of a span that lie at least `leastMs` apart. */
export function timeTicks(from: number, to: number, leastMs: number): readonly TimeTick[] {
  const step = STEPS.find((length) => length >= leastMs) ?? 28 * DAY;
  const ticks: TimeTick[] = [];
  for (let at = firstRound(from, step); at <= to; at = nextRound(at, step))
    ticks.push({at, label: labelOf(at, step)});
  return ticks;
}

/** Local time is whole hours off not everywhere, and changes twice a year. */
function firstRound(from: number, step: number): number {
  const offset = localOffset(from);
  return Math.ceil((from + offset) / step) * step - offset;
}

function nextRound(at: number, step: number): number {
  const next = at + step;
  return step <= HOUR ? next : next + localOffset(at) - localOffset(next);
}

function localOffset(at: number): number {
  return -new Date(at).getTimezoneOffset() * MINUTE;
}

function labelOf(at: number, step: number): string {
  if (step < MINUTE) return formatClock(at);
  return step >= DAY || formatClock(at) === '00:00:00' ? formatDay(at) : formatClock(at, 'minutes');
}
