/** Where on a tape to go, as it was asked for. */
export type TapeTarget =
  | {readonly kind: 'share'; readonly percent: number}
  /** A time of day, milliseconds since midnight, local time. */
  | {readonly kind: 'clock'; readonly ms: number}
  | {readonly kind: 'moment'; readonly at: number}
  /** From where the tape stands, milliseconds. */
  | {readonly kind: 'by'; readonly ms: number}
  | {readonly kind: 'start' | 'end' | 'peak'}
  | {readonly kind: 'next' | 'previous'; readonly what: TapePointKind | 'any'};

export const TAPE_POINT_KINDS = ['alert', 'mark', 'peak'] as const;
export type TapePointKind = (typeof TAPE_POINT_KINDS)[number];

/** What to type, for the prompt and for an answer. */
export const TAPE_TARGET_HELP = '03:12:00, 42%, +10m, peak, alert, mark';

const UNITS: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};
const CLOCK = /^(\d\d?):(\d\d)(?::(\d\d))?$/;
const SHARE = /^(\d{1,3}(?:\.\d+)?)\s*%$/;
const OFFSET = /^([+-])((?:\d{1,6}(?:\.\d+)?\s*[smhd]\s*)+)$/;
const POINT = /^([-+]?)(alert|mark)s?$/;
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** What was typed behind `:`; nothing where that is no place. A leading colon is let in. */
export function parseTapeTarget(typed: string): TapeTarget | undefined {
  const text = typed.trim().replace(/^:/, '').trim().toLowerCase();
  if (text === 'start' || text === 'end' || text === 'peak') return {kind: text};
  const [, way, what] = POINT.exec(text) ?? [];
  if (what === 'alert' || what === 'mark') return {kind: way === '-' ? 'previous' : 'next', what};
  return shareOf(text) ?? clockOf(text) ?? offsetOf(text) ?? momentOf(text);
}

function shareOf(text: string): TapeTarget | undefined {
  const percent = Number(SHARE.exec(text)?.[1] ?? Number.NaN);
  return percent <= 100 ? {kind: 'share', percent} : undefined;
}

function clockOf(text: string): TapeTarget | undefined {
  const [, hours, minutes, seconds = '0'] = CLOCK.exec(text) ?? [];
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  return h < 24 && m < 60 && s < 60 ? {kind: 'clock', ms: (h * 3600 + m * 60 + s) * 1000} : undefined;
}

function offsetOf(text: string): TapeTarget | undefined {
  const [, sign, lengths] = OFFSET.exec(text) ?? [];
  if (lengths === undefined) return undefined;
  const ms = [...lengths.matchAll(/([\d.]+)\s*([smhd])/g)].reduce(
    (sum, [, figure, unit = '']) => sum + Number(figure) * (UNITS[unit] ?? 0),
    0,
  );
  return {kind: 'by', ms: sign === '-' ? -ms : ms};
}

function momentOf(text: string): TapeTarget | undefined {
  const at = MOMENT.test(text) ? Date.parse(text.toUpperCase().replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(at) ? undefined : {kind: 'moment', at};
}

/** Somewhere on a tape worth going to, on the line that never goes back. */
export interface TapePoint {
  readonly kind: TapePointKind;
  readonly place: number;
}

/** A tape as far as it is known: its ends and what is on it, oldest first. */
export interface TapeMap {
  readonly start: number;
  readonly end: number;
  readonly points: readonly TapePoint[];
  /** What its places lack to the wall clock. */
  readonly wallOffsetMs: number;
}

/** Half a second: the point that the tape stands on is neither next nor previous. */
const HERE_MS = 500;
const DAY = 86_400_000;

/** The place that is meant, within the tape; nothing where there is no such point. */
export function placeOnTape(target: TapeTarget, map: TapeMap, here: number): number | undefined {
  const place = wanted(target, map, here);
  return place === undefined ? undefined : Math.max(map.start, Math.min(map.end, place));
}

function wanted(target: TapeTarget, map: TapeMap, here: number): number | undefined {
  const {start, end, points, wallOffsetMs} = map;
  switch (target.kind) {
    case 'share':
      return start + ((end - start) * target.percent) / 100;
    case 'by':
      return here + target.ms;
    case 'moment':
      return target.at - wallOffsetMs;
    case 'clock':
      return clockPlace(target.ms, map, here);
    case 'start':
    case 'end':
      return map[target.kind];
    case 'peak':
      return points.find(({kind}) => kind === 'peak')?.place;
    case 'next':
      return points.find(({kind, place}) => isAsked(kind, target.what) && place > here + HERE_MS)?.place;
    case 'previous':
      return points.findLast(({kind, place}) => isAsked(kind, target.what) && place < here - HERE_MS)?.place;
  }
}

function isAsked(kind: TapePointKind, what: TapePointKind | 'any'): boolean {
  return what === 'any' || kind === what;
}

/** That time on the day where the tape stands; where it has no such time on that day, on the next or the one before. */
function clockPlace(ms: number, {start, end, wallOffsetMs}: TapeMap, here: number): number {
  const day = new Date(here + wallOffsetMs);
  const today =
    new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, 0, 0, ms).getTime() - wallOffsetMs;
  return [today, today + DAY, today - DAY].find((place) => place >= start && place <= end) ?? today;
}
