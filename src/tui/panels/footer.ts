import {formatBytes} from '../../core/format.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {CURSOR_HINTS, type Hint, hint, PANE_HINTS} from '../keymap.ts';
import {fit, type Line, type Span, span, spread, widthOf} from '../line.ts';
import type {Pane} from '../state.ts';
import type {View} from '../view.ts';

/** The last row: a question, a prompt, an answer, or the keys that matter now. */
export function footerLine(view: View): Line {
  const {ui, width, answer} = view;
  if (ui.prompt !== undefined) return promptLine(view);
  if (ui.question !== undefined) return questionLine(view);
  if (answer !== undefined)
    return fit([span(` ${cutEnd(safeText(answer.text), width - 1)}`, answer.role)], width);
  const self = selfPart(view);
  return spread([span(' '), ...hintSpans(fitting(hintsFor(view), width - widthOf(self) - 2))], self, width);
}

/** As many as fit: those of the widest screens go first, help and quit never. */
function fitting(hints: readonly Hint[], room: number): readonly Hint[] {
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
const SILENCE = hint('a', 'silence', 60);

function hintsFor(view: View): readonly Hint[] {
  const {ui, width} = view;
  if (ui.help) return HELP_HINTS;
  if (ui.detail) return detailHints(ui.focus).filter(({from}) => width >= from);
  const fires = view.frame.pools.some(({firing, silenced}) => firing && !silenced);
  const hasCursor = ui.cursors[ui.focus] !== undefined && (ui.focus === 'processes' || ui.focus === 'memory');
  const own = PANE_HINTS[ui.focus]
    .filter(({key}) => !hasCursor || key === 'Tab' || key === '+ -')
    .filter(({key}) => !ui.enlarged || key !== 'f');
  const kill =
    hasCursor && ui.focus === 'processes' ? CURSOR_HINTS : CURSOR_HINTS.filter(({key}) => key !== 'x');
  return [
    FIRST,
    ...(fires ? [SILENCE] : []),
    ...own,
    ...(hasCursor ? kill : []),
    ui.enlarged ? SHRINK : LAST,
  ].filter(({from}) => width >= from);
}

function detailHints(focus: Pane): readonly Hint[] {
  const kill: readonly Hint[] = focus === 'processes' ? [hint('x', 'kill', 80)] : [];
  return [FIRST, hint('j k', 'next, previous', 60), ...kill, CLOSE];
}

function hintSpans(hints: readonly Hint[]): readonly Span[] {
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

const PROMPT_TITLE = {filter: '/', mark: 'mark: ', signal: 'signal: '} as const;

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
  const {target, signal} = ui.question ?? {};
  if (target === undefined) return [];
  const answers = hintSpans(ANSWERS.filter(({from}) => width >= from));
  const room = width - widthOf(answers);
  const who = `${target.pid}${target.user === '' || width < 80 ? '' : `, ${target.user}`}`;
  const nameRoom = room - ` ${signal} to  (${who})?`.length;
  // Where there is no room for a name, the number says whom.
  const whom = nameRoom < 4 ? who : `${cutEnd(target.name, nameRoom)} (${who})`;
  return fit([span(` ${signal} to ${whom}?`, 'warn'), ...answers], width);
}

const ANSWERS: readonly Hint[] = [hint('  y', 'yes'), hint('s', 'other signal', 80), hint('Esc', 'no')];
