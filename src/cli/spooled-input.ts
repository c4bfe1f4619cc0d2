import {createWriteStream, statSync} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {quote} from '../config/resolve.ts';
import type {Context} from './context.ts';
import {UserError} from './exit.ts';
import {LentFolder} from './lent-folder.ts';
import {problemOf} from './open-log.ts';

/** Logs as files that can be read more than once, and what removes those that were only lent. */
export interface SpooledInput extends AsyncDisposable {
  readonly names: readonly string[];
}

/** What the files that were lent stand for. */
const givenNames = new Map<string, string>();

/** A file stands for what was given under this name. */
export function lend(file: string, name: string): void {
  givenNames.set(file, name);
}

export function takeBack(file: string): void {
  givenNames.delete(file);
}

/** How it is to be waited for. */
export interface Waiting {
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** What can be done meanwhile. */
  readonly hint: string;
}

/**
 * Keeps standard input, pipes and devices in files for as long as they are needed: they cannot be wound back.
 * @throws {UserError} where there is no room for them, and where standard input is a terminal
 */
export async function spooled(
  names: readonly string[],
  context: Context,
  waiting?: Waiting,
): Promise<SpooledInput> {
  if (!names.some(isReadOnce)) return {names, [Symbol.asyncDispose]: async () => {}};
  const {args, stdin, stderr} = context;
  const isShown = names.includes('-') && stderr.isTTY === true;
  if (names.includes('-') && stdin.isTTY === true)
    throw new UserError(`memtop ${args.command}: expected a log on standard input, got a terminal`);
  const folder = new LentFolder(args.command, 'input');
  const files: string[] = [];
  const giveBack = async () => {
    for (const file of files) takeBack(file);
    folder[Symbol.dispose]();
  };
  try {
    if (isShown) stderr.write(`reading standard input to its end${waiting?.hint ?? ''}\r`);
    const {command} = args;
    for (const name of names)
      files.push(isReadOnce(name) ? await keep(name, {folder, stdin, command, waiting}) : name);
  } catch (error) {
    await giveBack();
    throw error;
  } finally {
    if (isShown) stderr.write('\x1b[K');
  }
  return {names: files, [Symbol.asyncDispose]: giveBack};
}

/** Does work that reads its logs more than once. @throws {UserError} as `spooled` */
export async function withFiles<T>(context: Context, work: (context: Context) => Promise<T>): Promise<T> {
  const {args} = context;
  // Refused with the other files, and not to be waited for.
  if (args.words.length > 1 && args.words.includes('-')) return work(context);
  await using input = await spooled(args.words, context);
  return await work({...context, args: {...args, words: input.names}});
}

/** A log as it was given, where a file was lent for it. */
export function givenName(name: string): string {
  return givenNames.get(name) ?? name;
}

/** A log as messages call it. */
export function shownLog(name: string): string {
  return isInput(name) ? 'standard input' : quote(givenName(name));
}

/** Whether a name stands for standard input, kept or not. */
export function isInput(name: string): boolean {
  return givenName(name) === '-';
}

/** A folder is none: who reads it is told what it is. */
function isReadOnce(name: string): boolean {
  if (name === '-') return true;
  try {
    const file = statSync(name);
    return file.isFIFO() || file.isCharacterDevice() || file.isSocket();
  } catch {
    return false;
  }
}

interface Keeping {
  readonly folder: LentFolder;
  readonly stdin: Readable;
  readonly command: string;
  readonly waiting: Waiting | undefined;
}

/** @returns the file it is kept in; the name itself where it cannot be opened, so that its reader tells why */
async function keep(name: string, {folder, stdin, command, waiting}: Keeping): Promise<string> {
  const source = name === '-' ? stdin : (await opened(name))?.createReadStream();
  if (source === undefined) return name;
  const file = join(folder.path, `${givenNames.size}${/\.gz$/i.exec(name)?.[0] ?? '.jsonl'}`);
  const signal = waiting && {signal: waiting.signal};
  await pipeline(source, createWriteStream(file, {mode: 0o600}), {...signal}).catch((error: unknown) => {
    if (!isOfReading(error)) throw folder.problem(error);
    throw new UserError(
      `memtop ${command}: expected a log with readings, got ${problemOf(error)} (in ${shownLog(name)})`,
    );
  });
  lend(file, name);
  return file;
}

function isOfReading(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'read';
}

async function opened(name: string): Promise<FileHandle | undefined> {
  try {
    return await open(name, 'r');
  } catch {
    return undefined;
  }
}
