import {formatCount} from '../core/format.ts';
import type {JobExit} from '../core/sample.ts';
import {chooseSource} from './choose-source.ts';
import type {Context} from './context.ts';
import {codeOfExit, listenForEndings, reasonOf} from './endings.ts';
import type {EndingSignal} from './exit.ts';
import {UserError} from './exit.ts';
import {openExporter} from './exporter.ts';
import {live} from './live.ts';
import {hookUp} from './live-hooks.ts';
import {openMarkBox} from './mark-box.ts';
import {OutputCopy} from './output-copy.ts';
import {OutputTail} from './output-tail.ts';
import {tell} from './print.ts';
import type {LiveRun} from './run.ts';
import {DEFAULT_INTERVAL_MS, lookOf, openRun, SCAN_WAIT_MS, type ScreenJob, showScreen} from './screen.ts';
import {shownPath} from './shown-path.ts';
import {type StartedJob, startNewJob} from './started-job.ts';
import {ringOn, tellEvents} from './tell-events.ts';
import {waitlessly} from './terminal-output.ts';

/** `memtop run -- COMMAND`: starts a job, follows it, and ends as it ended. */
export function runJob(context: Context): Promise<number> {
  return context.settings.values.quiet ? quietRun(context) : screenRun(context);
}

/** On the screen the job gets no keys, and its output goes through a file, so that it never waits for the screen. */
async function screenRun(context: Context): Promise<number> {
  const {values} = context.settings;
  // Before the job is started it must be known that there can be a screen.
  const look = await lookOf(context);
  const exporter = await openExporter(context);
  const {run, source, job, endings} = await begin(context, {hasTerminal: false, isDetached: true});
  const screenJob = controlOf(context, job, () => endings.end({kind: 'left'}));
  void job.exited.then(async (exit) => {
    await run.endJob(exit);
    screenJob.note();
    if (!values.stay) endings.end({kind: 'job', exit});
  });
  return showScreen(context, {look, endings, source, run, exporter, job: screenJob});
}

/** Terminal, keys and colours are the job's; memtop only speaks up at alerts and at the end. */
async function quietRun(context: Context): Promise<number> {
  const {host, stdin, stdout, settings} = context;
  const stderr = waitlessly(context.stderr);
  const hasTerminal = [stdin, stdout, stderr].some(({isTTY}) => isTTY === true);
  // A job is not started where its metrics cannot be served.
  const exporter = await openExporter(context);
  const {run, source, job, endings} = await begin(context, {
    hasTerminal: settings.values.output === undefined,
    isDetached: !hasTerminal,
  });
  const copy = job.spool && new OutputCopy(job.spool, stdout);
  tellEvents(run, stderr);
  const hooks = hookUp(context, run, ringOn(stderr));
  return live({host, run, endings, restore: () => {}, hooks, exporter}, async () => {
    await startOrTell(run, stderr);
    const exit = await job.exited;
    await run.endJob(exit);
    await copy?.close();
    await hooks.close();
    const report = await run.finish(reasonOf({kind: 'job', exit}), stderr.columns);
    await source.close();
    job.close(true);
    await tell(stderr, report);
    return codeOfExit(exit);
  });
}

/** A job that runs is not abandoned because memory cannot be read. */
async function startOrTell(run: LiveRun, stderr: NodeJS.WritableStream): Promise<void> {
  try {
    await run.start();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await tell(stderr, `memtop: ${error.message}; the job goes on`);
  }
}

async function begin(context: Context, how: {readonly hasTerminal: boolean; readonly isDetached: boolean}) {
  const {host, args, settings} = context;
  const {values} = settings;
  let run: LiveRun | undefined;
  const marks = openMarkBox(host.env, host.pid, (note) => run?.mark(note));
  const job = await startNewJob({host, values, words: args.job, markPath: marks?.path, ...how}).catch(
    (error: unknown) => {
      marks?.close();
      throw error;
    },
  );
  const endings = listenForEndings({
    hasTerminal: true,
    onSignal: (signal) => passOn(job, signal, (exit) => endings.end({kind: 'job', exit})),
  });
  const source = chooseSource(values, host, {
    waitMs: SCAN_WAIT_MS,
    intervalMs: values.interval ?? DEFAULT_INTERVAL_MS,
    job: job.follower,
  });
  run = openRun(context, {source, job: job.follower, ...(marks !== undefined && {marks})});
  return {run, source, job, endings};
}

/** Signals are the job's for as long as it runs. */
function passOn(job: StartedJob, signal: EndingSignal, onOver: (exit: JobExit) => void): void {
  if (job.exit === undefined) job.signal(signal);
  else onOver(job.exit);
}

/** So many lines of the output stand before the report. */
const LAST_LINES = 20;

function controlOf({cwd, settings}: Context, job: StartedJob, leave: () => void) {
  let onChange = () => {};
  const tail = job.spool && new OutputTail(job.spool, () => onChange());
  let isLeft = false;
  const control: ScreenJob & {note(): void} = {
    output: tail?.lines,
    outputFile: job.spool !== undefined && !job.spool.isOwn ? shownPath(job.spool.path, cwd) : undefined,
    isRunning: () => job.exit === undefined,
    stop: () => job.stop(),
    interrupt: () => job.signal('SIGINT'),
    hangUp: () => void job.signal('SIGHUP'),
    leave: () => {
      isLeft = true;
      leave();
    },
    onChange: (listener) => {
      onChange = listener;
    },
    note: () => {
      tail?.look();
      onChange();
    },
    lastWords,
    close: () => {
      tail?.close();
      job.close(keepsSpool());
    },
  };
  return control;

  function keepsSpool(): boolean {
    return isLeft || job.exit === undefined || (tail?.lines.count ?? 0) > LAST_LINES;
  }

  function lastWords(): string {
    tail?.look();
    if (tail === undefined || job.spool === undefined || settings.values.output !== undefined) return '';
    const {lines} = tail;
    const last = lines.slice(lines.size - LAST_LINES, lines.size);
    const place = job.spool.path;
    const all = keepsSpool() ? [`(output: ${formatCount(lines.count)} lines, in ${place})`] : [];
    return [...last, ...all].map((line) => `${line}\n`).join('');
  }
}
