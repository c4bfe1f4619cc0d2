import {eventText, type SessionEvent} from '../core/event.ts';
import {formatDuration, formatMoment, formatThreshold} from '../core/format.ts';
import {safeText} from '../core/text.ts';
import {chooseSource} from './choose-source.ts';
import {type Context, print} from './context.ts';
import {type Ending, listenForEndings, reasonOf} from './endings.ts';
import {EXIT, exitCodeOf} from './exit.ts';
import {LiveRun} from './run.ts';

/** With minutes between checks, the scan of the one before is too old to name who holds the memory. */
const SCAN_WAIT_MS = 2000;
const DEFAULT_INTERVAL_MS = 300_000;

/** No screen: log, alerts to standard error, and the report at the end. */
export async function watch(context: Context): Promise<number> {
  const {host, settings, stdin, stdout, stderr} = context;
  const {values} = settings;
  const endings = listenForEndings({hasTerminal: [stdin, stdout, stderr].some(({isTTY}) => isTTY === true)});
  const source = chooseSource(values, host, SCAN_WAIT_MS);
  const intervalMs = values.interval ?? DEFAULT_INTERVAL_MS;
  const run = new LiveRun({
    host,
    source,
    values,
    intervalMs,
    top: values.top ?? 5,
    keepHistory: values.report !== undefined,
    ...(values.json === true && {
      extraTarget: {append: (line: object) => void stdout.write(`${JSON.stringify(line)}\n`)},
    }),
  });
  run.session.onEvent((event) => tell(stderr, event));
  run.log.onChange(() => stderr.write(`${logText(run)}\n`));
  // Whoever read the lines has gone: nobody is left to write for.
  stdout.on('error', () => endings.end({kind: 'lost'}));
  stderr.on('error', () => {});
  await run.start();
  if (values.json !== true) await print(stderr, beginText(run, values.threshold ?? 80));
  const ending = await endings.first;
  const report = await run.finish(reasonOf(ending));
  await source.close();
  if (ending.kind !== 'lost') await print(stderr, report);
  endings.release();
  return codeOf(ending);
}

function codeOf(ending: Ending): number {
  return ending.kind === 'signal' ? exitCodeOf(ending.signal) : EXIT.fine;
}

function beginText(run: LiveRun, threshold: number): string {
  const log = run.log.file === undefined ? 'no log' : `log ${run.log.file.path}`;
  return `memtop watch: every ${formatDuration(run.intervalMs)}, alert at ${formatThreshold(threshold)}, ${log}`;
}

/** What a service's journal or a batch job's error file should tell. */
function tell(stderr: NodeJS.WriteStream, event: SessionEvent): void {
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
