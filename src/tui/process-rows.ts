import type {SortKey} from '../core/choices.ts';
import type {LeakVerdict} from '../core/leak/verdict.ts';
import type {LeakOf} from '../core/process-leaks.ts';
import {processKey} from '../core/process-series.ts';
import {programName} from '../core/program.ts';
import type {ProcessReading} from '../core/sample.ts';
import {safeText} from '../core/text.ts';
import type {VramTable} from '../core/vram.ts';
import type {Grouping} from './state.ts';

/** A row of the process table: one process, or several that are one tree or one program. */
export interface ProcessRow {
  readonly key: string;
  readonly title: string;
  readonly rest: string;
  readonly user: string;
  /** Resident set; of a followed job's processes the proportional set, where that is what the job is counted in. */
  readonly rssBytes: number;
  /** What it holds of all GPUs' memory; `undefined` where that cannot be known. */
  readonly vramBytes: number | undefined;
  /** The GPUs that it holds memory of, as in `0` and `0/1`. */
  readonly gpus: readonly string[];
  /** Change over the visible span, bytes; `undefined` where it is not known. */
  readonly change: number | undefined;
  /** Whether it leaks; absent where it is not among the largest, and of a group. */
  readonly leak: LeakVerdict | undefined;
  /** The process; of a group its largest. */
  readonly process: ProcessReading;
  /** How many processes it stands for. */
  readonly count: number;
  /** A member of a group that is open. */
  readonly inner: boolean;
  /** It was there and is no more; it stays while the cursor is on it. */
  readonly ended: boolean;
}

export type ChangeOf = (key: string, rssBytes: number) => number | undefined;

/** What stands still keeps its row so long; what is told beside it, as its change over a span, moves by itself. */
const KEPT_MS = 5000;

/** Rows of processes that stand still, from one scan to the next. */
export class KeptRows {
  readonly #rows = new WeakMap<ProcessReading, {readonly row: ProcessRow; readonly at: number}>();

  get(process: ProcessReading, at: number): ProcessRow | undefined {
    const kept = this.#rows.get(process);
    return kept !== undefined && Math.abs(at - kept.at) < KEPT_MS ? kept.row : undefined;
  }

  /** @returns the rows themselves */
  keep(rows: readonly ProcessRow[], at: number): readonly ProcessRow[] {
    for (const row of rows) this.#rows.set(row.process, {row, at});
    return rows;
  }
}

/** One row for each process, named and made safe. */
export function processRows(
  processes: readonly ProcessReading[],
  changeOf: ChangeOf,
  vram?: VramTable,
  pss: ReadonlyMap<string, number> = new Map(),
  leakOf: LeakOf = () => undefined,
): readonly ProcessRow[] {
  const vramBytes = vram === undefined || vram.unknown !== undefined ? undefined : 0;
  return processes.map((process) => {
    const key = processKey(process);
    const share = vram?.shares.get(key);
    const {title, rest} = programName(process);
    const change = changeOf(key, process.rssBytes);
    const user = safeText(process.user ?? '');
    return {
      key,
      title,
      rest,
      user,
      rssBytes: pss.get(key) ?? process.rssBytes,
      vramBytes: share?.bytes ?? vramBytes,
      gpus: share?.gpus ?? [],
      change,
      leak: leakOf(key),
      process,
      count: 1,
      inner: false,
      ended: false,
    };
  });
}

/** The rows whose name, arguments, user or pid hold the text, whatever its case. */
export function filterRows(rows: readonly ProcessRow[], filter: string): readonly ProcessRow[] {
  const wanted = filter.toLowerCase();
  if (wanted === '') return rows;
  return rows.filter(({title, rest, user, process}) =>
    `${title} ${rest} ${user} ${process.pid}`.toLowerCase().includes(wanted),
  );
}

