import {History} from './history.ts';
import {type Limit, percentOf} from './limit.ts';

/** A history for each limit, so that a switch of the limit in force never looks like growth. */
export class LimitHistories {
  readonly #histories = new Map<string, History>();

  /** Takes in the limits that are not in force; of the one in force, RAM's own series does. */
  feed(limits: readonly Limit[], inForce: string | undefined, timelineMs: number): void {
    for (const {id, usedBytes, totalBytes} of limits) {
      if (id !== inForce) this.of(id).add(timelineMs, percentOf(usedBytes, totalBytes));
    }
  }

  of(id: string): History {
    const known = this.#histories.get(id);
    if (known !== undefined) return known;
    const history = new History();
    this.#histories.set(id, history);
    return history;
  }

  /** Begins with a history that was kept before the limit's name was known. */
  adopt(id: string, history: History): void {
    this.#histories.set(id, history);
  }

  addGap(timelineMs: number): void {
    for (const history of this.#histories.values()) history.addGap(timelineMs);
  }
}
