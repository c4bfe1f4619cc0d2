import {SPANS} from '../core/choices.ts';
import type {TapeTarget} from '../core/tape-target.ts';
import {only, type PlainEffect, type Step, type TapeWish} from './effect.ts';
import type {Action} from './keymap.ts';
import {
  CHART_LINES,
  type ChartLines,
  clampSpan,
  GROUPINGS,
  type KillTarget,
  nextOf,
  nextSort,
  type Pane,
  type UiState,
} from './state.ts';

/** What the reducer needs to know of what is on the screen. */
export interface Facts {
  readonly now: number;
  /** Keys of each pane's rows, top to bottom. */
  readonly keys: Readonly<Record<Pane, readonly string[]>>;
  /** Rows of a page in the focused pane. */
  readonly page: number;
  readonly spanMs: number;
  /** How far back the history reaches, milliseconds. */
  readonly reachMs: number;
  /** Moments of alerts and marks, milliseconds before now, oldest first. */
  readonly eventsAgoMs: readonly number[];
  /** Whom a kill would reach: the process under the cursor. */
  readonly killTarget: KillTarget | undefined;
  readonly killRefused: string | undefined;
  /** Whether the row under the cursor stands for several processes. */
  readonly isGroup: boolean;
  /** The panes that there are, top to bottom. */
  readonly panes: readonly Pane[];
  /** The job that memtop has started and that still runs. */
  readonly runningJob: {readonly name: string; readonly pid: number} | undefined;
  /** Lines of the job's output: the first that is kept and the last, counted from its first, and the rows for them. */
  readonly output: {readonly first: number; readonly last: number; readonly rows: number};
  /** What each choice of the chart's lines shows. */
  readonly lineNames: Readonly<Record<ChartLines, string>>;
}

const effect =
  (kind: PlainEffect) =>
  (ui: UiState): Step =>
    only(ui, {kind});

/** The next state after an action, and what it sets off. Pure. */
export function reduce(ui: UiState, action: Action, facts: Facts): Step {
  if (ui.help) return reduceHelp(ui, action);
  return REDUCERS[action](ui, facts);
}

/** With nothing on the screen yet there is nothing to act on, but to leave. A job that runs is asked about where that can be seen. */
export function reduceBlind(ui: UiState, action: Action, isJobRunning: boolean): Step | undefined {
  if (action === 'interrupt') return only(ui, {kind: 'interrupt'});
  return action === 'quit' && !isJobRunning ? only(ui, {kind: 'quit'}) : undefined;
}

type Reducer = (ui: UiState, facts: Facts) => Step;

const focusOn =
  (pane: Pane): Reducer =>
  (ui, {panes}) =>
    panes.includes(pane)
      ? only({...ui, focus: pane, detail: false})
      : only(ui, {kind: 'answer', text: 'memtop run -- COMMAND shows what a job writes'});
const moveBy =
  (by: (facts: Facts) => number): Reducer =>
  (ui, facts) =>
    only(ui.focus === 'output' ? scrollOutput(ui, facts, by(facts)) : moveCursor(ui, facts, by(facts)));
const thresholdBy =
  (by: number): Reducer =>
  (ui) =>
    only(ui, {kind: 'threshold', by});

const tape =
  (wish: TapeWish): Reducer =>
  (ui) =>
    only(ui, {kind: 'tape', wish});
const goTo = (target: TapeTarget): Reducer => tape({kind: 'go', target});
/** As far as the arrows go on the live screen. */
const tapeBy =
  (way: 1 | -1): Reducer =>
  (ui, facts) =>
    goTo({kind: 'by', ms: (way * facts.spanMs) / 20})(ui, facts);

