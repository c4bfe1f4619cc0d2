import {resolve} from 'node:path';
import {quote} from '../config/resolve.ts';
import {renderReport} from '../sinks/report/index.ts';
import type {Context} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {LoggedRun} from './logged-run.ts';
import {readLog} from './open-log.ts';
import {print} from './print.ts';

/** `memtop report LOG`: what the exit report says, of a log that was recorded. */
export async function report({args, settings, stdin, stdout, cwd}: Context): Promise<number> {
  const name = logName(args.words);
  const {values, origins} = settings;
  const run = new LoggedRun({values, ownThreshold: origins.threshold === 'from --threshold'});
  const {bytes, problem} = await readLog(name, stdin, run);
  if (run.readings === 0) throw unreadable(name, bytes, problem ?? run.skipped.whole);
  if (problem !== undefined) run.noteError('log', `not read to its end: ${problem}`);
  const file = name === '-' ? 'standard input' : resolve(cwd, name);
  await print(stdout, renderReport(values.json ? 'json' : 'text', run.report(file)));
  return EXIT.fine;
}

function logName(words: readonly string[]): string {
  const [name, ...more] = words;
  const expected = 'memtop report: expected one log, as memtop report run.jsonl';
  if (name === undefined || name === '') throw new UserError(`${expected}, got nothing`);
  if (more.length > 0) throw new UserError(`${expected}, got ${words.length}: ${words.map(quote).join(' ')}`);
  return name;
}

function unreadable(name: string, bytes: number, found: string): UserError {
  const what = bytes === 0 && found.startsWith('0 lines') ? 'nothing' : found;
  const where = name === '-' ? 'on standard input' : `in ${quote(name)}`;
  return new UserError(`memtop report: expected a log with readings, got ${what} (${where})`);
}
