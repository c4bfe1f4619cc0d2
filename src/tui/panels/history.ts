import {SPANS} from '../../core/choices.ts';
import {formatClock, formatElapsed, formatPercent, formatThreshold} from '../../core/format.ts';
import type {Pool} from '../../core/frame.ts';
import type {Column} from '../../core/history.ts';
import {safeText} from '../../core/text.ts';
import {
  type ChartSpec,
  columnsOf,
  DOTS,
  fittedScale,
  isBucket,
  rowOf,
  type Scale,
  spanMs,
  strokesOf,
  summaryOf,
  type Window,
  windowFor,
} from '../chart.ts';
import type {Layout} from '../layout.ts';
import {fit, type Line, type Span, span, widthOf} from '../line.ts';
import {type Role, vramRole} from '../roles.ts';
import {timeAxis} from '../time-axis.ts';
import type {View} from '../view.ts';
import {ruleLine} from './rule.ts';

export interface HistoryPane {
  readonly lines: readonly Line[];
  readonly chart: ChartSpec | undefined;
}

interface Series {
  readonly pool: Pool;
  readonly role: Role;
  readonly mark: string;
  readonly columns: readonly Column[];
}

interface Plot {
  readonly axisWidth: number;
  readonly width: number;
  readonly nameWidth: number;
  readonly rows: number;
  readonly window: Window;
  readonly scale: Scale;
  readonly series: readonly Series[];
}

const FULL_SCALE: Scale = {low: 0, high: 100};

/** The chart of memory over time: rule, event lane, plot with its names, axis. `top` is its first row on the screen. */
export function historyPane(view: View, layout: Layout, top: number): HistoryPane {
  if (layout.plot < 1) return {lines: [], chart: undefined};
  const plot = preparePlot(view, layout);
  const above = [
    ...(layout.axis ? [ruleOf(view, plot)] : []),
    ...(layout.lane ? [eventLane(view, plot)] : []),
  ];
  const body = Array.from({length: plot.rows}, (_, row) => plotRow(view, layout, plot, row));
  const below = layout.axis ? [axisLine(view, plot)] : [];
  return {lines: [...above, ...body, ...below], chart: chartSpec(view, plot, top + above.length)};
}

/** The length of time that the chart shows now. */
export function shownSpanMs(view: Pick<View, 'ui' | 'endMs' | 'poolHistory'>): number {
  return spanMs(view.ui.span, view.endMs, view.poolHistory('ram')?.firstAt);
}

function preparePlot(view: View, layout: Layout): Plot {
  const {width, capabilities, ui} = view;
  const axisWidth = layout.widthClass >= 60 ? 5 : 4;
  const nameWidth = {100: 11, 80: 9, 60: 0, 40: 0}[layout.widthClass];
  const plotWidth = Math.max(2, width - axisWidth - nameWidth);
  const [across] = DOTS[capabilities.chart];
  const window = windowFor(view.endMs, shownSpanMs(view), plotWidth * across);
  const series = chartedPools(view).map((pool) => ({
    pool,
    role: pool.kind === 'gpu' ? vramRole(pool.gpu?.index ?? 0) : ('ram' as const),
    mark: pool.kind === 'gpu' ? String((pool.gpu?.index ?? 0) % 10) : '*',
    columns: columnsOf(view.poolHistory(pool.id), window),
  }));
  const scale = ui.fitted ? fittedScale(series.map(({columns}) => columns)) : FULL_SCALE;
  return {axisWidth, width: plotWidth, nameWidth, rows: layout.plot, window, scale, series};
}

/** RAM and GPUs, as `g` asks; RAM is drawn last and so lies on top. */
function chartedPools({frame, ui}: View): readonly Pool[] {
  const gpus = ui.lines === 'ram' ? [] : frame.pools.filter(({kind}) => kind === 'gpu');
  return ui.lines === 'vram' && gpus.length > 0 ? gpus : [...gpus, frame.ram];
}

function chartSpec(view: View, plot: Plot, top: number): ChartSpec {
  return {
    top,
    left: plot.axisWidth,
    width: plot.width,
    height: plot.rows,
    style: view.capabilities.chart,
    lines: plot.series.map(({role, mark, columns}) => ({
      role,
      mark,
      strokes: strokesOf(columns, plot.scale),
    })),
  };
}

