import {basename} from 'node:path';
import {quote} from '../../config/resolve.ts';
import {failed} from '../../core/sample.ts';
import type {TapeView} from '../../core/tape.ts';
import {wallOffset} from '../../core/tape-target.ts';
import {saveReport} from '../../sinks/report/index.ts';
import type {App} from '../../tui/app.ts';
import type {AppServices} from '../../tui/services.ts';
import type {Context} from '../context.ts';
import {crashWith} from '../crash.ts';
import {codeOf, type Ending, listenForEndings} from '../endings.ts';
import {UserError} from '../exit.ts';
import {LoggedRun} from '../logged-run.ts';
import {logsToRead} from '../logs-to-read.ts';
import {readingProgress} from '../progress.ts';
import {lookOf, optionsOf, type ScreenLook} from '../screen.ts';
import {shownPath} from '../shown-path.ts';
import {givenName, isInput, type SpooledInput, shownLog, spooled} from '../spooled-input.ts';
import {unreadable} from '../unreadable-log.ts';
import {growingInput} from './growing-input.ts';
import {keyboard} from './keyboard.ts';
import {LeavingKeys} from './leaving-keys.ts';
import {TapePlayer} from './player.ts';
import {TapeLines} from './tape-lines.ts';
import {surveyTape, type TapeSurvey} from './tape-map.ts';

/** `memtop replay LOG…`: the screen of a run that was recorded. */
export async function replay(given: Context): Promise<number> {
  const {words} = given.args;
  if (given.settings.values.follow) refuseFollow(words);
  using keys = keyboard(words, given);
  using leaving = new LeavingKeys(words.includes('-') ? keys?.stream : undefined);
  try {
    // Pipes are kept first: where several logs come first is told by their times.
    await using input = await kept(given, keys === undefined ? undefined : leaving.signal);
    leaving[Symbol.dispose]();
    if (keys === undefined) throw new UserError(NO_KEYS);
    const context = {...given, args: {...given.args, words: input.names}, stdin: keys.stream};
    const {names} = await logsToRead('replay', context);
    const look = await lookOf(context);
    const survey = await surveyed(names, context);
    // Awaited here: what was lent goes back behind it.
    return await show(context, {look, survey, names});
  } catch (error) {
    if (leaving.code !== undefined) return leaving.code;
    throw error;
  }
}

const WAITING_HINT = ', q leaves; --follow - plays it as it comes';

const NO_KEYS = 'memtop replay: no terminal for the keys, standard input is the log';

/** @param signal ends the wait; nothing where there is no key to ask for that */
async function kept(given: Context, signal: AbortSignal | undefined): Promise<SpooledInput> {
  const {args, settings} = given;
  const isGrowing = settings.values.follow && args.words.includes('-');
  const isAlone = isGrowing && args.words.length === 1 && given.stdin.isTTY !== true;
  // It may have no end.
  if (isAlone && signal === undefined) throw new UserError(NO_KEYS);
  if (isAlone && signal !== undefined) return growingInput(given, signal);
  return spooled(args.words, given, signal && {signal, hint: WAITING_HINT});
}

/** What is packed is not written any more; beside other logs standard input is read to its end first, and has grown up then. */
function refuseFollow(names: readonly string[]): void {
  const last = names.at(-1) ?? '';
  const isInputLast = last === '-' && names.length > 1;
  if (!isInputLast && !last.toLowerCase().endsWith('.gz')) return;
  const got = isInputLast ? 'standard input, which grows only alone' : quote(last);
  throw new UserError(`--follow: expected a log that is still written, got ${got}`);
}

function titleOf(name: string): string {
  return isInput(name) ? 'standard input' : basename(givenName(name));
}

async function surveyed(names: readonly string[], context: Context): Promise<TapeSurvey> {
  const {settings, stdin, stderr} = context;
  const progress = readingProgress(stderr, names);
  const survey = await surveyTape(names, settings.values, {stdin, onProgress: progress.note});
  progress.clear();
  if (survey.run.readings > 0) return survey;
  const {bytes, run, problem} = survey;
  const found = {bytes, skipped: run.skipped, ...(problem !== undefined && {problem: problem.reason})};
  const [name = ''] = names;
  if (names.length === 1) throw unreadable('replay', name, found);
  throw new UserError(
    `memtop replay: expected logs with readings, got none in ${names.map(shownLog).join(', ')}`,
  );
}

interface Shown {
  readonly look: ScreenLook;
  readonly survey: TapeSurvey;
  readonly names: readonly string[];
}

