import {placeOf, timeOf} from './log-fields.ts';
import {parseLine} from './parse-line.ts';
import type {DatedLine} from './tape-clock.ts';

// As our own lines begin; to parse each whole line would take most of the time.
const BEGINNING = /^\{"timestamp":\s?"([^"\\]{1,40})"/;
const EVENT = /"event_type":\s?"(\w{1,40})"/;
const TOLD = /"timeline_ms":\s?(\d{1,16})/;
/** So many bytes tell all of it. */
export const LINE_BEGINNING = 256;

/** When a line was written, milliseconds since the epoch; nothing where it does not tell. `beginning` is its first bytes. */
export function momentOfLine(beginning: string, whole: () => string): number | undefined {
  return timeOf(BEGINNING.exec(beginning)?.[1] ?? parseLine(whole())?.timestamp);
}

/** When a line is due, by its first bytes. */
export function datedLine(beginning: string, whole: () => string): DatedLine {
  const type = EVENT.exec(beginning)?.[1];
  const told = placeOf(TOLD.exec(beginning)?.[1]);
  return {
    at: momentOfLine(beginning, whole),
    told,
    kind: type === undefined ? 'reading' : type === 'START' ? 'start' : 'event',
  };
}
