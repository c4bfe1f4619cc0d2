import {Callbacks} from '../core/callbacks.ts';
import type {SessionEvent} from '../core/event.ts';
import {type LeakStatus, leakStatus} from '../core/leak-status.ts';
import {reportLeaks} from '../core/report-leaks.ts';
import {LEAK_RULE} from '../core/rules/leak-rule.ts';
import type {Session} from '../core/session.ts';

/** Called with what is known of the leak. */
export type LeakCallback = (leak: LeakStatus) => unknown;

/** Before the first check that could be read. */
const UNREAD: LeakStatus = {
  verdict: 'learning',
  confidence: 0,
  ratePerHourMb: undefined,
  ratePerHourMbInterval: undefined,
  since: undefined,
  firstLeakAt: undefined,
  evidence: 'nothing was read yet',
  forecast: {toLimit: undefined, toThreshold: undefined},
};

const RAM_LEAK = `${LEAK_RULE}ram`;

/** Whether an event tells of a leak of RAM. */
export function isRamLeak(event: SessionEvent): boolean {
  return (event.kind === 'raised' || event.kind === 'resolved') && event.ruleId === RAM_LEAK;
}

/** What a monitor knows of a leak, and who is told of one. */
export class MonitorLeak {
  readonly #session: Session;
  readonly #callbacks: Callbacks<LeakStatus>;
  /** It was found at the check that is taken in; callbacks are told when all of that is known. */
  #isNew = false;

  constructor(session: Session, onCallbackError: (error: unknown) => void) {
    this.#session = session;
    this.#callbacks = new Callbacks(onCallbackError);
    session.onEvent((event) => {
      if (isRamLeak(event) && event.kind === 'raised' && !event.isReminder) this.#isNew = true;
    });
  }

  get status(): LeakStatus {
    const ram = reportLeaks(this.#session).find(({id}) => id === 'ram');
    return ram === undefined ? UNREAD : leakStatus(ram);
  }

  add(callback: LeakCallback): () => void {
    return this.#callbacks.add(callback);
  }

  /** A check was taken in. */
  tell(): void {
    if (this.#isNew) this.#callbacks.call(this.status);
    this.#isNew = false;
  }
}
