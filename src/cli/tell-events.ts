import {eventText, type SessionEvent} from '../core/event.ts';
import {formatMoment} from '../core/format.ts';
import {safeText} from '../core/text.ts';
import type {LiveRun} from './run.ts';

/** What a service's journal or a batch job's error file should tell. */
export function tellEvents(run: LiveRun, stderr: NodeJS.WritableStream): void {
  run.session.onEvent((event) => {
    const text = textOf(event);
    if (text !== undefined) stderr.write(`${formatMoment(event.at)} ${safeText(text)}\n`);
  });
  run.log.onChange(() => stderr.write(`${logText(run)}\n`));
}

/** Rings a terminal, where standard error is one. */
export function ringOn(
  stderr: NodeJS.WritableStream & {readonly isTTY?: boolean},
): ((bytes: string) => void) | undefined {
  return stderr.isTTY === true ? (bytes) => void stderr.write(bytes) : undefined;
}

function textOf(event: SessionEvent): string | undefined {
  switch (event.kind) {
    case 'raised':
      return event.isReminder ? `${event.message}, told ${event.repeat} times` : event.message;
    case 'hook':
      return `${event.what} hook ${event.text}`;
    case 'mark':
      return `mark: ${event.note}`;
    case 'ended':
      return `job ${eventText(event)}`;
    case 'resolved':
      return `${event.what} alert resolved: ${eventText(event)}`;
    case 'lost':
      return `${event.what} not read: ${event.reason}`;
    case 'back':
    case 'note':
      return `${event.what}: ${eventText(event)}`;
    default:
      return undefined;
  }
}

function logText({log: {file: logFile}}: LiveRun): string {
  if (logFile?.state.status !== 'failing') return `memtop: the log is written again: ${logFile?.path}`;
  return `memtop: the log cannot be written, lines are kept and tried again: ${logFile.path}: ${logFile.state.reason}`;
}
