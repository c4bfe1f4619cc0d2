import {eventText, type SessionEvent} from './event.ts';
import {isoTime} from './format.ts';
import {endingFields} from './job/job-fields.ts';
import {isBounded, type Unit} from './measure.ts';
import type {TopProcess} from './top-process.ts';

/** A line of the log: one JSON object. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The line of something that happened; `undefined` for what a log of checks shows anyway. */
export function eventLine(event: SessionEvent): LogLine | undefined {
  const timestamp = isoTime(event.at);
  const {what} = event.kind === 'mark' ? {what: 'mark'} : event;
  switch (event.kind) {
    case 'raised':
      return {
        timestamp,
        event_type: event.isReminder ? 'ALERT_REPEAT' : 'ALERT',
        message: event.message,
        what,
        alert: alertFields(event),
      };
    case 'resolved': {
      const message = `${what} alert resolved: ${eventText(event)}`;
      return {
        timestamp,
        event_type: 'RESOLVED',
        message,
        what,
        lasted_seconds: event.lastedMs / 1000,
        ...measureField('peak', event.peak, event.unit),
      };
    }
    case 'changed': {
      const {field, from, to} = event;
      return {timestamp, event_type: 'CHANGE', message: `${what} ${eventText(event)}`, what, field, from, to};
    }
    case 'mark':
      return {timestamp, event_type: 'MARK', message: event.note};
    case 'lost':
      return errorLine(event.at, what, event.reason);
    case 'started':
    case 'stopped':
      return undefined;
    case 'hook': {
      const message = `${what} hook ${event.text}`;
      return {timestamp, event_type: 'HOOK', message, what, ok: event.ok};
    }
    case 'ended':
      return {
        timestamp,
        event_type: 'JOB_END',
        message: `job ${eventText(event)}`,
        ...endingFields(event.ending),
      };
    case 'silenced':
      return {timestamp, event_type: 'NOTE', message: `${what} silenced ${eventText(event)}`, what};
    default:
      return {timestamp, event_type: 'NOTE', message: `${what}: ${eventText(event)}`, what};
  }
}

export function errorLine(at: number, what: string, reason: string, problem = 'not read'): LogLine {
  return {
    timestamp: isoTime(at),
    event_type: 'ERROR',
    message: `${what} ${problem}: ${reason}`,
    what,
    reason,
  };
}

export function noteLine(at: number, what: string, text: string): LogLine {
  return {timestamp: isoTime(at), event_type: 'NOTE', message: `${what}: ${text}`, what};
}

function alertFields(event: Extract<SessionEvent, {kind: 'raised'}>) {
  const {ruleId, value, threshold, unit, usedBytes, totalBytes, status, repeat, silenced, top} = event;
  return {
    rule: ruleId,
    ...(unit === 'percent'
      ? {percent: value, threshold_percent: threshold}
      : {value, ...(isBounded(unit) && {threshold}), unit}),
    ...(usedBytes !== undefined && {used_bytes: usedBytes}),
    ...(totalBytes !== undefined && {total_bytes: totalBytes}),
    status,
    repeat,
    ...(silenced && {silenced}),
    ...(top !== undefined && {top_process: topFields(top)}),
  };
}

/** `peak_percent` of a share; of all else `peak` with its `unit`. */
function measureField(name: string, value: number, unit: Unit): LogLine {
  return unit === 'percent' ? {[`${name}_percent`]: value} : {[name]: value, unit};
}

function topFields({pid, name, rssBytes, vramBytes}: TopProcess) {
  return {pid, name, rss_bytes: rssBytes, ...(vramBytes !== undefined && {vram_bytes: vramBytes})};
}
