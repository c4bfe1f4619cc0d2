import type {Frame} from '../core/frame.ts';
import {largest, processKey} from '../core/process-series.ts';
import {
  type ChangeOf,
  filterRows,
  groupRows,
  NO_ORDER,
  type Order,
  type ProcessRow,
  processRows,
  settleOrder,
  sortRows,
} from './process-rows.ts';
import type {UiState} from './state.ts';

/** More than any screen shows: without filter, group or cursor only these are named. */
const ENOUGH = 120;

/** The rows of the process table from scan to scan, in an order that stays calm. */
export class ProcessList {
  #rows: readonly ProcessRow[] = [];
  #order: Order = NO_ORDER;
  #orderOf = '';
  #settledAt: number | undefined;
  #version = '';

  get rows(): readonly ProcessRow[] {
    return this.#rows;
  }

  /** Brings the rows up to date where the scan or what is asked of them changed. */
  update(frame: Frame, ui: UiState, changeOf: ChangeOf): readonly ProcessRow[] {
    const table = frame.processes?.status === 'ok' ? frame.processes.value : undefined;
    const asked = `${ui.filter}|${ui.grouping}|${ui.opened.join()}|${ui.sort}|${ui.reversed}|${ui.span}`;
    const version = `${table?.at}|${asked}|${ui.cursors.processes}|${ui.enlarged}`;
    if (version === this.#version) return this.#rows;
    this.#version = version;
    const chosen =
      table === undefined ? [] : needsAll(ui) ? table.processes : largest(table.processes, ENOUGH);
    const groups = sortRows(
      groupRows(filterRows(processRows(chosen, changeOf), ui.filter), ui.grouping, ui.opened),
      ui.sort,
      ui.reversed,
    );
    const rows = this.#settle(groups, ui, table?.at);
    const isThere = ({process}: ProcessRow) =>
      table?.processes.some((other) => processKey(other) === processKey(process)) === true;
    this.#rows = withEnded(rows, this.#rows, ui.cursors.processes, isThere);
    return this.#rows;
  }

  #settle(
    groups: readonly ProcessRow[][],
    ui: UiState,
    scannedAt: number | undefined,
  ): readonly ProcessRow[] {
    // A second look at one scan is not a second scan: who leads in it has not led twice.
    const isSameScan = scannedAt === this.#settledAt;
    this.#settledAt = scannedAt;
    const isCalmed = ui.sort === 'rss' && !ui.reversed;
    const isHeld = ui.cursors.processes !== undefined;
    const orderOf = `${ui.filter}|${ui.grouping}|${ui.sort}|${ui.reversed}`;
    if (orderOf !== this.#orderOf || (!isCalmed && !isHeld)) this.#order = NO_ORDER;
    this.#orderOf = orderOf;
    const heads = groups.flatMap(([head]) => (head === undefined ? [] : [head]));
    if (!isCalmed && !isHeld) {
      this.#order = {...NO_ORDER, keys: heads.map(({key}) => key)};
      return groups.flat();
    }
    this.#order =
      this.#order.keys.length === 0
        ? {...NO_ORDER, keys: heads.map(({key}) => key)}
        : settleOrder(this.#order, heads, isHeld || isSameScan);
    const byKey = new Map(groups.map((group) => [group[0]?.key, group]));
    return this.#order.keys.flatMap((key) => byKey.get(key) ?? []);
  }
}

function needsAll({filter, grouping, sort, reversed, enlarged, cursors}: UiState): boolean {
  return (
    filter !== '' ||
    grouping !== 'none' ||
    sort !== 'rss' ||
    reversed ||
    enlarged ||
    cursors.processes !== undefined
  );
}

/** A process that ended stays, marked, for as long as the cursor is on it. */
function withEnded(
  rows: readonly ProcessRow[],
  former: readonly ProcessRow[],
  cursor: string | undefined,
  isThere: (row: ProcessRow) => boolean,
): readonly ProcessRow[] {
  if (cursor === undefined || rows.some(({key}) => key === cursor)) return rows;
  const place = former.findIndex(({key}) => key === cursor);
  const gone = former[place];
  return gone === undefined || isThere(gone)
    ? rows
    : [...rows.slice(0, place), {...gone, ended: true}, ...rows.slice(place)];
}
