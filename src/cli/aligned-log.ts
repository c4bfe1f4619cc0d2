import type {Alignment} from '../config/diff-options.ts';
import {quote} from '../config/resolve.ts';
import {EVENT_TYPES} from '../core/log/log-events.ts';
import {textOf, timeOf, wordOf} from '../core/log/log-fields.ts';
import {parseLine} from '../core/log/parse-line.ts';
import type {Context} from './context.ts';
import {UserError} from './exit.ts';
import {readLog, textTaker} from './open-log.ts';
import {SkippedLines} from './skipped-lines.ts';
import {shownLog} from './spooled-input.ts';
import {unreadable} from './unreadable-log.ts';

/** One of two logs to compare, from the moment on that both are aligned at. */
export interface AlignedLog {
  readonly name: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly from: number;
  /** From there to its last reading. */
  readonly lengthMs: number;
  /** `the start`, or `mark "epoch 1"`. */
  readonly alignedAt: string;
}

/** Looks for where a log is aligned at. @throws {UserError} where it has no such mark, or no readings */
export async function alignedLog(name: string, align: Alignment, {stdin}: Context): Promise<AlignedLog> {
  const found = new Moments(align.kind === 'mark' ? align.note : undefined);
  const read = await readLog(
    name,
    stdin,
    textTaker((line) => found.take(line)),
  );
  const {first, last, mark, notes} = found;
  if (first === undefined || last === undefined)
    throw unreadable('diff', name, {...read, skipped: found.skipped});
  if (align.kind === 'start') return {name, from: first, lengthMs: last - first, alignedAt: 'the start'};
  if (mark !== undefined)
    return {name, from: mark, lengthMs: Math.max(0, last - mark), alignedAt: `mark ${quote(align.note)}`};
  const there = notes.length === 0 ? 'no mark at all' : `marks ${notes.map(quote).join(', ')}`;
  throw new UserError(`align: expected a mark ${quote(align.note)} in ${shownLog(name)}, got ${there}`);
}

const MOST_NOTES = 5;

/** The first and the latest reading of a log, and the first mark of a note. */
class Moments {
  readonly notes: string[] = [];
  readonly skipped = new SkippedLines();
  readonly #note: string | undefined;
  first: number | undefined;
  last: number | undefined;
  mark: number | undefined;

  constructor(note: string | undefined) {
    this.#note = note;
  }

  take(text: string | undefined): void {
    const line = text === undefined ? undefined : parseLine(text);
    const at = line && timeOf(line.timestamp);
    this.skipped.count(at !== undefined, text);
    if (line === undefined || at === undefined) return;
    const type = wordOf(line.event_type, EVENT_TYPES);
    if (type === 'MARK') this.#takeMark(textOf(line.message) ?? '', at);
    if (type !== undefined) return;
    this.first ??= at;
    this.last = Math.max(this.last ?? at, at);
  }

  #takeMark(note: string, at: number): void {
    if (note === this.#note) this.mark ??= at;
    else if (this.notes.length < MOST_NOTES) this.notes.push(note);
  }
}
