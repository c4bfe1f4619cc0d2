import {formatBytes} from '../../core/format.ts';
import type {Pool} from '../../core/frame.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {CURSOR_HINTS, type Hint, hint, PANE_HINTS} from '../keymap.ts';
import {fit, type Line, type Span, span, spread, widthOf} from '../line.ts';
import type {Question} from '../state.ts';
import {tapeHints} from '../tape-keymap.ts';
import type {View} from '../view.ts';

/** The last row: a question, a prompt, an answer, or the keys that matter now. */
export function footerLine(view: View): Line {
  const {ui, width, answer} = view;
  if (ui.prompt !== undefined) return promptLine(view);
  if (ui.question !== undefined) return questionLine(view);
  if (answer !== undefined)
    return fit([span(` ${cutEnd(safeText(answer.text), width - 1)}`, answer.role)], width);
  const self = selfPart(view);
  return spread(hintPart(hintsFor(view), width - widthOf(self) - 2), self, width);
}

let lastHints: {readonly hints: readonly Hint[]; readonly room: number; readonly line: Line} | undefined;

/** The same keys matter from one second to the next. */
function hintPart(hints: readonly Hint[], room: number): Line {
  const isKnown =
    lastHints?.room === room &&
    lastHints.hints.length === hints.length &&
    hints.every((one, index) => one === lastHints?.hints[index]);
  if (lastHints !== undefined && isKnown) return lastHints.line;
  const line = [span(' '), ...hintSpans(fitting(hints, room))];
  lastHints = {hints, room, line};
  return line;
}

/** As many as fit: those of the widest screens go first, help and quit never. */
export function fitting(hints: readonly Hint[], room: number): readonly Hint[] {
  const kept = [...hints];
  while (kept.length > 2 && widthOf(hintSpans(kept)) + 1 > room) {
    const inner = kept.slice(1, -1);
    const least = Math.max(...inner.map(({from}) => from));
    kept.splice(1 + inner.findLastIndex(({from}) => from === least), 1);
  }
  return kept;
}

const FIRST = hint('?', 'help');
const LAST = hint('q', 'quit');
/** While something is open, q closes that. */
const CLOSE = hint('q Esc', 'back');
const SHRINK = hint('q f', 'back');
const HELP_HINTS: readonly Hint[] = [hint('↑ ↓', 'scroll'), hint('? q Esc', 'close')];
const MARK = hint('m', 'mark', 60);
const SILENCE = hint('a', 'silence', 60);

function hintsFor(view: View): readonly Hint[] {
  const {ui, width} = view;
  if (ui.help) return HELP_HINTS;
  if (ui.detail) return detailHints(view).filter(({from}) => width >= from);
  const {pools, alerts} = view.frame;
  const fires = pools.some(isLoud) || alerts.some(({silenced}) => !silenced);
  const hasCursor = ui.cursors[ui.focus] !== undefined && (ui.focus === 'processes' || ui.focus === 'memory');
  const own = paneHints(view)
    .filter(({key}) => !hasCursor || key === 'Tab' || key === '+ -')
    .filter(({key}) => !ui.enlarged || key !== 'f');
  const kill =
    hasCursor && ui.focus === 'processes' && view.tape === undefined
      ? CURSOR_HINTS
      : CURSOR_HINTS.filter(({key}) => key !== 'x');
  return [
    FIRST,
    ...(fires && view.tape === undefined ? [SILENCE] : []),
    ...own,
    ...(hasCursor ? kill : []),
    ui.enlarged ? SHRINK : LAST,
  ].filter(({from}) => width >= from);
}

/** With a job, marking its moments matters more than the chart's span where there is room for one of them. */
function paneHints({ui, frame, width, tape}: View): readonly Hint[] {
  if (tape !== undefined) return tapeHints(ui.focus, tape.isPlaying);
  const hints = PANE_HINTS[ui.focus];
  if (frame.job === undefined || ui.focus !== 'processes' || width >= 100) return hints;
  return hints.map((one) => (one.key === 'z' ? MARK : one));
}

