import {openSync} from 'node:fs';
import {errorCode} from '../core/errors.ts';
import {formatMoment} from '../core/format.ts';

/** The `count`th name for a file of this moment, in local time: `STEM-20261122-143207.md`, `STEM-20261122-143207-2.md`. */
export function momentName(stem: string, now: number, count: number, ending: string): string {
  const moment = formatMoment(now).replace(/[-:]/g, '').replace(' ', '-');
  return `${stem}-${moment}${count === 1 ? '' : `-${count}`}.${ending}`;
}

/** Opens a file that nobody else may read. @returns `undefined` where the name is taken @throws {Error} of the file system */
export function openNew(file: string): number | undefined {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}
