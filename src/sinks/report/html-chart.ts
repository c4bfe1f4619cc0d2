import {formatPercent} from '../../core/format.ts';
import type {Bucket} from '../../core/history.ts';
import type {Report} from '../../core/report.ts';
import type {ChartSeries, ReportChart} from '../../core/report-chart.ts';
import {timeTicks} from '../../core/time-ticks.ts';
import {htmlText} from './escape.ts';
import {type ChartScale, COLORS, chartScale} from './html-chart-scale.ts';
import {alertSigns, markSigns} from './html-chart-signs.ts';
import {peakText, whenText} from './words.ts';

const PERCENTS = [0, 25, 50, 75, 100] as const;
const MOST_TICKS = 9;
/** So close to the edge a time under its tick would be cut off. */
const LABEL_HALF = 28;

/** Memory over the whole session as one inline SVG: band from lowest to highest, mean line, thresholds, signs. */
export function chartSvg(chart: ReportChart, report: Report): string {
  const scale = chartScale(chart);
  const {width, height} = scale;
  const layers = [
    axes(chart, scale),
    alertSigns(report, scale),
    chart.series.map((series, index) => band(series, index, scale)).join(''),
    thresholds(chart, scale),
    chart.series.map((series, index) => line(series, index, scale)).join(''),
    markSigns(report, scale),
    chart.series.map((series, index) => peak(series, index, report, scale)).join(''),
    tooltips(chart, report, scale),
  ];
  const name = 'Memory in percent over the whole session';
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">\n${layers.join('\n')}\n</svg>`;
}

/** Which colour is whose, with the marks of the chart. */
export function chartLegend({series}: ReportChart): string {
  const pools = series.map(({what}, index) => `<li><i class="${colorOf(index)}"></i>${htmlText(what)}</li>`);
  return `<ul class="legend">${pools.join('')}<li>line: mean, band: lowest to highest</li><li>▲ alert</li><li>◆ mark</li></ul>`;
}

function axes({from, columnMs, count}: ReportChart, {left, right, bottom, x, y}: ChartScale): string {
  const rows = PERCENTS.map((percent) => {
    const at = y(percent);
    return `<path class="grid" d="M${left} ${at}H${right}"/><text class="axis" x="${left - 6}" y="${at + 4}" text-anchor="end">${percent}%</text>`;
  });
  return [...rows, timeAxis({from, columnMs, count}, {right, bottom, x})].join('');
}

/** Times under the chart. */
export function timeAxis(
  {from, columnMs, count}: Pick<ReportChart, 'from' | 'columnMs' | 'count'>,
  {right, bottom, x}: Pick<ChartScale, 'right' | 'bottom' | 'x'>,
): string {
  const ticks = timeTicks(from, from + columnMs * count, (columnMs * count) / MOST_TICKS).map(
    ({at, label}) => {
      const anchor = x(at) > right - LABEL_HALF ? 'end' : 'middle';
      return `<path class="grid" d="M${x(at)} ${bottom}v5"/><text class="axis" x="${x(at)}" y="${bottom + 18}" text-anchor="${anchor}">${label}</text>`;
    },
  );
  return ticks.join('');
}

interface Point extends Bucket {
  readonly x: number;
}

/** From lowest to highest, and the line of the mean. */
export function curve(series: Curve, index: number, scale: ChartScale): string {
  return band(series, index, scale) + line(series, index, scale);
}

type Curve = Pick<ChartSeries, 'columns'>;

function band(series: Curve, index: number, scale: ChartScale): string {
  const paths = runs(series, scale).map((points) => {
    const top = points.map(({x, max}) => `${x} ${scale.y(max)}`);
    const bottom = points.map(({x, min}) => `${x} ${scale.y(min)}`).reverse();
    return `M${[...top, ...bottom].join('L')}Z`;
  });
  return paths.length === 0 ? '' : `<path class="band ${colorOf(index)}" d="${paths.join('')}"/>`;
}

function line(series: Curve, index: number, scale: ChartScale): string {
  const paths = runs(series, scale).map((points) => {
    const path = `M${points.map(({x, mean}) => `${x} ${scale.y(mean)}`).join('L')}`;
    // A lone reading between two gaps has no length, and would not be seen.
    return points.length === 1 ? `${path}h1` : path;
  });
  return paths.length === 0 ? '' : `<path class="line ${colorOf(index)}" d="${paths.join('')}"/>`;
}

