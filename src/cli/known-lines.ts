import type {Frame} from '../core/frame.ts';
import {type KnownLine, LaneBook} from '../core/log/lane-book.ts';
import type {Fields} from '../core/log/log-fields.ts';
import {parseLine} from '../core/log/parse-line.ts';

/** Who makes something of the lines. */
export interface LineUser {
  /** The latest, which the next line is read beside. */
  readonly frame: Frame | undefined;
  /** @returns whether it was taken in, or passed over as none of those that are asked for; else it is given whole */
  takeFigures(line: KnownLine): 'taken' | 'passed' | 'not taken';
  /** Nothing where it could not be parsed; `text` where it could be read at all. */
  takeWhole(line: Fields | undefined, text: string | undefined): void;
  /** The line whose figures were taken in last, whole: a frame of it is wanted. */
  show(line: Fields): void;
}

interface Place {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Reads lines of known shapes by their figures alone, and parses all others, from which it learns. */
export class KnownLines {
  readonly #user: LineUser;
  readonly #lanes = new LaneBook();
  readonly #learns: boolean;
  /** Of the line whose figures were taken in last; nothing where a frame is known of the latest reading. */
  #unseen: Place | undefined;

  /** @param learns whether lines may be read by their figures at all */
  constructor(user: LineUser, learns: boolean) {
    this.#user = user;
    this.#learns = learns;
  }

  /** Takes in the next line, which stands there until `settle`; without bytes it was too long to be read. */
  take(bytes: Buffer | undefined, start = 0, end = bytes?.length ?? 0): void {
    const known = bytes && this.#lanes.match(bytes, start, end, this.#user.frame);
    const done = known === undefined ? 'not taken' : this.#user.takeFigures(known);
    if (done === 'not taken') this.#takeWhole(bytes?.subarray(start, end), known === undefined);
    else if (done === 'taken' && bytes !== undefined) this.#unseen = {bytes, start, end};
  }

  /** The bytes of the lines so far will be used for something else. */
  settle(): void {
    if (this.#unseen === undefined) return;
    const {bytes, start, end} = this.#unseen;
    this.#unseen = {bytes: Buffer.from(bytes.subarray(start, end)), start: 0, end: end - start};
  }

  /** There are no more lines for now: of the latest reading a frame is wanted. */
  finish(): void {
    if (this.#unseen === undefined) return;
    const {bytes, start, end} = this.#unseen;
    this.#unseen = undefined;
    const line = parseLine(bytes.toString('utf8', start, end));
    if (line !== undefined) this.#user.show(line);
  }

  #takeWhole(bytes: Buffer | undefined, isNew: boolean): void {
    const text = bytes?.toString('utf8');
    const line = text === undefined ? undefined : parseLine(text);
    const former = this.#user.frame;
    this.#user.takeWhole(line, text);
    const {frame} = this.#user;
    if (frame === undefined || frame === former) return;
    this.#unseen = undefined;
    if (this.#learns && isNew && bytes !== undefined && line !== undefined)
      this.#lanes.learn(bytes, line, frame);
  }
}
