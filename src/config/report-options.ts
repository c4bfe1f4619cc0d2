import {parseBound, type SpanBound} from '../core/log/log-span.ts';
import {type OptionSpec, option} from './option.ts';
import {ExpectedError, type ValueType} from './values.ts';

/** What a report can be printed as, and what a log can be turned into. */
export const REPORT_FORMS = ['text', 'md', 'json', 'html', 'csv'] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** As files are called, and as people say. */
const OTHER_NAMES: Readonly<Record<string, ReportForm>> = {txt: 'text', markdown: 'md', htm: 'html'};

const form: ValueType<ReportForm> = {
  placeholder: 'FORM',
  parse(text) {
    const word = text.trim().toLowerCase();
    const known = REPORT_FORMS.find((one) => one === word) ?? OTHER_NAMES[word];
    if (known === undefined) throw new ExpectedError(`one of ${REPORT_FORMS.join(', ')}`);
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

const OF_LOGS = ['report'] as const;

/** Which part of a log is told of, and in which form. */
export const REPORT_OPTIONS = {
  format: {
    ...option(form, 'form of the report: text, md, json, html (with the chart), csv', ['report']),
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
