import {type Column, type HistoryPoint, HistoryTier} from './history-tier.ts';
import {KeptColumns} from './kept-columns.ts';

export type {Bucket, Column, HistoryPoint} from './history-tier.ts';

/**
 * Bounded history of one figure at several resolutions: the older, the coarser, with lowest, mean and
 * highest kept. 30 days take at most 33 KB a series; arrays grow only as time passes.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const TIERS = [
  {stepMs: SECOND, count: 900},
  {stepMs: 10 * SECOND, count: 360},
  {stepMs: MINUTE, count: 360},
  {stepMs: 4 * MINUTE, count: 360},
  {stepMs: 30 * MINUTE, count: 336},
  {stepMs: 2 * HOUR, count: 360},
] as const;

/** How far back any history reaches, in milliseconds. */
export const HISTORY_MS = 30 * 24 * HOUR;

export class History {
  readonly #tiers = TIERS.map(({stepMs, count}) => new HistoryTier(stepMs, count));
  #firstAt: number | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  #drawn: KeptColumns | undefined;

  /** Time of the first and the latest reading, in the timeline's milliseconds. */
  get firstAt(): number | undefined {
    return this.#firstAt;
  }

  get lastAt(): number {
    return this.#lastAt;
  }

  /** What its arrays take, in bytes. */
  get bytes(): number {
    return this.#tiers.reduce((sum, {bytes}) => sum + bytes, 0);
  }

  /** Takes in one reading, or `undefined` for one that failed. Times must not go back. */
  add(at: number, value: number | undefined): void {
    this.#firstAt ??= at;
    this.#lastAt = at;
    for (let index = 0; index < this.#tiers.length; index += 1) this.#tiers[index]?.add(at, value);
  }

  /** Marks everything after the latest reading up to `at` as a time in which readings were due and did not come. */
  addGap(at: number): void {
    if (this.#lastAt === Number.NEGATIVE_INFINITY) return;
    for (const tier of this.#tiers) tier.markGap(this.#lastAt, at);
  }

  /**
   * `count` columns of equal length that begin at `from`, from the finest resolution that reaches back so far.
   * What came after `until` is left out.
   */
  columns(
    from: number,
    columnMs: number,
    count: number,
    until = Number.POSITIVE_INFINITY,
  ): readonly Column[] {
    const tier = this.#tierFor(from, columnMs);
    const column = this.#columnIn(tier, {from, columnMs, until});
    return Array.from({length: count}, (_, index) => column(index));
  }

  /** As `columns`, working out anew only what a reading has changed: for a chart that is drawn every beat. */
  columnsAgain(from: number, columnMs: number, count: number, until: number): readonly Column[] {
    const tier = this.#tierFor(from, columnMs);
    // What no resolution holds any more was there when it was drawn last.
    if (!tier.reaches(from, this.#firstAt ?? from)) return this.columns(from, columnMs, count, until);
    const edge = tier.startOf(Math.min(until, this.#lastAt));
    this.#drawn ??= new KeptColumns();
    return this.#drawn.update(
      {tier, from, columnMs, count},
      this.#columnIn(tier, {from, columnMs, until}),
      (index) => from + (index + 1) * columnMs <= edge,
    );
  }

  #columnIn(
    tier: HistoryTier,
    {from, columnMs, until}: {readonly from: number; readonly columnMs: number; readonly until: number},
  ): (index: number) => Column {
    // A coarse bucket around `until` holds what came after it as well.
    const edge = tier.startOf(until);
    return (index) => {
      const start = from + index * columnMs;
      const end = from + (index + 1) * columnMs;
      return end > edge ? this.#tierFor(start, 0).merge(start, Math.min(until, end)) : tier.merge(start, end);
    };
  }

  /** The value in force at a moment: the latest at or before it, no older than `withinMs`. */
  valueAt(at: number, withinMs: number): number | undefined {
    const tier = this.#tierFor(at - withinMs, 0);
    return tier.latest(at - withinMs, at);
  }

  /** Every reading held, oldest first, each stretch at the finest resolution that still has it. */
  points(): readonly HistoryPoint[] {
    const tiers = [...this.#tiers].reverse();
    return tiers.flatMap((tier, index) => {
      const finer = tiers[index + 1];
      return tier.buckets(finer === undefined ? Number.POSITIVE_INFINITY : finer.oldestMs);
    });
  }

  /** The coarsest that is no coarser than a column, of those that reach back so far; else the finest that does. */
  #tierFor(from: number, columnMs: number): HistoryTier {
    const firstAt = this.#firstAt ?? from;
    const coarsest = Math.max(columnMs, SECOND);
    let best: HistoryTier | undefined;
    for (let index = 0; index < this.#tiers.length; index += 1) {
      const tier = this.#tiers[index];
      if (tier?.reaches(from, firstAt) !== true) continue;
      if (best !== undefined && tier.stepMs > coarsest) break;
      best = tier;
    }
    return best ?? lastOf(this.#tiers);
  }
}

function lastOf<T>(items: readonly T[]): T {
  const last = items.at(-1);
  if (last === undefined) throw new Error('expected at least one tier');
  return last;
}
