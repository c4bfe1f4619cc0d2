import {KEY_GROUPS, KEY_TABLE, type KeyGroup, type KeyHelp} from '../keymap.ts';
import {fit, type Line, span} from '../line.ts';
import type {Overlay} from '../picture.ts';
import {TAPE_KEY_TABLE} from '../tape-keymap.ts';
import type {View} from '../view.ts';

const COLUMN_WIDTH = 38;
const LABEL_WIDTH = 12;
const WIDTH = 78;
const LEFT_GROUPS: readonly KeyGroup[] = ['MOVE', 'LOOK'];

/** The key table as text, in two columns or one. */
export function helpRows(columns: 1 | 2, table = KEY_TABLE): readonly string[] {
  const rowsOf = (isLeft: boolean) =>
    groupRows(
      KEY_GROUPS.filter((group) => LEFT_GROUPS.includes(group) === isLeft),
      table,
    );
  const [left, right] = [rowsOf(true), rowsOf(false)];
  if (columns === 1) return [...left, ...right];
  return Array.from(
    {length: Math.max(left.length, right.length)},
    (_, index) => `${(left[index] ?? '').padEnd(COLUMN_WIDTH)}${right[index] ?? ''}`,
  );
}

/** The help, centred; the whole screen and scrolling where it does not fit. */
export function helpOverlay({width, height, ui, tape}: View): Overlay {
  return tape === undefined
    ? keysOverlay({width, height, ui}, KEY_TABLE, '+ - act on RAM, or on the pool under the cursor')
    : keysOverlay({width, height, ui}, TAPE_KEY_TABLE, 'what is replayed is the past: nothing can be killed');
}

/** A key table in a box, with a word on it at its foot. */
export function keysOverlay(
  {width, height, ui}: Pick<View, 'width' | 'height'> & {readonly ui: {readonly overlayTop: number}},
  table: readonly KeyHelp[],
  note: string,
): Overlay {
  const boxWidth = Math.min(WIDTH, width);
  const rows = helpRows(width >= WIDTH ? 2 : 1, table);
  const room = Math.min(rows.length, height - 2);
  const first = Math.max(0, Math.min(ui.overlayTop, rows.length - room));
  const inner = boxWidth - 4;
  const body = rows.slice(first, first + room).map((text) => boxRow(text, inner));
  const more = rows.length > room ? ` · ${first + 1}–${first + room} of ${rows.length}` : '';
  const lines = [
    edge('┌', 'Keys', width >= 60 ? '? or Esc closes' : 'Esc closes', '┐', boxWidth),
    ...body,
    edge('└', `${width < WIDTH ? '? closes' : note}${more}`, '', '┘', boxWidth),
  ];
  return {
    top: Math.max(0, Math.floor((height - lines.length) / 2)),
    left: Math.floor((width - boxWidth) / 2),
    lines,
  };
}

function groupRows(groups: readonly KeyGroup[], table: readonly KeyHelp[]): readonly string[] {
  return groups.flatMap((group) => {
    const rows = table.filter((row) => row.group === group);
    const texts = rows.map(({label, help}) => `${label.padEnd(LABEL_WIDTH)}${help}`);
    return texts.length === 0 ? [] : [group, ...texts];
  });
}

function boxRow(text: string, inner: number): Line {
  const isHeading = /^[A-Z ]+$/.test(text.slice(0, LABEL_WIDTH));
  const cells = text.slice(0, inner).padEnd(inner);
  return [
    span('│ ', 'rule'),
    ...(isHeading && text.length < COLUMN_WIDTH ? [span(cells, 'muted')] : columnsOf(cells)),
    span(' │', 'rule'),
  ];
}

/** Keys in accent, words in text; headings muted; each column by itself. */
function columnsOf(cells: string): Line {
  const parts =
    cells.length > COLUMN_WIDTH ? [cells.slice(0, COLUMN_WIDTH), cells.slice(COLUMN_WIDTH)] : [cells];
  return parts.flatMap((part) =>
    KEY_GROUPS.some((group) => part.trim() === group)
      ? [span(part, 'muted')]
      : [span(part.slice(0, LABEL_WIDTH), 'accent'), span(part.slice(LABEL_WIDTH))],
  );
}

function edge(start: string, left: string, right: string, end: string, width: number): Line {
  const title = left === '' ? '' : ` ${left} `;
  const note = right === '' ? '' : ` ${right} `;
  const fill = '─'.repeat(Math.max(0, width - 2 - title.length - note.length));
  const inner = [span(title, start === '┌' ? 'text' : 'muted'), span(fill, 'rule'), span(note, 'muted')];
  return [span(start, 'rule'), ...fit(inner, width - 2), span(end, 'rule')];
}
