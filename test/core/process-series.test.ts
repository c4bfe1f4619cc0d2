import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {largest, MAX_PROCESS_HISTORIES, ProcessSeries, processKey} from '../../src/core/process-series.ts';
import type {ProcessReading} from '../../src/core/sample.ts';
import {GIB, MIB, processReading as proc, START} from './samples.ts';

function feed(series: ProcessSeries, second: number, processes: readonly ProcessReading[]): void {
  const at = START + second * 1000;
  series.feed({at, processes}, at);
}

describe('the largest processes', () => {
  test('come most first, equal ones by pid, and leave the table as it was', () => {
    const table = [proc(3, GIB), proc(9, 5 * GIB), proc(2, GIB), proc(4, 2 * GIB)];
    expect(largest(table, 3).map(({pid}) => pid)).toEqual([9, 4, 2]);
    expect(table.map(({pid}) => pid)).toEqual([3, 9, 2, 4]);
  });

  test('are those that a sort of the whole table would give, however many are asked for, and in which order', () => {
    const figure = fc.tuple(fc.nat({max: 40}), fc.nat({max: 60}));
    const anyTable = fc.oneof(fc.array(figure), fc.array(figure, {minLength: 300, maxLength: 900}));
    const counts = fc.array(fc.oneof(fc.nat({max: 1000}), fc.constant(Number.POSITIVE_INFINITY)));
    fc.assert(
      fc.property(anyTable, counts, (figures, asked) => {
        const table = figures.map(([pid, mib]) => proc(pid, mib * MIB));
        const sorted = [...table].sort((a, b) => b.rssBytes - a.rssBytes || a.pid - b.pid);
        for (const count of asked) {
          const chosen = largest(table, count);
          expect(chosen.length).toBe(Math.min(count, table.length));
          expect(chosen.every((process, index) => process === sorted[index])).toBe(true);
        }
      }),
    );
  });

  test('are chosen once from one table, without a sort of it', () => {
    let looks = 0;
    const sized = (rssBytes: number, pid: number) =>
      Object.defineProperty(proc(pid, 0), 'rssBytes', {
        get: () => {
          looks += 1;
          return rssBytes;
        },
      });
    const table = Array.from({length: 5000}, (_, pid) => sized((pid * 7919) % 5000, pid));
    largest(table, 3);
    expect(looks).toBeLessThan(4 * table.length);
    const before = looks;
    for (const count of [64, 10, 120, 3]) largest(table, count);
    expect(looks).toBe(before);
  });
});

describe('a process', () => {
  test('has a history and a change since a moment, or since it was first seen', () => {
    const series = new ProcessSeries();
    for (let second = 0; second <= 100; second++) feed(series, second, [proc(7, GIB + second * MIB)]);
    const now = GIB + 100 * MIB;
    expect(series.change('7@k7', now, START + 60_000)).toBe(40 * MIB);
    expect(series.change('7@k7', now, START - 900_000)).toBe(100 * MIB);
    expect(series.history('7@k7')?.valueAt(START + 50_000, 1000)).toBe(GIB + 50 * MIB);
    expect(series.change('8@k8', now, START)).toBeUndefined();
  });

  test('is another one when its pid comes back with another start', () => {
    const series = new ProcessSeries();
    feed(series, 0, [proc(7, GIB)]);
    feed(series, 1, [proc(7, 5 * GIB, {startKey: 'later'})]);
    expect(series.change('7@later', 5 * GIB, START)).toBe(0);
    expect(processKey({pid: 7, startKey: 'later'})).toBe('7@later');
    expect(series.growths(9)).toEqual([]);
  });

  test('has its CPU as percent of one core between two scans, never below 0', () => {
    const series = new ProcessSeries();
    const cpu = (second: number, cpuMs?: number) => {
      feed(series, second, [proc(7, GIB, cpuMs === undefined ? {} : {cpuMs})]);
      return series.cpuPercent('7@k7');
    };
    expect([cpu(0, 1000), cpu(1, 1500), cpu(3, 5500), cpu(4, 5400)]).toEqual([undefined, 50, 200, 0]);
  });

  test('that was passed over by scans has its CPU over the time since it was last another', () => {
    const series = new ProcessSeries();
    const idle = proc(7, GIB, {cpuMs: 1000});
    const cpu = (second: number, reading: ProcessReading) => {
      feed(series, second, [reading]);
      return series.cpuPercent('7@k7');
    };
    expect([cpu(0, idle), cpu(1, idle), cpu(2, idle)]).toEqual([undefined, 0, 0]);
    expect([cpu(3, proc(7, GIB, {cpuMs: 4000})), cpu(4, proc(7, GIB, {cpuMs: 5000}))]).toEqual([100, 100]);
  });

  test('tells its largest rise from its lowest point, also after it shrank again', () => {
    const series = new ProcessSeries();
    for (const [second, gib] of [3, 1, 4, 2, 3.5].entries()) feed(series, second, [proc(7, gib * GIB)]);
    expect(series.growths(5)).toEqual([
      {
        pid: 7,
        name: 'p7',
        growthBytes: 3 * GIB,
        fromBytes: GIB,
        toBytes: 4 * GIB,
        fromAt: START + 1000,
        toAt: START + 2000,
      },
    ]);
  });
});

