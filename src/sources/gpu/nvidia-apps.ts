import type {AppLine} from './nvidia-csv.ts';

/** Lines of one turn come together. */
const TURN_OVER_MS = 150;
const SLACK_MS = 500;
/** More processes than GPUs serve: a driver that floods must not fill memory. */
const MOST_LINES = 4096;
const NOBODY: readonly AppLine[] = [];

/** Who computes on which GPU, put together from lines: those of one moment are one list. */
export class AppFrames {
  readonly #loopMs: number;
  #frame: readonly AppLine[] = [];
  #pending: AppLine[] = [];
  #lastLineMs = Number.NEGATIVE_INFINITY;

  constructor(loopMs: number) {
    this.#loopMs = loopMs;
  }

  add(line: AppLine, nowMs: number): void {
    const [first] = this.#pending;
    // The clocks of two lines of one turn differ by what asking each GPU takes.
    const isSameTurn = first !== undefined && Math.abs(line.timeMs - first.timeMs) < this.#loopMs / 2;
    if (!isSameTurn) this.#close();
    if (this.#pending.length < MOST_LINES) this.#pending.push(line);
    this.#lastLineMs = nowMs;
  }

  /** The newest whole list; one that has not been renewed for more than two turns is empty: nobody computes. */
  at(nowMs: number): readonly AppLine[] {
    const silentMs = nowMs - this.#lastLineMs;
    if (silentMs > TURN_OVER_MS) this.#close();
    return silentMs > 2 * this.#loopMs + SLACK_MS ? NOBODY : this.#frame;
  }

  #close(): void {
    if (this.#pending.length > 0) this.#frame = this.#pending;
    this.#pending = [];
  }
}
