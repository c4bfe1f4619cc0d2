import {existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {inTurn} from '../../src/config/turn.ts';

let folder: string;
const file = () => join(folder, 'x.lock');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-turn-'));
});

afterEach(() => rmSync(folder, {recursive: true}));

test('one after the other, also where one of them fails', async () => {
  let [now, most] = [0, 0];
  const work = (fails: boolean) => async () => {
    now += 1;
    most = Math.max(most, now);
    await pause(5);
    now -= 1;
    if (fails) throw new Error('no');
    return 1;
  };
  const ends = await Promise.allSettled([0, 1, 0, 1, 0].map((fails) => inTurn(file(), work(fails === 1))));
  expect(most).toBe(1);
  expect(ends.map(({status}) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(existsSync(file())).toBe(false);
});

test('what one that was killed has left behind holds nobody up', async () => {
  writeFileSync(file(), '');
  utimesSync(file(), new Date(0), new Date(0));
  expect(await inTurn(file(), async () => 7)).toBe(7);
  expect(existsSync(file())).toBe(false);
});

test('without a folder the work is done, and tells what is wrong itself', async () => {
  expect(await inTurn(join(folder, 'none', 'x.lock'), async () => 7)).toBe(7);
});
