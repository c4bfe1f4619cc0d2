import {EXPORT_FORMS, type ExportForm} from '../config/report-options.ts';
import {type ByteTarget, fileTarget, outputTarget, ReaderGone} from './byte-target.ts';
import type {Context} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {ExportReading} from './export-reading.ts';
import {type LogTable, openTable} from './log-tables.ts';
import {type LogsToRead, logsToRead, shownSpan} from './logs-to-read.ts';
import {tell} from './print.ts';
import {shownLog, withFiles} from './spooled-input.ts';
import {unreadable} from './unreadable-log.ts';

const ENDINGS: Readonly<Record<string, ExportForm>> = {
  '.csv': 'csv',
  '.parquet': 'parquet',
  '.om': 'openmetrics',
  '.txt': 'openmetrics',
};

/** `memtop export LOG…`: its readings for pandas, DuckDB and Prometheus, in constant memory. */
export async function exportLog(context: Context): Promise<number> {
  const form = formOf(context);
  return withFiles(context, (files) => exportFrom(files, form));
}

async function exportFrom(context: Context, form: ExportForm): Promise<number> {
  const {settings, stdout, cwd} = context;
  const {table, redact} = settings.values;
  const file = fileOf(context);
  const logs = await logsToRead('export', context);
  const target = file === undefined ? outputTarget(stdout) : fileTarget('export', file, cwd);
  try {
    const rows = await openTable({form, table, logs, target, withSecrets: redact === 'off'});
    await run(rows, {logs, target, context});
  } catch (error) {
    target.abandon();
    if (!(error instanceof ReaderGone)) throw error;
  }
  return EXIT.fine;
}

async function run(
  table: LogTable,
  {logs, target, context}: {logs: LogsToRead; target: ByteTarget; context: Context},
): Promise<void> {
  using _ = table;
  const reading = new ExportReading(logs.span);
  const notes = await reading.feed(logs.names, context.stdin, (row) => table.add(row));
  if (reading.count === 0) throw nothingThere(logs, reading);
  await table.finish();
  await target.finish();
  // What was left out is told beside the table, and never in it.
  for (const note of [...notes, ...table.notes]) await tell(context.stderr, `memtop: ${note}`);
}

function nothingThere({names, span}: LogsToRead, {ends, found}: ExportReading): UserError {
  if (span !== undefined && ends !== undefined)
    return new UserError(`memtop export: ${shownSpan(span, ends)}`);
  const [first = '', ...more] = names;
  if (found !== undefined && more.length === 0) return unreadable('export', first, found);
  return new UserError(
    `memtop export: expected logs with readings, got none (in ${names.map(shownLog).join(', ')})`,
  );
}

function fileOf({settings: {values, origins}}: Context): string | undefined {
  return origins.output === 'from --output' ? values.output : undefined;
}

/** The form that was asked for, else that of the file's ending, else CSV. @throws {UserError} */
function formOf(context: Context): ExportForm {
  const {settings, stdout} = context;
  const {values, origins} = settings;
  const form = EXPORT_FORMS.find((one) => one === values.format);
  if (values.format !== undefined && form === undefined)
    throw new UserError(
      `format: expected one of ${EXPORT_FORMS.join(', ')}, got "${values.format}" (${origins.format}); memtop report writes ${values.format}`,
    );
  const file = fileOf(context);
  const ending = Object.entries(ENDINGS).find(([end]) => file?.toLowerCase().endsWith(end))?.[1];
  const found = form ?? ending ?? 'csv';
  if (found === 'openmetrics' && values.table !== 'readings')
    throw new UserError('memtop export: expected --table readings with openmetrics, got --table processes');
  if (found === 'parquet' && file === undefined && stdout.isTTY)
    throw new UserError('memtop export: expected --output FILE or a pipe for parquet, got a terminal');
  return found;
}
