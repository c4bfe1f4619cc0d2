import {isAbsolute, relative, resolve, sep} from 'node:path';

/** A file as it is told: `./name` inside the current folder, else its whole path. */
export function shownPath(file: string, cwd: string): string {
  const path = resolve(cwd, file);
  const inside = relative(cwd, path);
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return isOutside ? path : `.${sep}${inside}`;
}
