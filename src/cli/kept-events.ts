import type {SessionEvent} from '../core/event.ts';

const MAX_EVENTS = 10_000;

/**
 * What happened, for the report. Of an alert that lasts, only its raising and its latest repeat are kept: a
 * week over the threshold must not push out every mark and change.
 */
export class KeptEvents {
  readonly #items: SessionEvent[];
  #dropped = 0;

  /** @param events what went before, oldest first */
  constructor(events: readonly SessionEvent[] = []) {
    this.#items = [...events];
  }

  /** Oldest first. */
  get items(): readonly SessionEvent[] {
    return this.#items;
  }

  /** How many older ones are no longer kept. */
  get dropped(): number {
    return this.#dropped;
  }

  add(event: SessionEvent): void {
    if (event.kind === 'raised' && event.repeat > 1 && this.#replaceRepeat(event)) return;
    this.#items.push(event);
    if (this.#items.length <= MAX_EVENTS) return;
    this.#items.shift();
    this.#dropped += 1;
  }

  #replaceRepeat(event: Extract<SessionEvent, {kind: 'raised'}>): boolean {
    const index = this.#items.findLastIndex((item) => item.kind === 'raised' && item.what === event.what);
    const last = this.#items[index];
    if (last?.kind !== 'raised' || last.repeat === 1) return false;
    // The worst stays, whole, for the report; how often it was told counts on. Of time that is left, little is bad.
    const isWorse = event.unit === 'seconds' ? event.value <= last.value : event.value >= last.value;
    this.#items[index] = isWorse ? event : {...last, repeat: event.repeat};
    return true;
  }
}
