import {REPORT_ENDINGS, type ReportEnding} from '../../core/choices.ts';
import type {Report} from '../../core/report.ts';
import type {ReportChart} from '../../core/report-chart.ts';
import {reportCsv} from './csv.ts';
import {reportHtml} from './html.ts';
import {reportJson} from './json.ts';
import {reportMarkdown} from './markdown.ts';
import {reportText} from './text.ts';

export const REPORT_FORMATS = ['text', 'markdown', 'json', 'html', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const RENDERERS = {
  text: (report) => reportText(report),
  markdown: reportMarkdown,
  json: reportJson,
  html: reportHtml,
  csv: reportCsv,
} satisfies Record<ReportFormat, (report: Report, chart: ReportChart | undefined) => string>;

const FORMAT_OF = {
  txt: 'text',
  md: 'markdown',
  json: 'json',
  html: 'html',
  htm: 'html',
  csv: 'csv',
} satisfies Record<ReportEnding, ReportFormat>;

/** The whole report in one format; only HTML draws the chart, and says so when there is none. */
export function renderReport(format: ReportFormat, report: Report, chart?: ReportChart): string {
  return RENDERERS[format](report, chart);
}

/** The format a file's name asks for by its ending; `undefined` for any other ending. */
export function reportFormatOf(file: string): ReportFormat | undefined {
  const ending = REPORT_ENDINGS.find((candidate) => file.toLowerCase().endsWith(`.${candidate}`));
  return ending && FORMAT_OF[ending];
}