/** Stretches to draw in one go: a gap parts them, a column in which nothing was due does not. */
function runs({columns}: Curve, {columnX}: ChartScale): readonly (readonly Point[])[] {
  const found: Point[][] = [[]];
  for (const [index, column] of columns.entries()) {
    if (column === 'gap') found.push([]);
    else if (column !== 'empty') found.at(-1)?.push({...column, x: columnX(index)});
  }
  return found.filter((points) => points.length > 0);
}

/** One line for all pools that share it, as GPUs mostly do. */
function thresholds({series}: ReportChart, scale: ChartScale): string {
  const groups = new Map<string, ChartSeries[]>();
  for (const pool of series.filter(({thresholds: steps}) => steps.length > 0)) {
    const path = thresholdPath(pool, scale);
    groups.set(path, [...(groups.get(path) ?? []), pool]);
  }
  return [...groups]
    .map(([path, pools], index) => {
      const percent = pools[0]?.thresholds.at(index % 2 === 0 ? -1 : 0)?.percent ?? 0;
      // Every second label at the other end, so that thresholds close to each other stay readable.
      const place = index % 2 === 0 ? `x="${scale.right - 4}" text-anchor="end"` : `x="${scale.left + 4}"`;
      const label = `threshold ${percent}% ${pools.map((pool) => pool.label).join(', ')}`;
      return `<path class="threshold" d="${path}"/><text class="note" ${place} y="${scale.y(percent) - 4}">${htmlText(label)}</text>`;
    })
    .join('');
}

function thresholdPath({thresholds: steps}: ChartSeries, {right, x, y}: ChartScale): string {
  const [first, ...others] = steps;
  const moves = others.map(({at, percent}) => `H${x(at)}V${y(percent)}`);
  return `M${x(first?.at ?? 0)} ${y(first?.percent ?? 0)}${moves.join('')}H${right}`;
}

function peak({id, what}: ChartSeries, index: number, report: Report, scale: ChartScale): string {
  const pool = report.pools.find((candidate) => candidate.id === id);
  if (pool?.peak === undefined) return '';
  const [x, y] = [scale.x(pool.peak.at), scale.y(pool.peak.percent)];
  const text = `peak ${peakText(pool, report)}`;
  const ring = `<circle class="peak ${colorOf(index)}" cx="${x}" cy="${y}" r="4"><title>${htmlText(`${what} ${text}`)}</title></circle>`;
  if (pool.kind !== 'ram') return ring;
  const isRight = x > (scale.left + scale.right) / 2;
  const place = `x="${isRight ? x - 8 : x + 8}" y="${y < scale.top + 20 ? y + 16 : y - 8}"`;
  return `${ring}<text class="note strong" ${place} text-anchor="${isRight ? 'end' : 'start'}">${htmlText(text)}</text>`;
}

/** Invisible columns that tell their figures under the pointer. */
function tooltips(
  {from, columnMs, count, series}: ReportChart,
  report: Report,
  {top, bottom, columnWidth, columnX}: ChartScale,
): string {
  const columns = Array.from({length: count}, (_, index) => {
    const figures = series.flatMap(({what, columns}) => figureText(what, columns[index]));
    if (figures.length === 0) return '';
    const text = [whenText(from + index * columnMs, report), ...figures].join('\n');
    const x = Number((columnX(index) - columnWidth / 2).toFixed(1));
    return `<rect x="${x}" y="${top}" width="${columnWidth}" height="${bottom - top}"><title>${text}</title></rect>`;
  });
  return `<g class="tooltips">${columns.join('')}</g>`;
}

function figureText(what: string, column: ChartSeries['columns'][number] | undefined): readonly string[] {
  if (column === undefined || column === 'empty') return [];
  if (column === 'gap') return [`${htmlText(what)} not read`];
  const {min, mean, max} = column;
  const range =
    formatPercent(min) === formatPercent(max) ? '' : ` (${formatPercent(min)} to ${formatPercent(max)})`;
  return [`${htmlText(what)} ${formatPercent(mean)}${range}`];
}

/** The class that colours one of several. */
export function colorOf(index: number): string {
  // Dashes tell apart who has to share a colour.
  return `color-${index % COLORS}${index < COLORS ? '' : ' again'}`;
}