async function show(context: Context, {look, survey, names}: Shown): Promise<number> {
  const {host, settings, stdin} = context;
  const {values} = settings;
  const endings = listenForEndings({hasTerminal: true});
  const player = new TapePlayer({
    map: survey.map,
    openLines: (rotations) =>
      new TapeLines({names: withRotated(names, rotations), stdin, follows: values.follow}),
    openRun: (onEvent) => new LoggedRun({values, ownThreshold: false, isShown: true, onEvent}),
    onEvent: (event) => app.addEvent(event),
    follows: values.follow,
    clock: () => host.monotonic(),
    onChange: () => app.update(),
    onRewind: () => {
      app.forgetEvents();
      tellProblems(app, survey);
    },
  });
  const {App} = await import('../../tui/app.ts');
  const app: App = new App(services(context, {player, survey, names, quit: endings.end}), {
    ...optionsOf(context, look),
    readonly: true,
  });
  const guard = crashWith({host, restore: () => app.close(), lastWords: () => ''});
  try {
    tellProblems(app, survey);
    if (values.follow) player.goTo({kind: 'end'});
    const playing = player.play();
    const ending = await endings.first;
    player.close();
    app.close();
    // A file that gives no answer must not keep the terminal.
    await Promise.race([playing, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    return codeOf(ending);
  } catch (error) {
    return guard.crash(error);
  } finally {
    guard.release();
    endings.release();
  }
}

/** A log that is followed was rotated meanwhile: what it was stands in other files now. */
function withRotated(names: readonly string[], rotations: number): readonly string[] {
  const last = names.at(-1) ?? '';
  const parts = Array.from({length: rotations}, (_, index) => `${last}.${rotations - index}`);
  return [...names.slice(0, -1), ...parts, last];
}

/** What could not be read is told before anything else is. */
function tellProblems(app: App, {map, run, problem}: TapeSurvey): void {
  const unread = problem && `${shownLog(problem.name)} was not read to its end: ${problem.reason}`;
  for (const text of [...run.skipped.texts, ...(unread === undefined ? [] : [unread])])
    app.addEvent({
      kind: 'note',
      at: map.start + wallOffset(map, map.start),
      timelineMs: map.start,
      what: 'log',
      text,
    });
}

/** So long a read that hangs is waited for at the end. */
const CLOSE_MS = 500;

const QUIT: Readonly<Record<Parameters<AppServices['quit']>[0], Ending>> = {
  key: {kind: 'key'},
  interrupt: {kind: 'signal', signal: 'SIGINT'},
  lost: {kind: 'signal', signal: 'SIGHUP'},
};

function services(
  {host, cwd}: Context,
  parts: {
    readonly player: TapePlayer;
    readonly survey: TapeSurvey;
    readonly names: readonly string[];
    readonly quit: (ending: Ending) => void;
  },
): AppServices {
  const {player, survey, names, quit} = parts;
  const titles = names.map(titleOf);
  const nothing = () => {};
  return {
    // Where the tape begins anew, so does its session.
    get session() {
      return player.session;
    },
    source: {
      hostName: survey.run.facts.hostName,
      sample: () => Promise.reject(new Error('a log has no samples but its own')),
      processMemory: async () => failed('not in the log'),
      close: async () => {},
    },
    now: () => player.at,
    clock: () => host.monotonic(),
    upMs: () => player.sinceStartMs,
    intervalMs: () => survey.run.intervalMs,
    setInterval: nothing,
    recording: () => ({status: 'off'}),
    mark: nothing,
    writeReport: async () => {
      const result = saveReport(
        cwd,
        {now: host.now(), ending: 'md'},
        player.run.report(titles.join(', ')),
        undefined,
      );
      if (!result.ok) throw new Error(`report not written: ${result.problem}`);
      return `report up to here written to ${shownPath(result.file, cwd)}`;
    },
    saveHistory: async () => 'it is a log already',
    // What is tried out on the past is not meant for the next start.
    keep: nothing,
    jobEnding: () => player.run.events.endings.at(-1),
    quit: (how) => quit(QUIT[how]),
    tape: {
      get view() {
        const {state, isPlaying, speed, percent} = player;
        return {...whereIn(titles, player.file), state, isPlaying, speed, percent};
      },
      toggle: () => player.toggle(),
      faster: (by) => player.faster(by),
      step: (by) => player.step(by),
      goTo: (target) => player.goTo(target),
    },
  };
}

/** Which log it is, and of how many; parts that a rotation made behind those stand for the last. */
function whereIn(titles: readonly string[], index: number): Pick<TapeView, 'file' | 'part'> {
  const at = Math.min(index, titles.length - 1);
  const file = titles[at] ?? '';
  return titles.length < 2 ? {file} : {file, part: `${at + 1} of ${titles.length}`};
}
