import {LEAK_STATES} from '../leak/verdict.ts';
import {amountOf, countOf, type Fields, listOf, textOf, wordOf} from '../log/log-fields.ts';
import type {LogReading} from '../log/log-readings.ts';
import {hideSecretsInText} from '../secrets.ts';
import {type ExportColumn, figure, moment, text, whole} from './column.ts';

/** One process as one line of the log names it. */
export interface ProcessRow {
  readonly at: number;
  readonly fields: Fields;
}

const MOST_PROCESSES = 1000;

/** A row for each process that a line names: the largest, when their list changes and else once a minute. */
export const PROCESS_COLUMNS: readonly ExportColumn<ProcessRow>[] = [
  moment('timestamp', ({at}) => at),
  whole('pid', ({fields}) => countOf(fields.pid)),
  whole('parent_pid', ({fields}) => countOf(fields.parent_pid)),
  text('start_key', ({fields}) => textOf(fields.start_key)),
  text('name', ({fields}) => textOf(fields.name)),
  text('arguments', ({fields}) => textOf(fields.arguments)),
  text('user', ({fields}) => textOf(fields.user)),
  whole('rss_bytes', ({fields}) => amountOf(fields.rss_bytes)),
  whole('cpu_ms', ({fields}) => amountOf(fields.cpu_ms)),
  text('leak', ({fields}) => wordOf(fields.leak, LEAK_STATES)),
  figure('growth_bytes_per_hour', ({fields: {growth_bytes_per_hour: rate}}) =>
    typeof rate === 'number' && Number.isFinite(rate) ? rate : undefined,
  ),
];

/** The same with secrets hidden, which a log may hold that was written without. */
export const HIDDEN_PROCESS_COLUMNS: readonly ExportColumn<ProcessRow>[] = PROCESS_COLUMNS.map((column) =>
  column.name === 'name' || column.name === 'arguments' ? withoutSecrets(column) : column,
);

function withoutSecrets({name, read}: ExportColumn<ProcessRow>): ExportColumn<ProcessRow> {
  return text(name, (row) => {
    const told = read(row);
    return told === undefined ? undefined : hideSecretsInText(String(told));
  });
}

export function processRows({at, line}: Pick<LogReading, 'at' | 'line'>): readonly ProcessRow[] {
  return listOf(line.processes, MOST_PROCESSES)
    .filter(({pid, rss_bytes: bytes}) => countOf(pid) !== undefined && amountOf(bytes) !== undefined)
    .map((fields) => ({at, fields}));
}
