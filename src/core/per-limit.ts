import type {Limit} from './limit.ts';

/** A machine has a few; of a log that names ever new ones the latest count. */
const MOST_LIMITS = 32;

/** Something kept for each limit, so that a switch of the limit in force never looks like growth and forgets nothing. */
export class PerLimit<T> {
  readonly #kept = new Map<string, T>();
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  get all(): readonly T[] {
    return [...this.#kept.values()];
  }

  of(id: string): T {
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const made = this.#make();
    this.adopt(id, made);
    return made;
  }

  /** Begins with what was kept before the limit's name was known. */
  adopt(id: string, kept: T): void {
    this.#kept.set(id, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_LIMITS && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Takes in the limits that are not in force; of the one in force, RAM's own series does. */
  feed(limits: readonly Limit[], inForce: string | undefined, add: (kept: T, limit: Limit) => void): void {
    for (const limit of limits) if (limit.id !== inForce) add(this.of(limit.id), limit);
  }
}
