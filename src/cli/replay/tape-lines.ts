import type {Readable} from 'node:stream';
import {datedLine, LINE_BEGINNING} from '../../core/log/line-moment.ts';
import {TapeClock} from '../../core/log/tape-clock.ts';
import {LineCutter} from '../line-cutter.ts';
import {problemOf} from '../open-log.ts';
import {openTapeFile, type TapeFile} from './tape-file.ts';

/** A line that waits for its moment. */
export interface TapeLine {
  /** Absent where it was too long to be kept. */
  readonly bytes: Buffer | undefined;
  /** Where it is due on the line that never goes back, milliseconds. */
  readonly place: number;
  /** In which of the files it stands, counted from 0. */
  readonly file: number;
}

export interface TapeLinesOptions {
  /** In the order of time. */
  readonly names: readonly string[];
  readonly stdin: Readable;
  /** Whether what is written into the last one later comes too. */
  readonly follows: boolean;
}

/** The lines of several files one after another, taken one by one. */
export class TapeLines {
  readonly #options: TapeLinesOptions;
  readonly #cutter = new LineCutter((bytes, start, end) => this.#put(bytes, start, end));
  readonly #clock = new TapeClock();
  #waiting: TapeLine[] = [];
  #taken = 0;
  /** Which file is read. */
  #index = 0;
  #file: TapeFile | undefined;
  #problem: string | undefined;
  #rotations = 0;

  constructor(options: TapeLinesOptions) {
    this.#options = options;
  }

  /** Why some of it could not be read. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** How often another file took the place of the one that is followed. */
  get rotations(): number {
    return this.#rotations + (this.#file?.rotations ?? 0);
  }

  /** The line that comes next, where it was read already. */
  get next(): TapeLine | undefined {
    return this.#waiting[this.#taken];
  }

  take(): TapeLine | undefined {
    const line = this.next;
    if (line !== undefined) this.#taken += 1;
    return line;
  }

  /** Reads on until there is a line. @returns whether there is one; what is followed may have one later */
  async fill(): Promise<boolean> {
    while (this.next === undefined) if (!(await this.#readOn())) return false;
    return true;
  }

  async close(): Promise<void> {
    this.#rotations = this.rotations;
    await this.#file?.close();
    this.#file = undefined;
  }

  /** @returns whether it is worth asking again */
  async #readOn(): Promise<boolean> {
    const name = this.#options.names[this.#index];
    if (name === undefined) return false;
    const isLast = this.#index === this.#options.names.length - 1;
    try {
      this.#file ??= await openTapeFile(name, this.#options.stdin, isLast && this.#options.follows);
      const chunk = await this.#file.read();
      if (chunk !== undefined) {
        this.#push(chunk);
        return true;
      }
    } catch (error) {
      this.#problem ??= `${name}: ${problemOf(error)}`;
    }
    return !(isLast && this.#options.follows) && (await this.#nextFile());
  }

  async #nextFile(): Promise<boolean> {
    await this.close();
    this.#waiting = this.#waiting.slice(this.#taken);
    this.#taken = 0;
    this.#cutter.end();
    this.#index += 1;
    return this.next !== undefined || this.#index < this.#options.names.length;
  }

  #push(chunk: Buffer): void {
    this.#waiting = this.#waiting.slice(this.#taken);
    this.#taken = 0;
    this.#cutter.push(chunk);
  }

  #put(bytes: Buffer | undefined, start: number, end: number): void {
    const line = bytes?.subarray(start, end);
    const beginning = line?.toString('latin1', 0, LINE_BEGINNING) ?? '';
    const place = this.#clock.place(datedLine(beginning, () => line?.toString('utf8') ?? ''));
    this.#waiting.push({bytes: line, place, file: this.#index});
  }
}
