/**
 * Bytes from the terminal → names of keys. A key that takes several bytes may come in pieces over a slow
 * link, so what may yet become one is kept until more comes or `flush` says that nothing did.
 */

export interface Decoded {
  readonly keys: readonly string[];
  /** What may be the beginning of a key. */
  readonly rest: string;
  readonly mouse: readonly MouseEvent[];
}

export interface MouseEvent {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down';
  /** Cell, counted from 0. */
  readonly x: number;
  readonly y: number;
}

/** How long the rest of a key may take. */
export const ESCAPE_WAIT_MS = 150;

const PASTE_LETTERS = 8;

const SEQUENCES: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[5~': 'pageup',
  '[6~': 'pagedown',
  '[3~': 'delete',
  '[2~': 'insert',
  '[Z': 'backtab',
  OP: 'f1',
  OQ: 'f2',
  OR: 'f3',
  OS: 'f4',
  '[[A': 'f1',
  '[[D': 'f4',
  '[11~': 'f1',
  '[14~': 'f4',
  '[15~': 'f5',
  '[17~': 'f6',
  '[18~': 'f7',
  '[20~': 'f9',
  '[21~': 'f10',
};

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  ' ': 'space',
};

// The whole of a control sequence, or as much of it as has come.
const SEQUENCE = /^\u001b(\[\[[A-Z]|\[[0-?]*[ -/]*[@-~]|O[0-9;]*[A-Za-z])/;
const BEGUN = /^\u001b(?:\[\[?|\[[0-?]*[ -/]*|O[0-9;]*)?$/;
// Answers of the terminal to questions nobody here asked: swallowed whole.
const STRING = /^\u001b[\]P_^X][^\u0007\u001b]*(?:\u0007|\u001b\\|(?=\u001b[^\\]))/;
const STRING_BEGUN = /^(\u001b[\]P_^X])[^\u0007\u001b]*(\u001b?)$/;
// A control sequence that goes on with what none may hold: it was torn.
const TORN = /^\u001b(?:\[[0-?]*[ -/]*|O[0-9;]*)/;
const MAX_REST = 256;

/** Takes the keys out of what came. */
export function decodeKeys(input: string): Decoded {
  const keys: string[] = [];
  const mouse: MouseEvent[] = [];
  let rest = input;
  while (rest !== '') {
    if (rest[0] !== '\u001b') {
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      keys.push(keyOfCharacter(character));
      rest = rest.slice(character.length);
      continue;
    }
    if (BEGUN.test(rest) || STRING_BEGUN.test(rest)) break;
    rest = takeSequence(rest, keys, mouse);
  }
  return {keys, rest: bounded(rest), mouse};
}

/** What is too long for any key is known to be none: its beginning alone is kept, to swallow the rest by. */
function bounded(rest: string): string {
  if (rest.length <= MAX_REST) return rest;
  return STRING_BEGUN.test(rest) ? rest.replace(STRING_BEGUN, '$1$2') : '\u001b[?';
}

/** What is left when nothing more comes: a lone Esc is Esc, a torn sequence is nothing. */
export function flushKeys(rest: string): readonly string[] {
  return rest === '\u001b' ? ['escape'] : [];
}

/** Many different letters at once are a paste, not somebody's keys. */
export function isPaste(keys: readonly string[]): boolean {
  return new Set(keys.filter((key) => key.length === 1)).size >= PASTE_LETTERS;
}

function takeSequence(input: string, keys: string[], mouse: MouseEvent[]): string {
  const string = STRING.exec(input);
  if (string !== null) return input.slice(string[0].length);
  const match = SEQUENCE.exec(input);
  if (match === null) {
    const torn = TORN.exec(input)?.[0].length ?? 0;
    if (torn > 0) return input.slice(torn);
    keys.push('escape');
    return input.slice(1);
  }
  const [whole, body = ''] = match;
  const event = mouseEvent(body);
  if (event !== undefined) mouse.push(event);
  const key = SEQUENCES[withoutModifier(body)];
  if (key !== undefined) keys.push(key);
  return input.slice(whole.length);
}

/** Shift, Alt or Ctrl with an arrow is the arrow. */
function withoutModifier(body: string): string {
  return body.replace(/^\[1;\d+([A-Z])$/, '[$1').replace(/^\[(\d+);\d+~$/, '[$1~');
}

/** SGR mouse reports: `[<button;column;rowM`. */
function mouseEvent(body: string): MouseEvent | undefined {
  const [, button, column, row, final] = /^\[<(\d+);(\d+);(\d+)([Mm])$/.exec(body) ?? [];
  const kinds: Readonly<Record<string, MouseEvent['kind']>> = {0: 'press', 64: 'wheel-up', 65: 'wheel-down'};
  const kind = final === 'M' && button !== undefined ? kinds[button] : undefined;
  return kind && {kind, x: Number(column) - 1, y: Number(row) - 1};
}

function keyOfCharacter(character: string): string {
  const named = CONTROLS[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  return code < 32 ? `C-${String.fromCharCode(code + 96)}` : character;
}
