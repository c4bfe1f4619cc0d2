import type {Column} from '../../core/history.ts';
import {formatMeasure} from '../../core/measure.ts';
import type {Report} from '../../core/report.ts';
import type {ReportChart} from '../../core/report-chart.ts';
import {visibleText} from './escape.ts';
import {colorOf} from './html-chart.ts';
import {placeOf} from './html-chart-processes.ts';
import {alertTitle} from './html-chart-signs.ts';

/**
 * What the script of a report draws, as JSON for a script element. A column is [lowest, mean, highest], 0 where nothing
 * was due and null where a reading failed.
 */
export function chartData(chart: ReportChart, report: Report): string {
  const {from, columnMs, count} = chart;
  return scriptJson({
    from,
    columnMs,
    count,
    // Times are those of where the report was made, as in its tables.
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    pools: chart.series.map(({what, columns, thresholds}, index) => ({
      name: visibleText(what),
      color: colorOf(index),
      thresholds: thresholds.map(({at, percent}) => [at, percent]),
      columns: columns.map((column) => columnData(column, 3)),
    })),
    processes: chart.processes.map(({name, pid, columns}, index) => ({
      name: `${visibleText(name)} (${pid})`,
      color: colorOf(placeOf(chart, index)),
      columns: columns.map((column) => columnData(column, 0)),
    })),
    alerts: report.alerts.map((alert) => ({
      at: alert.raisedAt,
      ...(alert.lastedMs !== undefined && {until: alert.raisedAt + alert.lastedMs}),
      label: visibleText(
        alert.value === undefined ? alert.what : `${alert.what} ${formatMeasure(alert.value, alert.unit)}`,
      ),
      title: visibleText(alertTitle(alert, report)),
    })),
    marks: report.marks.map(({at, note}) => ({at, note: visibleText(note)})),
  });
}

function columnData(column: Column, digits: number): 0 | null | readonly number[] {
  if (column === 'empty') return 0;
  if (column === 'gap') return null;
  return [column.min, column.mean, column.max].map((figure) => Number(figure.toFixed(digits)));
}

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON in which nothing ends a script element or begins a comment, and no line ends but by an escape. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPED[character] ?? '');
}