describe('growths', () => {
  test('come largest first, of processes that ended too, and no more than asked for', () => {
    const series = new ProcessSeries();
    feed(series, 0, [proc(1, GIB), proc(2, GIB), proc(3, GIB)]);
    feed(series, 1, [proc(1, 2 * GIB), proc(2, 4 * GIB), proc(3, 3 * GIB)]);
    feed(series, 2, [proc(1, 2 * GIB)]);
    expect(series.growths(2).map(({pid}) => pid)).toEqual([2, 3]);
  });

  test('of processes whose history was given up are kept', () => {
    const series = new ProcessSeries();
    feed(series, 0, [proc(9999, GIB)]);
    feed(series, 1, [proc(9999, 8 * GIB)]);
    for (let scan = 0; scan < 5; scan++) {
      feed(
        series,
        2 + scan,
        Array.from({length: 64}, (_, index) => proc(scan * 100 + index, 2 * GIB)),
      );
    }
    expect(series.history('9999@k9999')).toBeUndefined();
    expect(series.growths(1)).toMatchObject([{pid: 9999, growthBytes: 7 * GIB}]);
  });
});

test('at most 64 processes have a history, the largest, whatever comes and goes', () => {
  const series = new ProcessSeries();
  const seen = new Set<string>();
  for (let scan = 0; scan < 50; scan++) {
    const processes = Array.from({length: 300}, (_, index) => proc(scan * 150 + index, (1000 + index) * MIB));
    for (const process of processes) seen.add(processKey(process));
    feed(series, scan, processes);
    expect(series.history(processKey(proc(scan * 150 + 299, 0)))).toBeDefined();
  }
  expect([...seen].filter((key) => series.history(key) !== undefined)).toHaveLength(MAX_PROCESS_HISTORIES);
});

test('what stands still shows no change, however large it is', () => {
  for (const gib of [0.1, 19.6, 70.3, 130.7, 900.1]) {
    const series = new ProcessSeries();
    const rssBytes = Math.round((gib * GIB) / 4096) * 4096;
    for (let second = 0; second < 60; second++) feed(series, second, [proc(7, rssBytes)]);
    expect(series.change('7@k7', rssBytes, START), `${gib} GiB`).toBe(0);
  }
});

test('one that leaves the largest and comes back is told once, with the most it grew', () => {
  const series = new ProcessSeries();
  const others = Array.from({length: MAX_PROCESS_HISTORIES}, (_, index) => proc(1000 + index, 2 * GIB));
  feed(series, 0, [proc(7, 3 * GIB)]);
  feed(series, 1, [proc(7, 5 * GIB)]);
  feed(series, 2, [proc(7, MIB), ...others]);
  feed(series, 3, [proc(7, 3 * GIB), ...others]);
  feed(series, 4, [proc(7, 4 * GIB), ...others]);
  feed(series, 5, others);
  const growths = series.growths(9);
  expect(growths.filter(({pid}) => pid === 7)).toHaveLength(1);
  expect(growths[0]).toMatchObject({pid: 7, growthBytes: 2 * GIB});
});
