import {realpathSync} from 'node:fs';
import {resolve} from 'node:path';
import {quote} from '../config/resolve.ts';
import {DiffBook} from '../core/diff/diff-book.ts';
import {notRead} from '../core/diff/not-read.ts';
import {diffRuns, type RunDiff} from '../core/diff/run-diff.ts';
import type {ComparedRun} from '../core/diff/series-diff.ts';
import {worseThan} from '../core/diff/worse.ts';
import {formatDuration} from '../core/format.ts';
import {safeText} from '../core/text.ts';
import {diffJson} from '../sinks/diff/json.ts';
import {diffText} from '../sinks/diff/text.ts';
import {type AlignedLog, alignedLog} from './aligned-log.ts';
import type {Context} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {LoggedRun} from './logged-run.ts';
import {readLog} from './open-log.ts';
import {print, tell} from './print.ts';
import {givenName, withFiles} from './spooled-input.ts';
import {unreadable} from './unreadable-log.ts';

/** Less than that of two runs can hardly be compared. */
const LEAST_MS = 10_000;

/** `memtop diff BEFORE AFTER`: what changed from one recorded run to the next, and whether that is more than chance. */
export async function diffLogs(context: Context): Promise<number> {
  return withFiles(context, compare);
}

async function compare(context: Context): Promise<number> {
  const {settings, stdout, stderr} = context;
  const {values} = settings;
  const [before, after] = await bothLogs(context);
  const comparedMs = Math.min(before.lengthMs, after.lengthMs);
  if (comparedMs < LEAST_MS)
    throw new UserError(
      `memtop diff: expected at least ${formatDuration(LEAST_MS)} that both runs have in common, got ${formatDuration(comparedMs)}`,
    );
  const diff = diffRuns({
    before: await readRun(before, comparedMs, context),
    after: await readRun(after, comparedMs, context),
    alignedAt: before.alignedAt,
    comparedMs,
  });
  const limit = values['fail-above'];
  const failed = limit === undefined ? undefined : worseThan(diff, limit);
  await print(stdout, values.json ? diffJson(diff, failed) : await textOf(diff, context));
  if (isSameFile(before.name, after.name, context))
    await tell(stderr, 'memtop: both logs are the same file, compared with itself');
  for (const run of [diff.before, diff.after])
    for (const text of notRead(run)) await tell(stderr, `memtop: ${safeText(text)} in ${shownFile(run)}`);
  for (const line of failed ?? []) await tell(stderr, `memtop: ${line}`);
  return failed !== undefined && failed.length > 0 ? EXIT.threshold : EXIT.fine;
}

/** By another name too, as a link. */
function isSameFile(before: string, after: string, {cwd}: Context): boolean {
  const [one, other] = [before, after].map((name) => resolve(cwd, name));
  try {
    return one === other || realpathSync(one ?? '') === realpathSync(other ?? '');
  } catch {
    // Read already, and gone since.
    return false;
  }
}

function shownFile({report}: ComparedRun): string {
  return quote(report.log?.file ?? '');
}

async function textOf(diff: RunDiff, {host, settings}: Context): Promise<string> {
  const {readTerminal} = await import('../tui/capabilities.ts');
  const {ascii} = settings.values;
  const {capabilities} = readTerminal(host.env, host.platform, {ascii, chart: undefined});
  return diffText(diff, {isAscii: capabilities.ascii});
}

async function bothLogs(context: Context): Promise<readonly [AlignedLog, AlignedLog]> {
  const {args, settings} = context;
  const [before, after, ...more] = args.words;
  const expected = 'memtop diff: expected two logs, as memtop diff before.jsonl after.jsonl';
  if (before === undefined || after === undefined || more.length > 0)
    throw new UserError(
      `${expected}, got ${args.words.length === 0 ? 'nothing' : args.words.map(quote).join(' ')}`,
    );
  if ([before, after].includes('-'))
    throw new UserError(`${expected}, got standard input, which can be read only once`);
  const {align} = settings.values;
  return [await alignedLog(before, align, context), await alignedLog(after, align, context)];
}

/** The verdict is on all of a run behind the moment of alignment; figures are on what both have in common. */
async function readRun({name, from, lengthMs}: AlignedLog, comparedMs: number, context: Context) {
  const {settings, stdin, cwd} = context;
  const {values, origins} = settings;
  const book = new DiffBook(comparedMs);
  const run = new LoggedRun({
    values,
    ownThreshold: origins.threshold === 'from --threshold',
    span: {from, to: Number.POSITIVE_INFINITY},
    onFrame: (frame) => book.feed(frame),
  });
  const {bytes, problem} = await readLog(name, stdin, run.lines);
  if (run.readings === 0)
    throw unreadable('diff', name, {bytes, skipped: run.skipped, ...(problem !== undefined && {problem})});
  if (problem !== undefined) run.events.errors.add('log', `not read to its end: ${problem}`);
  return {report: run.report(resolve(cwd, givenName(name))), lengthMs, book};
}
