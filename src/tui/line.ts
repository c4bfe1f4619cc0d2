import type {Role} from './roles.ts';

/** A run of characters of one look; each character is one cell. */
export interface Span {
  readonly text: string;
  readonly role: Role;
  readonly inverse?: boolean;
  readonly bold?: boolean;
  /** Whether it is drawn with its colour alone, also where the theme turns the role inside out. */
  readonly solid?: boolean;
}

/** One row of a pane, left to right. */
export type Line = readonly Span[];

export type Look = Pick<Span, 'inverse' | 'bold' | 'solid'>;

export function span(text: string, role: Role = 'text', look?: Look): Span {
  return look === undefined ? {text, role} : {text, role, ...look};
}

/** The sign before the row under the cursor. */
export const cursorSpan = (isHere: boolean): Span => (isHere ? span('▸', 'accent') : span(' '));

export const BLANK: Line = [];
const NOTHING = span('');

export function widthOf(line: Line): number {
  let width = 0;
  for (let place = 0; place < line.length; place += 1) width += line[place]?.text.length ?? 0;
  return width;
}

/** The line cut or filled with blanks to exactly this width; itself where it is just that. */
export function fit(line: Line, width: number): Line {
  if (widthOf(line) === width && line.every(({text}) => text !== '')) return line;
  const result: Span[] = [];
  let left = width;
  for (let place = 0; place < line.length && left > 0; place += 1) {
    const part = line[place] ?? NOTHING;
    const text = part.text.length > left ? part.text.slice(0, left) : part.text;
    if (text !== '') result.push(text === part.text ? part : {...part, text});
    left -= text.length;
  }
  if (left > 0) result.push(span(' '.repeat(left)));
  return result;
}

/** Exactly so many rows: cut, or filled with blank ones. */
export function padded(lines: readonly Line[], rows: number): readonly Line[] {
  return Array.from({length: rows}, (_, index) => lines[index] ?? BLANK);
}

/** Left part, right part, and blanks between; the left gives way when both do not fit. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = widthOf(right);
  if (rightWidth >= width) return fit(right, width);
  return [...fit(left, width - rightWidth), ...right];
}

/** Every cell in one look: the cursor's row, an alert that is new. */
export function inverted(line: Line, width: number, role: Role): Line {
  const text = fit(line, width)
    .map((part) => part.text)
    .join('');
  return [span(text, role, {inverse: true})];
}

export function plainText(line: Line): string {
  return line.map(({text}) => text).join('');
}

/** Text cut into rows of at most this width, at blanks where there are any. */
export function wrap(text: string, width: number): readonly string[] {
  const rows: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > width / 2 ? blank : width;
    rows.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return rest === '' && rows.length > 0 ? rows : [...rows, rest];
}
