import {basename} from 'node:path';
import {SettingsStore} from '../config/store.ts';
import {SPANS} from '../core/choices.ts';
import {formatDuration} from '../core/format.ts';
import {saveReport} from '../sinks/report/index.ts';
import type {App} from '../tui/app.ts';
import type {AppOptions, AppServices} from '../tui/services.ts';
import type {Recording} from '../tui/view.ts';
import {chooseSource} from './choose-source.ts';
import type {Context} from './context.ts';
import {codeOf, type Ending, type Endings, listenForEndings, reasonOf} from './endings.ts';
import {exitCodeOf, UserError} from './exit.ts';
import {KeptSettings} from './kept-settings.ts';
import {live} from './live.ts';
import {tell} from './print.ts';
import {LiveRun} from './run.ts';
import {shownPath} from './shown-path.ts';
import {loadThemes} from './themes.ts';

/** On most machines a scan is over sooner, and a frame shows processes as fresh as its memory. */
const SCAN_WAIT_MS = 20;
const DEFAULT_INTERVAL_MS = 1000;

/** The live screen, and the report after it. */
export async function screen(context: Context): Promise<number> {
  const {host, settings} = context;
  const {values, origins} = settings;
  const terminal = await terminalFor(context);
  const themes = await loadThemes(values.theme, host.env, origins.theme ?? 'default');
  const endings = listenForEndings({hasTerminal: true});
  const source = chooseSource(values, host, {
    waitMs: SCAN_WAIT_MS,
    intervalMs: values.interval ?? DEFAULT_INTERVAL_MS,
  });
  const run = openRun(context, source);
  let app: App | undefined;
  return live({host, run, endings, restore: () => app?.close()}, async () => {
    // The screen's code is read while memory is.
    const [{App}] = await Promise.all([import('../tui/app.ts'), run.start()]);
    const kept = new KeptSettings(new SettingsStore(context.settingsPath));
    const quit = (ending: Ending) => endings.end(ending);
    app = new App(services({context, run, source, kept, quit}), optionsOf(context, terminal, themes));
    connect(run, app);
    const ending = await endings.first;
    app.close();
    await sayGoodbye(context, {ending, run, app, kept});
    await source.close();
    if (ending.kind === 'lost' && host.platform !== 'win32') await hangUp(host, endings);
    return codeOf(ending);
  });
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

function openRun({host, settings: {values}}: Context, source: AppServices['source']): LiveRun {
  const intervalMs = values.interval ?? DEFAULT_INTERVAL_MS;
  return new LiveRun({host, source, values, intervalMs, top: values.top, keepHistory: true});
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
    span: SPANS.indexOf(values.span),
    sort: values.sort,
    top: values.top,
    mouse: values.mouse,
    readonly: values.readonly,
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
  await tell(stdout, report);
  const told = notKept === undefined ? [] : [`memtop: settings not kept: ${notKept}`];
  for (const line of [...app.strayLines, ...told]) await tell(stderr, line);
}

function connect(run: LiveRun, app: App): void {
  run.onFrame(() => app.update());
  // The first check was made before there was a screen, and may have raised an alert.
  for (const event of run.events) app.addEvent(event);
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
    quit: (how) => quit(QUIT[how]),
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

const QUIT = {
  key: {kind: 'key'},
  interrupt: {kind: 'signal', signal: 'SIGINT'},
  // As by the signal that a lost terminal sends.
  lost: {kind: 'lost', reason: 'the terminal was lost', code: exitCodeOf('SIGHUP')},
} as const satisfies Record<string, Ending>;
