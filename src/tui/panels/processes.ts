import {type JobView, jobCount} from '../../core/job/job-view.ts';
import {cutEnd, cutMiddle, safeText} from '../../core/text.ts';
import type {Layout, WidthClass} from '../layout.ts';
import {cursorSpan, fit, inverted, type Line, padded, type Span, span} from '../line.ts';
import {isLeaking} from '../pool-leak.ts';
import type {ProcessRow} from '../process-rows.ts';
import type {Role} from '../roles.ts';
import type {View} from '../view.ts';
import {hiddenVram} from './hidden-vram.ts';
import {columnsWidth, MARKS, type ProcessColumn, processColumns, processTitles} from './process-columns.ts';
import {ruleLine} from './rule.ts';
import {tableAge} from './table-age.ts';

const NAME_WIDTH: Readonly<Record<100 | 80, number>> = {100: 18, 80: 17};

/** Where everything stands in a row. */
interface Grid {
  readonly width: number;
  readonly nameWidth: number;
  readonly columns: readonly ProcessColumn[];
  /** Whether commands stand behind the columns. */
  readonly commands: boolean;
}

/** The processes by memory: a rule with the column names, then rows. */
export function processLines(view: View, layout: Layout, rows: number, width: number): readonly Line[] {
  const grid = gridOf(view, layout.widthClass, width);
  const notes = notesFor(view, rows);
  const age = tableAge(view);
  const isAgeBehind = age !== undefined && hasRoomBehind(grid, age);
  const title = titleOf(view, rows - notes.length, grid.columns);
  const rule = ruleLine({
    title: age === undefined || isAgeBehind ? title : width < 60 ? age : `Processes ${age}`,
    note: noteOf(view, width, isAgeBehind ? age : undefined),
    labels: titles(view, grid),
    focused: view.ui.focus === 'processes',
    width,
  });
  const body = messageInstead(view);
  if (body !== undefined)
    return padded([rule, fit([span('  '), span(cutEnd(body, width - 2), 'muted')], width)], rows + 1);
  const shown = visibleRows(view, rows - notes.length);
  const lines = shown.map((row) => rowLine(view, grid, row));
  lines.splice(holdersIn(shown), 0, ...notes.map((text) => noteLine(text, width)));
  return padded([rule, ...lines], rows + 1);
}

/** The rows on the screen: scrolled so that the cursor is among them. */
export function visibleRows({rows, ui}: Pick<View, 'rows' | 'ui'>, room: number): readonly ProcessRow[] {
  const cursor = rows.findIndex(({key}) => key === ui.cursors.processes);
  const top = Math.max(0, Math.min(rows.length - room, cursor - room + 1 + Math.min(2, room - 1)));
  return rows.slice(top, top + room);
}

/** Notes take the place of rows that hold no VRAM, and of no others. */
function notesFor(view: View, room: number): readonly string[] {
  const notes = hiddenVram(view);
  const shown = visibleRows(view, room);
  const isTop = shown[0] === view.rows[0];
  if (notes.length === 0 || (!isTop && holdersIn(shown) === 0)) return [];
  return notes.slice(0, Math.max(0, room - Math.max(1, holdersIn(shown))));
}

/** How many of these rows there are up to the last that holds VRAM. */
function holdersIn(rows: readonly ProcessRow[]): number {
  return rows.findLastIndex(({vramBytes}) => vramBytes !== undefined && vramBytes > 0) + 1;
}

function noteLine(text: string, width: number): Line {
  return fit([span('  '), span(cutEnd(text, width - 2), 'muted')], width);
}

function titleOf({frame, rows, ui, width}: View, room: number, columns: readonly ProcessColumn[]): string {
  const total = totalOf(frame);
  if (total === undefined) return 'Processes';
  const isWhole = ui.filter === '' && ui.grouping === 'none';
  // A log counts all of a job's processes, and names the largest.
  const listed = frame.job?.reading.sum === undefined ? total : rows.length;
  const shown = isWhole ? Math.min(room, listed, total) : rows.length;
  const counted = width >= 60 ? ` ${shown} of ${total}` : '';
  const isMarked = columns.some(({sort}) => sort === ui.sort);
  const sorted = isMarked ? '' : ` · ${ui.sort}${ui.reversed ? '▲' : '▼'}`;
  const filter = ui.filter === '' ? '' : ` · /${safeText(ui.filter)}`;
  return `Processes${counted}${sorted}${filter}`;
}

