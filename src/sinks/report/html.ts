import {createHash} from 'node:crypto';
import {coarser} from '../../core/chart-coarser.ts';
import type {Report} from '../../core/report.ts';
import type {ReportChart} from '../../core/report-chart.ts';
import {htmlText} from './escape.ts';
import {chartLegend, chartSvg} from './html-chart.ts';
import {chartData} from './html-chart-data.ts';
import {processLegend, processSvg} from './html-chart-processes.ts';
import {SCRIPT} from './html-script.ts';
import {STYLE} from './html-style.ts';
import {furtherTables, poolTable, type ReportTable, reportFacts} from './tables.ts';
import {spanText} from './words.ts';

/** Nothing from outside is loaded, and nothing but this style and this script works, whatever a process called itself. */
function policy(): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
/** A cell of figures longer than this is a reason in words, and may break. */
const FIGURE = 34;

/** The report as one HTML file that needs nothing else. */
export function reportHtml(report: Report, chart: ReportChart | undefined): string {
  const host = htmlText(report.hostName);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<title>memtop report: ${host}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>memtop report</h1>
<p class="lead">${host} · ${htmlText(spanText(report))} · ended: ${htmlText(report.reason)}</p>
${chartSection(chart, report)}
${[poolTable(report), ...furtherTables(report)].map(tableSection).join('\n')}
${factSection(report)}
</main>
</body>
</html>
`;
}

function chartSection(chart: ReportChart | undefined, report: Report): string {
  const body = chart === undefined ? '<p>There is no history to draw.</p>' : chartFigure(chart, report);
  return section('Memory over the session', body);
}

/** The still picture is what is printed, and what is there without a script. */
function chartFigure(full: ReportChart, report: Report): string {
  const chart = coarser(full);
  const processes =
    chart.processes.length === 0
      ? ''
      : `<h3>Largest processes, RSS</h3><div class="scroll">${processSvg(chart)}</div>${processLegend(chart)}`;
  const still = `<div class="scroll">${chartSvg(chart, report)}</div>${chartLegend(chart)}${processes}`;
  return `<figure id="chart"><div class="still">${still}</div></figure>
<script type="application/json" id="chart-data">${chartData(full, report)}</script>
<script>${SCRIPT}</script>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function tableSection({title, columns, rows, empty}: ReportTable): string {
  if (rows.length === 0) return section(title, `<p>${htmlText(empty ?? '')}</p>`);
  const head = columns.map(
    ({name, isNumber}) => `<th scope="col"${isNumber ? ' class="number"' : ''}>${htmlText(name)}</th>`,
  );
  const body = rows.map(
    (cells) => `<tr>${cells.map((cell, index) => cellHtml(cell, columns[index]?.isNumber)).join('')}</tr>`,
  );
  return section(
    title,
    `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`,
  );
}

function cellHtml(cell: string, isNumber: boolean | undefined): string {
  const names = [...(isNumber ? ['number'] : []), ...(cell.length > FIGURE ? ['words'] : [])];
  return `<td${names.length === 0 ? '' : ` class="${names.join(' ')}"`}>${htmlText(cell)}</td>`;
}

function factSection(report: Report): string {
  const facts = reportFacts(report).map(([name, text]) => `<dt>${name}</dt><dd>${htmlText(text)}</dd>`);
  return section('Session', `<dl>\n${facts.join('\n')}\n</dl>`);
}

function section(title: string, body: string): string {
  return `<section>\n<h2>${htmlText(title)}</h2>\n${body}\n</section>`;
}
