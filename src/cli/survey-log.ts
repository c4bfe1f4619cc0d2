import type {Readable} from 'node:stream';
import {LINE_BEGINNING, momentOfLine} from '../core/log/line-moment.ts';
import type {LogPart} from '../core/log/log-order.ts';
import type {LineListener} from './line-cutter.ts';
import {readLog} from './open-log.ts';

/** Where one file begins and ends; what could not be read of it is told when it is read for its figures. */
export interface LogSurvey extends LogPart {
  readonly bytes: number;
  readonly problem?: string;
  /** Lines with a time. */
  readonly lines: number;
}

/** Looks through a log for nothing but its times: which of several comes first, and what `-2h` is. */
export async function surveyLog(name: string, stdin: Readable): Promise<LogSurvey> {
  let [startedAt, endedAt, lines] = [Number.NaN, Number.NEGATIVE_INFINITY, 0];
  const take: LineListener = (bytes, start, end) => {
    const at = bytes && timeOfLine(bytes, start, end);
    if (at === undefined) return;
    if (lines === 0) startedAt = at;
    endedAt = Math.max(endedAt, at);
    lines += 1;
  };
  const reading = await readLog(name, stdin, {take, settle: () => {}});
  return {name, startedAt, endedAt, lines, ...reading};
}

function timeOfLine(bytes: Buffer, start: number, end: number): number | undefined {
  const beginning = bytes.toString('latin1', start, Math.min(end, start + LINE_BEGINNING));
  return momentOfLine(beginning, () => bytes.toString('utf8', start, end));
}
