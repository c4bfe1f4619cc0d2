/** No painting comes sooner after another: reasons to paint that come meanwhile share one. */
const FRAME_MS = 33;

/** When a screen is painted: at once where none was painted just before. */
export class PaintPace {
  readonly #paint: () => void;
  readonly #clock: () => number;
  #paintedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param clock in milliseconds; where it steps, one painting comes sooner or 33 ms later */
  constructor(paint: () => void, clock: () => number) {
    this.#paint = paint;
    this.#clock = clock;
  }

  /** Something is to be seen that was not there before. */
  request(): void {
    const wait = this.#paintedAt + FRAME_MS - this.#clock();
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#paintedAt = this.#clock();
        this.#paint();
      },
      Math.min(FRAME_MS, Math.max(0, wait)),
    );
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
