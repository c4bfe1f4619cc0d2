import type {SessionEvent} from './event.ts';
import type {PoolKind} from './frame.ts';
import {type Column, HISTORY_MS, type History} from './history.ts';
import type {PoolSeries} from './pool-series.ts';
import type {Session} from './session.ts';

/** The course of every pool over a whole session, in columns of equal length. Plain JSON. */
export interface ReportChart {
  /** First moment of the first column and the length of each, milliseconds on the session's timeline. */
  readonly from: number;
  readonly columnMs: number;
  readonly count: number;
  readonly series: readonly ChartSeries[];
  /** The largest processes over that time, the largest first. */
  readonly processes: readonly ChartProcess[];
}

export interface ChartProcess {
  readonly key: string;
  readonly pid: number;
  /** As it came. */
  readonly name: string;
  /** RSS, bytes. */
  readonly columns: readonly Column[];
}

export interface ChartSeries {
  readonly id: string;
  readonly kind: PoolKind;
  readonly label: string;
  readonly what: string;
  /** Percent. A stretch where nothing was due may be drawn through, one with failed readings may not. */
  readonly columns: readonly Column[];
  /** From when which threshold stood, oldest first. */
  readonly thresholds: readonly {readonly at: number; readonly percent: number}[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

// Lengths that the resolutions of histories are kept in, with as many columns as each reaches back.
const GRIDS = [
  {columnMs: SECOND, most: 300},
  {columnMs: 3 * SECOND, most: 300},
  {columnMs: 10 * SECOND, most: 360},
  {columnMs: MINUTE, most: 360},
  {columnMs: 4 * MINUTE, most: 360},
  {columnMs: 30 * MINUTE, most: 336},
] as const;
const COARSEST_MS = 2 * HOUR;

/** @returns what to draw of a session; `undefined` when no history was kept or nothing was ever checked */
export function buildChart(session: Session, events: readonly SessionEvent[]): ReportChart | undefined {
  const {history} = session.ram;
  if (history?.firstAt === undefined) return undefined;
  const grid = gridOf(history.firstAt, history.lastAt);
  const reference = columnsOf(history, grid);
  const series = session.pools.flatMap((pool) => seriesOf(pool, events, grid, reference) ?? []);
  return {...grid, series, processes: processesOf(session, grid)};
}

type Grid = Pick<ReportChart, 'from' | 'columnMs' | 'count'>;

function gridOf(firstAt: number, lastAt: number): Grid {
  const first = Math.max(firstAt, lastAt - HISTORY_MS);
  const fits = GRIDS.find(({columnMs, most}) => columnCount(first, lastAt, columnMs) <= most);
  const columnMs = fits?.columnMs ?? COARSEST_MS;
  return {
    from: Math.floor(first / columnMs) * columnMs,
    columnMs,
    count: columnCount(first, lastAt, columnMs),
  };
}

function columnCount(from: number, to: number, columnMs: number): number {
  return Math.floor(to / columnMs) - Math.floor(from / columnMs) + 1;
}

function columnsOf(history: History, {from, columnMs, count}: Grid): readonly Column[] {
  return history.columns(from, columnMs, count);
}

function seriesOf(
  pool: PoolSeries,
  events: readonly SessionEvent[],
  grid: Grid,
  reference: readonly Column[],
): ChartSeries | undefined {
  const {id, kind, label, what, history} = pool;
  if (history === undefined) return undefined;
  const columns = columnsOf(history, grid).map((column, index) => {
    // RAM was checked in this column and this pool was not there: a gap, and nothing to draw a line through.
    return column === 'empty' && reference[index] !== 'empty' ? 'gap' : column;
  });
  return {id, kind, label, what, columns, thresholds: thresholdsOf(pool, events, grid.from)};
}

const MOST_PROCESSES = 8;

function processesOf({processes}: Session, grid: Grid): readonly ChartProcess[] {
  return processes.tracked
    .map(({history, ...process}) => ({...process, columns: columnsOf(history, grid)}))
    .map((process) => ({process, highest: highestOf(process.columns)}))
    .filter(({highest}) => highest > 0)
    .sort((a, b) => b.highest - a.highest)
    .slice(0, MOST_PROCESSES)
    .map(({process}) => process);
}

function highestOf(columns: readonly Column[]): number {
  return columns.reduce(
    (most, column) => (typeof column === 'object' ? Math.max(most, column.max) : most),
    0,
  );
}

/** From when which threshold of a pool stood, oldest first; `from` is where the chart begins. */
export function thresholdsOf(
  pool: PoolSeries,
  events: readonly SessionEvent[],
  from: number,
): ChartSeries['thresholds'] {
  const changes = events.flatMap((event) =>
    event.kind === 'changed' && event.what === pool.what && event.field === 'threshold' ? [event] : [],
  );
  const [first] = changes;
  const start = first === undefined ? pool.alert.thresholdPercent : Number.parseFloat(first.from);
  const steps = changes.map(({at, to}) => ({at, percent: Number.parseFloat(to)}));
  // A threshold that is off is none, and nothing to draw.
  return [{at: from, percent: start}, ...steps].filter(({percent}) => Number.isFinite(percent));
}
