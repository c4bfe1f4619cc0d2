import {timeOf} from './log-fields.ts';
import {parseLine} from './parse-line.ts';

// As our own lines begin; to parse each whole line would take most of the time.
const BEGINNING = /^\{"timestamp":\s?"([^"\\]{1,40})"/;
/** So many bytes tell it. */
export const LINE_BEGINNING = 64;

/** When a line was written, milliseconds since the epoch; nothing where it does not tell. `beginning` is its first bytes. */
export function momentOfLine(beginning: string, whole: () => string): number | undefined {
  const quick = BEGINNING.exec(beginning)?.[1];
  return timeOf(quick ?? parseLine(whole())?.timestamp);
}
