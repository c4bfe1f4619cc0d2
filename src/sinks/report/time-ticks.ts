import {formatClock, formatDay} from '../../core/format.ts';

export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  4 * DAY,
] as const;

/** At most `most` moments that are round in local time, each with its label. */
export function timeTicks(from: number, to: number, most: number): readonly TimeTick[] {
  const step = STEPS.find((length) => (to - from) / length <= most) ?? 8 * DAY;
  const ticks: TimeTick[] = [];
  for (let at = firstRound(from, step); at <= to; at = nextRound(at, step))
    ticks.push({at, label: labelOf(at, step)});
  return ticks;
}

/** Local time is whole hours off nowhere near everywhere, and changes twice a year. */
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
