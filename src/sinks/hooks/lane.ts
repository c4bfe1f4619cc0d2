import {errorMessage} from '../../core/errors.ts';
import type {AlertNotice} from '../../core/notice.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {Hook, HookResult} from './hook.ts';

/** Told what became of a notice. */
export type OnResult = (notice: AlertNotice, result: HookResult) => void;

const MAX_WAITING = 100;
// An alert and its end.
const MAX_WAITING_OF_RULE = 2;
const MAX_ERROR = 200;
const NOT_BEGUN: HookResult = {ok: false, text: 'not begun, memtop ends'};

/**
 * The notices of one hook, in their order. Of one rule never two are in hand at once, and while one is, the
 * newest two wait, which are the last alert and its end; of all rules together at most 100 wait. What is left
 * out for that is told, like every other result, once and later than the call that led to it.
 */
export class Lane {
  readonly #hook: Hook;
  readonly #onResult: OnResult;
  readonly #busy = new Set<string>();
  readonly #whenIdle = new Set<() => void>();
  #waiting: readonly AlertNotice[] = [];
  #leftOut = 0;
  /** Results on their way to who is told. */
  #untold = 0;
  #isClosed = false;

  constructor(hook: Hook, onResult: OnResult) {
    this.#hook = hook;
    this.#onResult = onResult;
  }

  /** Never throws and never waits. */
  push(notice: AlertNotice): void {
    if (this.#isClosed) {
      this.#tell(notice, NOT_BEGUN);
      return;
    }
    this.#waiting = [...this.#waiting, notice];
    this.#begin();
    const ofRule = this.#waiting.filter(({id}) => id === notice.id);
    this.#leaveOut(ofRule, MAX_WAITING_OF_RULE, 'newer ones of its rule wait');
    this.#leaveOut(this.#waiting, MAX_WAITING, `more than ${MAX_WAITING} wait`);
  }

  /** Resolves when nothing is in hand, waits, or is still to be told. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.add(resolve));
  }

  /** Begins nothing more, and gives up what the hook has in hand. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const unbegun = this.#waiting;
    this.#waiting = [];
    for (const notice of unbegun) this.#tell(notice, NOT_BEGUN);
    this.#hook.close();
  }

  #begin(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#take(next);
      this.#busy.add(next.id);
      void this.#deliver(next);
    }
  }

  /** Once: the same object may have come twice. */
  #take(notice: AlertNotice): void {
    this.#waiting = this.#waiting.toSpliced(this.#waiting.indexOf(notice), 1);
  }

  #next(): AlertNotice | undefined {
    if (this.#busy.size >= this.#hook.atOnce) return undefined;
    return this.#waiting.find(({id}) => !this.#busy.has(id));
  }

  async #deliver(notice: AlertNotice): Promise<void> {
    const result = await settled(this.#hook, notice);
    this.#busy.delete(notice.id);
    this.#begin();
    this.#tell(notice, result);
  }

  /** The first of these, where there are more than `most`. */
  #leaveOut(these: readonly AlertNotice[], most: number, why: string): void {
    const notice = these.length > most ? these[0] : undefined;
    if (notice === undefined) return;
    this.#take(notice);
    this.#leftOut += 1;
    this.#tell(notice, {ok: false, text: `left out, ${why} (${this.#leftOut} so far)`});
  }

  /** Later, for who is told may call us again. */
  #tell(notice: AlertNotice, result: HookResult): void {
    this.#untold += 1;
    queueMicrotask(() => {
      this.#untold -= 1;
      try {
        this.#onResult(notice, result);
      } finally {
        this.#wakeIdle();
      }
    });
  }

  #isIdle(): boolean {
    return this.#busy.size === 0 && this.#waiting.length === 0 && this.#untold === 0;
  }

  #wakeIdle(): void {
    if (!this.#isIdle()) return;
    for (const wake of this.#whenIdle) wake();
    this.#whenIdle.clear();
  }
}

/** A hook that throws is a result as any other. */
async function settled(hook: Hook, notice: AlertNotice): Promise<HookResult> {
  try {
    return await hook.deliver(notice);
  } catch (error) {
    return {ok: false, text: cutEnd(`failed: ${safeText(errorMessage(error))}`, MAX_ERROR)};
  }
}
