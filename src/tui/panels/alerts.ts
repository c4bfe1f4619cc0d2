import {eventSubject, eventText, type SessionEvent} from '../../core/event.ts';
import {formatClock, formatDay, formatThreshold} from '../../core/format.ts';
import type {PoolKind} from '../../core/frame.ts';
import type {JobExit} from '../../core/sample.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {Layout, WidthClass} from '../layout.ts';
import {cursorSpan, fit, inverted, type Line, padded, span, widthOf} from '../line.ts';
import type {Role} from '../roles.ts';
import type {PaneEvent, View} from '../view.ts';
import {ruleLine} from './rule.ts';

/** Alerts and what else happened, newest last: a rule where there is room for one, then lines. */
export function alertLines(view: View, layout: Layout, rows: number, width: number): readonly Line[] {
  const body = padded(rowsOf(view, layout, rows, width), rows);
  if (!layout.rules) return body;
  return [
    ruleLine({title: 'Alerts', note: countsText(view), focused: view.ui.focus === 'alerts', width}),
    ...body,
  ];
}

function rowsOf(view: View, layout: Layout, rows: number, width: number): readonly Line[] {
  if (view.events.length === 0) return [fit([span('  '), span(emptyText(view, width - 2), 'muted')], width)];
  const widthClass: WidthClass = layout.sideBySide ? 60 : layout.widthClass;
  return shownEvents(view, rows).map((entry) =>
    entry.kind === 'day'
      ? fit([span(`  ${formatDay(entry.at)}`, 'muted')], width)
      : eventLine(view, entry.item, widthClass, width),
  );
}

type Entry = {readonly kind: 'day'; readonly at: number} | {readonly kind: 'event'; readonly item: PaneEvent};

/** The newest that fit, another day in a row of its own; one still firing that would scroll out stays on top. */
function shownEvents({events, ui, now}: View, rows: number): readonly Entry[] {
  const cursor = events.findIndex(({id}) => String(id) === ui.cursors.alerts);
  const end = cursor < 0 ? events.length : Math.max(cursor + 1, Math.min(events.length, rows));
  const entries: Entry[] = [];
  for (let index = end - 1; index >= 0 && entries.length < rows; index -= 1) {
    const item = events[index];
    if (item === undefined) break;
    entries.unshift({kind: 'event', item});
    const day = formatDay(item.event.at);
    const before = events[index - 1];
    const isNewDay = before === undefined ? day !== formatDay(now) : formatDay(before.event.at) !== day;
    if (isNewDay && entries.length < rows && rows > 2) entries.unshift({kind: 'day', at: item.event.at});
  }
  const hidden = events
    .slice(0, end)
    .find((item) => item.firing && !entries.some((entry) => entry.kind === 'event' && entry.item === item));
  if (hidden !== undefined && rows > 1) entries[0] = {kind: 'event', item: hidden};
  return entries;
}

/** Cells of event and subject; where room is short they take what they need and no more. */
const WIDE = {event: 8, subject: 12, gap: '  '};
const NARROW = {event: 0, subject: 0, gap: '  '};
const NARROWEST = {...NARROW, gap: ' '};
const COLUMNS: Readonly<Record<WidthClass, typeof WIDE>> = {100: WIDE, 80: WIDE, 60: NARROW, 40: NARROWEST};

function eventLine(view: View, item: PaneEvent, widthClass: WidthClass, width: number): Line {
  const {event} = item;
  const {sign, role} = signOf(event);
  const isUnderCursor = view.ui.focus === 'alerts' && view.ui.cursors.alerts === String(item.id);
  const columns = COLUMNS[widthClass];
  const clock = formatClock(event.at, widthClass === 40 ? 'minutes' : 'seconds');
  const text = textOf(view, item, widthClass);
  const head = [
    span(sign, role),
    cursorSpan(isUnderCursor),
    span(clock, 'muted'),
    span(
      `${columns.gap}${event.kind.padEnd(columns.event)}${columns.gap}${subjectOf(event, text, columns.subject)}`,
    ),
  ];
  const room = width - widthOf(head) - columns.gap.length;
  const line = fit(
    [...head, span(text === '' ? '' : `${columns.gap}${cutItems(text, Math.max(0, room))}`)],
    width,
  );
  if (isUnderCursor) return inverted(line, width, 'accent');
  return view.flashing.has(`event${item.id}`) ? inverted(line, width, role) : line;
}