function ruleOf(view: View, plot: Plot): Line {
  const {ui, width, frame} = view;
  const asked =
    plot.series.find(({pool}) => pool.id === ui.cursors.memory) ??
    plot.series.find(({pool}) => pool.id === frame.ram.id) ??
    plot.series[0];
  const summary = asked && summaryOf(asked.columns, plot.window, view.poolHistory(asked.pool.id));
  const {low, high} = plot.scale;
  const scale = ui.fitted ? ` · ${low}–${high}%` : '';
  const title = `History ${spanName(view)}${scale}`;
  if (asked === undefined || summary === undefined)
    return ruleLine({title, focused: ui.focus === 'history', width});
  const peakAt = formatClock(summary.peakAt, shownSpanMs(view) <= 60_000 * 15 ? 'seconds' : 'minutes');
  const peak = `peak ${formatPercent(summary.peak)} at ${peakAt}`;
  const note = width >= 80 ? `${asked.pool.label} average ${formatPercent(summary.mean)} · ${peak}` : peak;
  return ruleLine({title, note, focused: ui.focus === 'history', width});
}

function spanName(view: View): string {
  const name = SPANS[view.ui.span] ?? '15m';
  return name === 'all' ? `all, ${formatElapsed(shownSpanMs(view))}` : name.replace(/(\d+)/, '$1 ');
}

/** In three cells: `15m`, `6 h`. */
function shortSpanName(view: View): string {
  const name = spanName(view).split(',')[0] ?? '';
  return name.length > 3 ? name.replace(' ', '').slice(0, 3) : name;
}

function plotRow(view: View, layout: Layout, plot: Plot, row: number): Line {
  const thresholds = thresholdsAt(plot, row);
  const dashes =
    thresholds.length > 0 ? [span('╌'.repeat(plot.width), 'threshold')] : [span(' '.repeat(plot.width))];
  return fit(
    [span(axisLabel(view, layout, plot, row), 'muted'), ...dashes, ...nameAt(plot, row)],
    view.width,
  );
}

/** `  80┤`, `    │`; in the lowest screens the span stands in the corner instead of an axis. */
function axisLabel(view: View, layout: Layout, plot: Plot, row: number): string {
  const room = plot.axisWidth - 1;
  if (!layout.axis && row === plot.rows - 1) return `${shortSpanName(view).padStart(room)}│`;
  const value = labelledValues(plot).find((candidate) => rowOf(candidate, plot.scale, plot.rows) === row);
  return value === undefined ? `${' '.repeat(room)}│` : `${String(value).padStart(room)}┤`;
}

function labelledValues({rows, scale: {low, high}}: Plot): readonly number[] {
  const parts = rows >= 15 ? 5 : rows >= 8 ? 4 : 2;
  const step = (high - low) / parts;
  const values = Array.from({length: parts}, (_, index) => high - index * step);
  return values.filter((value) => Number.isInteger(value));
}

function thresholdsAt({series, scale, rows}: Plot, row: number): readonly Pool[] {
  return series
    .map(({pool}) => pool)
    .filter(
      ({thresholdPercent}) =>
        thresholdPercent >= scale.low &&
        thresholdPercent <= scale.high &&
        rowOf(thresholdPercent, scale, rows) === row,
    );
}

/** The names of lines that end in this row, else of a threshold; a threshold's row keeps its name. */
function nameAt(plot: Plot, row: number): readonly Span[] {
  if (plot.nameWidth === 0) return [];
  const thresholds = thresholdsAt(plot, row);
  if (thresholds.length > 0) {
    return [span(` ${thresholdName(thresholds, plot.nameWidth - 1)}`, 'threshold')];
  }
  return fit(namesOf(namedRows(plot).get(row) ?? []), plot.nameWidth);
}

/** `90% VRAM 80% RAM`, or as much of it as stands there whole. */
function thresholdName(pools: readonly Pool[], room: number): string {
  const names = pools.map(
    ({kind, thresholdPercent}) => `${formatThreshold(thresholdPercent)} ${kind === 'gpu' ? 'VRAM' : 'RAM'}`,
  );
  const last = names.at(-1) ?? '';
  const texts = [[...new Set(names)].join(' '), last, last.split(' ')[0] ?? ''];
  return texts.find(({length}) => length <= room) ?? '';
}

