import {basename} from 'node:path';
import {SettingsStore} from '../config/store.ts';
import {SPANS} from '../core/choices.ts';
import {formatDuration} from '../core/format.ts';
import {saveReport} from '../sinks/report/index.ts';
import type {App} from '../tui/app.ts';
import type {AppOptions, AppServices, JobControl} from '../tui/services.ts';
import type {Recording} from '../tui/view.ts';
import {attach} from './attach.ts';
import {chooseSource} from './choose-source.ts';
import type {Context} from './context.ts';
import {codeOf, type Ending, type Endings, listenForEndings, reasonOf} from './endings.ts';
import {exitCodeOf, UserError} from './exit.ts';
import {type Exporter, openExporter} from './exporter.ts';
import {KeptSettings} from './kept-settings.ts';
import {live} from './live.ts';
import {hookUp} from './live-hooks.ts';
import {openMarkBox} from './mark-box.ts';
import {tell} from './print.ts';
import {LiveRun, type RunOptions} from './run.ts';
import {shownPath} from './shown-path.ts';
import {TerminalOutput, waitlessly} from './terminal-output.ts';
import {loadThemes} from './themes.ts';

/** On most machines a scan is over sooner, and a frame shows processes as fresh as its memory. */
export const SCAN_WAIT_MS = 20;
export const DEFAULT_INTERVAL_MS = 1000;

/** The live screen, and the report after it. */
export async function screen(context: Context): Promise<number> {
  const {host, settings} = context;
  const {values} = settings;
  const look = await lookOf(context);
  const exporter = await openExporter(context);
  const job = await attach(values, host);
  const endings = listenForEndings({hasTerminal: true});
  const source = chooseSource(values, host, {
    waitMs: SCAN_WAIT_MS,
    intervalMs: values.interval ?? DEFAULT_INTERVAL_MS,
    ...(job !== undefined && {job}),
  });
  const marks = openMarkBox(host.env, host.pid, (note) => run.mark(note));
  const run = openRun(context, {
    source,
    ...(job !== undefined && {job}),
    ...(marks !== undefined && {marks}),
  });
  return showScreen(context, {look, endings, source, run, exporter});
}

/** How the screen is to be drawn here. @throws {UserError} where there can be none */
export async function lookOf(context: Context): Promise<ScreenLook> {
  const {host, settings} = context;
  const terminal = await terminalFor(context);
  const themes = await loadThemes(settings.values.theme, host.env, settings.origins.theme ?? 'default');
  return {terminal, themes, streams: {input: context.stdin, output: new TerminalOutput(context.stdout)}};
}

export interface ScreenLook extends Pick<AppOptions, 'terminal' | 'themes'> {
  readonly streams: AppOptions['streams'] & {readonly output: TerminalOutput};
}

export interface ScreenParts {
  readonly look: ScreenLook;
  readonly endings: Endings;
  readonly source: AppServices['source'];
  readonly run: LiveRun;
  readonly exporter: Exporter | undefined;
  /** The job that memtop has started, as the screen handles it. */
  readonly job?: ScreenJob;
}

/** What the screen and its end ask of a job that memtop has started. */
export interface ScreenJob extends JobControl {
  /** What stands before the report: the last of its output. */
  lastWords(): string;
  /** Whether somebody is left to be told of its output. */
  close(): void;
}

/** Shows the screen until something ends it. */
export async function showScreen(context: Context, parts: ScreenParts): Promise<number> {
  const {host} = context;
  const {look, endings, source, run, exporter, job} = parts;
  let app: App | undefined;
  let isLost = false;
  const hooks = hookUp(context, run, (bytes) => app?.ring(bytes));
  return live({host, run, endings, restore: () => app?.close(), hooks, exporter}, async () => {
    // The screen's code is read while memory is.
    const [{App}] = await Promise.all([import('../tui/app.ts'), run.start()]);
    const kept = new KeptSettings(new SettingsStore(context.settingsPath));
    const quit = (ending: Ending) =>
      ending.kind === 'lost' && job !== undefined ? loseScreen() : endings.end(ending);
    app = new App(services({context, run, source, kept, quit, job}), optionsOf(context, look));
    connect(run, app);
    job?.onChange(() => app?.update());
    const ending = await endings.first;
    app.close();
    await hooks.close();
    await sayGoodbye(context, {ending, run, app, kept, job, output: look.streams.output});
    await source.close();
    job?.close();
    if ((isLost || ending.kind === 'lost') && host.platform !== 'win32') await hangUp(host, endings);
    return codeOf(ending);
  });

  /** With a job there is more to do than to show it: it is hung up on, as a terminal does, and followed to its end. */
  function loseScreen(): void {
    isLost = true;
    app?.close();
    job?.hangUp();
  }
}

/**
 * Ends as a hang-up ends a program. Leaving by the runtime's own exit would have it set back a terminal that is
 * gone, on which Node 20 aborts.
 */
