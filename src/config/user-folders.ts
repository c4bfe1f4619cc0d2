import {join} from 'node:path';

/**
 * memtop's folder under a base folder of the XDG specification, which counts only where it is absolute.
 * @param base as the environment has it
 * @param usual where it is else, inside the home folder
 */
export function xdgFolder(base: string | undefined, home: string, usual: string): string {
  return join(base?.startsWith('/') ? base : join(home, usual), 'memtop');
}
