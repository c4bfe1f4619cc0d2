import {quote} from '../config/resolve.ts';

/** So many of them are told by their numbers. */
const MOST_TOLD = 5;
const MOST_SHOWN = 40;

/** The lines of a log that could not be used; their numbers begin anew with each file of several. */
export class SkippedLines {
  readonly #former: string[] = [];
  #lines = 0;
  #skipped = 0;
  #numbers: number[] = [];
  /** How the first of them begins. */
  #first: string | undefined;

  /** `3 lines not read (12, 40, 41)`, of several files `… in run.jsonl.1` for each; none where all were read. */
  get texts(): readonly string[] {
    return [...this.#former, ...this.#text];
  }

  /** The lines so far were those of one file of several. */
  endFile(name: string): void {
    this.#former.push(...this.#text.map((text) => `${text} in ${name}`));
    [this.#lines, this.#skipped, this.#numbers] = [0, 0, []];
  }

  get #text(): readonly string[] {
    if (this.#skipped === 0) return [];
    const more = this.#skipped > this.#numbers.length ? ', …' : '';
    return [`${inLines(this.#skipped)} not read (${this.#numbers.join(', ')}${more})`];
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
