import {constants, lstatSync, statSync} from 'node:fs';
import {dirname} from 'node:path';

const OTHERS_MAKE_LINKS = 0o1002;

/**
 * How a file is to be opened that may be created: in a folder that all may write to, as `/tmp`, a link leads where its
 * maker wants, and so only one's own is followed.
 * @returns a flag for opening, 0 or O_NOFOLLOW @throws {Error} with the code `EFOREIGN` where the link is another user's
 */
export function linkFlag(path: string): number {
  const own = process.getuid?.();
  if (own === undefined || !isShared(dirname(path))) return 0;
  const link = lstatSync(path, {throwIfNoEntry: false});
  if (link?.isSymbolicLink() !== true) return constants.O_NOFOLLOW;
  // Nobody else can take it away or put another one in its place.
  if (link.uid === own) return 0;
  throw Object.assign(new Error(`${path} is a link of another user`), {code: 'EFOREIGN'});
}

function isShared(folder: string): boolean {
  const mode = statSync(folder, {throwIfNoEntry: false})?.mode ?? 0;
  return (mode & OTHERS_MAKE_LINKS) === OTHERS_MAKE_LINKS;
}