/** Which lines are named in which row: where they end, else beside it, and not at all before a name is cut. */
function namedRows(plot: Plot): ReadonlyMap<number, readonly Series[]> {
  const rows = new Map<number, readonly Series[]>();
  for (const series of [...plot.series].reverse()) {
    const hasRoom = (row: number) =>
      row >= 0 &&
      row < plot.rows &&
      thresholdsAt(plot, row).length === 0 &&
      widthOf(namesOf([...(rows.get(row) ?? []), series])) <= plot.nameWidth;
    const row = rowsByItsEnd(plot, series).find(hasRoom);
    if (row !== undefined) rows.set(row, [...(rows.get(row) ?? []), series]);
  }
  return rows;
}

function namesOf(here: readonly Series[]): readonly Span[] {
  const gpus = here.filter(({pool}) => pool.kind === 'gpu');
  const others = here
    .filter(({pool}) => pool.kind !== 'gpu')
    .map(({pool, role}) => span(` ${pool.label}`, role));
  return gpus[0] === undefined
    ? others
    : [span(` ${gpuNames(gpus.map(({pool}) => pool))}`, gpus[0].role), ...others];
}

/** The row where a line ends, then those beside it; of a threshold's row, first the side on which the line lies. */
function rowsByItsEnd(plot: Plot, {columns}: Series): readonly number[] {
  const last = columns.findLast(isBucket);
  if (last === undefined) return [];
  const row = rowOf(last.mean, plot.scale, plot.rows);
  const [threshold] = thresholdsAt(plot, row);
  const isBelow = threshold !== undefined && last.mean < threshold.thresholdPercent;
  return isBelow ? [row, row + 1, row - 1] : [row, row - 1, row + 1];
}

/** Lines that end on one row share a name: `GPU 0,1,3`. */
function gpuNames(pools: readonly Pool[]): string {
  return `GPU ${pools
    .map(({gpu}) => gpu?.index ?? 0)
    .sort((a, b) => a - b)
    .join(',')}`;
}

function axisLine(view: View, plot: Plot): Line {
  const [across] = DOTS[view.capabilities.chart];
  const {from, columnMs} = plot.window;
  const firstAt = view.poolHistory('ram')?.firstAt ?? Number.POSITIVE_INFINITY;
  const ram = columnsOf(view.poolHistory('ram'), plot.window);
  const isMissing = (column: number) => {
    const inside = ram.slice(column * across, (column + 1) * across);
    return (
      from + (column + 1) * across * columnMs <= firstAt || (inside.includes('gap') && !inside.some(isBucket))
    );
  };
  const isNow = view.ui.backMs === 0;
  const axis = timeAxis({
    from,
    columnMs: columnMs * across,
    width: plot.width,
    isNow,
    isMissing,
    missing: view.capabilities.ascii ? '.' : '·',
  });
  const zero = `${String(plot.scale.low).padStart(plot.axisWidth - 1)}└`;
  return fit([span(`${zero}${axis}`, 'muted')], view.width);
}

interface LaneSign {
  readonly column: number;
  readonly sign: string;
  readonly role: Role;
  readonly name: string;
}

/** Signs of alerts and marks over their moment, with the name where it fits. */
function eventLane(view: View, plot: Plot): Line {
  const [across] = DOTS[view.capabilities.chart];
  const cells: Span[] = Array.from({length: plot.width}, () => span(' '));
  const placed = view.events.flatMap(({event}): readonly LaneSign[] => {
    const column = Math.floor((event.at - plot.window.from) / (plot.window.columnMs * across));
    if (column < 0 || column >= plot.width) return [];
    if (event.kind === 'mark') return [{column, sign: '◆', role: 'accent', name: safeText(event.note)}];
    if (event.kind !== 'raised') return [];
    const isCritical = event.status === 'CRITICAL';
    return [{column, sign: isCritical ? '■' : '▲', role: isCritical ? 'critical' : 'warn', name: event.what}];
  });
  for (const [index, {column, sign, role, name}] of placed.entries()) {
    const room = (placed[index + 1]?.column ?? plot.width) - column - 3;
    cells[column] = span(sign, role);
    if (name.length > room || name.length === 0) continue;
    for (const [offset, character] of [...name].entries())
      cells[column + 2 + offset] = span(character, 'muted');
  }
  return fit([span(`${' '.repeat(plot.axisWidth - 1)}│`, 'muted'), ...cells], view.width);
}