async function hangUp(host: Context['host'], endings: Endings): Promise<void> {
  endings.release();
  host.kill(host.pid, 'SIGHUP');
  await new Promise((resolve) => setTimeout(resolve, 100));
}

export function openRun(
  {host, settings: {values}}: Context,
  parts: Pick<RunOptions, 'source' | 'job' | 'marks'>,
): LiveRun {
  const intervalMs = values.interval ?? DEFAULT_INTERVAL_MS;
  return new LiveRun({host, values, intervalMs, top: values.top, keepHistory: true, ...parts});
}

/** What the screen shows at first, as the settings have it. */
export function optionsOf({settings: {values}}: Context, look: ScreenLook): AppOptions {
  return {
    ...look,
    span: SPANS.indexOf(values.span),
    sort: values.sort,
    top: values.top,
    mouse: values.mouse,
    readonly: values.readonly,
  };
}

/** Log, report and settings are written in every case; told is only what somebody can still read. */
async function sayGoodbye(
  {stderr}: Context,
  parts: {
    readonly ending: Ending;
    readonly run: LiveRun;
    readonly app: App;
    readonly kept: KeptSettings;
    readonly job: ScreenJob | undefined;
    readonly output: TerminalOutput;
  },
): Promise<void> {
  const {ending, run, app, kept, job, output} = parts;
  const words = job?.lastWords() ?? '';
  const report = await run.finish(reasonOf(ending), output.columns);
  const notKept = await kept.flush();
  if (ending.kind === 'lost') return;
  await tell(output, words === '' ? report : `${words}\n${report}`);
  const told = notKept === undefined ? [] : [`memtop: settings not kept: ${notKept}`];
  const waitless = waitlessly(stderr, output);
  for (const line of [...app.strayLines, ...told]) await tell(waitless, line);
}

function connect(run: LiveRun, app: App): void {
  run.onFrame(() => app.update());
  // The first check was made before there was a screen, and may have raised an alert.
  for (const event of run.events) app.addEvent(event);
  run.session.onEvent((event) => app.addEvent(event));
  run.log.onChange(() => app.refresh());
  app.update();
}

async function terminalFor({host, args, settings, stdin, stdout}: Context) {
  const {readTerminal, screenProblem} = await import('../tui/capabilities.ts');
  const problem = screenProblem(host.env, host.platform, {
    input: stdin.isTTY === true,
    output: stdout.isTTY === true,
  });
  if (problem !== undefined) {
    const other = args.command === 'run' ? 'memtop run --quiet' : 'memtop watch';
    throw new UserError(`no screen here: ${problem}; ${other} needs none`);
  }
  return readTerminal(host.env, host.platform, {ascii: settings.values.ascii, chart: settings.values.chart});
}

function services(parts: {
  readonly context: Context;
  readonly run: LiveRun;
  readonly source: AppServices['source'];
  readonly kept: KeptSettings;
  readonly quit: (ending: Ending) => void;
  readonly job: ScreenJob | undefined;
}): AppServices {
  const {context, run, source, kept, quit, job} = parts;
  const {host, cwd} = context;
  return {
    session: run.session,
    source,
    now: () => host.now(),
    clock: () => host.monotonic(),
    upMs: () => run.uptimeMs,
    intervalMs: () => run.intervalMs,
    setInterval: (ms) => run.setInterval(ms, formatDuration(run.intervalMs), formatDuration(ms)),
    recording: () => recordingOf(run),
    mark: (note) => run.mark(note),
    writeReport: async () => {
      const result = saveReport(
        cwd,
        {now: host.now(), ending: 'md'},
        run.report('still running'),
        run.chart(),
      );
      if (!result.ok) throw new Error(`report not written: ${result.problem}`);
      return `report written to ${shownPath(result.file, cwd)}`;
    },
    saveHistory: async () => `history written to ${shownPath(run.saveHistory(cwd), cwd)}`,
    // What is tried out in the demo is not meant for the next real start.
    keep: (name, value) => context.settings.values.demo || kept.keep(name, value),
    jobEnding: () => run.ending,
    quit: (how) => quit(quitBy(how, run)),
    ...(job !== undefined && {job}),
  };
}

function recordingOf({log}: LiveRun): Recording {
  if (log.file === undefined) return {status: 'off'};
  const {state, path} = log.file;
  const file = basename(path);
  return state.status === 'ok'
    ? {status: 'on', file}
    : {status: 'failing', file, reason: state.reason, kept: state.kept};
}

/** Once the job has ended memtop ends as it did, whatever it was that ended memtop. */
function quitBy(how: keyof typeof QUIT, {ending}: LiveRun): Ending {
  return ending === undefined ? QUIT[how] : {kind: 'job', exit: ending.exit};
}

const QUIT = {
  key: {kind: 'key'},
  interrupt: {kind: 'signal', signal: 'SIGINT'},
  // As by the signal that a lost terminal sends.
  lost: {kind: 'lost', reason: 'the terminal was lost', code: exitCodeOf('SIGHUP')},
} as const satisfies Record<string, Ending>;
