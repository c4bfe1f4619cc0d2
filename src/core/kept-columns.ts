import type {Column, HistoryTier} from './history-tier.ts';

/** Columns of equal length, from a moment on, as one tier has them. */
export interface ColumnRequest {
  readonly tier: HistoryTier;
  readonly from: number;
  readonly columnMs: number;
  readonly count: number;
}

/** Beginnings of columns are products of fractions: so much of a column apart they are the same. */
const SAME = 1e-6;

/** The columns that were drawn last: those that were over then stay as they are when the chart moves on. */
export class KeptColumns {
  #request: ColumnRequest | undefined;
  #columns: readonly Column[] = [];
  /** How many from the first on no reading can change any more. */
  #overCount = 0;

  /**
   * @param make the column of a place, where it is not known
   * @param isOver whether no reading changes it any more; where one is over, so are those before it
   */
  update(
    request: ColumnRequest,
    make: (index: number) => Column,
    isOver: (index: number) => boolean,
  ): readonly Column[] {
    const shift = this.#shiftTo(request);
    let known = shift === undefined ? 0 : Math.max(0, Math.min(request.count, this.#overCount - shift));
    // What is shown may end earlier than it did.
    while (known > 0 && !isOver(known - 1)) known -= 1;
    const columns: Column[] = [];
    for (let index = 0; index < known; index += 1)
      columns.push(this.#columns[index + (shift ?? 0)] ?? 'empty');
    for (let index = known; index < request.count; index += 1) columns.push(make(index));
    let over = known;
    while (over < request.count && isOver(over)) over += 1;
    this.#request = request;
    this.#columns = columns;
    this.#overCount = over;
    return columns;
  }

  /** By how many columns the chart has moved on; nothing where these are other columns. */
  #shiftTo({tier, from, columnMs}: ColumnRequest): number | undefined {
    const last = this.#request;
    if (last === undefined || last.tier !== tier || last.columnMs !== columnMs) return undefined;
    const moved = (from - last.from) / columnMs;
    const shift = Math.round(moved);
    return shift >= 0 && Math.abs(moved - shift) < SAME ? shift : undefined;
  }
}
