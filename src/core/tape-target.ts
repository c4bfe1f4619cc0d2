import {parseBound} from './log/log-span.ts';

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

const SHARE = /^(\d{1,3}(?:\.\d+)?)\s*%$/;
const POINT = /^([-+]?)(alert|mark)s?$/;

/** What was typed behind `:`; nothing where that is no place. A leading colon is let in. */
export function parseTapeTarget(typed: string): TapeTarget | undefined {
  const text = typed.trim().replace(/^:/, '').trim().toLowerCase();
  if (text === 'start' || text === 'end' || text === 'peak') return {kind: text};
  const [, way, what] = POINT.exec(text) ?? [];
  if (what === 'alert' || what === 'mark') return {kind: way === '-' ? 'previous' : 'next', what};
  return shareOf(text) ?? timeTarget(text);
}

function shareOf(text: string): TapeTarget | undefined {
  const percent = Number(SHARE.exec(text)?.[1] ?? Number.NaN);
  return percent <= 100 ? {kind: 'share', percent} : undefined;
}

/** Times and steps are written as they are for a part of a log. */
function timeTarget(text: string): TapeTarget | undefined {
  const bound = parseBound(text.toUpperCase().replace(/[SMHD]/g, (unit) => unit.toLowerCase()));
  if (bound === undefined || bound.kind === 'moment') return bound;
  if (bound.kind === 'clock') return {kind: 'clock', ms: bound.ms};
  return {kind: 'by', ms: bound.kind === 'start' ? bound.ms : -bound.ms};
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
  /** What places lack to the wall clock, from each of these on; oldest first. */
  readonly walls: readonly TapeWall[];
}

export interface TapeWall {
  readonly place: number;
  readonly offsetMs: number;
}

/** What a place lacks to the wall clock, milliseconds. */
export function wallOffset({walls}: Pick<TapeMap, 'walls'>, place: number): number {
  return (walls.findLast((wall) => wall.place <= place) ?? walls[0])?.offsetMs ?? 0;
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
  const {start, end, points} = map;
  switch (target.kind) {
    case 'share':
      return start + ((end - start) * target.percent) / 100;
    case 'by':
      return here + target.ms;
    case 'moment':
      return placeOfMoment(target.at, map);
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

/** Where the wall clock showed a moment; between two stretches, where it was set, that is the later one's beginning. */
function placeOfMoment(at: number, {walls}: TapeMap): number {
  const stretch = walls.find(({place, offsetMs}, index) => {
    const until = walls[index + 1]?.place ?? Number.POSITIVE_INFINITY;
    return at - offsetMs >= place && at - offsetMs < until;
  });
  const next = walls.find(({place, offsetMs}) => place + offsetMs >= at);
  return stretch === undefined ? (next?.place ?? at - (walls.at(-1)?.offsetMs ?? 0)) : at - stretch.offsetMs;
}

/** That time on the day where the tape stands; where it has no such time on that day, on the next or the one before. */
function clockPlace(ms: number, map: TapeMap, here: number): number {
  const day = new Date(here + wallOffset(map, here));
  const today = new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, 0, 0, ms).getTime();
  const places = [today, today + DAY, today - DAY].map((at) => placeOfMoment(at, map));
  return places.find((place) => place >= map.start && place <= map.end) ?? places[0] ?? here;
}
