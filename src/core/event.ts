import {formatBytes, formatDuration} from './format.ts';
import {endingText, type JobEnding} from './job/job-ending.ts';
import {resolvedText} from './lasting-alert.ts';
import type {Status} from './level.ts';
import {formatBound, formatMeasure, isBounded, type Unit} from './measure.ts';
import {heldBytes, type TopProcess} from './top-process.ts';

export {heldBytes, type TopProcess} from './top-process.ts';

interface At {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  /** The same moment on the session's timeline, put in by the session. */
  readonly timelineMs?: number;
}

export interface RaisedEvent extends At {
  readonly kind: 'raised';
  /** What is over its threshold: `RAM`, `swap`, `GPU 0 VRAM`, `pressure`. */
  readonly what: string;
  /** The rule that it broke: of a pool the pool's id. */
  readonly ruleId: string;
  readonly unit: Unit;
  readonly value: number;
  readonly threshold: number;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  readonly status: Status;
  readonly message: string;
  /** What the figure says, where not how much of something is in use: `some 12.4% over 10 s`. */
  readonly figureText?: string;
  /** 1 when it is raised, 2 and more each further time that it is told. */
  readonly repeat: number;
  /** Told again while it lasts, and not counted. */
  readonly isReminder: boolean;
  readonly silenced: boolean;
  readonly top?: TopProcess;
}

export interface ResolvedEvent extends At {
  readonly kind: 'resolved';
  readonly what: string;
  readonly ruleId: string;
  readonly unit: Unit;
  readonly lastedMs: number;
  /** The worst that it was. */
  readonly peak: number;
}

/** Something that happened, as the alert pane, the log and the report tell it. */
export type SessionEvent =
  | (At & {readonly kind: 'started'; readonly what: string; readonly text: string})
  | RaisedEvent
  | ResolvedEvent
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
  /** Somebody was called because of an alert: by whom, and what came of it. */
  | (At & {readonly kind: 'hook'; readonly what: string; readonly text: string; readonly ok: boolean})
  /** The followed job has ended. */
  | (At & {readonly kind: 'ended'; readonly what: string; readonly ending: JobEnding})
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
      return `${raisedText(event)}${whoText(event)}`;
    case 'resolved':
      return resolvedText(event);
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
    case 'ended':
      return endingText(event.ending);
    default:
      return event.text;
  }
}

/** `90.0% in use, threshold 90%`. */
export function raisedText({value, threshold, unit, figureText}: RaisedEvent): string {
  const figure = figureText ?? `${formatMeasure(value, unit)} in use`;
  return isBounded(unit) ? `${figure}, threshold ${formatBound(threshold, unit)}` : figure;
}

/** Who held the most then, of a leak who grows with it, where the alert is not on that one itself. */
function whoText({what, unit, figureText = '', top}: RaisedEvent): string {
  if (top === undefined || `${what} ${figureText}`.includes(`(${top.pid})`)) return '';
  if (unit === 'bytes per hour') return ` · ${top.name} (${top.pid}) grows with it`;
  return ` · ${top.name} (${top.pid}) ${formatBytes(heldBytes(top))}`;
}
