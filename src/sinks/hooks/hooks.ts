import type {AlertNotice} from '../../core/notice.ts';
import type {Hook, HookResult} from './hook.ts';
import {Lane} from './lane.ts';

export interface HooksOptions {
  readonly hooks: readonly Hook[];
  /** Told once what became of each notice at each hook, always later than `notify`. */
  readonly onResult: (hookName: string, notice: AlertNotice, result: HookResult) => void;
}

const PATIENCE_MS = 1000;

/** Calls everybody who is to be called. No hook waits for another. */
export class Hooks {
  readonly #lanes: readonly Lane[];

  constructor({hooks, onResult}: HooksOptions) {
    this.#lanes = hooks.map(
      (hook) => new Lane(hook, (notice, result) => onResult(hook.name, notice, result)),
    );
  }

  /** Never waits and never throws. */
  notify(notice: AlertNotice): void {
    for (const lane of this.#lanes) lane.push(notice);
  }

  /** Resolves when all was delivered, given up and told, or when it was waited for long enough. Ends nothing. */
  async flush(patienceMs: number): Promise<void> {
    let forget = () => {};
    // It keeps memtop alive: timers of a hook between two tries do not.
    const patience = new Promise<void>((resolve) => {
      const handle = setTimeout(resolve, patienceMs);
      forget = () => clearTimeout(handle);
    });
    await Promise.race([Promise.all(this.#lanes.map((lane) => lane.idle())), patience]);
    forget();
  }

  /** Waits a moment, 1 s by default, and ends what still runs; nothing is delivered afterwards. */
  async close(patienceMs = PATIENCE_MS): Promise<void> {
    await this.flush(patienceMs);
    this.closeNow();
    await this.flush(PATIENCE_MS);
  }

  /** Ends at once what still runs, for an end that cannot wait. */
  closeNow(): void {
    for (const lane of this.#lanes) lane.close();
  }
}
