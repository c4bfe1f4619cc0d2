import {basename} from 'node:path';
import {SettingsStore} from '../config/store.ts';
import {SPANS} from '../core/choices.ts';
import {formatDuration} from '../core/format.ts';
import {saveReport} from '../sinks/report/index.ts';
import type {App} from '../tui/app.ts';
import type {AppOptions, AppServices} from '../tui/services.ts';
import type {Recording} from '../tui/view.ts';
import {chooseSource} from './choose-source.ts';
import {type Context, print} from './context.ts';
import {crashWith} from './crash.ts';
import {type Ending, listenForEndings, reasonOf} from './endings.ts';
import {EXIT, exitCodeOf, UserError} from './exit.ts';
import {KeptSettings} from './kept-settings.ts';
import {LiveRun} from './run.ts';
import {loadThemes} from './themes.ts';

/** On most machines a scan is over sooner, and a frame shows processes as fresh as its memory. */
const SCAN_WAIT_MS = 20;
const DEFAULT_INTERVAL_MS = 1000;

/** The live screen, and the report after it. */
export async function screen(context: Context): Promise<number> {
  const {host, settings} = context;
  const {values, origins} = settings;
  const terminal = await terminalFor(context);
  const themes = await loadThemes(values.theme ?? 'auto', host.env, origins.theme ?? 'default');
  const endings = listenForEndings({hasTerminal: true});
  const source = chooseSource(values, host, SCAN_WAIT_MS);
  const run = openRun(context, source);
  // The screen's code is read while memory is.
  const [{App}] = await Promise.all([import('../tui/app.ts'), run.start()]);
  const kept = new KeptSettings(new SettingsStore(context.settingsPath));
  const quit = (ending: Ending) => endings.end(ending);
  const app = new App(services({context, run, source, kept, quit}), optionsOf(context, terminal, themes));
  const forgetCrash = crashWith({
    host,
    restore: () => app.close(),
    lastWords: () => run.finishNow('a fault in memtop'),
  });
  connect(run, app);
  const ending = await endings.first;
  app.close();
  await sayGoodbye(context, {ending, run, app, kept});
  await source.close();
  forgetCrash();
  endings.release();
  return codeOf(ending);
}

function openRun({host, settings: {values}}: Context, source: AppServices['source']): LiveRun {
  const intervalMs = values.interval ?? DEFAULT_INTERVAL_MS;
  return new LiveRun({host, source, values, intervalMs, top: values.top ?? 5, keepHistory: true});
}

function optionsOf(
  {settings: {values}, stdin, stdout}: Context,
  terminal: AppOptions['terminal'],
  themes: AppOptions['themes'],
): AppOptions {
  return {
    terminal,
    themes,
    streams: {input: stdin, output: stdout},
    span: SPANS.indexOf(values.span ?? '15m'),
    sort: values.sort ?? 'rss',
    top: values.top ?? 5,
    mouse: values.mouse ?? false,
    readonly: values.readonly ?? false,
  };
}

/** Log, report and settings are written in every case; told is only what somebody can still read. */
async function sayGoodbye(
  {stdout, stderr}: Context,
  {ending, run, app, kept}: {ending: Ending; run: LiveRun; app: App; kept: KeptSettings},
): Promise<void> {
  const report = await run.finish(reasonOf(ending));
  const notKept = await kept.flush();
  if (ending.kind === 'lost') return;
  await print(stdout, report);
  const told = notKept === undefined ? [] : [`memtop: settings not kept: ${notKept}`];
  for (const line of [...app.strayLines, ...told]) await print(stderr, line);
}

function connect(run: LiveRun, app: App): void {
  run.onFrame(() => app.update());
  run.session.onEvent((event) => app.addEvent(event));
  run.log.onChange(() => app.update());
  app.update();
}

async function terminalFor({host, settings, stdin, stdout}: Context) {
  const {readTerminal, screenProblem} = await import('../tui/capabilities.ts');
  const problem = screenProblem(host.env, host.platform, {
    input: stdin.isTTY === true,
    output: stdout.isTTY === true,
  });
  if (problem !== undefined) throw new UserError(`no screen here: ${problem}; memtop watch needs none`);
  return readTerminal(host.env, host.platform, {ascii: settings.values.ascii, chart: settings.values.chart});
}

function services(parts: {
  readonly context: Context;
  readonly run: LiveRun;
  readonly source: AppServices['source'];
  readonly kept: KeptSettings;
  readonly quit: (ending: Ending) => void;
}): AppServices {
  const {context, run, source, kept, quit} = parts;
  const {host, cwd} = context;
  return {
    session: run.session,
    source,
    now: () => host.now(),
    startedAt: run.startedAt,
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
      return `report written to ${basename(result.file)}`;
    },
    saveHistory: async () => `history written to ${run.saveHistory(cwd)}`,
    // What is tried out in the demo is not meant for the next real start.
    keep: (name, value) => context.settings.values.demo === true || kept.keep(name, value),
    quit: (how) => quit(how === 'interrupt' ? {kind: 'signal', signal: 'SIGINT'} : {kind: how}),
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

function codeOf(ending: Ending): number {
  if (ending.kind === 'signal') return exitCodeOf(ending.signal);
  return ending.kind === 'lost' ? exitCodeOf('SIGHUP') : EXIT.fine;
}
