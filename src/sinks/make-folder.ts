import {existsSync, mkdirSync} from 'node:fs';
import {dirname} from 'node:path';

/** What is made for files that only their user may read. */
const FOLDER_MODE = 0o700;

/**
 * Makes a folder and those above it, for its user alone. Not by `recursive`, with which Node 20 never returns where the file system
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
    mkdirSync(folder, FOLDER_MODE);
  } catch (error) {
    // Another process may have made it just now.
    if (!existsSync(folder)) throw error;
  }
}
