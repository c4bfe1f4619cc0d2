import type {ReportError} from '../core/report.ts';

const MAX_KINDS = 50;

/** What failed and how often, for the report; the first fifty kinds. */
export class KeptErrors {
  readonly #errors = new Map<string, {what: string; reason: string; count: number}>();

  get items(): readonly ReportError[] {
    return [...this.#errors.values()];
  }

  add(what: string, reason: string): void {
    const key = `${what}: ${reason}`;
    const known = this.#errors.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#errors.size < MAX_KINDS) this.#errors.set(key, {what, reason, count: 1});
  }
}
