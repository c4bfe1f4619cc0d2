import type {Frame} from '../frame.ts';
import {FigureLane} from './figure-lane.ts';
import {type LineBytes, LineShape} from './line-shape.ts';
import type {Fields} from './log-fields.ts';

const MOST_LANES = 48;
const MOST_FIGURES = 1024;
const MOST_DIGITS_APART = 96;
/** So many lines are learnt from in any case, and of all others this share of those that were of use. */
const FREE_LESSONS = 64;
const LESSON_SHARE = 1 / 16;

/** The shapes of a log's lines, the latest first: a log has few. */
export class LaneBook {
  readonly #lanes: FigureLane[] = [];
  /** Of the line that was matched last. */
  readonly figures = new Float64Array(MOST_FIGURES);
  #bytes: LineBytes | undefined;
  #matches = 0;
  #lessons = 0;

  /** The lane of a line that goes on from this frame; its figures stand in `figures`. */
  match(bytes: Uint8Array, start: number, end: number, frame: Frame | undefined): FigureLane | undefined {
    if (this.#bytes?.bytes !== bytes) this.#bytes = LineShape.bytes(bytes);
    for (let index = 0; index < this.#lanes.length; index += 1) {
      const lane = this.#lanes[index];
      // Of other fields, and not of other digits alone: most shapes differ only near their end.
      if (lane === undefined || Math.abs(end - start - lane.shape.length) > MOST_DIGITS_APART) continue;
      if (lane.shape.match(this.#bytes, start, end, this.figures) !== true || !lane.continues(frame))
        continue;
      if (index > 0) this.#toFront(index, lane);
      this.#matches += 1;
      return lane;
    }
    return undefined;
  }

  /** Learns the shape of a line from which a frame was made. What names processes is never figures alone. */
  learn(bytes: Uint8Array, line: Fields, frame: Frame): void {
    if (line.processes !== undefined || this.#lessons > FREE_LESSONS + this.#matches * LESSON_SHARE) return;
    this.#lessons += 1;
    const shape = LineShape.of(bytes);
    if (shape === undefined || shape.paths.length > MOST_FIGURES) return;
    const figures = new Float64Array(MOST_FIGURES);
    if (!shape.match(LineShape.bytes(bytes), 0, bytes.length, figures)) return;
    const lane = FigureLane.of(shape, line, {figures, frame});
    if (lane === undefined) return;
    this.#lanes.unshift(lane);
    if (this.#lanes.length > MOST_LANES) this.#lanes.pop();
  }

  /** Forgets all shapes. */
  clear(): void {
    this.#lanes.length = 0;
    this.#lessons = 0;
  }

  #toFront(index: number, lane: FigureLane): void {
    this.#lanes.splice(index, 1);
    this.#lanes.unshift(lane);
  }
}
