import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, expect, test, vi} from 'vitest';
import {makeFolder} from '../../src/sinks/make-folder.ts';

vi.mock('node:fs', {spy: true});

afterEach(() => vi.mocked(existsSync).mockReset());

test('makes a folder and those above it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'memtop-folder-'));
  makeFolder(join(folder, 'a', 'b'));
  makeFolder(join(folder, 'a', 'b'));
  expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
  rmSync(folder, {recursive: true});
});

test('ends where not even the top is there, as on a drive that is missing', () => {
  vi.mocked(existsSync).mockReturnValue(false);
  expect(() => makeFolder('/a/b')).toThrow(expect.objectContaining({code: 'ENOENT'}));
  expect(() => makeFolder('a/b')).toThrow(expect.objectContaining({code: 'ENOENT'}));
});
