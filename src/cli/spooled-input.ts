import {createWriteStream, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {quote} from '../config/resolve.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import type {Context} from './context.ts';
import {UserError} from './exit.ts';

const SPOOL = 'memtop-standard-input.jsonl';

/**
 * Does work that reads its logs more than once: standard input is kept in a file for that long, which only its user can
 * read. @throws {UserError} where there is no room for it
 */
export async function withFiles<T>(
  command: string,
  context: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const {args, stdin} = context;
  if (args.words.length !== 1 || args.words[0] !== '-') return work(context);
  const folder = mkdtempSync(join(tmpdir(), 'memtop-input-'));
  const file = join(folder, SPOOL);
  try {
    await pipeline(stdin, createWriteStream(file, {mode: 0o600})).catch((error: unknown) => {
      throw new UserError(
        `memtop ${command}: standard input cannot be kept in ${quote(file)}: ${fileProblem(error)}`,
      );
    });
    return await work({...context, args: {...args, words: [file]}});
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** A log as messages call it. */
export function shownLog(name: string): string {
  return isInput(name) ? 'standard input' : quote(name);
}

/** Whether a name stands for standard input, kept or not. */
export function isInput(name: string): boolean {
  return name === '-' || basename(name) === SPOOL;
}
