import {formatMeasure} from '../../core/measure.ts';
import type {Report} from '../../core/report.ts';
import type {ReportAlert} from '../../core/report-alerts.ts';
import {cutEnd} from '../../core/text.ts';
import {htmlText, visibleText} from './escape.ts';
import type {ChartScale} from './html-chart-scale.ts';
import {lastedText, raisedText, whenText} from './words.ts';

/** Where the labels of alerts and of marks stand, above the plot. */
const ALERT_Y = 22;
const MARK_Y = 42;
const SIGN_GAP = 8;
const LABEL_GAP = 10;
const CHARACTER = 6.3;
const MOST_CHARACTERS = 30;

/** Alerts: the time each lasted as a tint, its sign above the plot, its label where there is room. */
export function alertSigns(report: Report, scale: ChartScale): string {
  const {top, bottom, right, x} = scale;
  const signs = report.alerts.map((alert) => ({
    x: x(alert.raisedAt),
    label: alert.value === undefined ? alert.what : `${alert.what} ${formatMeasure(alert.value, alert.unit)}`,
    title: alertTitle(alert, report),
  }));
  const spans = report.alerts.map(({raisedAt, lastedMs}) => {
    const from = x(raisedAt);
    const to = lastedMs === undefined ? right : x(raisedAt + lastedMs);
    return `<rect class="alert-span" x="${from}" y="${top}" width="${Math.max(1, to - from).toFixed(1)}" height="${bottom - top}"/>`;
  });
  const shape = (at: number) => `<path class="alert-sign" d="M${at - 5} ${ALERT_Y + 1}h10l-5 -9z"/>`;
  return spans.join('') + lane(signs, {y: ALERT_Y, className: 'alert-label', shape}, scale);
}

/** Marks: a line through the plot, a sign, and the note where there is room. */
export function markSigns(report: Report, scale: ChartScale): string {
  const signs = report.marks.map(({at, note}) => ({
    x: scale.x(at),
    label: note,
    title: [`mark at ${whenText(at, report)}`, ...(note === '' ? [] : [note])].join(': '),
  }));
  const shape = (at: number) =>
    `<path class="mark-line" d="M${at} ${MARK_Y + 4}V${scale.bottom}"/><path class="mark-sign" d="M${at} ${MARK_Y - 9}l5 5l-5 5l-5 -5z"/>`;
  return lane(signs, {y: MARK_Y, className: 'mark-label', shape}, scale);
}

/** What the sign of an alert tells under the pointer. */
export function alertTitle(alert: ReportAlert, report: Report): string {
  const peak = `peak ${formatMeasure(alert.peak, alert.unit)}`;
  return `${alert.what} alert, raised ${raisedText(alert, report)}, ${lastedText(alert)}, ${peak}`;
}

interface Sign {
  readonly x: number;
  readonly label: string;
  readonly title: string;
}

interface Lane {
  readonly y: number;
  readonly className: string;
  readonly shape: (x: number) => string;
}

/** Signs of one kind in one row. A label that would cover the next sign is left out: its title still tells it. */
function lane(signs: readonly Sign[], {y, className, shape}: Lane, {right}: ChartScale): string {
  const drawn = signs.map(({x, label, title}, index) => {
    const text = cutEnd(visibleText(label), MOST_CHARACTERS);
    const free = Math.min(...signs.slice(index + 1).map((sign) => sign.x - LABEL_GAP), right);
    const fits = x + SIGN_GAP + text.length * CHARACTER <= free;
    const words = fits
      ? `<text class="${className}" x="${x + SIGN_GAP}" y="${y}">${htmlText(text)}</text>`
      : '';
    return `<g>${shape(x)}${words}<title>${htmlText(title)}</title></g>`;
  });
  return drawn.join('');
}
