import type {SessionEvent} from '../../core/event.ts';
import type {Frame} from '../../core/frame.ts';
import {LEAK_RULE} from '../../core/rules/leak-rule.ts';
import {PROCESS_RULE} from '../../core/rules/process-rule.ts';
import type {AlertView} from './metric.ts';

/** How a rule is called as a label: as in the log, but that single processes, of which there is no end, are one. */
export function ruleLabel(ruleId: string): string {
  return ruleId.startsWith(PROCESS_RULE) ? PROCESS_RULE.replace(/:$/, '') : ruleId;
}

/** Counts alerts as they are raised. */
export class AlertCounts implements AlertView {
  readonly #counts = new Map<string, number>();

  /** @param rules those that may raise alerts whatever is there: a counter must be seen at 0 for its first step to count */
  constructor(rules: readonly string[]) {
    for (const rule of rules) this.#expect(rule);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Expects alerts on the pools that are there. */
  look({pools}: Frame): void {
    for (const {id, thresholdPercent, leak} of pools) {
      if (Number.isFinite(thresholdPercent)) this.#expect(id);
      if (leak !== undefined) this.#expect(`${LEAK_RULE}${id}`);
    }
  }

  note(event: SessionEvent): void {
    if (event.kind !== 'raised' || event.isReminder) return;
    const rule = ruleLabel(event.ruleId);
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1);
  }

  #expect(rule: string): void {
    if (!this.#counts.has(rule)) this.#counts.set(rule, 0);
  }
}
