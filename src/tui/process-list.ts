import type {SortKey} from '../core/choices.ts';
import type {Frame} from '../core/frame.ts';
import type {JobView} from '../core/job/job-view.ts';
import type {LeakOf} from '../core/process-leaks.ts';
import {largest, processKey} from '../core/process-series.ts';
import type {ProcessReading} from '../core/sample.ts';
import type {VramTable} from '../core/vram.ts';
import {type Figure, NO_ORDER, type Order, rssOf, settleOrder, vramOf} from './process-order.ts';
import {
  type ChangeOf,
  filterRows,
  groupRows,
  KeptRows,
  type ProcessRow,
  processRows,
  sortRows,
} from './process-rows.ts';
import type {UiState} from './state.ts';

/** Without filter, group or cursor only as many as the screen has rows are named, and some that may change places with them. */
const BESIDE = 10;

export interface RowFacts {
  readonly changeOf: ChangeOf;
  readonly leakOf: LeakOf | undefined;
  /** Rows of the whole screen. */
  readonly height: number;
}

/** Sorted by these, rows keep a calm order. */
const CALMED: Readonly<Partial<Record<SortKey, Figure>>> = {rss: rssOf, vram: vramOf};

/** The rows of the process table from scan to scan, in an order that stays calm. */
export class ProcessList {
  #rows: readonly ProcessRow[] = [];
  #order: Order = NO_ORDER;
  #orderOf = '';
  #settledAt: number | undefined;
  #version = '';
  #kept = new KeptRows();
  #keptOf = '';

  get rows(): readonly ProcessRow[] {
    return this.#rows;
  }

  /** Brings the rows up to date where the scan, the GPUs' processes or what is asked of them changed. */
  update(frame: Frame, ui: UiState, {changeOf, leakOf, height}: RowFacts): readonly ProcessRow[] {
    const table = frame.processes?.status === 'ok' ? frame.processes.value : undefined;
    const asked = `${ui.filter}|${ui.grouping}|${ui.opened.join()}|${ui.sort}|${ui.reversed}|${ui.span}|${height}`;
    const version = `${table?.at}|${asked}|${ui.cursors.processes}|${ui.enlarged}|${vramVersion(frame.vram)}|${jobVersion(frame.job)}`;
    if (version === this.#version) return this.#rows;
    this.#version = version;
    const chosen = chosenFrom(followed(table?.processes ?? [], frame.job), ui, frame.vram, height + BESIDE);
    const makeRows = (processes: readonly ProcessReading[]) =>
      processRows(processes, changeOf, frame.vram, pssOf(frame.job), leakOf);
    const all = this.#rowsOf(chosen, frame, asked, makeRows);
    const named = filterRows(all, ui.filter);
    const groups = sortRows(groupRows(named, ui.grouping, ui.opened), ui.sort, ui.reversed);
    const rows = this.#settle(groups, ui, ui.sort === 'vram' ? vramReadAt(frame) : table?.at);
    const isThere = ({process}: ProcessRow) =>
      table?.processes.some((other) => processKey(other) === processKey(process)) === true;
    this.#rows = withEnded(rows, this.#rows, ui.cursors.processes, isThere);
    return this.#rows;
  }

  /** Where only their memory is told of, those that stand still keep their rows for a while. */
  #rowsOf(
    processes: readonly ProcessReading[],
    {timelineMs, vram, job}: Frame,
    asked: string,
    makeRows: (processes: readonly ProcessReading[]) => readonly ProcessRow[],
  ): readonly ProcessRow[] {
    if (vram !== undefined || job !== undefined) return makeRows(processes);
    if (asked !== this.#keptOf) [this.#kept, this.#keptOf] = [new KeptRows(), asked];
    return processes.flatMap(
      (process) => this.#kept.get(process, timelineMs) ?? this.#kept.keep(makeRows([process]), timelineMs),
    );
  }

  #settle(
    groups: readonly ProcessRow[][],
    ui: UiState,
    scannedAt: number | undefined,
  ): readonly ProcessRow[] {
    // A second look at one scan is not a second scan: who leads in it has not led twice.
    const isSameScan = scannedAt === this.#settledAt;
    this.#settledAt = scannedAt;
    const figure = ui.reversed ? undefined : CALMED[ui.sort];
    const isCalmed = figure !== undefined;
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
        : settleOrder(this.#order, heads, isHeld || isSameScan, figure);
    const byKey = new Map(groups.map((group) => [group[0]?.key, group]));
    return this.#order.keys.flatMap((key) => byKey.get(key) ?? []);
  }
}

/** The largest, and all that hold VRAM; all there are where nobody can tell which will be seen. */
function chosenFrom(
  processes: readonly ProcessReading[],
  ui: UiState,
  vram: VramTable | undefined,
  enough: number,
): readonly ProcessReading[] {
  if (needsAll(ui)) return processes;
  const most = largest(processes, enough);
  if (ui.sort !== 'vram' || vram === undefined) return most;
  const among = new Set(most);
  return [
    ...most,
    ...processes.filter((process) => !among.has(process) && vram.shares.has(processKey(process))),
  ];
}

/** With a job its processes alone. */
function followed(processes: readonly ProcessReading[], job: JobView | undefined): readonly ProcessReading[] {
  if (job === undefined) return processes;
  const keys = new Set(job.reading.members.map(processKey));
  return processes.filter((process) => keys.has(processKey(process)));
}

/** What each of its processes holds, where the job is counted in that. */
function pssOf(job: JobView | undefined): ReadonlyMap<string, number> {
  if (job?.measure !== 'PSS') return new Map();
  return new Map(
    job.reading.members.flatMap((member) =>
      member.pssBytes === undefined ? [] : [[processKey(member), member.pssBytes] as const],
    ),
  );
}

function jobVersion(job: JobView | undefined): string {
  if (job === undefined) return '';
  const {pss, members} = job.reading;
  return `${pss?.status === 'ok' ? pss.value.at : ''} ${members.map(processKey).join()}`;
}

/** What the table says, so that one that says the same again changes nothing. */
function vramVersion(vram: VramTable | undefined): string {
  if (vram === undefined) return '';
  return `${vram.unknown}|${[...vram.shares].map(([key, {bytes, gpus}]) => `${key}:${bytes}:${gpus}`).join()}`;
}

function vramReadAt({at, sample: {gpus}}: Frame): number {
  return gpus.status === 'ok' ? Math.max(...gpus.value.map((gpu) => gpu.at ?? at)) : at;
}

function needsAll({filter, grouping, sort, reversed, enlarged, cursors}: UiState): boolean {
  return (
    filter !== '' ||
    grouping !== 'none' ||
    CALMED[sort] === undefined ||
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
