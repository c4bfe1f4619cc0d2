import {SPANS} from '../../core/choices.ts';
import {formatClock, formatElapsed, formatPercent} from '../../core/format.ts';
import type {Column} from '../../core/history.ts';
import {
  type ChartLine,
  type ChartSpec,
  columnsOf,
  DOTS,
  isBucket,
  rowOf,
  strokesOf,
  summaryOf,
} from '../chart.ts';
import {forecastStrokes} from '../forecast-dots.ts';
import type {Layout} from '../layout.ts';
import {fit, type Line, type Span, span} from '../line.ts';
import {type Plot, preparePlot, type Series, shownSpanMs} from '../plot.ts';
import {limitAhead} from '../pool-leak.ts';
import {timeAxis} from '../time-axis.ts';
import type {View} from '../view.ts';
import {eventLane} from './event-lane.ts';
import {namesBeside, thresholdsAt} from './plot-names.ts';
import {ruleLine} from './rule.ts';

export interface HistoryPane {
  readonly lines: readonly Line[];
  readonly chart: ChartSpec | undefined;
}

/** The chart of memory over time: rule, event lane, plot with its names, axis. `top` is its first row on the screen. */
export function historyPane(view: View, layout: Layout, top: number): HistoryPane {
  if (layout.plot < 1) return {lines: [], chart: undefined};
  const plot = preparePlot(view, layout);
  const above = [
    ...(layout.axis ? [ruleOf(view, plot)] : []),
    ...(layout.lane ? [eventLane(view, plot)] : []),
  ];
  const names = namesBeside(plot);
  const labels = axisLabels(view, layout, plot);
  const body = plotRows(view, plot, labels, names);
  const below = layout.axis ? [axisLine(view, plot)] : [];
  return {lines: [...above, ...body, ...below], chart: chartSpec(view, plot, top + above.length)};
}

function chartSpec(view: View, plot: Plot, top: number): ChartSpec {
  return {
    top,
    left: plot.axisWidth,
    width: plot.width,
    height: plot.rows,
    style: view.capabilities.chart,
    lines: [
      ...plot.series.map((series) => forecastLine(view, plot, series)),
      ...plot.series.map(({role, mark, columns}) => ({
        role,
        mark,
        strokes: strokesOf(columns, plot.scale),
      })),
    ],
  };
}

/** Where a pool goes from now on: to its limit, at the time that the forecast tells. */
function forecastLine(view: View, {window, past, width, scale}: Plot, {pool, role}: Series): ChartLine {
  const ahead = limitAhead(pool);
  const [across] = DOTS[view.capabilities.chart];
  const isShown = ahead !== undefined && pool.reading.status === 'ok' && ahead.ms > 0;
  if (!isShown) return {role, mark: '.', strokes: []};
  const {percent: now, usedBytes, availableBytes, totalBytes} = pool.reading.value;
  // A job is at its limit when all under that limit together are.
  const most = ((usedBytes + availableBytes) / totalBytes) * 100;
  const way = {now, perMs: (most - now) / ahead.ms, most};
  return {role, mark: '.', strokes: forecastStrokes(way, {window, across, cells: width - past, scale})};
}

function ruleOf(view: View, plot: Plot): Line {
  const {ui, width, frame} = view;
  const asked =
    plot.series.find(({pool}) => pool.id === ui.cursors.memory) ??
    plot.series.find(({pool}) => pool.kind === 'job') ??
    plot.series.find(({pool}) => pool.id === frame.ram.id) ??
    plot.series[0];
  const summary = asked && summaryOf(asked.columns, plot.window, view.poolHistory(asked.pool.id));
  const {low, high} = plot.scale;
  const scale = ui.fitted ? ` · ${low}–${high}%` : '';
  const title = `History ${spanName(view)}${scale}`;
  if (asked === undefined || summary === undefined)
    return ruleLine({title, focused: ui.focus === 'history', width});
  const peakAt = formatClock(
    summary.peakAt + view.wallOffsetMs,
    shownSpanMs(view) <= 60_000 * 15 ? 'seconds' : 'minutes',
  );
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

/** Rows without a name and a threshold are one row for all that have the same label. */
function plotRows(
  {width}: View,
  plot: Plot,
  labels: readonly string[],
  namesIn: (row: number) => readonly Span[],
): readonly Line[] {
  const bare = new Map<string, Line>();
  const rowWith = (label: string, inside: Span, names: readonly Span[]) =>
    fit([span(label, 'muted'), inside, ...names], width);
  const blank = span(' '.repeat(plot.width));
  const dashes = span('╌'.repeat(plot.width), 'threshold');
  return labels.map((label, row) => {
    const isThreshold = thresholdsAt(plot, row).length > 0;
    const names = namesIn(row);
    if (isThreshold || names.length > 0) return rowWith(label, isThreshold ? dashes : blank, names);
    const line = bare.get(label) ?? rowWith(label, blank, []);
    bare.set(label, line);
    return line;
  });
}

/** `  80┤`, `    │`; in the lowest screens the span stands in the corner instead of an axis. */
function axisLabels(view: View, layout: Layout, plot: Plot): readonly string[] {
  const room = plot.axisWidth - 1;
  const labels = Array.from({length: plot.rows}, () => `${' '.repeat(room)}│`);
  for (const value of labelledValues(plot).toReversed())
    labels[rowOf(value, plot.scale, plot.rows)] = `${String(value).padStart(room)}┤`;
  if (!layout.axis) labels[plot.rows - 1] = `${shortSpanName(view).padStart(room)}│`;
  return labels;
}

function labelledValues({rows, scale: {low, high}}: Plot): readonly number[] {
  const parts = rows >= 15 ? 5 : rows >= 8 ? 4 : 2;
  const step = (high - low) / parts;
  const values = Array.from({length: parts}, (_, index) => high - index * step);
  return values.filter((value) => Number.isInteger(value));
}

function axisLine(view: View, plot: Plot): Line {
  const [across] = DOTS[view.capabilities.chart];
  const {from, columnMs} = plot.window;
  const history = view.poolHistory('ram');
  const firstAt = history?.firstAt ?? Number.POSITIVE_INFINITY;
  const ram = plot.series.find(({pool}) => pool.id === 'ram')?.columns ?? columnsOf(history, plot.window);
  const axis = timeAxis({
    wallOffsetMs: view.wallOffsetMs,
    from,
    columnMs: columnMs * across,
    width: plot.width,
    past: plot.past,
    isNow: view.ui.backMs === 0,
    isMissing: (cell) =>
      from + (cell + 1) * across * columnMs <= firstAt || isGap(ram, cell * across, (cell + 1) * across),
    ascii: view.capabilities.ascii,
  });
  const zero = `${String(plot.scale.low).padStart(plot.axisWidth - 1)}└`;
  return fit([span(`${zero}${axis}`, 'muted')], view.width);
}

/** Whether readings were due in these columns, and none came. */
function isGap(columns: readonly Column[], from: number, to: number): boolean {
  let hasGap = false;
  for (let index = from; index < to; index += 1) {
    if (isBucket(columns[index])) return false;
    hasGap ||= columns[index] === 'gap';
  }
  return hasGap;
}
