import {closeSync, openSync, rmSync, statSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {errorCode} from '../core/errors.ts';

const LOOK_MS = 10;
const PATIENCE_MS = 3000;
/** Nobody writes settings for so long: who took the turn was killed. */
const STALE_MS = 2000;

/**
 * Does work while no other program does the same, so that none writes over what another has just written. Who waited
 * for 3 s goes on all the same: a setting that is kept is better than one that is not.
 * @param file stands for the turn; its folder must be there
 */
export async function inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
  const isTaken = await take(file);
  try {
    return await work();
  } finally {
    if (isTaken) rmSync(file, {force: true});
  }
}

/** @returns whether the turn is ours; where the file cannot be made, that is told better by who writes there */
async function take(file: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_MS) {
    try {
      closeSync(openSync(file, 'wx', 0o600));
      return true;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') return false;
    }
    if (isStale(file)) rmSync(file, {force: true});
    else await pause(LOOK_MS);
  }
  return false;
}

function isStale(file: string): boolean {
  const made = statSync(file, {throwIfNoEntry: false})?.mtimeMs;
  return made !== undefined && Math.abs(Date.now() - made) > STALE_MS;
}