function isLoud({firing, silenced}: Pick<Pool, 'firing' | 'silenced'>): boolean {
  return firing && !silenced;
}

function detailHints({ui: {focus}, tape}: View): readonly Hint[] {
  const kill: readonly Hint[] = focus === 'processes' && tape === undefined ? [hint('x', 'kill', 80)] : [];
  return [FIRST, hint('j k', 'next, previous', 60), ...kill, CLOSE];
}

export function hintSpans(hints: readonly Hint[]): readonly Span[] {
  return hints.flatMap(({key, word}, index) => [
    ...(index === 0 ? [] : [span('  ')]),
    span(key, 'accent'),
    span(` ${word}`, 'muted'),
  ]);
}

/** memtop's own cost. */
function selfPart({frame, width}: View): Line {
  if (width < 100 || frame.self === undefined) return [];
  const {cpuPercent, rssBytes} = frame.self;
  const cpu = cpuPercent === undefined ? '' : `${cpuPercent.toFixed(1)}% `;
  return [span(`self ${cpu}${formatBytes(rssBytes)} `, 'muted')];
}

const PROMPT_TITLE = {filter: '/', mark: 'mark: ', signal: 'signal: ', 'go-to': 'go to: '} as const;

function promptLine({ui, width}: View): Line {
  const {kind, text} = ui.prompt ?? {kind: 'filter' as const, text: ''};
  const keys = kind === 'filter' ? '  Enter keeps  Esc clears' : '  Enter takes it  Esc no';
  const room = Math.max(4, width - PROMPT_TITLE[kind].length - keys.length - 3);
  const shown = safeText(text).slice(-room);
  return fit(
    [
      span(` ${PROMPT_TITLE[kind]}`, 'accent'),
      span(shown),
      span(' ', 'accent', {inverse: true}),
      span(keys, 'muted'),
    ],
    width,
  );
}

function questionLine({ui, width}: View): Line {
  const {question} = ui;
  if (question === undefined) return [];
  return question.kind === 'kill' ? killLine(question, width) : jobLine(question, width);
}

/** `Job still running: python serve (8121).  y stop it and quit  l leave it  Esc back`. */
function jobLine({name, pid, isStopping}: Extract<Question, {kind: 'job'}>, width: number): Line {
  const stop = isStopping ? 'kill it and quit' : 'stop it and quit';
  const short = isStopping ? 'kill' : 'stop';
  const hints = [
    hint('  y', width >= 80 ? stop : short),
    hint('l', width >= 100 ? 'leave it running' : width >= 80 ? 'leave it' : 'leave'),
    hint('Esc', 'back'),
  ];
  const answers = hintSpans(hints);
  const head = width >= 80 ? ' Job still running: ' : ' ';
  const tail = ` (${pid})${width >= 60 ? '.' : '?'}`;
  const room = width - widthOf(answers) - head.length - tail.length;
  const who = room < 3 ? `${pid}?` : `${cutEnd(name, room)}${tail}`;
  return fit([span(`${head}${who}`, 'warn'), ...answers], width);
}

function killLine({target, signal}: Extract<Question, {kind: 'kill'}>, width: number): Line {
  const answers = hintSpans(ANSWERS.filter(({from}) => width >= from));
  const room = width - widthOf(answers);
  const who = `${target.pid}${target.user === '' || width < 80 ? '' : `, ${target.user}`}`;
  const nameRoom = room - ` ${signal} to  (${who})?`.length;
  // Where there is no room for a name, the number says whom.
  const whom = nameRoom < 4 ? who : `${cutEnd(target.name, nameRoom)} (${who})`;
  return fit([span(` ${signal} to ${whom}?`, 'warn'), ...answers], width);
}

const ANSWERS: readonly Hint[] = [hint('  y', 'yes'), hint('s', 'other signal', 80), hint('Esc', 'no')];
