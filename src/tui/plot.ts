import type {Pool} from '../core/frame.ts';
import type {Column} from '../core/history.ts';
import {columnsOf, DOTS, fittedScale, type Scale, spanMs, type Window, windowFor} from './chart.ts';
import {pastCells} from './forecast-dots.ts';
import type {Layout} from './layout.ts';
import {gpuPools} from './pool-rows.ts';
import {type Role, vramRole} from './roles.ts';
import type {View} from './view.ts';

export interface Series {
  readonly pool: Pool;
  readonly role: Role;
  readonly mark: string;
  readonly columns: readonly Column[];
}

export interface Plot {
  readonly axisWidth: number;
  readonly width: number;
  /** Cells that show what was; behind them is what comes. */
  readonly past: number;
  readonly nameWidth: number;
  readonly rows: number;
  readonly window: Window;
  readonly scale: Scale;
  readonly series: readonly Series[];
  /** Whose thresholds are drawn: of a job that has none, that of the RAM around it. */
  readonly thresholds: readonly Pool[];
}

const FULL_SCALE: Scale = {low: 0, high: 100};

/** The length of time that the chart shows now. */
export function shownSpanMs(view: Pick<View, 'ui' | 'endMs' | 'poolHistory'>): number {
  return spanMs(view.ui.span, view.endMs, view.poolHistory('ram')?.firstAt);
}

export function preparePlot(view: View, layout: Layout): Plot {
  const {width, capabilities, ui} = view;
  const axisWidth = layout.widthClass >= 60 ? 5 : 4;
  const nameWidth = {100: 11, 80: 9, 60: 0, 40: 0}[layout.widthClass];
  const plotWidth = Math.max(2, width - axisWidth - nameWidth);
  const [across] = DOTS[capabilities.chart];
  const past = pastCells(plotWidth, hasFuture(view));
  const window = windowFor(view.endMs, shownSpanMs(view), past * across);
  const series = chartedPools(view).map((pool) => ({
    pool,
    ...lookOf(view, pool),
    columns: columnsOf(view.poolHistory(pool.id), window),
  }));
  const scale = ui.fitted ? fittedScale(series.map(({columns}) => columns)) : FULL_SCALE;
  const thresholds = thresholdPools(view, series);
  return {axisWidth, width: plotWidth, past, nameWidth, rows: layout.plot, window, scale, series, thresholds};
}

/** Whether the chart has room for what comes: where leaks are looked for, and the eyes are on now. */
export function hasFuture({ui, watchesLeaks}: Pick<View, 'ui' | 'watchesLeaks'>): boolean {
  return watchesLeaks && ui.backMs === 0;
}

function thresholdPools({frame}: View, series: readonly Series[]): readonly Pool[] {
  const pools = series.map(({pool}) => (Number.isFinite(pool.thresholdPercent) ? pool : frame.ram));
  return [...new Set(pools)];
}

/** A GPU's colour goes by its place, so that MIG instances differ; its mark is its digit where that is its own. */
function lookOf({frame}: View, pool: Pool): Pick<Series, 'role' | 'mark'> {
  if (pool.kind === 'job') return {role: 'job', mark: '#'};
  if (pool.kind !== 'gpu') return {role: 'ram', mark: '*'};
  const gpus = gpuPools(frame);
  const place = Math.max(0, gpus.indexOf(pool));
  const hasInstances = gpus.some(({gpu}) => gpu?.instance !== undefined);
  const digit = hasInstances ? place : (pool.gpu?.index ?? place);
  return {role: vramRole(place), mark: String(digit % 10)};
}

/** RAM or the followed job, and GPUs, as `g` asks, which adds RAM to the job; they are drawn last and so lie on top. */
function chartedPools({frame, ui}: View): readonly Pool[] {
  const job = frame.pools.filter(({kind}) => kind === 'job');
  const isJob = job.length > 0;
  const gpus = ui.lines === 'ram' && !isJob ? [] : gpuPools(frame);
  if (ui.lines === 'vram' && gpus.length > 0) return gpus;
  if (!isJob) return [...gpus, frame.ram];
  return ui.lines === 'ram' ? [...gpus, frame.ram, ...job] : [...gpus, ...job];
}
