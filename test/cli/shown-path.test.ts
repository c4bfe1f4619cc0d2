import {join, resolve, sep} from 'node:path';
import {expect, test} from 'vitest';
import {shownPath} from '../../src/cli/shown-path.ts';

const cwd = resolve('work', 'here');

test.each([
  ['in the current folder', join(cwd, 'a.md'), `.${sep}a.md`],
  ['below it', join(cwd, 'out', 'a.md'), `.${sep}${join('out', 'a.md')}`],
  ['given without a folder', 'a.md', `.${sep}a.md`],
  ['with a name that only looks like the folder above', join(cwd, '..a.md'), `.${sep}..a.md`],
  ['beside it', resolve(cwd, '..', 'hereafter', 'a.md'), resolve(cwd, '..', 'hereafter', 'a.md')],
])('a file %s', (_, file, expected) => {
  expect(shownPath(file, cwd)).toBe(expected);
});
