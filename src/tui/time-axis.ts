import {formatClock, formatDay} from '../core/format.ts';

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
  7 * DAY,
  14 * DAY,
] as const;
/** Columns from one label to the next, at least: their own width and some calm. */
const LABEL_PITCH = 12;
const END = 'now';

export interface AxisOptions {
  /** First moment of the first column, and the length of one, milliseconds. */
  readonly from: number;
  readonly columnMs: number;
  readonly width: number;
  /** What stands at the right end; nothing when the end is not now. */
  readonly isNow: boolean;
  readonly isMissing: (column: number) => boolean;
}

/** The time axis: `────09:00────10:00────now`, with `·` under columns without readings. */
export function timeAxis({from, columnMs, width, isNow, isMissing}: AxisOptions): string {
  const cells = Array.from({length: width}, (_, column) => (isMissing(column) ? '·' : '─'));
  const end = isNow ? width - END.length : width;
  if (isNow) put(cells, end, END);
  const step = STEPS.find((length) => length / columnMs >= LABEL_PITCH) ?? 28 * DAY;
  for (let at = firstRound(from, step); at < from + width * columnMs; at = nextRound(at, step)) {
    const text = labelOf(at, step);
    const start = Math.floor((at - from) / columnMs) - Math.floor(text.length / 2);
    if (start >= 0 && start + text.length < end && cells[start - 1] !== undefined) put(cells, start, text);
  }
  return cells.join('');
}

function labelOf(at: number, step: number): string {
  if (step < MINUTE) return formatClock(at);
  return step >= DAY || isMidnight(at) ? formatDay(at) : formatClock(at, 'minutes');
}

/** Round in local time, whose offset need not be whole hours and changes twice a year. */
function firstRound(from: number, step: number): number {
  const offset = localOffset(from);
  return Math.ceil((from + offset) / step) * step - offset;
}

function nextRound(at: number, step: number): number {
  const next = at + step;
  return step < HOUR ? next : next + localOffset(at) - localOffset(next);
}

function localOffset(at: number): number {
  return -new Date(at).getTimezoneOffset() * MINUTE;
}

function isMidnight(at: number): boolean {
  const date = new Date(at);
  return date.getHours() === 0 && date.getMinutes() === 0;
}

function put(cells: string[], start: number, text: string): void {
  for (const [index, character] of [...text].entries()) cells[start + index] = character;
}
