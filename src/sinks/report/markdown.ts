import type {Report} from '../../core/report.ts';
import {markdownText} from './escape.ts';
import {furtherTables, poolTable, type ReportTable, reportFacts} from './tables.ts';

/** The report as Markdown with tables, as pull requests and notes show it. */
export function reportMarkdown(report: Report): string {
  const facts = reportFacts(report).map(([name, text]) => `- **${name}:** ${markdownText(text)}`);
  const tables = [poolTable(report), ...furtherTables(report)].map(tableMarkdown);
  return `${['# memtop report', facts.join('\n'), ...tables].join('\n\n')}\n`;
}

function tableMarkdown({title, columns, rows, empty}: ReportTable): string {
  if (rows.length === 0) return `## ${title}\n\n${markdownText(empty ?? '')}`;
  const lines = [
    columns.map(({name}) => markdownText(name)),
    columns.map(({isNumber}) => (isNumber ? '---:' : '---')),
    ...rows.map((cells) => cells.map(markdownText)),
  ];
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}
