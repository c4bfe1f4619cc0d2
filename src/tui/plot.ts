import type {Pool} from '../core/frame.ts';
import type {Column} from '../core/history.ts';
import {columnsOf, DOTS, fittedScale, type Scale, spanMs, type Window, windowFor} from './chart.ts';
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
  readonly nameWidth: number;
  readonly rows: number;
  readonly window: Window;
  readonly scale: Scale;
  readonly series: readonly Series[];
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
  const window = windowFor(view.endMs, shownSpanMs(view), plotWidth * across);
  const series = chartedPools(view).map((pool) => ({
    pool,
    ...lookOf(view, pool),
    columns: columnsOf(view.poolHistory(pool.id), window),
  }));
  const scale = ui.fitted ? fittedScale(series.map(({columns}) => columns)) : FULL_SCALE;
  return {axisWidth, width: plotWidth, nameWidth, rows: layout.plot, window, scale, series};
}

/** A GPU's colour goes by its place, so that MIG instances differ; its mark is its digit where that is its own. */
function lookOf({frame}: View, pool: Pool): Pick<Series, 'role' | 'mark'> {
  if (pool.kind !== 'gpu') return {role: 'ram', mark: '*'};
  const gpus = gpuPools(frame);
  const place = Math.max(0, gpus.indexOf(pool));
  const hasInstances = gpus.some(({gpu}) => gpu?.instance !== undefined);
  const digit = hasInstances ? place : (pool.gpu?.index ?? place);
  return {role: vramRole(place), mark: String(digit % 10)};
}

/** RAM and GPUs, as `g` asks; RAM is drawn last and so lies on top. */
function chartedPools({frame, ui}: View): readonly Pool[] {
  const gpus = ui.lines === 'ram' ? [] : gpuPools(frame);
  return ui.lines === 'vram' && gpus.length > 0 ? gpus : [...gpus, frame.ram];
}
