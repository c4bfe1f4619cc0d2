import {SPANS} from '../../core/choices.ts';
import type {FleetRow} from '../../core/fleet/fleet.ts';
import {poolLabel} from '../../core/fleet/row-level.ts';
import {formatClock, formatDay, formatElapsed, formatPercent} from '../../core/format.ts';
import {DOTS, isBucket, rowOf, strokesOf, summaryOf} from '../chart.ts';
import {fit, type Line, span} from '../line.ts';
import {ruleLine} from '../panels/rule.ts';
import type {Picture} from '../picture.ts';
import {timeAxis} from '../time-axis.ts';
import {type FleetPlot, namedRows, preparePlot, SCALE} from './fleet-plot.ts';
import type {FleetView} from './fleet-view.ts';

const RULE_AND_AXIS = 2;
const DAY = 86_400_000;

/** The chart of one host's pools over time: rule, plot with its names, axis. `top` is its first row on the screen. */
export function fleetChart(view: FleetView, rows: readonly FleetRow[], top: number, height: number): Picture {
  if (height <= RULE_AND_AXIS) return {lines: [], chart: undefined};
  const plot = preparePlot(view, rows, height - RULE_AND_AXIS);
  const thresholds = thresholdRows(plot, rows);
  const body = Array.from({length: plot.rows}, (_, row) => plotRow(view, plot, thresholds, row));
  return {
    lines: [ruleOf(view, plot), ...withMessage(view, plot, body), axisLine(view, plot)],
    chart: {
      top: top + 1,
      left: plot.axisWidth,
      width: plot.width,
      height: plot.rows,
      style: view.capabilities.chart,
      lines: plot.series.map(({role, mark, columns}) => ({role, mark, strokes: strokesOf(columns, SCALE)})),
    },
  };
}

/** What there is to say where there is no line yet. */
function withMessage({state, width}: FleetView, plot: FleetPlot, body: readonly Line[]): readonly Line[] {
  if (plot.series.some(({columns}) => columns.some(isBucket))) return body;
  const text =
    state.history !== undefined
      ? 'no figure in this time'
      : state.problem === undefined
        ? 'asking for its past'
        : '';
  const middle = Math.floor(plot.rows / 2);
  return body.map((line, row) =>
    row === middle ? fit([...line.slice(0, 1), span(`  ${text}`, 'muted')], width) : line,
  );
}

function ruleOf({width, ui}: FleetView, plot: FleetPlot): Line {
  const name = SPANS[ui.span] ?? '15m';
  const title = `History ${name === 'all' ? `all, ${formatElapsed(plot.lengthMs)}` : name.replace(/(\d+)/, '$1 ')}`;
  const asked = plot.series.at(-1);
  const summary = asked && summaryOf(asked.columns, plot.window, undefined);
  if (asked === undefined || summary === undefined) return ruleLine({title, focused: false, width});
  const clock = formatClock(summary.peakAt, 'minutes');
  const at = plot.lengthMs > DAY ? `${formatDay(summary.peakAt)} ${clock}` : clock;
  const peak = `peak ${formatPercent(summary.peak)} at ${at}`;
  const note =
    width >= 80 ? `${poolLabel(asked.pool)} average ${formatPercent(summary.mean)} · ${peak}` : peak;
  return ruleLine({title, note, focused: false, width});
}

function plotRow(view: FleetView, plot: FleetPlot, thresholds: ReadonlySet<number>, row: number): Line {
  const here = thresholds.has(row) ? span('╌'.repeat(plot.width), 'threshold') : span(' '.repeat(plot.width));
  const named = plot.nameWidth === 0 ? undefined : namedRows(plot).get(row);
  const name = named === undefined ? [] : [span(` ${poolLabel(named.pool)}`, named.role)];
  return fit([span(axisLabel(plot, row), 'muted'), here, ...name], view.width);
}

/** RAM's threshold, and those of GPUs where they are the same for all. */
function thresholdRows({rows: height}: FleetPlot, rows: readonly FleetRow[]): ReadonlySet<number> {
  const percents = rows.flatMap(({thresholdPercent}) => thresholdPercent ?? []);
  return new Set([...new Set(percents)].slice(0, 2).map((percent) => rowOf(percent, SCALE, height)));
}

function axisLabel({axisWidth, rows}: FleetPlot, row: number): string {
  const room = axisWidth - 1;
  const value = labelledValues(rows).find((one) => rowOf(one, SCALE, rows) === row);
  return value === undefined ? `${' '.repeat(room)}│` : `${String(value).padStart(room)}┤`;
}

function labelledValues(rows: number): readonly number[] {
  const parts = rows >= 15 ? 5 : rows >= 8 ? 4 : 2;
  return Array.from({length: parts}, (_, index) => 100 - (index * 100) / parts);
}

function axisLine({capabilities, width, state}: FleetView, plot: FleetPlot): Line {
  const [across] = DOTS[capabilities.chart];
  const {from, columnMs} = plot.window;
  const firstAt = state.history?.firstAt ?? Number.POSITIVE_INFINITY;
  const isMissing = (column: number) => {
    const inside = plot.series.flatMap(({columns}) => columns.slice(column * across, (column + 1) * across));
    const isGap = inside.includes('gap') && !inside.some(isBucket);
    return from + (column + 1) * across * columnMs <= firstAt || isGap;
  };
  const axis = timeAxis({
    from,
    columnMs: columnMs * across,
    width: plot.width,
    isNow: true,
    isMissing,
    ascii: capabilities.ascii,
  });
  return fit([span(`${'0'.padStart(plot.axisWidth - 1)}└${axis}`, 'muted')], width);
}
