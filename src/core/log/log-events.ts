import type {RaisedEvent, SessionEvent} from '../event.ts';
import {formatBytes, formatPercent} from '../format.ts';
import {roundedAhead} from '../leak-words.ts';
import {STATUSES} from '../level.ts';
import {formatMeasure, isBounded, UNITS, type Unit} from '../measure.ts';
import type {TopProcess} from '../top-process.ts';
import {endingOf} from './log-ending.ts';
import {amountOf, countOf, type Fields, fieldsOf, lengthOf, textOf, wordOf} from './log-fields.ts';

/** The lines that are no check, whatever figures stand in them. */
export const EVENT_TYPES = [
  'START',
  'STOP',
  'ALERT',
  'ALERT_REPEAT',
  'RESOLVED',
  'HOOK',
  'JOB_END',
  'CHANGE',
  'MARK',
  'ERROR',
  'NOTE',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * What happened, from its line: the way back from `eventLine`. Nothing for lines that are no event of a session
 * (START, STOP, ERROR) and for those of which something is missing.
 */
export function eventOfLine(type: EventType, line: Fields, at: number): SessionEvent | undefined {
  const message = textOf(line.message) ?? '';
  const what = textOf(line.what) ?? '';
  switch (type) {
    case 'ALERT':
    case 'ALERT_REPEAT':
      return raisedOf(line, {at, what, message, isReminder: type === 'ALERT_REPEAT'});
    case 'RESOLVED':
      return resolvedOf(line, at, what);
    case 'CHANGE': {
      const [field, from, to] = [line.field, line.from, line.to].map((part) => textOf(part) ?? '');
      return {kind: 'changed', at, what, field: field ?? '', from: from ?? '', to: to ?? ''};
    }
    case 'MARK':
      return {kind: 'mark', at, note: message};
    case 'NOTE':
      return message === `${what} silenced until it clears`
        ? {kind: 'silenced', at, what}
        : {kind: 'note', at, what, text: behind(`${what}: `, message)};
    case 'HOOK':
      return {kind: 'hook', at, what, text: behind(`${what} hook `, message), ok: line.ok === true};
    case 'JOB_END':
      return {kind: 'ended', at, what: 'job', ending: endingOf(line, at)};
    default:
      return undefined;
  }
}

function raisedOf(
  line: Fields,
  told: Pick<RaisedEvent, 'at' | 'what' | 'message' | 'isReminder'>,
): RaisedEvent | undefined {
  const alert = fieldsOf(line.alert);
  if (alert === undefined) return undefined;
  const {unit, value, threshold} = measureOf(alert);
  if (unit === undefined || value === undefined) return undefined;
  const ruleId = textOf(alert.rule) ?? '';
  const top = topOf(alert.top_process);
  const [usedBytes, totalBytes] = [amountOf(alert.used_bytes), amountOf(alert.total_bytes)];
  const figureText = figureOf({...told, ruleId, value, unit, usedBytes});
  return {
    ...told,
    kind: 'raised',
    ruleId,
    unit,
    value,
    threshold: threshold ?? (isBounded(unit) ? 0 : 1),
    ...(usedBytes !== undefined && {usedBytes}),
    ...(totalBytes !== undefined && {totalBytes}),
    status: wordOf(alert.status, STATUSES) ?? 'HIGH',
    ...(figureText !== undefined && {figureText}),
    repeat: countOf(alert.repeat) ?? 1,
    silenced: alert.silenced === true,
    ...(top !== undefined && {top}),
  };
}

function measureOf(alert: Fields) {
  const percent = amountOf(alert.percent);
  if (percent !== undefined)
    return {unit: 'percent', value: percent, threshold: amountOf(alert.threshold_percent)} as const;
  return {
    unit: wordOf(alert.unit, UNITS),
    value: amountOf(alert.value),
    threshold: amountOf(alert.threshold),
  };
}

/** What the figure said, which a line has only inside its message. */
function figureOf(alert: {
  readonly ruleId: string;
  readonly what: string;
  readonly message: string;
  readonly unit: Unit;
  readonly value: number;
  readonly usedBytes: number | undefined;
}): string | undefined {
  const {ruleId, what, message, unit, value, usedBytes} = alert;
  if (ruleId === 'pressure') return `some ${formatPercent(value)} over 10 s`;
  if (ruleId === 'pressure-full') return `full ${formatPercent(value)} over 10 s`;
  if (ruleId === 'limit-in') return `in ~${roundedAhead(value * 1000)}`;
  if (ruleId === 'oom') return behind('OOM KILL: ', message);
  if (ruleId.startsWith('process:') && unit === 'percent')
    return `${formatBytes(usedBytes ?? 0)}, ${formatPercent(value)} of the limit`;
  if (unit === 'bytes per hour')
    return behind(`LEAK ALERT: ${what.replace(/ leak$/, '')} grows `, message)?.replace(/, limit in .*$/, '');
  return unit === 'percent' ? undefined : formatMeasure(value, unit);
}

function resolvedOf(line: Fields, at: number, what: string): SessionEvent | undefined {
  const percent = amountOf(line.peak_percent);
  const unit = percent === undefined ? wordOf(line.unit, UNITS) : 'percent';
  const peak = percent ?? amountOf(line.peak);
  const lastedMs = lengthOf(line.lasted_seconds);
  if (unit === undefined || peak === undefined || lastedMs === undefined) return undefined;
  // The line does not tell the rule; what it is about names the alert as well.
  return {kind: 'resolved', at, what, ruleId: '', unit, lastedMs, peak};
}

function topOf(value: unknown): TopProcess | undefined {
  const top = fieldsOf(value) ?? {};
  const [pid, name, rssBytes] = [countOf(top.pid), textOf(top.name), amountOf(top.rss_bytes)];
  const vramBytes = amountOf(top.vram_bytes);
  if (pid === undefined || name === undefined || rssBytes === undefined) return undefined;
  return {pid, name, rssBytes, ...(vramBytes !== undefined && {vramBytes})};
}

/** The text behind how it begins; the whole where it begins otherwise. */
function behind(beginning: string, text: string): string {
  return text.startsWith(beginning) ? text.slice(beginning.length) : text;
}
