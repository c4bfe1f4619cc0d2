import {describe, expect, test} from 'vitest';
import {ProcessLeaks} from '../../src/core/process-leaks.ts';
import {processKey} from '../../src/core/process-series.ts';
import type {ProcessReading} from '../../src/core/sample.ts';
import {GIB, processReading, START} from './samples.ts';

const MINUTE = 60_000;

function feed(
  leaks: ProcessLeaks,
  minute: number,
  processes: readonly ProcessReading[],
  members?: Set<string>,
) {
  const at = START + minute * MINUTE;
  leaks.feed({at, processes}, {at, timelineMs: at, availableBytes: 50 * GIB}, members);
}

const many = (count: number, first = 1) =>
  Array.from({length: count}, (_, index) => processReading(first + index, (count - index) * GIB));

describe('the largest processes', () => {
  test('are watched, sixteen of them, from the second scan on that they are in', () => {
    const leaks = new ProcessLeaks();
    feed(leaks, 0, many(40));
    expect(leaks.all).toEqual([]);
    feed(leaks, 1, many(40));
    expect(leaks.all.map(({process}) => process.pid)).toEqual(
      Array.from({length: 16}, (_, index) => index + 1),
    );
    expect(leaks.verdictOf('1@k1')?.state).toBe('learning');
    expect(leaks.verdictOf('17@k17')).toBeUndefined();
  });

  test('of the followed job come first', () => {
    const leaks = new ProcessLeaks();
    const table = many(40);
    const members = new Set(table.slice(30).map(processKey));
    feed(leaks, 0, table, members);
    feed(leaks, 1, table, members);
    const watched = leaks.all.map(({process}) => process.pid);
    expect(watched).toHaveLength(16);
    for (const pid of [31, 40, 1, 6]) expect(watched).toContain(pid);
    expect(watched).not.toContain(7);
  });

  test('that fell behind are kept for a while, and forgotten when others came', () => {
    const leaks = new ProcessLeaks();
    for (const minute of [0, 1]) feed(leaks, minute, many(8));
    for (const minute of [2, 3]) feed(leaks, minute, many(16, 100));
    expect(leaks.verdictOf('1@k1')).toBeDefined();
    for (const minute of [4, 5]) feed(leaks, minute, many(16, 200));
    expect(leaks.verdictOf('1@k1')).toBeUndefined();
    expect(leaks.all).toHaveLength(24);
  });

  test('with a pid that is used again begin anew', () => {
    const leaks = new ProcessLeaks();
    for (let minute = 0; minute < 100; minute += 1) feed(leaks, minute, [processReading(7, GIB)]);
    expect(leaks.verdictOf('7@k7')?.state).toBe('steady');
    for (const minute of [100, 101]) feed(leaks, minute, [processReading(7, GIB, {startKey: 'other'})]);
    expect(leaks.verdictOf('7@other')?.state).toBe('learning');
  });
});

test('who grows is told, the fastest first, and who grows too slowly is not', () => {
  const leaks = new ProcessLeaks();
  for (let minute = 0; minute < 12 * 60; minute += 1) {
    const hours = minute / 60;
    const sizes = [10, 10 + hours, 10 + 3 * hours];
    feed(
      leaks,
      minute,
      sizes.map((gib, index) => processReading(index, gib * GIB)),
    );
  }
  const pids = (least: number) => leaks.growing(least).map(({process}) => process.pid);
  expect(pids(0.5 * GIB)).toEqual([2, 1]);
  expect(pids(2 * GIB)).toEqual([2]);
  expect(pids(9 * GIB)).toEqual([]);
});

test('who has ended grows no more, and of a job only its own are asked for', () => {
  const leaks = new ProcessLeaks();
  const growing = (pid: number, minute: number) => processReading(pid, (10 + (pid * minute) / 60) * GIB);
  for (let minute = 0; minute < 12 * 60; minute += 1)
    feed(leaks, minute, [growing(1, minute), growing(2, minute)]);
  expect(leaks.growing(1).map(({process}) => process.pid)).toEqual([2, 1]);
  expect(leaks.growing(1, new Set(['1@k1'])).map(({process}) => process.pid)).toEqual([1]);
  feed(leaks, 12 * 60, [growing(1, 12 * 60)]);
  expect(leaks.growing(1).map(({process}) => process.pid)).toEqual([1]);
  expect(leaks.all.find(({key}) => key === '2@k2')).toMatchObject({isThere: false});
});

test('a process is at its limit when all together are', () => {
  const leaks = new ProcessLeaks();
  for (let minute = 0; minute < 12 * 60; minute += 1)
    feed(leaks, minute, [processReading(1, (10 + minute / 60) * GIB)]);
  // 50 GiB are left for it, at 1 GiB an hour.
  expect((leaks.verdictOf('1@k1')?.forecast.toLimit?.ms ?? 0) / 3_600_000).toBeCloseTo(50, -0.5);
});
