import {type AlertNotice, noticeText, noticeTitle, type TerminalNotice} from '../../core/notice.ts';
import {cutEnd} from '../../core/text.ts';

/** What rings a terminal's bell; tmux passes it on by itself. */
export const BELL = '\u0007';

export interface TerminalNoticeOptions {
  /** `osc9` for iTerm2, kitty, WezTerm, Ghostty and Windows Terminal; `osc777` for urxvt, foot and VTE. */
  readonly form: TerminalNotice;
  /** Whether tmux stands between, as `TMUX` in the environment says; it wants `allow-passthrough on`. */
  readonly tmux: boolean;
}

const MAX_TITLE = 60;
const MAX_TEXT = 200;

/** What makes a terminal show a notification of its own. Names in it can neither end it nor begin another field. */
export function terminalNotice(notice: AlertNotice, {form, tmux}: TerminalNoticeOptions): string {
  const title = field(noticeTitle(notice), MAX_TITLE);
  const text = field(noticeText(notice), MAX_TEXT);
  // Title first: some terminals take a text that begins with a figure for another command.
  const sequence = form === 'osc9' ? osc(`9;memtop: ${title}: ${text}`) : osc(`777;notify;${title};${text}`);
  return tmux ? throughTmux(sequence) : sequence;
}

function osc(body: string): string {
  return `\u001b]${body}\u0007`;
}

function throughTmux(sequence: string): string {
  return `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
}

/** Titles and texts of notices hold no control characters any more. */
function field(text: string, width: number): string {
  return cutEnd(text.replaceAll(';', ','), width);
}