const REDUCERS: Readonly<Record<Action, Reducer>> = {
  'next-pane': (ui, {panes}) => only({...ui, focus: nextOf(panes, ui.focus), detail: false}),
  'previous-pane': (ui, {panes}) =>
    only({...ui, focus: nextOf([...panes].reverse(), ui.focus), detail: false}),
  'pane-1': focusOn('memory'),
  'pane-2': focusOn('history'),
  'pane-3': focusOn('processes'),
  'pane-4': focusOn('alerts'),
  'pane-5': focusOn('output'),
  up: moveBy(() => -1),
  down: moveBy(() => 1),
  'page-up': moveBy(({page}) => -page),
  'page-down': moveBy(({page}) => page),
  first: moveBy(() => Number.NEGATIVE_INFINITY),
  last: moveBy(() => Number.POSITIVE_INFINITY),
  open: openRow,
  enlarge: (ui) => only({...ui, enlarged: !ui.enlarged, detail: false}),
  close: (ui) => only(closeOne(ui) ?? ui),
  'threshold-up': thresholdBy(1),
  'threshold-down': thresholdBy(-1),
  'threshold-up-5': thresholdBy(5),
  'threshold-down-5': thresholdBy(-5),
  'interval-longer': (ui) => only(ui, {kind: 'interval', step: 1}),
  'interval-shorter': (ui) => only(ui, {kind: 'interval', step: -1}),
  silence: effect('silence'),
  mark: (ui) => only({...ui, prompt: {kind: 'mark', text: ''}}),
  report: effect('report'),
  'save-history': effect('save-history'),
  kill: askKill,
  redraw: effect('redraw'),
  suspend: effect('suspend'),
  quit: (ui, {runningJob}) => {
    if (ui.detail) return only({...ui, detail: false});
    if (ui.enlarged) return only({...ui, enlarged: false});
    if (runningJob === undefined) return only(ui, {kind: 'quit'});
    return only({...ui, question: {kind: 'job', ...runningJob, isStopping: ui.isStopping}});
  },
  interrupt: effect('interrupt'),
  help: (ui) => only({...ui, help: true, overlayTop: 0}),
  'span-longer': (ui) => zoom(ui, 1),
  'span-shorter': (ui) => zoom(ui, -1),
  back: (ui, facts) => travel(ui, facts, ui.backMs + facts.spanMs / 20),
  forward: (ui, facts) => travel(ui, facts, ui.backMs - facts.spanMs / 20),
  'next-event': (ui, facts) => toEvent(ui, facts, (ago, here) => ago < here),
  'previous-event': (ui, facts) => toEvent(ui, facts, (ago, here) => ago > here),
  lines: (ui, facts) => {
    const lines = nextOf(CHART_LINES, ui.lines);
    return only({...ui, lines}, {kind: 'answer', text: `chart: ${facts.lineNames[lines]}`});
  },
  scale: (ui) =>
    only(
      {...ui, fitted: !ui.fitted},
      {kind: 'answer', text: ui.fitted ? 'scale 0–100%' : 'scale fits what is shown'},
    ),
  sort: (ui) => {
    const sort = nextSort(ui.sort);
    return only(
      {...ui, sort, reversed: false},
      {kind: 'keep', name: 'sort', value: sort},
      {kind: 'answer', text: `sorted by ${sort}`},
    );
  },
  reverse: (ui) => only({...ui, reversed: !ui.reversed}),
  filter: (ui) => only({...ui, focus: 'processes', detail: false, prompt: {kind: 'filter', text: ui.filter}}),
  group: (ui) => {
    const grouping = nextOf(GROUPINGS, ui.grouping);
    const text = {none: 'each process by itself', tree: 'grouped by tree', program: 'grouped by program'}[
      grouping
    ];
    const cursors = {...ui.cursors, processes: undefined};
    return only({...ui, grouping, opened: [], cursors, detail: false}, {kind: 'answer', text});
  },
  pause: (ui, {now}) => only({...ui, pausedAt: ui.pausedAt === undefined ? now : undefined, backMs: 0}),
  theme: effect('theme'),
  'tape-play': tape({kind: 'toggle'}),
  'tape-step': tape({kind: 'step', by: 1}),
  'tape-step-back': tape({kind: 'step', by: -1}),
  'tape-on': tapeBy(1),
  'tape-back': tapeBy(-1),
  'tape-faster': tape({kind: 'faster', by: 1}),
  'tape-slower': tape({kind: 'faster', by: -1}),
  'tape-next': goTo({kind: 'next', what: 'any'}),
  'tape-previous': goTo({kind: 'previous', what: 'any'}),
  'tape-alert': goTo({kind: 'next', what: 'alert'}),
  'tape-mark': goTo({kind: 'next', what: 'mark'}),
  'tape-peak': goTo({kind: 'peak'}),
  'go-to': (ui) => only({...ui, prompt: {kind: 'go-to', text: ''}}),
};

