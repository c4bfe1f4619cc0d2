import type {Readable} from 'node:stream';
import {timeOf} from '../core/log/log-fields.ts';
import {type LogReading, LogReadings} from '../core/log/log-readings.ts';
import type {LogEnds, LogSpan} from '../core/log/log-span.ts';
import {readLog, textTaker} from './open-log.ts';
import {SkippedLines} from './skipped-lines.ts';
import {shownLog} from './spooled-input.ts';
import type {FoundInLog} from './unreadable-log.ts';

/** Reads logs reading by reading, and keeps what is to be said of them. */
export class ExportReading {
  readonly #readings: LogReadings;
  #count = 0;
  #ends: LogEnds | undefined;
  #found: FoundInLog | undefined;

  constructor(span: LogSpan | undefined) {
    this.#readings = new LogReadings(span);
  }

  /** How many readings there were. */
  get count(): number {
    return this.#count;
  }

  /** From where to where the log goes, where any line had a time. */
  get ends(): LogEnds | undefined {
    return this.#ends;
  }

  /** What the last of the files had in it. */
  get found(): FoundInLog | undefined {
    return this.#found;
  }

  /** @returns what could not be read, one line each */
  async feed(
    names: readonly string[],
    stdin: Readable,
    onReading: (reading: LogReading) => void,
  ): Promise<readonly string[]> {
    const notes: string[] = [];
    for (const name of names) {
      const skipped = new SkippedLines();
      const taker = textTaker((text) => {
        const taken = this.#readings.take(text);
        skipped.count(taken !== 'unread', text);
        if (taken === 'unread' || text === undefined) return;
        this.#noteTime(text, taken);
        if (taken === 'other') return;
        this.#count += 1;
        onReading(taken);
      });
      const read = await readLog(name, stdin, taker);
      this.#found = {...read, skipped};
      const {problem} = read;
      notes.push(...skipped.texts.map((text) => `${text} in ${shownLog(name)}`));
      if (problem !== undefined) notes.push(`${shownLog(name)} was not read to its end: ${problem}`);
    }
    return notes;
  }

  /** Only asked where no reading was found, so that a line without one is looked at again. */
  #noteTime(text: string, taken: LogReading | 'other'): void {
    const at = typeof taken === 'object' ? taken.at : timeOf(/"timestamp":\s?"([^"]{1,40})"/.exec(text)?.[1]);
    if (at === undefined) return;
    const {startedAt = at, endedAt = at} = this.#ends ?? {};
    this.#ends = {startedAt, endedAt: Math.max(endedAt, at)};
  }
}
