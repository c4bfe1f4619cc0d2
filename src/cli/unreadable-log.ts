import {quote} from '../config/resolve.ts';
import {UserError} from './exit.ts';
import {givenName, isInput} from './spooled-input.ts';

/** What was found in a log in which there is no reading. */
export interface FoundInLog {
  readonly bytes: number;
  /** Why it could not be read, or not to its end. */
  readonly problem?: string;
  readonly skipped: {readonly whole: string};
}

/** Why nothing can be made of a log. */
export function unreadable(command: string, name: string, {bytes, problem, skipped}: FoundInLog): UserError {
  const found = problem ?? skipped.whole;
  const what = bytes === 0 && found.startsWith('0 lines') ? 'nothing' : found;
  const where = isInput(name) ? 'on standard input' : `in ${quote(givenName(name))}`;
  return new UserError(`memtop ${command}: expected a log with readings, got ${what} (${where})`);
}
