import {quote} from '../config/resolve.ts';

/** So many of them are told by their numbers. */
const MOST_TOLD = 5;
const MOST_SHOWN = 40;

/** The lines of a log that could not be used. */
export class SkippedLines {
  #lines = 0;
  #skipped = 0;
  readonly #numbers: number[] = [];
  /** How the first of them begins. */
  #first: string | undefined;

  /** All lines so far. */
  get lines(): number {
    return this.#lines;
  }

  /** `3 lines not read (12, 40, 41)`; nothing where all were. */
  get text(): string | undefined {
    if (this.#skipped === 0) return undefined;
    const more = this.#skipped > this.#numbers.length ? ', …' : '';
    return `${inLines(this.#skipped)} not read (${this.#numbers.join(', ')}${more})`;
  }

  /** `3 lines and no reading in them, the first "not json"`. */
  get whole(): string {
    const first = this.#first === undefined ? '' : `, the first not read ${this.#first}`;
    return `${inLines(this.#lines)} and no reading in them${first}`;
  }

  /** Counts one line; `text` is what it was, where it was not too long. */
  count(isRead: boolean, text: string | undefined): void {
    this.#lines += 1;
    if (isRead) return;
    this.#skipped += 1;
    if (this.#numbers.length < MOST_TOLD) this.#numbers.push(this.#lines);
    this.#first ??= text === undefined ? 'longer than 1 MiB' : quote(text.slice(0, MOST_SHOWN));
  }
}

function inLines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}
