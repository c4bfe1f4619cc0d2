export interface BeatOptions {
  readonly intervalMs: number;
  /** A clock that never steps, milliseconds. */
  readonly clock: () => number;
  /** What is done each time. It must not reject; the next waits for it. */
  readonly work: () => Promise<void> | void;
  /** Whether the timer keeps the process alive. @default true */
  readonly keepAlive?: boolean;
}

/** Longest delay that a timer takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Does its work at once and then on every interval, without drift: the beats stay on the grid of the first
 * one, a beat that comes while the work still goes on is left out, and none is made up for afterwards.
 */
export class Beat {
  readonly #options: BeatOptions;
  #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #next = 0;
  #running: Promise<void> | undefined;
  #active = false;

  constructor(options: BeatOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs;
  }

  get active(): boolean {
    return this.#active;
  }

  /** Whether work is going on, also that from before a stop. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** Begins with one piece of work at once. Twice is harmless. */
  start(): void {
    if (this.#active) return;
    this.#active = true;
    this.#next = this.#options.clock() + this.#intervalMs;
    // Started again while the work from before a stop still goes on: that one is the first.
    if (this.#running === undefined) this.#turn();
  }

  /** Begins one interval from now, where the first piece of work is done already. */
  startLater(): void {
    if (this.#active) return;
    this.#active = true;
    this.#next = this.#options.clock() + this.#intervalMs;
    this.#schedule();
  }

  /** Changes the interval from now on. */
  setInterval(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    if (!this.#active) return;
    this.#next = this.#options.clock() + intervalMs;
    if (this.#running === undefined) this.#schedule();
  }

  /** Ends the beat; resolves when the work in flight is done. */
  async stop(): Promise<void> {
    this.#active = false;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #turn(): void {
    const result = this.#options.work();
    if (result === undefined) {
      this.#schedule();
      return;
    }
    this.#running = result.finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#active) return;
    const now = this.#options.clock();
    if (this.#next <= now) {
      // On the grid again: the beats that were missed are left out.
      this.#next += (Math.floor((now - this.#next) / this.#intervalMs) + 1) * this.#intervalMs;
    }
    this.#timer = setTimeout(() => this.#due(), Math.min(this.#next - now, MAX_DELAY_MS));
    if (this.#options.keepAlive === false) this.#timer.unref();
  }

  #due(): void {
    // Timers may fire a hair early, and a long interval is waited for in pieces.
    if (this.#options.clock() < this.#next - 1) this.#schedule();
    else {
      this.#next += this.#intervalMs;
      this.#turn();
    }
  }
}
