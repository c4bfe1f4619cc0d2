import {quote} from '../config/resolve.ts';
import {formatMoment} from '../core/format.ts';
import {type LogPart, orderLogs} from '../core/log/log-order.ts';
import {isRelative, type LogEnds, type LogSpan, resolveSpan, type SpanBound} from '../core/log/log-span.ts';
import type {Context} from './context.ts';
import {UserError} from './exit.ts';
import {tell} from './print.ts';
import {shownLog} from './spooled-input.ts';
import {type LogSurvey, surveyLog} from './survey-log.ts';

/** The logs that a command is to read, in the order of time, and which part of them. */
export interface LogsToRead {
  readonly names: readonly string[];
  /** Absent where all is asked for. */
  readonly span?: LogSpan;
}

/**
 * The logs a command was given. Several, and ends of a span that are relative to the log, cost a pass over the files for
 * their times. @throws {UserError} where there is none, where they overlap, and where the span is none
 */
export async function logsToRead(
  command: string,
  {args, settings, stdin, stderr}: Context,
): Promise<LogsToRead> {
  const words = args.words.filter((word) => word !== '');
  if (words.length === 0)
    throw new UserError(`memtop ${command}: expected a log, as memtop ${command} run.jsonl, got nothing`);
  const {from, to} = settings.values;
  refuseMixedInput(command, words);
  const isSurveyed = words.length > 1 || isRelative(from) || isRelative(to);
  const parts = isSurveyed ? await surveyed(command, words, stdin) : [];
  const names = isSurveyed ? parts.map(({name}) => name) : words;
  if (from === undefined && to === undefined) return {names};
  const ends = endsOf(parts);
  const span = resolveSpan({from, to}, ends);
  const turned = clockBefore(to, span, ends);
  if (turned !== undefined || span.from > span.to) {
    const [start, end] = [span.from, turned ?? span.to].map(formatMoment);
    throw new UserError(
      `memtop ${command}: expected --from before --to, got ${quote(from?.text ?? '')} (${start}) and ${quote(to?.text ?? '')} (${end})`,
    );
  }
  if (to?.kind === 'clock' && span.to > ends.endedAt)
    await tell(
      stderr,
      `memtop ${command}: --to ${quote(to.text)} does not come in the log: it is told to its end, ${formatMoment(ends.endedAt)}`,
    );
  return {names, span};
}

const DAY = 86_400_000;

/** A time of day that comes in the log before the span and not behind it, so that no other can be meant. */
function clockBefore(to: SpanBound | undefined, {from, to: end}: LogSpan, ends: LogEnds): number | undefined {
  const before = end - DAY;
  const isThere = before >= ends.startedAt && before < from;
  return to?.kind === 'clock' && end > ends.endedAt && isThere ? before : undefined;
}

/** Why a span has nothing in it. */
export function shownSpan({from, to}: LogSpan, ends: LogEnds): string {
  const start = Number.isFinite(from) ? ` from ${formatMoment(from)}` : '';
  const end = Number.isFinite(to) ? ` to ${formatMoment(to)}` : '';
  return `expected readings${start}${end}, got none; ${shownEnds(ends)}`;
}

/** A log without a time has no ends. */
function shownEnds({startedAt, endedAt}: LogEnds): string {
  return endedAt > 0
    ? `the log goes from ${formatMoment(startedAt)} to ${formatMoment(endedAt)}`
    : 'no line of the log has a time';
}

/** What comes through a pipe has no place in an order of files. */
function refuseMixedInput(command: string, words: readonly string[]): void {
  if (words.length > 1 && words.includes('-'))
    throw new UserError(
      `memtop ${command}: expected standard input alone or files, got ${words.map(quote).join(' ')}`,
    );
}

async function surveyed(
  command: string,
  names: readonly string[],
  stdin: Context['stdin'],
): Promise<readonly LogPart[]> {
  const surveys: LogSurvey[] = [];
  for (const name of names) surveys.push(await surveyLog(name, stdin));
  for (const {name, bytes, lines, problem} of surveys) {
    // A part that was just begun has nothing in it yet.
    if (lines > 0 || (bytes === 0 && problem === undefined && names.length > 1)) continue;
    throw new UserError(
      `memtop ${command}: expected a log with readings, got ${problem ?? 'no line with a time'} (in ${shownLog(name)})`,
    );
  }
  const ordered = orderLogs(surveys.filter(({lines}) => lines > 0));
  if (!('first' in ordered)) return ordered;
  const {first, second} = ordered;
  const since = formatMoment(Math.max(first.startedAt, second.startedAt));
  const until = formatMoment(Math.min(first.endedAt, second.endedAt));
  throw new UserError(
    `memtop ${command}: expected logs one after another, got ${shownLog(first.name)} and ${shownLog(second.name)}, both from ${since} to ${until}; memtop diff compares them`,
  );
}

function endsOf(parts: readonly LogPart[]): LogEnds {
  return {
    startedAt: Math.min(...parts.map(({startedAt}) => startedAt)),
    endedAt: Math.max(...parts.map(({endedAt}) => endedAt)),
  };
}
