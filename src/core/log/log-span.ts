/** A part of a log, by the wall clock of its lines; milliseconds since the epoch, both ends within it. */
export interface LogSpan {
  readonly from: number;
  readonly to: number;
}

/** From where to where a log goes. */
export interface LogEnds {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** One end of a span as it was asked for. `text` is how. */
export type SpanBound = {readonly text: string} & (
  | {readonly kind: 'moment'; readonly at: number}
  /** Milliseconds since midnight, local time; `stepMs` is how exact it is. */
  | {readonly kind: 'clock'; readonly ms: number; readonly stepMs: number}
  /** Behind the log's start, and before its end. */
  | {readonly kind: 'start' | 'end'; readonly ms: number}
);

const UNITS: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};
const DAY = 86_400_000;
const MINUTE = 60_000;
const MOMENT = /^\d{4}-\d\d-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
const CLOCK = /^(\d\d?):(\d\d)(?::(\d\d))?$/;
const OFFSET = /^([+-])((?:\d{1,9}(?:\.\d{1,3})?[smhd])+)$/;
const EPOCH_LATEST = Date.UTC(2200, 0);

/**
 * An end of a span: a moment in ISO 8601 (local without a zone, a day alone is its midnight), a time of day, `+1h30m`
 * from the start or `-2h` from the end. Nothing where it is none of them.
 */
export function parseBound(given: string): SpanBound | undefined {
  const text = given.trim();
  return momentBound(text) ?? clockBound(text) ?? offsetBound(text);
}

/** Whether the log must be known to tell the moment. */
export function isRelative(bound: SpanBound | undefined): boolean {
  return bound !== undefined && bound.kind !== 'moment';
}

/**
 * The moments of both ends; an end that was not asked for is open. A time of day is the first such one in the log: of its
 * first day, and of the next where the log begins later on that day and goes on so far. As `to` it is the first behind
 * `from`.
 */
export function resolveSpan(
  {from, to}: {readonly from?: SpanBound | undefined; readonly to?: SpanBound | undefined},
  ends: LogEnds,
): LogSpan {
  const start = from === undefined ? Number.NEGATIVE_INFINITY : momentOf(from, ends, firstClock);
  const after = Math.max(start, ends.startedAt);
  const end = to === undefined ? Number.POSITIVE_INFINITY : momentOf(to, ends, (ms) => clockAfter(after, ms));
  return {from: start, to: end};
}

type ClockOf = (ms: number, stepMs: number, ends: LogEnds) => number;

function momentOf(bound: SpanBound, ends: LogEnds, clock: ClockOf): number {
  if (bound.kind === 'moment') return bound.at;
  if (bound.kind === 'clock') return clock(bound.ms, bound.stepMs, ends);
  return bound.kind === 'start' ? ends.startedAt + bound.ms : ends.endedAt - bound.ms;
}

const firstClock: ClockOf = (ms, stepMs, {startedAt, endedAt}) => {
  // 09:00 is in a log that begins at 09:00:05.
  const first = clockAfter(Math.floor(startedAt / stepMs) * stepMs, ms);
  return first <= endedAt ? first : clockOn(startedAt, 0, ms);
};

function clockAfter(at: number, ms: number): number {
  const today = clockOn(at, 0, ms);
  return today >= at ? today : clockOn(at, 1, ms);
}

/** A time of day on the day of a moment or days later, by the local calendar. */
function clockOn(at: number, days: number, ms: number): number {
  const date = new Date(at);
  return new Date(
    date.getFullYear(),
    date.getMonth(),
    date.getDate() + days,
    Math.floor(ms / 3_600_000),
    Math.floor(ms / MINUTE) % 60,
    (ms / 1000) % 60,
  ).getTime();
}

function momentBound(text: string): SpanBound | undefined {
  const day = MOMENT.exec(text)?.[1];
  if (day === undefined) return undefined;
  // A day alone would be read as UTC.
  const at = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'));
  const isThere = at >= 0 && at < EPOCH_LATEST && hasDay(text, Number(day));
  return isThere ? {kind: 'moment', at, text} : undefined;
}

/** 30 February would be taken as a day in March. */
function hasDay(text: string, day: number): boolean {
  return new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDate() === day;
}

function clockBound(text: string): SpanBound | undefined {
  const [, hours, minutes, seconds] = CLOCK.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds ?? 0)];
  if (h > 23 || m > 59 || s > 59) return undefined;
  const stepMs = seconds === undefined ? MINUTE : 1000;
  return {kind: 'clock', ms: (h * 3600 + m * 60 + s) * 1000, stepMs, text};
}

function offsetBound(text: string): SpanBound | undefined {
  const [, sign, lengths] = OFFSET.exec(text) ?? [];
  if (lengths === undefined) return undefined;
  const parts = [...lengths.matchAll(/([\d.]+)([smhd])/g)];
  const ms = parts.reduce((sum, [, figure, unit = '']) => sum + Number(figure) * (UNITS[unit] ?? 0), 0);
  return ms <= 36_500 * DAY ? {kind: sign === '+' ? 'start' : 'end', ms, text} : undefined;
}
