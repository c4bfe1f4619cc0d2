import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  formatBytes,
  formatChange,
  formatClock,
  formatDay,
  formatDuration,
  formatElapsed,
  formatMoment,
  formatNarrowPair,
  formatPair,
  formatPercent,
  formatThreshold,
  formatUptime,
  toMb,
} from '../../src/core/format.ts';
import {GIB, MIB} from './samples.ts';

const KIB = 1024;
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: KIB,
  MiB: MIB,
  GiB: GIB,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
};
const sizes = fc.double({min: 1, max: 1000 * 2 ** 50, noNaN: true});

describe('bytes', () => {
  test.each([
    [0, '0'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [412.4 * KIB, '412 KiB'],
    [1023.4 * KIB, '1023 KiB'],
    [1023.6 * KIB, '1 MiB'],
    [612 * MIB, '612 MiB'],
    [1023.5 * MIB, '1.0 GiB'],
    [15.2 * GIB, '15.2 GiB'],
    [99.94 * GIB, '99.9 GiB'],
    [99.96 * GIB, '100 GiB'],
    [126.4 * GIB, '126 GiB'],
    [1.5 * 2 ** 40, '1.5 TiB'],
  ])('%d are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('are near what they say, in at most 8 cells and never 1024 of a unit', () => {
    fc.assert(
      fc.property(sizes, (bytes) => {
        const text = formatBytes(bytes);
        const [figure, unit = ''] = text.split(' ');
        expect(text.length).toBeLessThanOrEqual(8);
        expect(Number(figure)).toBeLessThan(1024);
        expect(Number(figure) * (UNITS[unit] ?? Number.NaN)).toBeGreaterThan(bytes * 0.66);
        expect(Number(figure) * (UNITS[unit] ?? Number.NaN)).toBeLessThan(bytes * 1.34);
      }),
    );
  });

  test.each([
    [154 * MIB, '+154 MiB'],
    [-MIB, '-1 MiB'],
    [1023, '0'],
    [-1023, '0'],
    [0, '0'],
    [2.6 * GIB, '+2.6 GiB'],
  ])('of change: %d is %s', (bytes, text) => {
    expect(formatChange(bytes)).toBe(text);
  });

  test.each([
    [MIB, 1],
    [1.5 * MIB, 2],
    [0, 0],
    [GIB, 1024],
  ])('%d are %d MB', (bytes, mb) => {
    expect(toMb(bytes)).toBe(mb);
  });
});

describe('a pair', () => {
  test.each([
    [0.3 * GIB, 8 * GIB, ' 0.3 /  8.0 GiB', '0.3/8.0 GiB'],
    [41.3 * GIB, 56 * GIB, '41.3 / 56.0 GiB', '41.3/56.0 GiB'],
    [99.2 * GIB, 126 * GIB, '99.2 /  126 GiB', '99.2/126 GiB'],
    [12 * MIB, 1023 * MIB, '  12 / 1023 MiB', '12/1023 MiB'],
    [0, 0, '   0 /    0 KiB', '0/0 KiB'],
  ])('of %d and %d', (used, total, wide, narrow) => {
    expect([formatPair(used, total), formatNarrowPair(used, total)]).toEqual([wide, narrow]);
  });

  test('always takes 15 cells, and at most 13 where room is short', () => {
    fc.assert(
      fc.property(sizes, fc.double({min: 0, max: 1, noNaN: true}), (total, share) => {
        expect(formatPair(total * share, total)).toHaveLength(15);
        expect(formatNarrowPair(total * share, total).length).toBeLessThanOrEqual(13);
      }),
    );
  });
});

test.each([
  [0, '0 s'],
  [0.4, '0 ms'],
  [500, '500 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1500, '1.5 s'],
  [9960, '10 s'],
  [42_000, '42 s'],
  [59_499, '59 s'],
  [59_600, '1 m'],
  [60_000, '1 m'],
  [250_000, '4 m 10 s'],
  [3_599_700, '1 h'],
  [20_400_000, '5 h 40 m'],
  [86_399_000, '23 h 59 m'],
  [86_400_000, '1 d'],
  [273_600_000, '3 d 4 h'],
  [-5, '0 s'],
])('a duration of %d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('no duration fills a unit up to the next', () => {
  fc.assert(
    fc.property(fc.double({min: 0, max: 1e9, noNaN: true}), (ms) => {
      const most: Readonly<Record<string, number>> = {
        ms: 999,
        s: 59,
        m: 59,
        h: 23,
        d: Number.POSITIVE_INFINITY,
      };
      for (const [, figure, unit = ''] of formatDuration(ms).matchAll(/([\d.]+) (\w+)/g)) {
        expect(Number(figure)).toBeLessThanOrEqual(most[unit] ?? -1);
      }
    }),
  );
});

test.each([
  [0, '0 s'],
  [999, '0 s'],
  [1999, '1 s'],
  [61_900, '1 m 1 s'],
])('%d ms have run for %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

test.each([
  [0, '0:00:00'],
  [60, '0:01:00'],
  [3661.9, '1:01:01'],
  [360_000, '100:00:00'],
])('an uptime of %d s is %s', (seconds, text) => {
  expect(formatUptime(seconds)).toBe(text);
});

test('shares have one decimal, thresholds only one that says something', () => {
  expect([4, 64.25, 100, 0].map(formatPercent)).toEqual(['4.0%', '64.3%', '100.0%', '0.0%']);
  expect([80, 82.5, 97.5].map(formatThreshold)).toEqual(['80%', '82.5%', '97.5%']);
  expect(formatThreshold(Number.POSITIVE_INFINITY)).toBe('off');
});

test('moments are local, with 24 hours', () => {
  const at = new Date(2026, 10, 22, 14, 3, 7).getTime();
  expect(formatClock(at)).toBe('14:03:07');
  expect(formatClock(at, 'minutes')).toBe('14:03');
  expect(formatDay(at)).toBe('Sun 22 Nov');
  expect(formatMoment(at)).toBe('2026-11-22 14:03:07');
});
