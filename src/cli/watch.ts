import {eventText, type SessionEvent} from '../core/event.ts';
import {formatDuration, formatMoment} from '../core/format.ts';
import type {Source} from '../core/source.ts';
import {safeText} from '../core/text.ts';
import {type Threshold, writeThreshold} from '../core/threshold.ts';
import {LineStream} from '../sinks/line-stream.ts';
import type {LogTarget} from '../sinks/log.ts';
import {chooseSource} from './choose-source.ts';
import type {Context} from './context.ts';
import {codeOf, type Ending, listenForEndings, reasonOf} from './endings.ts';
import {EXIT} from './exit.ts';
import {live} from './live.ts';
import {isReaderGone, outputError, tell} from './print.ts';
import {LiveRun} from './run.ts';

/** With minutes between checks, the scan of the one before is too old to name who holds the memory. */
const SCAN_WAIT_MS = 2000;
const DEFAULT_INTERVAL_MS = 300_000;

/** How long the end waits for a slow reader of `--json`. */
const READER_PATIENCE_MS = 1000;

/** No screen: log, alerts to standard error, and the report at the end. */
export async function watch(context: Context): Promise<number> {
  const {host, settings, stdin, stdout, stderr} = context;
  const {values} = settings;
  const endings = listenForEndings({hasTerminal: [stdin, stdout, stderr].some(({isTTY}) => isTTY === true)});
  const source = chooseSource(values, host, {
    waitMs: SCAN_WAIT_MS,
    intervalMs: values.interval ?? DEFAULT_INTERVAL_MS,
  });
  const lines = values.json ? new LineStream(stdout, () => host.now()) : undefined;
  const run = openRun(context, source, lines);
  run.session.onEvent((event) => tellEvent(stderr, event));
  run.log.onChange(() => stderr.write(`${logText(run)}\n`));
  stdout.on('error', (error) => endings.end(outputEnding(error)));
  return live({host, run, endings, restore: () => {}}, async () => {
    await run.start();
    if (!values.json) await tell(stderr, beginText(run, values.threshold));
    const ending = await endings.first;
    const report = await run.finish(reasonOf(ending));
    await lines?.flush(READER_PATIENCE_MS);
    await source.close();
    await tell(stderr, report);
    if (ending.kind === 'failed') await tell(stderr, `memtop: ${ending.error.message}`);
    return codeOf(ending);
  });
}

function openRun({host, settings: {values}}: Context, source: Source, lines: LogTarget | undefined): LiveRun {
  return new LiveRun({
    host,
    source,
    values,
    intervalMs: values.interval ?? DEFAULT_INTERVAL_MS,
    top: values.top,
    keepHistory: values.report !== undefined,
    ...(lines !== undefined && {extraTarget: lines}),
  });
}

/** Whoever read the lines has gone, which is no fault; or they cannot be written. */
function outputEnding(error: Error): Ending {
  return isReaderGone(error)
    ? {kind: 'lost', reason: 'the reader of its output is gone', code: EXIT.fine}
    : {kind: 'failed', error: outputError(error)};
}

function beginText(run: LiveRun, threshold: Threshold): string {
  const log = run.log.file === undefined ? 'no log' : `log ${run.log.file.path}`;
  return `memtop watch: every ${formatDuration(run.intervalMs)}, alert at ${writeThreshold(threshold)}, ${log}`;
}

/** What a service's journal or a batch job's error file should tell. */
function tellEvent(stderr: NodeJS.WriteStream, event: SessionEvent): void {
  const text = textOf(event);
  if (text !== undefined) stderr.write(`${formatMoment(event.at)} ${safeText(text)}\n`);
}

function textOf(event: SessionEvent): string | undefined {
  switch (event.kind) {
    case 'raised':
      return event.silenced ? undefined : event.message;
    case 'resolved':
      return `${event.what} alert resolved: ${eventText(event)}`;
    case 'lost':
      return `${event.what} not read: ${event.reason}`;
    case 'back':
    case 'note':
      return `${event.what}: ${eventText(event)}`;
    default:
      return undefined;
  }
}

function logText({log: {file: logFile}}: LiveRun): string {
  if (logFile?.state.status !== 'failing') return `memtop: the log is written again: ${logFile?.path}`;
  return `memtop: the log cannot be written, lines are kept and tried again: ${logFile.path}: ${logFile.state.reason}`;
}
