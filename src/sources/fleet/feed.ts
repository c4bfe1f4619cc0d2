import {
  type FleetFeed,
  FleetProblem,
  type FleetSource,
  type FleetState,
  type FleetWish,
} from '../../core/fleet/fleet.ts';
import type {Host} from '../host.ts';

/** Wishes that come this close together are one: a filter is typed letter by letter. */
const WISH_WAIT_MS = 250;

export interface FeedOptions {
  readonly host: Pick<Host, 'now' | 'after'>;
  readonly intervalMs: number;
  readonly wish: FleetWish;
  readonly onChange: () => void;
  /** A fault of our own. */
  readonly onFault: (error: unknown) => void;
}

/** Asks a fleet again and again, one question at a time, and once more soon after somebody wants to see something else. */
export class PolledFleet implements FleetFeed {
  readonly #source: FleetSource;
  readonly #options: FeedOptions;
  #state: FleetState;
  #wish: FleetWish;
  #isAsking = false;
  #isWanted = false;
  #isClosed = false;
  #cancel: () => void = () => {};

  constructor(source: FleetSource, options: FeedOptions) {
    this.#source = source;
    this.#options = options;
    this.#wish = options.wish;
    this.#state = {reading: undefined, history: undefined, problem: undefined, nextAt: options.host.now()};
  }

  get title(): string {
    return this.#source.title;
  }

  get farthestMs(): number | undefined {
    return this.#source.farthestMs;
  }

  get intervalMs(): number {
    return this.#options.intervalMs;
  }

  get state(): FleetState {
    return this.#state;
  }

  start(): void {
    this.#turn();
  }

  wish(wish: FleetWish): void {
    this.#wish = wish;
    const isOther =
      this.#state.history !== undefined && wish.open?.target.key !== this.#state.history.target.key;
    if (isOther) this.#state = {...this.#state, history: undefined};
    this.#isWanted = true;
    if (!this.#isAsking) this.#after(WISH_WAIT_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#source.close();
  }

  #after(ms: number): void {
    this.#cancel();
    if (!this.#isClosed) this.#cancel = this.#options.host.after(ms, () => this.#turn());
  }

  #turn(): void {
    this.#isAsking = true;
    this.#isWanted = false;
    this.#ask().then(
      () => this.#settle(),
      (error: unknown) => {
        if (error instanceof FleetProblem) this.#settle(error.message);
        else if (!this.#isClosed) this.#options.onFault(error);
      },
    );
  }

  async #ask(): Promise<void> {
    const wish = this.#wish;
    const {open} = wish;
    // Whoever opens a host waits for its chart.
    if (open !== undefined) await this.#readHistory(open);
    const reading = await this.#source.read(wish);
    this.#state = {...this.#state, reading};
  }

  /** What was open when it was asked may not be any more when the answer comes. */
  async #readHistory({target, spanMs}: NonNullable<FleetWish['open']>): Promise<void> {
    const history = await this.#source.history(target, spanMs);
    if (this.#wish.open?.target.key !== target.key) return;
    this.#state = {...this.#state, history};
    this.#options.onChange();
  }

  #settle(problem?: string): void {
    if (this.#isClosed) return;
    this.#isAsking = false;
    const {host, intervalMs, onChange} = this.#options;
    const waitMs = this.#isWanted ? WISH_WAIT_MS : intervalMs;
    this.#state = {...this.#state, problem, nextAt: host.now() + waitMs};
    this.#after(waitMs);
    onChange();
  }
}