const LEAST_OF_ITEM = 8;

/** Cut at the end; of the last item in sight so little would be left that it says nothing, it goes whole. */
function cutItems(text: string, room: number): string {
  const end = text.lastIndexOf(' · ');
  if (text.length <= room || end < 0) return cutEnd(text, room);
  return room < end + 3 + LEAST_OF_ITEM ? cutItems(text.slice(0, end), room) : cutEnd(text, room);
}

/** A subject without text behind it may take the whole row. */
function subjectOf(event: SessionEvent, text: string, width: number): string {
  const subject = safeText(eventSubject(event));
  return text === '' || width === 0 ? subject : cutEnd(subject, width).padEnd(width);
}

function textOf({capabilities}: View, {event, repeats, lastAt}: PaneEvent, widthClass: WidthClass): string {
  if (widthClass === 40) return '';
  const whole = safeText(eventText(event));
  const text = widthClass === 60 ? (whole.split(' · ')[0] ?? whole) : whole;
  const repeated = repeats > 1 ? ` · ×${repeats}, last ${formatClock(lastAt)}` : '';
  const shown = `${text}${repeated}`;
  return capabilities.ascii ? shown.replaceAll('→', '->') : shown;
}

const SIGNS: Readonly<Partial<Record<SessionEvent['kind'], {readonly sign: string; readonly role: Role}>>> = {
  resolved: {sign: '●', role: 'ok'},
  back: {sign: '●', role: 'ok'},
  mark: {sign: '◆', role: 'accent'},
  lost: {sign: '▲', role: 'warn'},
};

/** Sign and ink of an event's level. */
export function signOf(event: SessionEvent): {readonly sign: string; readonly role: Role} {
  if (event.kind === 'raised') {
    return event.status === 'CRITICAL' ? {sign: '■', role: 'critical'} : {sign: '▲', role: 'warn'};
  }
  if (event.kind === 'ended') return endSign(event.ending.exit);
  if (event.kind === 'hook' && !event.ok) return {sign: '▲', role: 'warn'};
  return SIGNS[event.kind] ?? {sign: ' ', role: 'text'};
}

function endSign({code, signal}: JobExit): {readonly sign: string; readonly role: Role} {
  const isBad = signal !== undefined || (code ?? 0) !== 0;
  return isBad ? {sign: '■', role: 'critical'} : {sign: '●', role: 'ok'};
}

function countsText({events, raisedCount, newCount}: View): string {
  const firing = events.filter(({firing}) => firing).length;
  const parts = [
    ...(firing > 0 ? [`${firing} firing`] : []),
    ...(newCount > 0 ? [`${newCount} new`] : []),
    `${raisedCount} since start`,
  ];
  return parts.join(' · ');
}

const KIND_NAMES: Readonly<Record<PoolKind, string>> = {
  ram: 'RAM alerts',
  job: 'job',
  swap: 'swap',
  shm: 'shm',
  gpu: 'VRAM',
};

/** From which shares there will be alerts, as many as fit. */
function emptyText({frame}: View, room: number): string {
  const kinds = frame.pools
    .filter(({thresholdPercent}) => Number.isFinite(thresholdPercent))
    .toSorted((a, b) => Number(b.kind === 'ram') - Number(a.kind === 'ram'))
    .map(({kind, thresholdPercent}) => `${KIND_NAMES[kind]} at ${formatThreshold(thresholdPercent)}`);
  const parts = [...new Set(kinds)];
  const text = () => `no alerts yet · ${parts.join(', ')}`;
  while (parts.length > 1 && text().length > room) parts.pop();
  return text();
}
