import {writeSync} from 'node:fs';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {OutputTail} from '../../src/cli/output-tail.ts';
import {Spool} from '../../src/sources/real-spool.ts';

const ALL = Number.MAX_SAFE_INTEGER;

let spool: Spool;
let changes: number;
let tail: OutputTail;

beforeEach(() => {
  vi.useFakeTimers();
  spool = new Spool(undefined);
  changes = 0;
  tail = new OutputTail(spool, () => {
    changes += 1;
  });
});
afterEach(() => {
  tail.close();
  spool.close({keep: false});
  vi.useRealTimers();
});

const write = (bytes: string | Buffer) =>
  typeof bytes === 'string' ? writeSync(spool.writeFd, bytes) : writeSync(spool.writeFd, bytes);

describe('what a job writes', () => {
  test('is seen soon after', () => {
    write('one\n');
    expect(tail.lines.count).toBe(0);
    vi.advanceTimersByTime(100);
    expect([tail.lines.slice(0, ALL), changes]).toEqual([['one'], 1]);
    write('two\n');
    vi.advanceTimersByTime(100);
    expect([tail.lines.slice(0, ALL), changes]).toEqual([['one', 'two'], 2]);
  });

  test('is looked at less often while it is silent, and nobody is told of nothing', () => {
    vi.advanceTimersByTime(10_000);
    expect(changes).toBe(0);
    write('late\n');
    vi.advanceTimersByTime(500);
    expect([tail.lines.count, changes]).toEqual([1, 1]);
  });

  test('is whole letters, however it was cut', () => {
    for (const byte of Buffer.from('äöü 模型 😀\n')) {
      write(Buffer.from([byte]));
      vi.advanceTimersByTime(500);
    }
    expect(tail.lines.slice(0, ALL)).toEqual(['äöü 模型 😀']);
  });

  test('is all there at the last look', () => {
    write('the end');
    tail.close();
    expect(tail.lines.slice(0, ALL)).toEqual(['the end']);
  });

  test('may be no text at all', () => {
    write(Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0a]));
    tail.look();
    expect(tail.lines.slice(0, ALL)).toEqual(['\ufffd\ufffdA']);
  });
});

describe('a flood', () => {
  const flood = (count: number, from = 0) =>
    Array.from({length: count}, (_, index) => `line ${String(from + index).padStart(8, '0')}\n`).join('');

  test('is counted whole, and its last lines are there', () => {
    write(flood(300_000));
    tail.look();
    expect(tail.lines.count).toBe(300_000);
    expect(tail.lines.slice(tail.lines.size - 2, ALL)).toEqual(['line 00299998', 'line 00299999']);
    write(flood(5, 300_000));
    tail.look();
    expect([tail.lines.count, tail.lines.slice(tail.lines.size - 1, ALL)]).toEqual([
      300_005,
      ['line 00300004'],
    ]);
  });

  test('that ends a line that had begun counts that once', () => {
    write('begun');
    tail.look();
    write(` and ended\n${flood(300_000)}`);
    tail.look();
    expect(tail.lines.count).toBe(300_001);
  });
});
