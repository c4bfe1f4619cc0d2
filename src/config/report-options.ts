import {parseBound, type SpanBound} from '../core/log/log-span.ts';
import {type OptionSpec, option} from './option.ts';
import {choice, ExpectedError, type ValueType} from './values.ts';

/** What a report can be printed as. */
export const REPORT_FORMS = ['text', 'md', 'json', 'html', 'csv'] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** What the readings of a log can be turned into. */
export const EXPORT_FORMS = ['csv', 'parquet', 'openmetrics'] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

/** What an export has a row for. */
export const EXPORT_TABLES = ['readings', 'processes'] as const;
export type ExportTable = (typeof EXPORT_TABLES)[number];

const FORMS = [...new Set([...REPORT_FORMS, ...EXPORT_FORMS])];
type Form = ReportForm | ExportForm;

/** As files are called, and as people say. */
const OTHER_NAMES: Readonly<Record<string, Form>> = {txt: 'text', markdown: 'md', htm: 'html'};

const form: ValueType<Form> = {
  placeholder: 'FORM',
  parse(text) {
    const word = text.trim().toLowerCase();
    const known = FORMS.find((one) => one === word) ?? OTHER_NAMES[word];
    if (known === undefined) throw new ExpectedError(`one of ${FORMS.join(', ')}`);
    return known;
  },
  format: String,
};

const bound: ValueType<SpanBound> = {
  placeholder: 'WHEN',
  parse(text) {
    const parsed = parseBound(text);
    if (parsed !== undefined) return parsed;
    throw new ExpectedError(
      'a time as 2026-11-22T09:00 or 14:30, +1h30m from the start of the log or -2h from its end',
    );
  },
  format: ({text}) => text,
};

const OF_LOGS = ['report', 'export'] as const;

/** Which part of a log is told of, and in which form. */
export const REPORT_OPTIONS = {
  format: {
    ...option(
      form,
      'of a report text, md, json, html (with the chart) or csv; of an export csv, parquet or openmetrics',
      OF_LOGS,
    ),
    saved: false,
  },
  table: {
    ...option(choice(EXPORT_TABLES), 'a row for each reading, or for each process that the log names', [
      'export',
    ]),
    fallback: 'readings',
    saved: false,
  },
  from: {
    ...option(
      bound,
      'only what is in the log from this time on: 2026-11-22T09:00, 14:30, +1h30m, -2h',
      OF_LOGS,
    ),
    saved: false,
  },
  to: {
    ...option(bound, 'only what is in the log up to this time', OF_LOGS),
    saved: false,
  },
} as const satisfies Record<string, OptionSpec>;
