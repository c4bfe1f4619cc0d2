import type {SortKey} from '../../core/choices.ts';
import {formatBytes, formatChange, formatDuration, formatPercent} from '../../core/format.ts';
import {percentOf} from '../../core/limit.ts';
import {cutEnd, cutMiddle, safeText} from '../../core/text.ts';
import type {Layout, WidthClass} from '../layout.ts';
import {cursorSpan, fit, inverted, type Line, padded, type Span, span} from '../line.ts';
import {shownSpanMs} from '../plot.ts';
import type {ProcessRow} from '../process-rows.ts';
import type {Role} from '../roles.ts';
import type {View} from '../view.ts';
import {type RuleLabel, ruleLine} from './rule.ts';

const MARKS = 2;

interface Column {
  readonly title: string;
  readonly width: number;
  readonly sort?: SortKey;
  readonly left?: boolean;
  readonly cell: (row: ProcessRow, view: View) => string;
}

const PID: Column = {
  title: 'PID',
  width: 7,
  sort: 'pid',
  cell: ({process, count}) => (count > 1 ? '' : String(process.pid)),
};
const USER: Column = {title: 'user', width: 8, sort: 'user', left: true, cell: ({user}) => user};
const RSS: Column = {title: 'RSS', width: 8, sort: 'rss', cell: ({rssBytes}) => formatBytes(rssBytes)};
const SHARE: Column = {title: 'MEM%', width: 6, cell: ({rssBytes}, view) => shareText(rssBytes, view)};
const CHANGE: Column = {
  title: 'in',
  width: 8,
  sort: 'change',
  cell: ({change}) => (change === undefined ? '–' : formatChange(change)),
};

const COLUMNS: Readonly<Record<WidthClass, readonly Column[]>> = {
  100: [PID, USER, RSS, SHARE, CHANGE],
  80: [PID, RSS, SHARE, CHANGE],
  60: [PID, RSS, SHARE, CHANGE],
  40: [PID, RSS, CHANGE],
};
const NAME_WIDTH: Readonly<Record<100 | 80, number>> = {100: 18, 80: 17};

/** The processes by memory: a rule with the column names, then rows. */
export function processLines(view: View, layout: Layout, rows: number, width: number): readonly Line[] {
  const {ui} = view;
  const rule = ruleLine({
    title: titleOf(view, rows, layout.widthClass),
    note: noteOf(view, width),
    labels: titles(view, layout, width),
    focused: ui.focus === 'processes',
    width,
  });
  const body = messageInstead(view);
  if (body !== undefined)
    return padded([rule, fit([span('  '), span(cutEnd(body, width - 2), 'muted')], width)], rows + 1);
  const shown = visibleRows(view, rows).map((row) => rowLine(view, layout, row, width));
  return padded([rule, ...shown], rows + 1);
}

/** The rows on the screen: scrolled so that the cursor is among them. */
export function visibleRows({rows, ui}: Pick<View, 'rows' | 'ui'>, room: number): readonly ProcessRow[] {
  const cursor = rows.findIndex(({key}) => key === ui.cursors.processes);
  const top = Math.max(0, Math.min(rows.length - room, cursor - room + 1 + Math.min(2, room - 1)));
  return rows.slice(top, top + room);
}

function titleOf({frame, rows, ui, width}: View, room: number, widthClass: WidthClass): string {
  const total = frame.processes?.status === 'ok' ? frame.processes.value.processes.length : undefined;
  if (total === undefined) return 'Processes';
  const shown = ui.filter === '' && ui.grouping === 'none' ? Math.min(room, total) : rows.length;
  const counted = width >= 60 ? ` ${shown} of ${total}` : '';
  const isMarked = COLUMNS[widthClass].some(({sort}) => sort === ui.sort);
  const sorted = isMarked ? '' : ` · ${ui.sort}${ui.reversed ? '▲' : '▼'}`;
  const filter = ui.filter === '' ? '' : ` · /${safeText(ui.filter)}`;
  return `Processes${counted}${sorted}${filter}`;
}

