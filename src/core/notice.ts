import {heldBytes, type TopProcess} from './event.ts';
import {formatBytes, formatDuration, isoTime} from './format.ts';
import type {Status} from './level.ts';
import {formatMeasure, type Unit} from './measure.ts';
import {cutEnd, safeText} from './text.ts';

/** What somebody is called for; `test` is the sample that tries the way there. */
export const NOTICE_EVENTS = ['raised', 'resolved', 'test'] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** How a webhook's post can be written; `auto` chooses by the host's name. */
export const WEBHOOK_FORMATS = ['auto', 'json', 'slack', 'ntfy'] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

/** The sequences that terminals take as a notification of their own. */
export const TERMINAL_NOTICES = ['osc9', 'osc777'] as const;
export type TerminalNotice = (typeof TERMINAL_NOTICES)[number];

/** What hooks are told of an alert. Names in it come from outside and are as they came. */
export interface AlertNotice {
  readonly event: NoticeEvent;
  /** Of the rule, the same when it is raised and resolved: `ram`, `gpu0`, `process:812@4711`. */
  readonly id: string;
  /** `RAM`, `GPU 0 VRAM`, `python gateway (5210)`. */
  readonly what: string;
  /** One line. */
  readonly message: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly hostName: string;
  readonly status: Status;
  /** Of value, threshold and peak. */
  readonly unit: Unit;
  readonly value?: number;
  readonly threshold?: number;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  readonly lastedMs?: number;
  readonly peak?: number;
  readonly top?: TopProcess;
  /** The log that tells more. */
  readonly logFile?: string;
}

type Fact = string | number | undefined;

const VARIABLE_PREFIX = 'MEMTOP_ALERT_';
// The kernel refuses to start a program for one variable of 128 KiB, and the JSON has all of it.
const MAX_VARIABLE = 1000;
const MAX_TITLE = 100;
const MAX_TEXT = 1000;

/** The JSON object that hooks get; what is not known is absent. */
export function noticeFields(notice: AlertNotice): Readonly<Record<string, unknown>> {
  const {top} = notice;
  return known({
    timestamp: isoTime(notice.at),
    event: notice.event,
    rule: notice.id,
    what: notice.what,
    message: notice.message,
    host_name: notice.hostName,
    status: notice.status,
    unit: notice.unit,
    value: notice.value,
    threshold: notice.threshold,
    used_bytes: notice.usedBytes,
    total_bytes: notice.totalBytes,
    lasted_seconds: lastedSeconds(notice),
    peak: notice.peak,
    top_process:
      top && known({pid: top.pid, name: top.name, rss_bytes: top.rssBytes, vram_bytes: top.vramBytes}),
    log: notice.logFile,
  });
}

/**
 * The same facts as environment variables, one line each and at most 1000 characters. `MEMTOP_THRESHOLD` and its
 * like are memtop's settings, which a hook that runs memtop must not find changed; these begin with
 * `MEMTOP_ALERT_` for that.
 */
export function noticeVariables(notice: AlertNotice): Readonly<Record<string, string>> {
  const {top} = notice;
  const facts: Readonly<Record<string, Fact>> = {
    EVENT: notice.event,
    RULE: notice.id,
    WHAT: notice.what,
    MESSAGE: notice.message,
    STATUS: notice.status,
    UNIT: notice.unit,
    VALUE: notice.value,
    THRESHOLD: notice.threshold,
    PEAK: notice.peak,
    USED_BYTES: notice.usedBytes,
    TOTAL_BYTES: notice.totalBytes,
    LASTED_SECONDS: lastedSeconds(notice),
    HOST: notice.hostName,
    TIMESTAMP: isoTime(notice.at),
    TOP_PID: top?.pid,
    TOP_NAME: top?.name,
    TOP_RSS_BYTES: top?.rssBytes,
    TOP_VRAM_BYTES: top?.vramBytes,
    LOG: notice.logFile,
  };
  return Object.fromEntries(
    Object.entries(known(facts)).map(([name, fact]) => [VARIABLE_PREFIX + name, oneLine(String(fact))]),
  );
}

/** Whether a variable tells of an alert, also of one that called the program we run in. */
export function isNoticeVariable(name: string): boolean {
  return name.startsWith(VARIABLE_PREFIX);
}

/** `RAM alert on node17`, safe for a terminal. */
export function noticeTitle({event, what, status, hostName}: AlertNotice): string {
  const happened = {
    raised: status === 'CRITICAL' ? 'critical' : 'alert',
    resolved: 'resolved',
    test: 'test alert',
  }[event];
  return cutEnd(`${safeText(what)} ${happened} on ${safeText(hostName)}`, MAX_TITLE);
}

/** The message and what it does not say by itself: the largest process, how long it lasted. Safe for a terminal. */
export function noticeText(notice: AlertNotice): string {
  const message = safeText(notice.message);
  const more = [...topParts(notice), ...endParts(notice)].filter(({told}) => !message.includes(told));
  return cutEnd([message, ...more.map(({text}) => text)].join(' · '), MAX_TEXT);
}

interface Part {
  readonly text: string;
  /** Where the message holds this, it has said as much. */
  readonly told: string;
}

function topParts({top}: AlertNotice): readonly Part[] {
  if (top === undefined) return [];
  const text = `${safeText(top.name)} (${top.pid}) ${formatBytes(heldBytes(top))}`;
  return [{text, told: `(${top.pid})`}];
}

function endParts(notice: AlertNotice): readonly Part[] {
  const {event, lastedMs, peak} = notice;
  if (event !== 'resolved') return [];
  return [
    ...(lastedMs === undefined ? [] : [{text: `lasted ${formatDuration(lastedMs)}`, told: 'lasted '}]),
    ...(peak === undefined ? [] : [{text: `peak ${formatMeasure(peak, notice.unit)}`, told: 'peak '}]),
  ];
}

function lastedSeconds({lastedMs}: AlertNotice): number | undefined {
  return lastedMs === undefined ? undefined : lastedMs / 1000;
}

function known(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}

/** Names keep their script, for programs read this and no terminal; a control character ends no line and no text. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, MAX_VARIABLE);
}
