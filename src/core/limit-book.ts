import {History} from './history.ts';
import {LeakWatch, type LeakWatching} from './leak-watch.ts';
import {type Limit, limitInForce, percentOf} from './limit.ts';
import {PerLimit} from './per-limit.ts';

export interface LimitBookOptions {
  /** Whether histories are kept for a chart. @default true */
  readonly keepHistory?: boolean;
  /** Whether leaks are looked for. @default true */
  readonly watchLeaks?: LeakWatching;
}

/** What RAM's own series keeps of the limit in force. */
export interface OfLimit {
  readonly history: History | undefined;
  readonly leak: LeakWatch | undefined;
}

/** Which limit is in force, and what is kept of RAM under each of them. */
export class LimitBook {
  readonly #histories: PerLimit<History> | undefined;
  readonly #leaks: PerLimit<LeakWatch> | undefined;
  #id: string | undefined;

  constructor({keepHistory = true, watchLeaks = true}: LimitBookOptions) {
    this.#histories = keepHistory ? new PerLimit(() => new History()) : undefined;
    this.#leaks = watchLeaks === false ? undefined : new PerLimit(() => new LeakWatch(watchLeaks));
  }

  /** The one in force, by its id; nothing before there was any. */
  get id(): string | undefined {
    return this.#id;
  }

  get keepsHistory(): boolean {
    return this.#histories !== undefined;
  }

  /** RAM under one limit, also while another is in force; `undefined` where no histories are kept. */
  history(id: string): History | undefined {
    return this.#histories?.of(id);
  }

  /** Which of them is in force, beside the one that was. */
  inForce(limits: readonly Limit[]): Limit | undefined {
    return limitInForce(limits, this.#id);
  }

  /** From now on this one is in force; `of` is what was kept so far, taken over where no limit was known before. @returns what is kept of it, where another was in force before */
  switchTo({id}: Limit, of: OfLimit): OfLimit | undefined {
    const former = this.#id;
    this.#id = id;
    if (former !== undefined) return {history: this.#histories?.of(id), leak: this.#leaks?.of(id)};
    if (of.history !== undefined) this.#histories?.adopt(id, of.history);
    if (of.leak !== undefined) this.#leaks?.adopt(id, of.leak);
    return undefined;
  }

  /** Keeps up what is kept of the limits that are not in force. */
  feedOthers(limits: readonly Limit[], moment: {readonly at: number; readonly timelineMs: number}): void {
    if (this.#histories === undefined && this.#leaks === undefined) return;
    if (limits.length === 1 && limits[0]?.id === this.#id) return;
    this.#histories?.feed(limits, this.#id, (history, {usedBytes, totalBytes}) =>
      history.add(moment.timelineMs, percentOf(usedBytes, totalBytes)),
    );
    this.#leaks?.feed(limits, this.#id, (watch, {usedBytes, totalBytes: limitBytes}) =>
      watch.add({...moment, usedBytes, limitBytes}),
    );
  }

  /** Readings were due and did not come. */
  addGap(timelineMs: number): void {
    for (const history of this.#histories?.all ?? []) history.addGap(timelineMs);
  }
}
