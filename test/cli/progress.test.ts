import {writeFileSync} from 'node:fs';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {barText, readingProgress} from '../../src/cli/progress.ts';
import {type Workplace, workplace} from '../e2e/program.ts';

let place: Workplace;
beforeEach(() => {
  place = workplace();
});
afterEach(() => place[Symbol.dispose]());

/** What was written to a terminal while two files of 1,000 bytes were read, 100 bytes each 50 ms. */
function written(isTTY: boolean): readonly string[] {
  const names = ['a', 'b'].map((name) => place.file(name));
  for (const name of names) writeFileSync(name, Buffer.alloc(1000));
  const texts: string[] = [];
  const stderr = {isTTY, write: (text: string) => texts.push(text)} as unknown as NodeJS.WriteStream;
  let now = 0;
  const progress = readingProgress(stderr, names, () => now);
  for (const _ of names)
    for (let read = 100; read <= 1000; read += 100) {
      now += 50;
      progress.note(read, 1000);
    }
  progress.clear();
  return texts;
}

test('a bar grows over all files, once that takes long, and goes without a trace', () => {
  const texts = written(true);
  const shares = texts.flatMap((text) => /(\d+)%/.exec(text)?.[1] ?? []).map(Number);
  expect(shares[0]).toBe(40);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeGreaterThanOrEqual(95);
  expect(texts.at(-1)).toBe('\r\u001b[K');
});

test('nothing is written where nobody looks', () => {
  expect(written(false)).toEqual([]);
});

test('the bar says how much is left', () => {
  expect(barText(0.5, 8000)).toBe('reading [###############---------------] 50%, 8 s left  ');
  expect(barText(0.01, 500)).toBe('reading [------------------------------] 1%  ');
  expect(barText(1, 500)).toContain('100%, 0 s left');
});
