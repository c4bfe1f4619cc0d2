import {formatBytes, formatDuration, formatPercent, formatThreshold} from './format.ts';
import type {Status} from './level.ts';

/** Whose memory an alert names: the largest process then, of a GPU the one that held most of its VRAM. */
export interface TopProcess {
  readonly pid: number;
  readonly name: string;
  readonly rssBytes: number;
  /** What it held of the GPU that is spoken of. */
  readonly vramBytes?: number;
}

/** What it held of the pool that is spoken of. */
export function heldBytes({rssBytes, vramBytes}: TopProcess): number {
  return vramBytes ?? rssBytes;
}

interface At {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  /** The same moment on the session's timeline, put in by the session. */
  readonly timelineMs?: number;
}

export interface RaisedEvent extends At {
  readonly kind: 'raised';
  /** What is over its threshold: `RAM`, `swap`, `GPU 0 VRAM`. */
  readonly what: string;
  readonly poolId: string;
  readonly percent: number;
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly thresholdPercent: number;
  readonly status: Status;
  readonly message: string;
  /** 1 when it is raised, 2 and more for each further alert while it lasts. */
  readonly repeat: number;
  readonly silenced: boolean;
  readonly top?: TopProcess;
}

/** Something that happened, as the alert pane, the log and the report tell it. */
export type SessionEvent =
  | (At & {readonly kind: 'started'; readonly what: string; readonly text: string})
  | RaisedEvent
  | (At & {
      readonly kind: 'resolved';
      readonly what: string;
      readonly lastedMs: number;
      readonly peakPercent: number;
    })
  | (At & {readonly kind: 'silenced'; readonly what: string})
  | (At & {readonly kind: 'mark'; readonly note: string})
  | (At & {
      readonly kind: 'changed';
      readonly what: string;
      readonly field: string;
      readonly from: string;
      readonly to: string;
    })
  | (At & {readonly kind: 'lost'; readonly what: string; readonly reason: string})
  | (At & {readonly kind: 'back'; readonly what: string; readonly afterMs: number})
  | (At & {readonly kind: 'note'; readonly what: string; readonly text: string})
  | (At & {readonly kind: 'stopped'; readonly what: string; readonly text: string});

export type EventKind = SessionEvent['kind'];

/** Whether an event tells of an alert on something else than this. */
export function isAlertBeside(event: SessionEvent, what: string): boolean {
  const isAlert = event.kind === 'raised' || event.kind === 'resolved' || event.kind === 'silenced';
  return isAlert && event.what !== what;
}

/** An event's moment on the timeline. */
export function momentOf({timelineMs, at}: SessionEvent): number {
  return timelineMs ?? at;
}

/** What an event is about, as its own column. */
export function eventSubject(event: SessionEvent): string {
  return event.kind === 'mark' ? event.note : event.what;
}

/** The text behind an event's subject. Not yet made safe for a terminal where it holds names from outside. */
export function eventText(event: SessionEvent): string {
  switch (event.kind) {
    case 'raised':
      return `${formatPercent(event.percent)} in use, threshold ${formatThreshold(event.thresholdPercent)}${whoText(event.top)}`;
    case 'resolved':
      return `lasted ${formatDuration(event.lastedMs)} · peak ${formatPercent(event.peakPercent)}`;
    case 'silenced':
      return 'until it clears';
    case 'changed':
      return `${event.field} ${event.from} → ${event.to}`;
    case 'lost':
      return event.reason;
    case 'back':
      return `read again after ${formatDuration(event.afterMs)}`;
    case 'mark':
      return '';
    default:
      return event.text;
  }
}

function whoText(top: TopProcess | undefined): string {
  return top === undefined ? '' : ` · ${top.name} (${top.pid}) ${formatBytes(heldBytes(top))}`;
}