/** With the help open, keys move it or close it; to leave memtop altogether works from everywhere. */
function reduceHelp(ui: UiState, action: Action): Step {
  if (action === 'interrupt') return only(ui, {kind: 'interrupt'});
  if (action === 'help' || action === 'close' || action === 'quit') return only({...ui, help: false});
  const step =
    {up: -1, down: 1, 'page-up': -10, 'page-down': 10, first: -1000, last: 1000}[action as 'up'] ?? 0;
  return only({...ui, overlayTop: Math.max(0, Math.min(ui.overlayTop + step, 100))});
}

function moveCursor(ui: UiState, {keys}: Facts, by: number): UiState {
  const rows = keys[ui.focus];
  if (rows.length === 0) return ui;
  const current = rows.indexOf(ui.cursors[ui.focus] ?? '');
  const start = current < 0 ? (ui.focus === 'alerts' ? rows.length : -1) : current;
  const index = Math.max(0, Math.min(rows.length - 1, start + by));
  const key = rows[index];
  return key === undefined ? ui : {...ui, cursors: {...ui.cursors, [ui.focus]: key}};
}

/** The output has no rows to choose: it scrolls, and at its end follows what comes. */
function scrollOutput(ui: UiState, {output: {first, last, rows}}: Facts, by: number): UiState {
  const end = Math.min(last, Math.max(first + rows, (ui.outputEnd ?? last) + by));
  return {...ui, outputEnd: end >= last ? undefined : end};
}

/** Detail of the row; a group opens instead. */
function openRow(ui: UiState, facts: Facts): Step {
  if (ui.focus === 'output') return only({...ui, enlarged: !ui.enlarged});
  const key = ui.cursors[ui.focus];
  if (key === undefined) return only(moveCursor(ui, facts, ui.focus === 'alerts' ? -1 : 1));
  if (facts.isGroup && ui.focus === 'processes') {
    const opened = ui.opened.includes(key) ? ui.opened.filter((one) => one !== key) : [...ui.opened, key];
    return only({...ui, opened});
  }
  return only({...ui, detail: !ui.detail, enlarged: false});
}

/** Esc takes back one thing, the newest first; nothing is left to take back: `undefined`. */
function closeOne(ui: UiState): UiState | undefined {
  if (ui.detail) return {...ui, detail: false};
  if (ui.focus === 'output' && ui.outputEnd !== undefined) return {...ui, outputEnd: undefined};
  if (ui.cursors[ui.focus] !== undefined) return {...ui, cursors: {...ui.cursors, [ui.focus]: undefined}};
  if (ui.filter !== '') return {...ui, filter: ''};
  if (ui.enlarged) return {...ui, enlarged: false};
  if (ui.backMs > 0) return {...ui, backMs: 0, pausedAt: undefined};
  return undefined;
}

function askKill(ui: UiState, {killTarget, killRefused}: Facts): Step {
  if (killRefused !== undefined) return only(ui, {kind: 'answer', text: killRefused});
  if (killTarget === undefined || ui.focus !== 'processes')
    return only(ui, {kind: 'answer', text: 'move the cursor to a process first'});
  return only({...ui, question: {kind: 'kill', target: killTarget, signal: 'SIGTERM'}});
}

function zoom(ui: UiState, step: 1 | -1): Step {
  const span = clampSpan(ui.span + step);
  const value = SPANS[span] ?? '15m';
  return only({...ui, span}, {kind: 'keep', name: 'span', value});
}

/** Going back freezes the picture; coming back to now lets it go. */
function travel(ui: UiState, {now, reachMs}: Facts, wantedMs: number): Step {
  const backMs = Math.max(0, Math.min(wantedMs, reachMs));
  if (backMs === ui.backMs) return only(ui);
  const pausedAt = backMs > 0 ? (ui.pausedAt ?? now) : undefined;
  return only({...ui, backMs, pausedAt});
}

/** Brings the next event in that direction to the middle of the chart. */
function toEvent(ui: UiState, facts: Facts, isBeyond: (agoMs: number, hereMs: number) => boolean): Step {
  const half = facts.spanMs / 2;
  const here = ui.backMs + half;
  const beyond = facts.eventsAgoMs.filter((ago) => isBeyond(ago, here) && Math.abs(ago - here) > 1);
  const target = beyond.reduce<number | undefined>(
    (best, ago) => (best === undefined || Math.abs(ago - here) < Math.abs(best - here) ? ago : best),
    undefined,
  );
  const step = travel(ui, facts, (target ?? here) - half);
  return step.ui === ui ? only(ui, {kind: 'answer', text: 'no further event'}) : step;
}
