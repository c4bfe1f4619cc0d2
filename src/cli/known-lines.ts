import type {Frame} from '../core/frame.ts';
import {type KnownLine, LaneBook} from '../core/log/lane-book.ts';
import type {Fields} from '../core/log/log-fields.ts';
import {parseLine} from '../core/log/parse-line.ts';

/** Who makes something of the lines. */
export interface LineUser {
  /** The latest, which the next line is read beside. */
  readonly frame: Frame | undefined;
  /** Whether nobody asks for the frame of the line before, now that this one comes. */
  goesOn(next: KnownLine): boolean;
  /** @returns whether it was taken in; else it is given whole */
  takeFigures(line: KnownLine): boolean;
  /** Nothing where it could not be parsed; `text` where it could be read at all. */
  takeWhole(line: Fields | undefined, text: string | undefined): void;
}

interface HeldLine extends KnownLine {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads lines of known shapes by their figures alone, one behind: of the last one a frame is wanted, and so it is given
 * whole. All other lines are parsed.
 */
export class KnownLines {
  readonly #user: LineUser;
  readonly #lanes = new LaneBook();
  readonly #learns: boolean;
  #held: HeldLine | undefined;

  /** @param learns whether lines may be read by their figures at all */
  constructor(user: LineUser, learns: boolean) {
    this.#user = user;
    this.#learns = learns;
  }

  /** Takes in the next line, which stands there until `settle`; without bytes it was too long to be read. */
  take(bytes: Buffer | undefined, start = 0, end = bytes?.length ?? 0): void {
    const known = bytes && this.#lanes.match(bytes, start, end, this.#user.frame);
    if (bytes === undefined || known === undefined) {
      this.#takeNew(bytes?.subarray(start, end));
      return;
    }
    this.#takeHeld(this.#user.goesOn(known) ? 'figures' : 'whole');
    this.#held = {lane: known.lane, figures: known.figures, bytes, start, end};
  }

  /** The bytes of the lines so far will be used for something else. */
  settle(): void {
    if (this.#held === undefined) return;
    const {bytes, start, end} = this.#held;
    this.#held = {...this.#held, bytes: Buffer.from(bytes.subarray(start, end)), start: 0, end: end - start};
  }

  /** There are no more lines for now. */
  finish(): void {
    this.#takeHeld('whole');
  }

  #takeNew(bytes: Buffer | undefined): void {
    const text = bytes?.toString('utf8');
    const line = text === undefined ? undefined : parseLine(text);
    // After another reading nobody asks for the frame of the one before.
    this.#takeHeld(line !== undefined && line.event_type === undefined ? 'figures' : 'whole');
    const former = this.#user.frame;
    this.#user.takeWhole(line, text);
    const {frame} = this.#user;
    if (this.#learns && bytes !== undefined && line !== undefined && frame !== undefined && frame !== former)
      this.#lanes.learn(bytes, line, frame);
  }

  #takeHeld(as: 'figures' | 'whole'): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined || (as === 'figures' && this.#user.takeFigures(held))) return;
    const text = held.bytes.toString('utf8', held.start, held.end);
    this.#user.takeWhole(parseLine(text), text);
  }
}
