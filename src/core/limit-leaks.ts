import {LeakWatch} from './leak-watch.ts';
import type {Limit} from './limit.ts';

/** A leak watch for each limit, so that a switch of the limit in force neither looks like growth nor forgets any. */
export class LimitLeaks {
  readonly #watches = new Map<string, LeakWatch>();

  /** Takes in the limits that are not in force; of the one in force, RAM's own series does. */
  feed(
    limits: readonly Limit[],
    inForce: string | undefined,
    moment: {readonly at: number; readonly timelineMs: number},
  ): void {
    for (const {id, usedBytes, totalBytes} of limits) {
      if (id !== inForce) this.of(id).add({...moment, usedBytes, limitBytes: totalBytes});
    }
  }

  of(id: string): LeakWatch {
    const known = this.#watches.get(id);
    if (known !== undefined) return known;
    const watch = new LeakWatch();
    this.#watches.set(id, watch);
    return watch;
  }

  /** Begins with a watch that was kept before the limit's name was known. */
  adopt(id: string, watch: LeakWatch): void {
    this.#watches.set(id, watch);
  }
}
