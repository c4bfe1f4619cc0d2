import type {FleetHistory, FleetRow} from '../../core/fleet/fleet.ts';
import {byNumber} from '../../core/fleet/host-figures.ts';
import type {Column} from '../../core/history-tier.ts';
import {DOTS, isBucket, rowOf, type Scale, spanMs, type Window, windowFor} from '../chart.ts';
import {widthClassOf} from '../layout.ts';
import {type Role, vramRole} from '../roles.ts';
import type {FleetView} from './fleet-view.ts';

export interface FleetSeriesLine {
  readonly pool: string;
  readonly role: Role;
  readonly mark: string;
  readonly columns: readonly Column[];
}

export interface FleetPlot {
  readonly axisWidth: number;
  readonly nameWidth: number;
  /** Cells across and down. */
  readonly width: number;
  readonly rows: number;
  readonly window: Window;
  readonly lengthMs: number;
  readonly series: readonly FleetSeriesLine[];
}

export const SCALE: Scale = {low: 0, high: 100};

/** The length of time that a host's chart shows: `all` is all that there is to know. */
export function fleetSpanMs({
  ui,
  farthestMs,
  now,
  state,
}: Pick<FleetView, 'ui' | 'farthestMs' | 'now' | 'state'>): number {
  const firstAt = farthestMs === undefined ? state.history?.firstAt : now - farthestMs;
  return spanMs(ui.span, now, firstAt);
}

/** How a pool's line looks: RAM in its own colour, GPUs by their place. */
export function lookOf(pool: string, pools: readonly string[]): Pick<FleetSeriesLine, 'role' | 'mark'> {
  if (pool === 'ram') return {role: 'ram', mark: '*'};
  const place = Math.max(0, pools.filter((one) => one !== 'ram').indexOf(pool));
  return {role: vramRole(place), mark: String(place % 10)};
}

/** The pools of a host in the order of their rows. */
export function poolsOf(rows: readonly FleetRow[], history: FleetHistory | undefined): readonly string[] {
  const pools = new Set([...rows.flatMap(({pool}) => pool ?? []), ...(history?.pools.keys() ?? [])]);
  const gpus = [...pools].filter((pool) => pool !== 'ram').sort(byNumber);
  return pools.has('ram') ? ['ram', ...gpus] : gpus;
}

export function preparePlot(view: FleetView, rows: readonly FleetRow[], height: number): FleetPlot {
  const {width, capabilities, state} = view;
  const {history, reading} = state;
  const widthClass = widthClassOf(width);
  const axisWidth = widthClass >= 60 ? 5 : 4;
  const nameWidth = widthClass >= 80 ? 9 : 0;
  const plotWidth = Math.max(2, width - axisWidth - nameWidth);
  const [across] = DOTS[capabilities.chart];
  const lengthMs = fleetSpanMs(view);
  const endMs = Math.max(history?.endAt ?? 0, reading?.at ?? 0) || view.now;
  const window = windowFor(endMs, lengthMs, plotWidth * across);
  const pools = poolsOf(rows, history);
  const series = pools.flatMap((pool) => {
    const past = history?.pools.get(pool);
    if (past === undefined) return [];
    const columns = past.columns(window.from, window.columnMs, window.count, window.endMs + 1);
    return [{pool, ...lookOf(pool, pools), columns}];
  });
  // RAM is drawn last and so lies on top.
  const drawn = [...series.filter(({pool}) => pool !== 'ram'), ...series.filter(({pool}) => pool === 'ram')];
  return {axisWidth, nameWidth, width: plotWidth, rows: height, window, lengthMs, series: drawn};
}

/** Which line is named in which row: where it ends, else beside that. */
export function namedRows({series, rows}: FleetPlot): ReadonlyMap<number, FleetSeriesLine> {
  const named = new Map<number, FleetSeriesLine>();
  for (const line of series.toReversed()) {
    const last = line.columns.findLast(isBucket);
    if (last === undefined) continue;
    const row = rowOf(last.mean, SCALE, rows);
    const free = [row, row + 1, row - 1].find((one) => one >= 0 && one < rows && !named.has(one));
    if (free !== undefined) named.set(free, line);
  }
  return named;
}