/** One row for each tree or program, with its members behind it where it is open. */
export function groupRows(
  rows: readonly ProcessRow[],
  grouping: Grouping,
  opened: readonly string[],
): readonly ProcessRow[][] {
  if (grouping === 'none') return rows.map((row) => [row]);
  const groupOf = grouping === 'program' ? (row: ProcessRow) => `program:${row.title}` : treeGrouping(rows);
  const groups = new Map<string, ProcessRow[]>();
  for (const row of rows) {
    const name = groupOf(row);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups].map(([key, members]) => groupWithMembers(key, members, opened.includes(key)));
}

const COMPARE: Readonly<Record<SortKey, (a: ProcessRow, b: ProcessRow) => number>> = {
  rss: (a, b) => b.rssBytes - a.rssBytes,
  vram: (a, b) => (b.vramBytes ?? -1) - (a.vramBytes ?? -1) || b.rssBytes - a.rssBytes,
  change: (a, b) => (b.change ?? Number.NEGATIVE_INFINITY) - (a.change ?? Number.NEGATIVE_INFINITY),
  growth: (a, b) => (b.leak?.ratePerHour ?? 0) - (a.leak?.ratePerHour ?? 0) || b.rssBytes - a.rssBytes,
  name: (a, b) => a.title.localeCompare(b.title) || a.process.pid - b.process.pid,
  pid: (a, b) => a.process.pid - b.process.pid,
  user: (a, b) => a.user.localeCompare(b.user) || b.rssBytes - a.rssBytes,
};

/** Groups in order, each by its first row. */
export function sortRows(
  groups: readonly ProcessRow[][],
  sort: SortKey,
  reversed: boolean,
): readonly ProcessRow[][] {
  const sign = reversed ? -1 : 1;
  return [...groups].sort(([a], [b]) => {
    if (a === undefined || b === undefined) return 0;
    return sign * COMPARE[sort](a, b) || a.process.pid - b.process.pid;
  });
}

function groupWithMembers(key: string, members: readonly ProcessRow[], isOpen: boolean): ProcessRow[] {
  const ordered = [...members].sort(COMPARE.rss);
  const [first] = ordered;
  if (first === undefined || ordered.length === 1) return ordered;
  const sum = (figure: (row: ProcessRow) => number | undefined) =>
    ordered.reduce<number | undefined>((total, row) => {
      const value = figure(row);
      return value === undefined ? total : (total ?? 0) + value;
    }, undefined);
  const users = new Set(ordered.map(({user}) => user));
  const group: ProcessRow = {
    ...first,
    key,
    title: `${first.title} ×${ordered.length}`,
    rest: isOpen ? '' : first.rest,
    user: users.size === 1 ? first.user : `${users.size} users`,
    rssBytes: sum(({rssBytes}) => rssBytes) ?? 0,
    vramBytes: sum(({vramBytes}) => vramBytes),
    gpus: [...new Set(ordered.flatMap(({gpus}) => gpus))],
    change: sum(({change}) => change),
    leak: undefined,
    count: ordered.length,
  };
  return isOpen ? [group, ...ordered.map((row) => ({...row, inner: true}))] : [group];
}

/** What starts jobs without being part of them: a tree begins below these. */
const STARTERS =
  /^(systemd|init|launchd|bash|sh|dash|zsh|fish|tcsh|ksh|tmux.*|screen|sshd.*|login|su|sudo|cron|containerd-shim.*|slurmstepd.*|tini|dumb-init|docker-init|supervisord|conmon|kthreadd|explorer.*|cmd.*|powershell.*)$/i;

function treeGrouping(rows: readonly ProcessRow[]): (row: ProcessRow) => string {
  const byPid = new Map(rows.map((row) => [row.process.pid, row]));
  return (row) => {
    let root = row;
    // As many steps as there are rows: a table read while pids were reused could hold a ring.
    for (let step = 0; step < rows.length; step += 1) {
      const parent = byPid.get(root.process.parentPid);
      if (parent === undefined || parent === root || parent.process.pid <= 1) break;
      if (STARTERS.test(safeText(parent.process.name))) break;
      root = parent;
    }
    return `tree:${root.key}`;
  };
}
