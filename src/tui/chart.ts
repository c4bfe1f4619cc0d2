import {type ChartStyle, SPANS, type Span as SpanName} from '../core/choices.ts';
import type {Bucket, Column, History} from '../core/history.ts';
import type {Role} from './roles.ts';

/** What the chart widget draws: where, and lines of points in dots of the plot. */
export interface ChartSpec {
  /** Place on the screen, in cells. */
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly style: ChartStyle;
  readonly lines: readonly ChartLine[];
  /** What floats over it, in cells of the screen. */
  readonly hole?: {
    readonly top: number;
    readonly left: number;
    readonly width: number;
    readonly height: number;
  };
}

export interface ChartLine {
  readonly role: Role;
  /** What it is drawn with where only ASCII may be. */
  readonly mark: string;
  /** Connected points; between two strokes nothing is drawn. */
  readonly strokes: readonly (readonly ChartPoint[])[];
}

/** Column of dots, and lowest, mean and highest value as a share of the plot's height, 0 at the bottom. */
export interface ChartPoint {
  readonly x: number;
  readonly low: number;
  readonly mean: number;
  readonly high: number;
}

/** Dots in one cell: across and down. */
export const DOTS: Readonly<Record<ChartSpec['style'], readonly [across: number, down: number]>> = {
  braille: [2, 4],
  blocks: [1, 2],
  ascii: [1, 1],
};

const MINUTE = 60_000;
const SPAN_MS: Readonly<Record<Exclude<SpanName, 'all'>, number>> = {
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': 60 * MINUTE,
  '6h': 360 * MINUTE,
  '24h': 1440 * MINUTE,
  '7d': 10_080 * MINUTE,
};
/** Lengths that `all` grows through, so that its columns do not change with every reading. */
const ALL_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10_080, 20_160, 43_200].map(
  (minutes) => minutes * MINUTE,
);

/** The time the chart shows, in milliseconds. */
export function spanMs(index: number, endMs: number, firstAt: number | undefined): number {
  const name = SPANS[index] ?? '15m';
  if (name !== 'all') return SPAN_MS[name];
  const elapsed = endMs - (firstAt ?? endMs);
  return ALL_MS.find((length) => length >= elapsed) ?? ALL_MS.at(-1) ?? MINUTE;
}

export interface Window {
  /** Beginning of the first column; columns lie on a grid, so that what is drawn keeps its place. */
  readonly from: number;
  readonly columnMs: number;
  /** Columns of dots. */
  readonly count: number;
  /** The last moment that is shown; the last column may reach beyond it. */
  readonly endMs: number;
}

export function windowFor(endMs: number, lengthMs: number, count: number): Window {
  const columnMs = lengthMs / count;
  const last = Math.floor(endMs / columnMs);
  return {from: (last - count + 1) * columnMs, columnMs, count, endMs};
}

export function columnsOf(
  history: History | undefined,
  {from, columnMs, count, endMs}: Window,
): readonly Column[] {
  return (
    history?.columnsAgain(from, columnMs, count, endMs + 1) ??
    Array.from({length: count}, () => 'empty' as const)
  );
}

export function isBucket(column: Column | undefined): column is Bucket {
  return typeof column === 'object';
}

export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** How high a value stands, 0 at the bottom; one beyond the scale is put at its edge. */
export function shareOf(value: number, {low, high}: Scale): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** Points joined over columns in which nothing was due, and parted where readings failed. */
export function strokesOf(columns: readonly Column[], scale: Scale): readonly (readonly ChartPoint[])[] {
  const strokes: ChartPoint[][] = [];
  let stroke: ChartPoint[] = [];
  for (let x = 0; x < columns.length; x += 1) {
    const column = columns[x];
    if (column === 'gap') stroke = [];
    if (!isBucket(column)) continue;
    if (stroke.length === 0) strokes.push(stroke);
    const {min, mean, max} = column;
    stroke.push({x, low: shareOf(min, scale), mean: shareOf(mean, scale), high: shareOf(max, scale)});
  }
  return strokes;
}

/** Mean and highest of what the chart shows, and when the highest was, to the second where that is still known. */
export function summaryOf(
  columns: readonly Column[],
  window: Window,
  history: History | undefined,
): {mean: number; peak: number; peakAt: number} | undefined {
  let [count, sum, peak, place] = [0, 0, Number.NEGATIVE_INFINITY, 0];
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index];
    if (!isBucket(column)) continue;
    count += 1;
    sum += column.mean;
    if (column.max > peak) [peak, place] = [column.max, index];
  }
  if (count === 0) return undefined;
  return {mean: sum / count, peak, peakAt: momentWithin(window, place, history)};
}

const SECOND = 1000;
const MAX_SECONDS = 60;

/** The second of a column's highest reading: the column itself begins before it, and for no reason of memory's. */
function momentWithin({from, columnMs, endMs}: Window, index: number, history: History | undefined): number {
  const start = Math.ceil((from + index * columnMs) / SECOND) * SECOND;
  const seconds = Math.max(1, Math.ceil(columnMs / SECOND));
  // In longer columns the minute is told, and the second does not matter.
  const fine = seconds > MAX_SECONDS ? [] : (history?.columns(start, SECOND, seconds, endMs + 1) ?? []);
  const highest = Math.max(...fine.filter(isBucket).map(({max}) => max));
  const place = fine.findIndex((column) => isBucket(column) && column.max === highest);
  return start + Math.max(0, place) * SECOND;
}

/** The row of a value in a plot of so many rows, 0 at the top. */
export function rowOf(value: number, scale: Scale, rows: number): number {
  // A value on the border of two rows is the lower one's, also where the arithmetic falls just short of it.
  return Math.min(rows - 1, Math.floor((1 - shareOf(value, scale)) * rows + 1e-9));
}

const FIT_STEPS = [1, 2, 5, 10, 20, 50, 100] as const;

/** The narrowest round scale around what is shown, of at least 2 points. */
export function fittedScale(columnSets: readonly (readonly Column[])[]): Scale {
  const buckets = columnSets.flat().filter(isBucket);
  if (buckets.length === 0) return {low: 0, high: 100};
  const min = Math.min(...buckets.map((bucket) => bucket.min));
  const max = Math.max(...buckets.map((bucket) => bucket.max));
  const step = FIT_STEPS.find((size) => (max - min) * 1.2 <= size * 4) ?? 100;
  const low = Math.max(0, Math.floor((min - 0.1) / step) * step);
  const high = Math.max(low + 2, Math.ceil((max + 0.1) / step) * step);
  return {low, high: Math.min(100, high)};
}
