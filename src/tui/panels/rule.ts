import {cutEnd} from '../../core/text.ts';
import {type Line, type Span, span, widthOf} from '../line.ts';

/** Something set into a rule, at a column or from the right. */
export interface RuleLabel {
  readonly text: string;
  /** Its last cell stands on this column. */
  readonly endsAt?: number;
  /** Its first cell stands on this column. */
  readonly startsAt?: number;
}

interface RuleOptions {
  readonly title: string;
  readonly note?: string;
  readonly labels?: readonly RuleLabel[];
  readonly focused: boolean;
  readonly width: number;
}

/** The latest of them by what they say: few rules change from one second to the next. */
const drawn = new Map<string, Line>();
const MOST_DRAWN = 32;

/** The first row of a pane: `─ title ─── columns ─── note ─`, in `━` and accent where the pane has the focus. */
export function ruleLine(options: RuleOptions): Line {
  const {title, note = '', labels = [], focused, width} = options;
  let said = `${title}\n${note}\n${focused} ${width}`;
  for (const {text, startsAt, endsAt} of labels) said += `\n${text} ${startsAt} ${endsAt}`;
  const known = drawn.get(said);
  if (known !== undefined) return known;
  if (drawn.size >= MOST_DRAWN) drawn.clear();
  const line = drawRule(options);
  drawn.set(said, line);
  return line;
}

function drawRule(options: RuleOptions): Line {
  const {note, labels = [], focused, width} = options;
  const title = cutEnd(options.title, Math.max(0, width - 4));
  const role = focused ? 'accent' : 'rule';
  const ink = focused ? '━' : '─';
  const cells: Placed[] = [{from: 1, text: ` ${title} `, isTitle: true}];
  for (const label of labels) place(cells, label, width);
  if (note !== undefined && note !== '') place(cells, {text: note, endsAt: width - 3}, width);
  const line: Span[] = [];
  for (const {from, text, isTitle} of cells.sort((a, b) => a.from - b.from)) {
    const gap = from - widthOf(line);
    if (gap < 0) continue;
    line.push(
      span(ink.repeat(gap), role),
      span(text, isTitle ? 'text' : 'muted', {bold: isTitle && focused}),
    );
  }
  return [...line, span(ink.repeat(Math.max(0, width - widthOf(line))), role)];
}

interface Placed {
  readonly from: number;
  readonly text: string;
  readonly isTitle: boolean;
}

/** A label keeps a blank on both sides; one that would touch another is left out. */
function place(cells: Placed[], {text, endsAt, startsAt}: RuleLabel, width: number): void {
  if (text === '') return;
  // At the right edge there is no room for the blank behind it, and no need.
  const padded = endsAt === width - 1 ? ` ${text}` : ` ${text} `;
  const from = startsAt === undefined ? (endsAt ?? width) - text.length : startsAt - 1;
  const overlaps = cells.some(
    (other) => from < other.from + other.text.length - 1 && other.from < from + padded.length - 1,
  );
  if (from < 1 || from + padded.length > width || overlaps) return;
  // Neighbouring labels share the blank between them.
  const before = cells.find((other) => other.from + other.text.length - 1 === from);
  const after = cells.find((other) => other.from === from + padded.length - 1);
  const start = before === undefined ? from : from + 1;
  const body = padded.slice(before === undefined ? 0 : 1, after === undefined ? undefined : -1);
  cells.push({from: start, text: body, isTitle: false});
}
