import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {SeriesSummary} from '../../src/core/summary.ts';
import {atMoments, GIB, START} from './samples.ts';

/** Checks at seconds of a steady clock. */
function fed(
  checks: readonly (readonly [second: number, percent: number])[],
  thresholdPercent = 80,
): SeriesSummary {
  const summary = new SeriesSummary();
  for (const [second, percent] of checks) add(summary, second, percent, thresholdPercent);
  return summary;
}

function add(summary: SeriesSummary, second: number, percent: number, thresholdPercent = 80): boolean {
  const totalBytes = 100 * GIB;
  const usedBytes = percent * GIB;
  const figures = {percent, usedBytes, totalBytes, availableBytes: totalBytes - usedBytes};
  return summary.add({at: START + second * 1000, clock: second * 1000}, figures, thresholdPercent);
}

describe('the average', () => {
  test('is weighted by the time until the next reading', () => {
    const summary = fed([
      [0, 20],
      [9, 80],
      [10, 50],
    ]);
    expect(summary.averagePercent).toBeCloseTo((20 * 9 + 80) / 10);
    expect(summary.observedMs).toBe(10_000);
  });

  test('of one reading is that reading, and of none nothing', () => {
    expect(fed([[0, 42]]).averagePercent).toBe(42);
    expect(new SeriesSummary().averagePercent).toBeUndefined();
  });

  test('counts a longer interval that was set by hand', () => {
    expect(
      fed([
        [0, 50],
        [1, 50],
        [11, 50],
        [71, 50],
        [371, 50],
      ]).observedMs,
    ).toBe(371_000);
  });

  test('leaves out the time in which readings failed', () => {
    const summary = fed([
      [0, 50],
      [1, 50],
    ]);
    summary.breakOff();
    add(summary, 10, 90);
    add(summary, 11, 90);
    expect(summary.observedMs).toBe(2000);
    expect(summary.averagePercent).toBe(70);
  });

  test('takes a clock that stands still for no time', () => {
    const summary = fed([
      [5, 50],
      [5, 90],
      [6, 10],
    ]);
    expect(summary.averagePercent).toBe(90);
  });

  test('lies between the lowest and the highest reading, over no more than the whole time', () => {
    const steps = fc.array(fc.tuple(fc.integer({min: 0, max: 100}), fc.integer({min: 0, max: 100})), {
      minLength: 1,
    });
    fc.assert(
      fc.property(steps, (given) => {
        const checks = atMoments(given);
        const summary = fed(checks);
        const percents = given.map(([, percent]) => percent);
        expect(summary.averagePercent).toBeGreaterThanOrEqual(Math.min(...percents) - 1e-9);
        expect(summary.averagePercent).toBeLessThanOrEqual(Math.max(...percents) + 1e-9);
        expect(summary.observedMs).toBeLessThanOrEqual((checks.at(-1)?.[0] ?? 0) * 1000);
        expect(summary.aboveThresholdMs).toBeLessThanOrEqual(summary.observedMs);
        expect(summary.checks).toBe(given.length);
      }),
    );
  });
});

test('time above the threshold goes by the threshold that stood then', () => {
  const summary = fed([
    [0, 80],
    [4, 79.9],
    [6, 95],
  ]);
  expect(summary.aboveThresholdMs).toBe(4000);
  add(summary, 7, 85, 90);
  add(summary, 9, 85, 90);
  expect(summary.aboveThresholdMs).toBe(5000);
});

test('the peak is the first of the highest readings, and told when it is new', () => {
  const summary = new SeriesSummary();
  expect([70, 90, 90, 80, 91].map((percent, second) => add(summary, second, percent))).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
  expect(summary.peak).toEqual({
    at: START + 4000,
    percent: 91,
    usedBytes: 91 * GIB,
    totalBytes: 100 * GIB,
    top: [],
  });
  expect(summary.current?.percent).toBe(91);
});
