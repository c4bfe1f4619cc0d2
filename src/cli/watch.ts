import {formatDuration} from '../core/format.ts';
import {writeThreshold} from '../core/threshold.ts';
import {LineStream} from '../sinks/line-stream.ts';
import {attach} from './attach.ts';
import {chooseSource} from './choose-source.ts';
import type {Context} from './context.ts';
import {codeOf, type Ending, listenForEndings, reasonOf} from './endings.ts';
import {EXIT} from './exit.ts';
import {openExporter} from './exporter.ts';
import {live} from './live.ts';
import {hookUp} from './live-hooks.ts';
import {openMarkBox} from './mark-box.ts';
import {isReaderGone, outputError, tell} from './print.ts';
import {LiveRun, type RunOptions} from './run.ts';
import {ringOn, tellEvents} from './tell-events.ts';
import {waitlessly} from './terminal-output.ts';

/** With minutes between checks, the scan of the one before is too old to name who holds the memory. */
const SCAN_WAIT_MS = 2000;
const DEFAULT_INTERVAL_MS = 300_000;

/** How long the end waits for a slow reader of `--json`. */
const READER_PATIENCE_MS = 1000;

/** Nobody looks but whoever scrapes, mostly every 15 s: none gets an old figure, and a leak is looked for within minutes. */
const SERVE_INTERVAL_MS = 5000;

/** No screen: log, alerts to standard error, and the report at the end. */
export function watch(context: Context): Promise<number> {
  return watchEvery(context, DEFAULT_INTERVAL_MS);
}

/** As `watch`, for Prometheus: metrics are served whether or not it is said where. */
export function serve(context: Context): Promise<number> {
  return watchEvery(context, SERVE_INTERVAL_MS);
}

async function watchEvery(context: Context, usualMs: number): Promise<number> {
  const {host, settings, stdin} = context;
  const stdout = waitlessly(context.stdout);
  const stderr = waitlessly(context.stderr);
  const {values} = settings;
  const intervalMs = values.interval ?? usualMs;
  const exporter = await openExporter(context);
  const job = await attach(values, host);
  const endings = listenForEndings({hasTerminal: [stdin, stdout, stderr].some(({isTTY}) => isTTY === true)});
  const source = chooseSource(values, host, {
    waitMs: SCAN_WAIT_MS,
    intervalMs,
    ...(job !== undefined && {job}),
  });
  const lines = values.json ? new LineStream(stdout, () => host.now()) : undefined;
  const marks = openMarkBox(host.env, host.pid, (note) => run.mark(note));
  const run = openRun(context, {
    source,
    intervalMs,
    ...(lines !== undefined && {extraTarget: lines}),
    ...(job !== undefined && {job}),
    ...(marks !== undefined && {marks}),
  });
  tellEvents(run, stderr);
  // What was attached to has ended: there is nothing left to watch.
  run.session.onEvent((event) => {
    if (event.kind === 'ended') endings.end({kind: 'job', exit: event.ending.exit});
  });
  stdout.on('error', (error) => endings.end(outputEnding(error)));
  const hooks = hookUp(context, run, ringOn(stderr));
  return live({host, run, endings, restore: () => {}, hooks, exporter}, async () => {
    await run.start();
    if (!values.json) await tell(stderr, beginText(context, run));
    const ending = await endings.first;
    await hooks.close();
    const report = await run.finish(reasonOf(ending), stderr.columns);
    await lines?.flush(READER_PATIENCE_MS);
    await source.close();
    await tell(stderr, report);
    if (ending.kind === 'failed') await tell(stderr, `memtop: ${ending.error.message}`);
    return codeOf(ending);
  });
}

function openRun(
  {host, settings: {values}}: Context,
  parts: Pick<RunOptions, 'source' | 'intervalMs' | 'extraTarget' | 'job' | 'marks'>,
): LiveRun {
  return new LiveRun({
    host,
    values,
    top: values.top,
    // How a job's memory grew is read off its history.
    keepHistory: values.report !== undefined || parts.job !== undefined,
    ...parts,
  });
}

/** Whoever read the lines has gone, which is no fault; or they cannot be written. */
function outputEnding(error: Error): Ending {
  return isReaderGone(error)
    ? {kind: 'lost', reason: 'the reader of its output is gone', code: EXIT.fine}
    : {kind: 'failed', error: outputError(error)};
}

function beginText({args, settings}: Context, run: LiveRun): string {
  const log = run.log.file === undefined ? 'no log' : `log ${run.log.file.path}`;
  const threshold = writeThreshold(settings.values.threshold);
  return `memtop ${args.command}: every ${formatDuration(run.intervalMs)}, alert at ${threshold}, ${log}`;
}
