/** How many lines of a job's output are kept, and how much of one line. */
export const MOST_LINES = 10_000;
const MOST_WIDTH = 2000;
const TAB = 8;
/** What may be the beginning of an escape sequence is kept until more comes, and no longer than any can be. */
const MOST_PENDING = 256;

// Control sequences, strings such as a title with their ends, other short escapes; then single controls; then text.
const TOKEN =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-Z\\^-~]|[\u0000-\u001f\u007f-\u009f]|[^\u0000-\u001f\u007f-\u009f]+/g;
const BEGUN = /\u001b(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001b]*\u001b?|[ -/]*)?$/;
const PLAIN = /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f]*$/;
const MOVE = /^\u001b\[(\d*)([A-GK])$/;

/**
 * A job's output as a terminal would show it, line by line: a carriage return goes back to the line's beginning, so that a
 * progress bar overwrites itself; bars of several lines move the cursor up; all other escape sequences are left out.
 * The last 10,000 lines are kept.
 */
export class OutputLines {
  #lines: string[] = [''];
  /** How many lines were dropped from the front, and left out as too many to keep. */
  #dropped = 0;
  #row = 0;
  #column = 0;
  #pending = '';
  #version = 0;

  /** How many lines there have been; one that was begun counts. */
  get count(): number {
    return this.#dropped + this.size;
  }

  /** How many are kept. */
  get size(): number {
    return this.#lines.at(-1) === '' ? this.#lines.length - 1 : this.#lines.length;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Kept lines by their place among these, not yet safe for a terminal. */
  slice(from: number, to: number): readonly string[] {
    return this.#lines.slice(Math.max(0, from), Math.min(to, this.size));
  }

  /** Takes in a piece of output, however it was cut. */
  feed(piece: string): void {
    const text = this.#pending + piece;
    this.#pending = '';
    if (text === '') return;
    this.#version += 1;
    const isAtEnd = this.#row === this.#lines.length - 1 && this.#column === this.#last.length;
    if (isAtEnd && PLAIN.test(text)) this.#append(text);
    else this.#walk(text);
    this.#trim();
  }

  /** So many ends of lines went by too fast to be kept; what comes next begins a new line. */
  skip(lines: number): void {
    this.#version += 1;
    // The first of them was that of a line that had begun.
    const ended = this.#lines.at(-1) === '' ? 0 : 1;
    this.#dropped += Math.max(0, lines - ended) + this.size;
    this.#lines = [''];
    [this.#row, this.#column, this.#pending] = [0, 0, ''];
  }

  get #last(): string {
    return this.#lines.at(-1) ?? '';
  }

  #append(text: string): void {
    const [first = '', ...rest] = text.split('\n');
    this.#lines[this.#row] = `${this.#last}${first}`.slice(0, MOST_WIDTH);
    for (const line of rest) this.#lines.push(line.slice(0, MOST_WIDTH));
    this.#row = this.#lines.length - 1;
    this.#column = this.#last.length;
  }

  #walk(text: string): void {
    const begun = BEGUN.exec(text)?.index ?? text.length;
    this.#pending = text.length - begun > MOST_PENDING ? '' : text.slice(begun);
    for (const [token] of text.slice(0, begun).matchAll(TOKEN)) {
      const first = token.charCodeAt(0);
      if (first >= 0x20 && (first < 0x7f || first > 0x9f)) this.#write(token);
      else this.#control(token);
    }
  }

  #write(text: string): void {
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    const end = this.#column + text.length;
    this.#lines[this.#row] = `${line.slice(0, this.#column)}${text}${line.slice(end)}`.slice(0, MOST_WIDTH);
    this.#column = Math.min(end, MOST_WIDTH);
  }

  #control(token: string): void {
    if (token === '\n') this.#newLine();
    else if (token === '\r') this.#column = 0;
    else if (token === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (token === '\t') this.#write(' '.repeat(TAB - (this.#column % TAB)));
    else this.#move(token);
  }

  #move(token: string): void {
    const [, figure = '', letter] = MOVE.exec(token) ?? [];
    const count = Math.max(1, Number(figure));
    if (letter === 'A' || letter === 'F') this.#row = Math.max(0, this.#row - count);
    // A screen ends below its last line: moves, other than new lines, make none.
    if (letter === 'B' || letter === 'E') this.#row = Math.min(this.#lines.length - 1, this.#row + count);
    if (letter === 'E' || letter === 'F') this.#column = 0;
    if (letter === 'C') this.#column = Math.min(MOST_WIDTH, this.#column + count);
    if (letter === 'D') this.#column = Math.max(0, this.#column - count);
    if (letter === 'G') this.#column = Math.min(MOST_WIDTH, count - 1);
    if (letter === 'K') this.#erase(figure);
  }

  #newLine(): void {
    this.#row += 1;
    if (this.#row === this.#lines.length) this.#lines.push('');
    this.#column = 0;
  }

  #erase(figure: string): void {
    const line = this.#lines[this.#row] ?? '';
    if (figure === '2') this.#lines[this.#row] = '';
    else if (figure === '1') this.#lines[this.#row] = ' '.repeat(this.#column) + line.slice(this.#column);
    else this.#lines[this.#row] = line.slice(0, this.#column);
  }

  #trim(): void {
    // One more than is kept: the last may be a line that has only begun.
    const excess = this.#lines.length - 1 - MOST_LINES;
    if (excess <= 0) return;
    this.#lines = this.#lines.slice(excess);
    this.#dropped += excess;
    this.#row = Math.max(0, this.#row - excess);
  }
}