/** All that can be seen; with a job its own. */
function totalOf({processes, job}: View['frame']): number | undefined {
  if (processes?.status !== 'ok') return undefined;
  return job === undefined ? processes.value.processes.length : jobCount(job.reading);
}

/** At the right end, where it hides no column's name. */
function noteOf({ui, isOrderHeld}: View, width: number, age: string | undefined): string {
  const grouped = ui.grouping === 'none' || width < 80 ? [] : [`by ${ui.grouping}`];
  const held = isOrderHeld && width >= 100 ? ['order held'] : [];
  return [...(age === undefined ? [] : [age]), ...grouped, ...held].join(' · ');
}

/** Whether a note stands behind the columns' names; else it goes before them. */
function hasRoomBehind({width, nameWidth, columns, commands}: Grid, note: string): boolean {
  const used = MARKS + nameWidth + columnsWidth(columns) + (commands ? ' command '.length : 0);
  return used + note.length + NOTE_MARGIN <= width;
}

const NOTE_MARGIN = 5;

function messageInstead({frame, rows, ui}: View): string | undefined {
  const table = frame.processes;
  if (table === undefined) return 'waiting for the first scan';
  if (table.status !== 'ok') return safeText(table.reason);
  if (rows.length > 0) return undefined;
  if (frame.job !== undefined && ui.filter === '') return noneOfJob(frame.job);
  return ui.filter === ''
    ? 'no processes can be seen here'
    : `no process matches "${safeText(ui.filter)}" · Esc clears`;
}

function noneOfJob({reading}: JobView): string {
  if (reading.state === 'ended') return 'the job has ended';
  return reading.sum === undefined || reading.sum.processes === 0
    ? 'waiting for the second scan'
    : 'the log names none of its processes';
}

function rowLine(view: View, grid: Grid, row: ProcessRow): Line {
  const {width, nameWidth, columns} = grid;
  const isUnderCursor = view.ui.focus === 'processes' && view.ui.cursors.processes === row.key;
  const role: Role = row.ended ? 'muted' : 'text';
  const name = `${row.inner ? '  ' : ''}${row.title}${row.ended ? ' ended' : ''}`;
  const line: Span[] = [
    isLeaking(row) ? span('▲', 'warn') : span(' '),
    cursorSpan(isUnderCursor),
    span(cutEnd(name, nameWidth).padEnd(nameWidth), role),
    ...columns.map((column) => cellSpan(column, row, view, role)),
  ];
  const used = MARKS + nameWidth + columnsWidth(columns);
  if (grid.commands) line.push(span(' '), span(cutMiddle(row.rest, Math.max(0, width - used - 2)), 'muted'));
  return isUnderCursor ? inverted(line, width, 'accent') : fit(line, width);
}

const QUIET: ReadonlySet<string> = new Set(['0', '–', 'steady', 'learning']);

function cellSpan(column: ProcessColumn, row: ProcessRow, view: View, role: Role): Span {
  const text = cutEnd(column.cell(row, view), column.width);
  const isOld = column.isOfGpu !== true && tableAge(view) !== undefined;
  const isQuiet = isOld || (column.canBeQuiet === true && QUIET.has(text));
  const cell = column.left ? text.padEnd(column.width) : text.padStart(column.width);
  return span(` ${cell}`, isQuiet ? 'muted' : role);
}

/** The name's width is fixed where commands stand behind; else it takes what is left. */
function gridOf(view: View, widthClass: WidthClass, width: number): Grid {
  const columns = processColumns(view, widthClass);
  const commands = widthClass === 100 || widthClass === 80;
  const nameWidth = commands ? NAME_WIDTH[widthClass] : width - MARKS - columnsWidth(columns);
  return {width, nameWidth, columns, commands};
}

function titles(view: View, {nameWidth, columns, commands}: Grid) {
  const labels = processTitles(view, columns, MARKS + nameWidth);
  const startsAt = MARKS + nameWidth + columnsWidth(columns) + 1;
  return commands ? [...labels, {text: 'command', startsAt}] : labels;
}
