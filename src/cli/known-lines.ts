import type {Frame} from '../core/frame.ts';
import type {FigureLane} from '../core/log/figure-lane.ts';
import {LaneBook} from '../core/log/lane-book.ts';
import type {Fields} from '../core/log/log-fields.ts';
import {parseLine} from '../core/log/parse-line.ts';

/** Who makes something of the lines. */
export interface LineUser {
  /** The latest, which the next line is read beside. */
  readonly frame: Frame | undefined;
  /** @returns whether it was taken in, or passed over as none of those that are asked for; else it is given whole */
  takeFigures(lane: FigureLane, figures: Float64Array): 'taken' | 'passed' | 'not taken';
  /** Nothing where it could not be parsed; `text` where it could be read at all. */
  takeWhole(line: Fields | undefined, text: string | undefined): void;
  /** The line whose figures were taken in last, whole: a frame of it is wanted. */
  show(line: Fields): void;
}

/** Reads lines of known shapes by their figures alone, and parses all others, from which it learns. */
export class KnownLines {
  readonly #user: LineUser;
  readonly #lanes = new LaneBook();
  readonly #learns: boolean;
  /** Where the line stands whose figures were taken in last; nothing where a frame is known of the latest reading. */
  #unseen: Buffer | undefined;
  #start = 0;
  #end = 0;

  /** @param learns whether lines may be read by their figures at all */
  constructor(user: LineUser, learns: boolean) {
    this.#user = user;
    this.#learns = learns;
  }

  /** Takes in the next line, which stands there until `settle`; without bytes it was too long to be read. */
  take(bytes: Buffer | undefined, start = 0, end = bytes?.length ?? 0): void {
    const lane = bytes && this.#lanes.match(bytes, start, end, this.#user.frame);
    const done = lane === undefined ? 'not taken' : this.#user.takeFigures(lane, this.#lanes.figures);
    if (done === 'not taken') this.#takeWhole(bytes?.subarray(start, end), lane === undefined);
    if (done !== 'taken') return;
    this.#unseen = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** What comes next is of another run, in which that may be another thing which looks the same. */
  relearn(): void {
    this.finish();
    this.#lanes.clear();
  }

  /** The bytes of the lines so far will be used for something else. */
  settle(): void {
    if (this.#unseen === undefined) return;
    this.#unseen = Buffer.from(this.#unseen.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
  }

  /** There are no more lines for now: of the latest reading a frame is wanted. */
  finish(): void {
    if (this.#unseen === undefined) return;
    const line = parseLine(this.#unseen.toString('utf8', this.#start, this.#end));
    this.#unseen = undefined;
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
