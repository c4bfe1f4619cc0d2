/**
 * Text from outside (process names, commands, users, notes, log lines) made safe for a terminal, and cut
 * to cells. After `safeText` every UTF-16 unit is exactly one cell, so widths are plain lengths.
 */

// Strings such as a title, with their bodies if they end; CSI sequences; then any other short escape.
const ESCAPES =
  /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u001b\u009b]\[?[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]?/g;
// A new line or tab inside a name parts words; all other controls, and marks without a cell, vanish.
const SPACES = /[\t\n\v\f\r\u0085\u00a0\u2028\u2029]+/g;
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u115f\u1160\u3164\uffa0]|\p{Cf}|\p{M}/gu;
// Two cells wide, of unknown width, or reordered by terminals that know right-to-left scripts.
const NOT_ONE_CELL =
  /[\u{10000}-\u{10ffff}\ud800-\udfff\ue000-\uf8ff\u1100-\u11ff\u231a\u231b\u2329\u232a\u23e9-\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\u2e80-\u303f\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uffef\ufffc-\uffff\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\p{Cn}]/gu;

/** Only printable characters of one cell each; a wide or doubtful one becomes `?`. */
export function safeText(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return text
    .replace(ESCAPES, '')
    .replace(SPACES, ' ')
    .replace(INVISIBLE, '')
    .replace(NOT_ONE_CELL, '?')
    .replace(/[^ -~\u00a1-\uffff]/g, '');
}

/** Cut at the end: `python jupyter-l…`. */
export function cutEnd(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}

/** Cut in the middle with three fifths kept in front, as commands are: `-m /models/lla…84 --port 8080`. */
export function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  if (width < 5) return cutEnd(text, width);
  const front = Math.ceil(((width - 1) * 3) / 5);
  return `${text.slice(0, front)}…${text.slice(text.length - (width - 1 - front))}`;
}

/** Cut at the start, as paths are, whose end tells them apart. */
export function cutStart(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `…${text.slice(text.length - (width - 1))}`;
}

/** Cut at the end of the last whole word that fits. */
export function cutAtWord(text: string, width: number): string {
  if (text.length <= width) return text;
  const space = text.lastIndexOf(' ', width);
  return space > 0 ? text.slice(0, space).replace(/[ ·,;]+$/, '') : text.slice(0, Math.max(0, width));
}
