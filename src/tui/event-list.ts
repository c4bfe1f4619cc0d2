import type {SessionEvent} from '../core/event.ts';
import type {PaneEvent} from './view.ts';

const MAX_EVENTS = 1000;
/** How long something new draws the eye. */
const FLASH_MS = 3000;
/** Changes of one thing that follow each other this closely are one. */
const JOIN_MS = 10_000;

/** Events as the alert pane shows them: an alert's repeats are counted on the line that raised it. */
export class EventList {
  #items: readonly PaneEvent[] = [];
  #nextId = 0;
  #raised = 0;
  #new = 0;
  #flashes: readonly {readonly key: string; readonly until: number}[] = [];

  get items(): readonly PaneEvent[] {
    return this.#items;
  }

  /** Alerts raised since the start. */
  get raisedCount(): number {
    return this.#raised;
  }

  /** Alerts raised since the last key. */
  get newCount(): number {
    return this.#new;
  }

  add(event: SessionEvent, now: number): void {
    if (event.kind === 'raised' && event.repeat > 1) this.#repeat(event);
    else if (!this.#joinChange(event)) this.#append(event, now);
  }

  /** Somebody is looking: nothing is new any more. */
  seen(): void {
    this.#new = 0;
  }

  flashing(now: number): ReadonlySet<string> {
    this.#flashes = this.#flashes.filter(({until}) => until > now);
    return new Set(this.#flashes.map(({key}) => key));
  }

  #append(event: SessionEvent, now: number): void {
    const item = {id: this.#nextId, event, repeats: 1, lastAt: event.at, firing: event.kind === 'raised'};
    this.#nextId += 1;
    const cleared = event.kind === 'resolved' ? event.what : undefined;
    const kept = this.#items.map((other) =>
      other.firing && whatOf(other) === cleared ? {...other, firing: false} : other,
    );
    this.#items = [...kept, item].slice(-MAX_EVENTS);
    if (event.kind !== 'raised') return;
    this.#raised += 1;
    this.#new += 1;
    const until = now + FLASH_MS;
    this.#flashes = [...this.#flashes, {key: `event${item.id}`, until}, {key: event.ruleId, until}];
  }

  /** Several presses of one key are one change, from where it began to where it ended. */
  #joinChange(event: SessionEvent): boolean {
    const last = this.#items.at(-1);
    if (event.kind !== 'changed' || last?.event.kind !== 'changed') return false;
    const {what, field, from} = last.event;
    if (what !== event.what || field !== event.field || event.at - last.lastAt > JOIN_MS) return false;
    this.#items = [...this.#items.slice(0, -1), {...last, event: {...event, from}, lastAt: event.at}];
    return true;
  }

  #repeat(event: Extract<SessionEvent, {kind: 'raised'}>): void {
    if (event.silenced) return;
    this.#items = this.#items.map((item) =>
      item.firing && whatOf(item) === event.what ? {...item, repeats: event.repeat, lastAt: event.at} : item,
    );
  }
}

function whatOf({event}: PaneEvent): string | undefined {
  return event.kind === 'raised' ? event.what : undefined;
}