/** At the right end, where it hides no column's name. */
function noteOf({ui, isOrderHeld}: View, width: number): string {
  const grouped = ui.grouping === 'none' || width < 80 ? [] : [`by ${ui.grouping}`];
  const held = isOrderHeld && width >= 100 ? ['order held'] : [];
  return [...grouped, ...held].join(' · ');
}

function messageInstead({frame, rows, ui}: View): string | undefined {
  const table = frame.processes;
  if (table === undefined) return 'waiting for the first scan';
  if (table.status !== 'ok') return safeText(table.reason);
  if (rows.length > 0) return undefined;
  return ui.filter === ''
    ? 'no processes can be seen here'
    : `no process matches "${safeText(ui.filter)}" · Esc clears`;
}

function rowLine(view: View, layout: Layout, row: ProcessRow, width: number): Line {
  const isUnderCursor = view.ui.focus === 'processes' && view.ui.cursors.processes === row.key;
  const role: Role = row.ended ? 'muted' : 'text';
  const name = `${row.inner ? '  ' : ''}${row.title}${row.ended ? ' ended' : ''}`;
  const nameWidth = nameWidthFor(width, layout.widthClass);
  const line: Span[] = [
    span(' '),
    cursorSpan(isUnderCursor),
    span(cutEnd(name, nameWidth).padEnd(nameWidth), role),
    ...COLUMNS[layout.widthClass].flatMap((column) => cellSpans(column, row, view, role)),
  ];
  const used = MARKS + nameWidth + columnsWidth(layout.widthClass);
  if (layout.widthClass >= 80)
    line.push(span(' '), span(cutMiddle(row.rest, Math.max(0, width - used - 2)), 'muted'));
  return isUnderCursor ? inverted(line, width, 'accent') : fit(line, width);
}

function cellSpans(column: Column, row: ProcessRow, view: View, role: Role): readonly Span[] {
  const text = cutEnd(column.cell(row, view), column.width);
  const isQuiet = column === CHANGE && (text === '0' || text === '–');
  return [
    span(
      ` ${column.left ? text.padEnd(column.width) : text.padStart(column.width)}`,
      isQuiet ? 'muted' : role,
    ),
  ];
}

/** Share of the limit in force. */
function shareText(rssBytes: number, {frame}: View): string {
  const total = frame.limit?.totalBytes;
  return total === undefined ? '–' : formatPercent(percentOf(rssBytes, total));
}

function columnsWidth(widthClass: WidthClass): number {
  return COLUMNS[widthClass].reduce((sum, {width}) => sum + width + 1, 0);
}

/** Fixed where commands stand behind; else the name takes what is left. */
function nameWidthFor(width: number, widthClass: WidthClass): number {
  if (widthClass === 100 || widthClass === 80) return NAME_WIDTH[widthClass];
  return width - MARKS - columnsWidth(widthClass);
}

function titles(view: View, layout: Layout, width: number): readonly RuleLabel[] {
  const {sort, reversed} = view.ui;
  let column = MARKS + nameWidthFor(width, layout.widthClass);
  const labels = COLUMNS[layout.widthClass].map((one): RuleLabel => {
    const startsAt = column + 1;
    column = startsAt + one.width;
    const arrow = one.sort === sort ? (reversed ? '▲' : '▼') : '';
    const text = `${one === CHANGE ? changeTitle(view, one.width - arrow.length) : one.title}${arrow}`;
    return one.left ? {text, startsAt} : {text, endsAt: column - 1};
  });
  return layout.widthClass >= 80 ? [...labels, {text: 'command', startsAt: column + 1}] : labels;
}

/** `in 15 m`, or since the first reading where that is less. */
function changeTitle(view: View, room: number): string {
  const seenMs = view.endMs - (view.poolHistory('ram')?.firstAt ?? view.endMs);
  const length = Math.min(shownSpanMs(view), Math.max(seenMs, 1000));
  const text = `in ${length < 120_000 ? `${Math.round(length / 1000)} s` : formatDuration(Math.round(length / 60_000) * 60_000)}`;
  if (text.length <= room) return text;
  const short = text.replaceAll(' ', '').replace('in', 'in ');
  return short.length <= room ? short : short.replace('in ', '');
}
