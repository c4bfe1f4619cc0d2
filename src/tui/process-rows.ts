import type {SortKey} from '../core/choices.ts';
import {processKey} from '../core/process-series.ts';
import {programName} from '../core/program.ts';
import type {ProcessReading} from '../core/sample.ts';
import {safeText} from '../core/text.ts';
import type {Grouping} from './state.ts';

/** A row of the process table: one process, or several that are one tree or one program. */
export interface ProcessRow {
  readonly key: string;
  readonly title: string;
  readonly rest: string;
  readonly user: string;
  readonly rssBytes: number;
  /** Change over the visible span, bytes; `undefined` where it is not known. */
  readonly change: number | undefined;
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

/** One row for each process, named and made safe. */
export function processRows(processes: readonly ProcessReading[], changeOf: ChangeOf): readonly ProcessRow[] {
  return processes.map((process) => {
    const key = processKey(process);
    const {title, rest} = programName(process);
    const change = changeOf(key, process.rssBytes);
    const user = safeText(process.user ?? '');
    return {
      key,
      title,
      rest,
      user,
      rssBytes: process.rssBytes,
      change,
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
  change: (a, b) => (b.change ?? Number.NEGATIVE_INFINITY) - (a.change ?? Number.NEGATIVE_INFINITY),
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

/** What one row must lead another by to overtake it. */
const LEAD_SHARE = 0.02;
const LEAD_BYTES = 16 * 1024 * 1024;

export interface Order {
  readonly keys: readonly string[];
  /** Pairs in which the lower one led at the last scan: `upper>lower`. */
  readonly challenges: ReadonlySet<string>;
}

export const NO_ORDER: Order = {keys: [], challenges: new Set()};

/**
 * The order of rows from one scan to the next: a row overtakes another only when it leads by 2 % and 16 MiB
 * in two scans running, so that rows do not dance. Newcomers are put in by their size.
 */
export function settleOrder(former: Order, sorted: readonly ProcessRow[], isHeld: boolean): Order {
  const rows = new Map(sorted.map((row) => [row.key, row]));
  const kept = former.keys.filter((key) => rows.has(key));
  const known = new Set(kept);
  const newcomers = sorted.filter(({key}) => !known.has(key));
  if (isHeld) return {keys: [...kept, ...newcomers.map(({key}) => key)], challenges: former.challenges};
  const keys = [...kept];
  for (const row of newcomers) keys.splice(placeOf(row, keys, rows), 0, row.key);
  return overtake(keys, rows, former.challenges);
}

/** One pass from the top: neighbours change places where the lower one has led twice. */
function overtake(keys: string[], rows: ReadonlyMap<string, ProcessRow>, former: ReadonlySet<string>): Order {
  const challenges = new Set<string>();
  for (let index = 1; index < keys.length; index += 1) {
    for (let place = index; place > 0; place -= 1) {
      const [upper, lower] = [keys[place - 1] ?? '', keys[place] ?? ''];
      if (!leads(rows.get(lower), rows.get(upper))) break;
      const pair = `${upper}>${lower}`;
      challenges.add(pair);
      if (!former.has(pair)) break;
      [keys[place - 1], keys[place]] = [lower, upper];
    }
  }
  return {keys, challenges};
}

function leads(lower: ProcessRow | undefined, upper: ProcessRow | undefined): boolean {
  if (lower === undefined || upper === undefined) return false;
  const lead = lower.rssBytes - upper.rssBytes;
  return lead >= LEAD_BYTES && lead >= upper.rssBytes * LEAD_SHARE;
}

function placeOf(row: ProcessRow, keys: readonly string[], rows: ReadonlyMap<string, ProcessRow>): number {
  const index = keys.findIndex((key) => (rows.get(key)?.rssBytes ?? 0) < row.rssBytes);
  return index < 0 ? keys.length : index;
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
    change: sum(({change}) => change),
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
