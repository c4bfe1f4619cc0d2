import {statSync} from 'node:fs';
import {resolve} from 'node:path';

/** What is run: a program and its arguments, which no shell ever sees. */
export interface Command {
  /** A path, or a bare name that is looked up in PATH. */
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Reads a command: the path of an existing file, blanks and all, else a program and its arguments parted at
 * blanks; there is no quoting. A name without a slash is never taken from the working folder, where anybody may
 * have put a file of that name.
 */
export function parseCommand(text: string): Command {
  const whole = text.trim();
  if (isPath(whole) && isFile(whole)) return {file: resolve(whole), args: []};
  const [file = '', ...args] = whole.split(/\s+/);
  return {file: isPath(file) ? resolve(file) : file, args};
}

/** Why a program that was not found was not, as far as that can be told. */
export function whyNotFound({file}: Command): string {
  if (!isFile(file)) return 'not found';
  return isPath(file) ? 'its interpreter was not found' : `not found in PATH; ./${file} names the file here`;
}

function isPath(text: string): boolean {
  return text.includes('/') || (process.platform === 'win32' && text.includes('\\'));
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Whatever stat says, starting it will say it better.
    return false;
  }
}
