import {lstatSync, mkdirSync, readdirSync} from 'node:fs';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';

/** What the job's environment calls the file to append a mark to. */
export const MARK_VARIABLE = 'MEMTOP_MARK';
const ENDING = '.marks';

/** The folder of this user's running monitors; `undefined` where none can be trusted. */
export function markFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const runtime = env.XDG_RUNTIME_DIR;
  const {uid} = userInfo();
  const places = [
    ...(runtime?.startsWith('/') ? [join(runtime, 'memtop')] : []),
    join(tmpdir(), uid < 0 ? 'memtop' : `memtop-${uid}`),
  ];
  return places.find((folder) => isOurs(folder, uid));
}

/** The file of one monitor. */
export function markFile(folder: string, pid: number): string {
  return join(folder, `${pid}${ENDING}`);
}

/** The monitors whose files are there, by their pids. */
export function markedPids(folder: string): readonly number[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  return names.map((name) => Number(name.slice(0, -ENDING.length))).filter(Number.isSafeInteger);
}

/** In a folder that all may write to, somebody else may have been there first. */
function isOurs(folder: string, uid: number): boolean {
  try {
    mkdirSync(folder, {mode: 0o700, recursive: false});
  } catch {
    // It is there already, or cannot be made: what is there decides.
  }
  try {
    const status = lstatSync(folder);
    return status.isDirectory() && (uid < 0 || (status.uid === uid && (status.mode & 0o077) === 0));
  } catch {
    return false;
  }
}
