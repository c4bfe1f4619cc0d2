import {existsSync, mkdirSync} from 'node:fs';
import {dirname} from 'node:path';

/**
 * Makes a folder and those above it. Not by `recursive`, with which Node 20 never returns where the file system
 * itself refuses, as /proc does.
 * @throws {Error} of the file system
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  // The top of all is missing: a drive that is not there, a current folder that was removed.
  if (above === folder) throw Object.assign(new Error(`no such folder: ${folder}`), {code: 'ENOENT'});
  makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it just now.
    if (!existsSync(folder)) throw error;
  }
}
