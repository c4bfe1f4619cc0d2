import {resolve} from 'node:path';
import {REPORT_FORMS, type ReportForm} from '../config/report-options.ts';
import {quote} from '../config/resolve.ts';
import {isRelative} from '../core/log/log-span.ts';
import {
  type ReportFormat,
  renderReport,
  reportFormatOf,
  reportText,
  writeReport,
} from '../sinks/report/index.ts';
import type {Context} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {LoggedRun} from './logged-run.ts';
import {type LogsToRead, logsToRead, shownSpan} from './logs-to-read.ts';
import {readLog} from './open-log.ts';
import {print} from './print.ts';
import {readingProgress} from './progress.ts';
import {givenName, isInput, shownLog, withFiles} from './spooled-input.ts';
import {unreadable} from './unreadable-log.ts';

const FORMATS = {
  text: 'text',
  md: 'markdown',
  json: 'json',
  html: 'html',
  csv: 'csv',
} as const satisfies Record<ReportForm, ReportFormat>;

/** `memtop report LOG…`: what the exit report says, of a run that was recorded, or of a part of it. */
export async function report(context: Context): Promise<number> {
  const asked = askedFor(context);
  const {from, to} = context.settings.values;
  // One log without such an end is read only once.
  const isRead = context.args.words.length === 1 && !isRelative(from) && !isRelative(to);
  return isRead ? reportLogs(context, asked) : withFiles(context, (files) => reportLogs(files, asked));
}

interface Asked {
  readonly format: ReportFormat;
  readonly file?: string;
}

async function reportLogs(context: Context, {file, format}: Asked): Promise<number> {
  const {settings, stdout, cwd} = context;
  const logs = await logsToRead('report', context);
  const {values, origins} = settings;
  const run = new LoggedRun({
    values,
    ownThreshold: origins.threshold === 'from --threshold',
    keepChart: format === 'html',
    ...(logs.span !== undefined && {span: logs.span}),
  });
  await readInto(run, logs, context);
  const told = run.report(logs.names.map((name) => shownName(name, cwd)).join(', '));
  if (file === undefined && format === 'text') await print(stdout, reportText(told, stdout.columns));
  else if (file === undefined) await print(stdout, renderReport(format, told, run.chart()));
  else {
    const written = writeReport(resolve(cwd, file), told, {chart: run.chart(), format});
    if (!written.ok)
      throw new UserError(`memtop report: ${quote(file)} cannot be written: ${written.problem}`);
  }
  return EXIT.fine;
}

/** The form, and the file where that is asked for. @throws {UserError} where one flag says other than another */
function askedFor({settings}: Context): Asked {
  const {values, origins} = settings;
  const isFlag = (name: 'json' | 'format') => origins[name] === `from --${name}`;
  const file = origins.output === 'from --output' ? values.output : undefined;
  const {json} = values;
  const form = isFlag('json') && !isFlag('format') ? undefined : reportForm(settings);
  if (isFlag('json') && json && form !== undefined && form !== 'json')
    throw new UserError(`memtop report: expected --json or --format ${form}, got both`);
  const ofFile = file === undefined ? undefined : reportFormatOf(file);
  const format = form === undefined ? (json ? 'json' : ofFile) : FORMATS[form];
  if (file !== undefined && format === undefined)
    throw new UserError(
      `output: expected a name that ends in .txt, .md, .json, .html or .csv, or --format beside it, got ${quote(file)} (from --output)`,
    );
  return {format: format ?? 'text', ...(file !== undefined && {file})};
}

function reportForm({values: {format}, origins}: Context['settings']): ReportForm | undefined {
  const form = REPORT_FORMS.find((one) => one === format);
  if (format === undefined || form !== undefined) return form;
  throw new UserError(
    `format: expected one of ${REPORT_FORMS.join(', ')}, got "${format}" (${origins.format}); memtop export writes ${format}`,
  );
}

async function readInto(run: LoggedRun, {names, span}: LogsToRead, {stdin, stderr}: Context): Promise<void> {
  const progress = readingProgress(stderr, names);
  for (const name of names) {
    const {bytes, problem} = await readLog(name, stdin, run.lines, progress.note);
    run.lines.finish();
    progress.clear();
    if (names.length > 1) run.skipped.endFile(isInput(name) ? 'standard input' : givenName(name));
    else if (run.readings === 0 && (span === undefined || run.ends.endedAt === 0))
      throw unreadable('report', name, {
        bytes,
        skipped: run.skipped,
        ...(problem !== undefined && {problem}),
      });
    if (problem === undefined) continue;
    const where = names.length > 1 ? `${givenName(name)} was ` : '';
    run.events.errors.add('log', `${where}not read to its end: ${problem}`);
  }
  if (run.readings > 0) return;
  if (span !== undefined) throw new UserError(`memtop report: ${shownSpan(span, run.ends)}`);
  throw new UserError(
    `memtop report: expected logs with readings, got none in ${names.map(shownLog).join(', ')}`,
  );
}

function shownName(name: string, cwd: string): string {
  return isInput(name) ? 'standard input' : resolve(cwd, givenName(name));
}
