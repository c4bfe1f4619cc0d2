import {errorMessage} from '../core/errors.ts';
import {formatDuration, formatThreshold} from '../core/format.ts';
import type {TapeTarget} from '../core/tape-target.ts';
import {writeGpuThresholds} from '../core/threshold.ts';
import type {Effect} from './effect.ts';
import type {AppServices} from './services.ts';
import type {UiState} from './state.ts';
import type {Answer} from './view.ts';

/** What the keys can do to the program, and to the terminal and theme, which the app owns. */
export interface Performer {
  readonly services: AppServices;
  readonly ui: () => UiState;
  readonly say: (text: string, role?: Answer['role']) => void;
  readonly kill: (effect: Extract<Effect, {kind: 'kill'}>) => void;
  readonly nextTheme: () => string;
  readonly redraw: () => void;
  readonly suspend: () => void;
}

type Perform<K extends Effect['kind']> = (performer: Performer, effect: Extract<Effect, {kind: K}>) => void;

/** Carries out what a key set off. */
export function perform(performer: Performer, effect: Effect): void {
  const run = PERFORM[effect.kind] as Perform<Effect['kind']>;
  run(performer, effect as never);
}

const INTERVALS_MS = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000] as const;

const PERFORM: {readonly [K in Effect['kind']]: Perform<K>} = {
  quit: ({services}) => services.quit('key'),
  interrupt,
  'stop-job': ({services: {job}, say}) =>
    say(`${job?.stop() ?? 'nothing'} sent to the job · memtop ends with it`),
  'leave-job': ({services: {job}}) => job?.leave(),
  silence: ({services: {session, now}, say}) => {
    const silenced = session.silence(now());
    session.refresh();
    say(silencedText(silenced));
  },
  report: ({services, say}) => answerLater(services.writeReport(), say),
  'save-history': ({services, say}) => answerLater(services.saveHistory(), say),
  mark: ({services}, {note}) => services.mark(note),
  kill: (performer, effect) => performer.kill(effect),
  threshold: changeThreshold,
  interval: changeInterval,
  keep: ({services}, {name, value}) => services.keep(name, value),
  theme: ({services, say, nextTheme}) => {
    const name = nextTheme();
    services.keep('theme', name);
    say(`theme ${name}`);
  },
  redraw: (performer) => performer.redraw(),
  suspend: (performer) => performer.suspend(),
  tape: performTape,
  answer: ({say}, {text}) => say(text),
};

/** With a job that memtop has started Ctrl-C is the job's, as in its own terminal. */
function interrupt({services: {job, quit}, say}: Performer): void {
  if (job === undefined || !job.isRunning()) {
    quit('interrupt');
    return;
  }
  const sent = job.interrupt();
  say(
    sent === 'SIGINT' ? 'SIGINT sent to the job · Ctrl-C again kills it' : `${sent} sent to the job`,
    'warn',
  );
}

/** Of the pool under the cursor while Memory has the focus, else of RAM; it shows at once. */
function changeThreshold({services, ui, say}: Performer, {by}: {readonly by: number}): void {
  const {session, now, keep} = services;
  const {focus, cursors} = ui();
  const series = session.pool((focus === 'memory' ? cursors.memory : undefined) ?? 'ram') ?? session.ram;
  const percent = session.setThreshold(series.id, Math.round(series.alert.thresholdPercent) + by, now());
  session.refresh();
  if (series.kind === 'ram') keep('threshold', String(percent));
  if (series.kind === 'swap') keep('swap-threshold', String(percent));
  if (series.kind === 'gpu') keep('vram-threshold', writeGpuThresholds(session.vramThresholds));
  say(`${series.what} threshold ${formatThreshold(percent)}`);
}

function changeInterval({services, say}: Performer, {step}: {readonly step: 1 | -1}): void {
  const {intervalMs, setInterval, keep} = services;
  const current = intervalMs();
  const next =
    step > 0 ? INTERVALS_MS.find((ms) => ms > current) : INTERVALS_MS.findLast((ms) => ms < current);
  if (next !== undefined) {
    setInterval(next);
    keep('interval', `${next}ms`);
  }
  say(`interval ${formatDuration(next ?? current)}`);
}

function performTape({services: {tape}, say}: Performer, {wish}: Extract<Effect, {kind: 'tape'}>): void {
  if (tape === undefined) return;
  if (wish.kind === 'toggle') tape.toggle();
  else if (wish.kind === 'step') tape.step(wish.by);
  else if (wish.kind === 'faster') {
    tape.faster(wish.by);
    say(`speed ×${tape.view.speed}`);
  } else if (!tape.goTo(wish.target)) say(nothingThere(wish.target));
}

function nothingThere(target: TapeTarget): string {
  if (target.kind === 'peak') return 'no peak yet';
  if (target.kind !== 'next' && target.kind !== 'previous') return 'no such place';
  const what = target.what === 'any' ? 'alert or mark' : target.what;
  return target.kind === 'next' ? `no further ${what}` : `no ${what} before`;
}

function silencedText(what: readonly string[]): string {
  return what.length === 0 ? 'no alert to silence' : `silenced until it clears: ${what.join(', ')}`;
}

function answerLater(answer: Promise<string>, say: Performer['say']): void {
  answer.then(
    (text) => say(text),
    (error: unknown) => say(errorMessage(error), 'warn'),
  );
}
