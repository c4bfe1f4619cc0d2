import {formatBytes} from '../../core/format.ts';
import type {ReportChart} from '../../core/report-chart.ts';
import {htmlText} from './escape.ts';
import {colorOf, curve, timeAxis} from './html-chart.ts';
import {type ChartScale, chartScale} from './html-chart-scale.ts';

const [HEIGHT, TOP, BOTTOM] = [216, 12, 188];
const ROWS = 4;

/** The largest processes over the session as one inline SVG, in bytes from zero. */
export function processSvg(chart: ReportChart): string {
  const highest = Math.max(
    1,
    ...chart.processes.flatMap(({columns}) =>
      columns.map((column) => (typeof column === 'object' ? column.max : 0)),
    ),
  );
  const scale = byteScale(chart, roundTop(highest));
  const {width, height} = scale;
  const layers = [
    rows(roundTop(highest), scale),
    timeAxis(chart, scale),
    chart.processes.map((process, index) => curve(process, placeOf(chart, index), scale)).join(''),
  ];
  const name = 'Resident memory of the largest processes over the whole session';
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">\n${layers.join('\n')}\n</svg>`;
}

/** Colours go on behind those of the pools: on one page a colour is one thing. */
export function placeOf({series}: Pick<ReportChart, 'series'>, index: number): number {
  return series.length + index;
}

export function processLegend(chart: ReportChart): string {
  const items = chart.processes.map(
    ({name, pid}, index) =>
      `<li><i class="${colorOf(placeOf(chart, index))}"></i>${htmlText(`${name} (${pid})`)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function byteScale(chart: ReportChart, most: number): ChartScale {
  const y = (bytes: number) => Number((BOTTOM - (bytes / most) * (BOTTOM - TOP)).toFixed(1));
  return {...chartScale(chart), height: HEIGHT, top: TOP, bottom: BOTTOM, y};
}

function rows(most: number, {left, right, y}: ChartScale): string {
  const lines = Array.from({length: ROWS + 1}, (_, index) => (most * index) / ROWS).map((bytes) => {
    const label = `<text class="axis" x="${left - 6}" y="${y(bytes) + 4}" text-anchor="end">${formatBytes(bytes).replace('.0 ', ' ')}</text>`;
    return `<path class="grid" d="M${left} ${y(bytes)}H${right}"/>${label}`;
  });
  return lines.join('');
}

/** A round figure above, in the unit that it is written in. */
function roundTop(bytes: number): number {
  const unit = 1024 ** Math.floor(Math.log(bytes) / Math.log(1024));
  const lead = 10 ** Math.floor(Math.log10(bytes / unit));
  return ([1, 2, 4, 5, 8, 10, 20].find((step) => step * lead * unit >= bytes) ?? 20) * lead * unit;
}
