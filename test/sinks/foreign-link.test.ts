import {chmodSync, constants, lchownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {linkFlag} from '../../src/sinks/foreign-link.ts';

let folder: string;
const file = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-link-'));
  writeFileSync(file('aim'), '');
  symlinkSync(file('aim'), file('link'));
});

afterEach(() => rmSync(folder, {recursive: true}));

describe.skipIf(process.platform === 'win32')('in a folder that all may write to', () => {
  beforeEach(() => chmodSync(folder, 0o1777));

  test('a file is opened without following what may be put in its place meanwhile', () => {
    expect(linkFlag(file('new'))).toBe(constants.O_NOFOLLOW);
    expect(linkFlag(file('aim'))).toBe(constants.O_NOFOLLOW);
  });

  test('a link of one’s own is followed', () => {
    expect(linkFlag(file('link'))).toBe(0);
  });

  test.skipIf(process.getuid?.() !== 0)('one of another user is refused', () => {
    lchownSync(file('link'), 1234, 1234);
    expect(() => linkFlag(file('link'))).toThrow(expect.objectContaining({code: 'EFOREIGN'}));
  });
});

test('elsewhere links are followed, as whoever may write there wants it', () => {
  expect([file('link'), file('new'), join(folder, 'none', 'x')].map(linkFlag)).toEqual([0, 0, 0]);
});
