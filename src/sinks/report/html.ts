import type {Report} from '../../core/report.ts';
import type {ReportChart} from '../../core/report-chart.ts';
import {htmlText} from './escape.ts';
import {chartLegend, chartSvg} from './html-chart.ts';
import {STYLE} from './html-style.ts';
import {furtherTables, poolTable, type ReportTable, reportFacts} from './tables.ts';
import {spanText} from './words.ts';

// Nothing from outside is loaded and no script runs, whatever a process called itself.
const POLICY = `default-src 'none'; style-src 'unsafe-inline'`;
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
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
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
  const body =
    chart === undefined
      ? '<p>There is no history to draw.</p>'
      : `<figure><div class="scroll">${chartSvg(chart, report)}</div><figcaption>${chartLegend(chart)}</figcaption></figure>`;
  return section('Memory over the session', body);
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
