import type {Writable} from 'node:stream';
import {noteLine} from '../core/event-lines.ts';
import type {LogTarget} from './log.ts';
import {toJson} from './to-json.ts';

/**
 * The log's lines on a stream. While its reader is too slow they are left out and counted, for what waits to be
 * read must not grow for days; a NOTE tells how many, once there is room. STOP is never left out.
 */
export class LineStream implements LogTarget {
  readonly #stream: Writable;
  readonly #now: () => number;
  #skipped = 0;

  /** `now`: wall clock, milliseconds. */
  constructor(stream: Writable, now: () => number) {
    this.#stream = stream;
    this.#now = now;
    stream.on('drain', () => this.#tellSkipped());
  }

  append(line: object): void {
    const isLast = 'event_type' in line && line.event_type === 'STOP';
    if (isLast) this.#tellSkipped();
    if (isLast || !this.#isFull()) this.#write(line);
    else this.#skipped += 1;
  }

  /** Resolves when all is with the reader, or when it was waited for long enough. */
  async flush(patienceMs: number): Promise<void> {
    if (this.#stream.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#stream.write('', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  // Not by `writableNeedDrain` alone: a single large line sets that, though it is gone at once.
  #isFull(): boolean {
    return this.#stream.writableNeedDrain && this.#stream.writableLength > 0;
  }

  #tellSkipped(): void {
    if (this.#skipped === 0) return;
    const count = this.#skipped === 1 ? '1 line' : `${this.#skipped} lines`;
    this.#skipped = 0;
    this.#write(noteLine(this.#now(), 'log', `${count} left out, the reader is too slow`));
  }

  #write(line: object): void {
    this.#stream.write(`${toJson(line)}\n`);
  }
}
