import {createWriteStream} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';
import {fileProblem} from '../../sinks/file-problem.ts';
import type {Context} from '../context.ts';
import {UserError} from '../exit.ts';

/** The logs to replay as files, and what removes those that were only lent. */
export interface SpooledInput extends AsyncDisposable {
  readonly names: readonly string[];
}

/** Standard input cannot be wound back: it is kept in a file for as long as it is replayed. */
export async function spooled(names: readonly string[], {stdin, stderr}: Context): Promise<SpooledInput> {
  if (!names.includes('-')) return {names, [Symbol.asyncDispose]: async () => {}};
  if (stdin.isTTY === true)
    throw new UserError('memtop replay: expected a log on standard input, got a terminal');
  const folder = await mkdtemp(path.join(tmpdir(), 'memtop-replay-'));
  const remove = () => rm(folder, {recursive: true, force: true});
  const file = path.join(folder, 'standard-input.jsonl');
  try {
    if (stderr.isTTY === true) stderr.write('reading standard input to its end\r');
    await pipeline(stdin, createWriteStream(file, {mode: 0o600}));
  } catch (error) {
    await remove();
    throw new UserError(`memtop replay: standard input cannot be kept in ${folder}: ${fileProblem(error)}`);
  }
  return {names: names.map((name) => (name === '-' ? file : name)), [Symbol.asyncDispose]: remove};
}
