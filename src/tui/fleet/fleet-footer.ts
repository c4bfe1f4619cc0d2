import {cutEnd, safeText} from '../../core/text.ts';
import {hint} from '../keymap.ts';
import {fit, type Line, span} from '../line.ts';
import {fitting, hintSpans} from '../panels/footer.ts';
import {HOST_HINTS, LIST_HINTS} from './fleet-keymap.ts';
import type {FleetView} from './fleet-view.ts';

const HELP_HINTS = [hint('↑ ↓', 'scroll'), hint('? q Esc', 'close')];
const KEYS = '  Enter keeps  Esc clears';

/** The last row: what is typed, an answer, or the keys that matter now. */
export function fleetFooter(view: FleetView): Line {
  const {ui, width, answer} = view;
  if (ui.isTyping) return promptLine(ui.filter, width);
  if (answer !== undefined)
    return fit([span(` ${cutEnd(safeText(answer.text), width - 1)}`, answer.role)], width);
  const hints = ui.help ? HELP_HINTS : ui.open === undefined ? LIST_HINTS : HOST_HINTS;
  const shown = hints.filter(({from}) => width >= from);
  return fit([span(' '), ...hintSpans(fitting(shown, width - 2))], width);
}

function promptLine(text: string, width: number): Line {
  const shown = safeText(text).slice(-Math.max(4, width - KEYS.length - 4));
  return fit(
    [span(' /', 'accent'), span(shown), span(' ', 'accent', {inverse: true}), span(KEYS, 'muted')],
    width,
  );
}
