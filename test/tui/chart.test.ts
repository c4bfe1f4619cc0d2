import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {SPANS} from '../../src/core/choices.ts';
import {type Column, History} from '../../src/core/history.ts';
import {
  columnsOf,
  fittedScale,
  isBucket,
  rowOf,
  spanMs,
  strokesOf,
  summaryOf,
  windowFor,
} from '../../src/tui/chart.ts';

const MINUTE = 60_000;
const FULL = {low: 0, high: 100};
const bucket = (mean: number, min = mean, max = mean): Column => ({min, mean, max});

describe('strokes', () => {
  test('join over columns in which nothing was due, and part at a gap', () => {
    const columns = [bucket(10), 'empty', bucket(20), 'gap', bucket(30), bucket(40)] as const;
    expect(strokesOf(columns, FULL).map((stroke) => stroke.map(({x}) => x))).toEqual([
      [0, 2],
      [4, 5],
    ]);
  });

  test('of gaps alone are none', () => {
    expect(strokesOf(['gap', 'gap', 'empty'], FULL)).toEqual([]);
    expect(strokesOf([], FULL)).toEqual([]);
  });

  test('are shares of the scale, cut at its ends', () => {
    expect(strokesOf([bucket(50, 25, 130)], FULL)).toEqual([[{x: 0, low: 0.25, mean: 0.5, high: 1}]]);
    expect(strokesOf([bucket(70)], {low: 60, high: 80})).toEqual([[{x: 0, low: 0.5, mean: 0.5, high: 0.5}]]);
  });
});

describe('the window', () => {
  test('ends with the column that now is in', () => {
    const {from, columnMs, count} = windowFor(1_000_500, 60_000, 60);
    expect([from, columnMs, count]).toEqual([941_000, 1000, 60]);
  });

  test('keeps columns in their place while time goes on', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1e12, max: 2e12}),
        fc.nat({max: 10_000}),
        fc.constantFrom(MINUTE, 15 * MINUTE, 360 * MINUTE),
        fc.integer({min: 10, max: 400}),
        (endMs, laterMs, length, count) => {
          const [before, after] = [
            windowFor(endMs, length, count),
            windowFor(endMs + laterMs, length, count),
          ];
          const steps = (after.from - before.from) / before.columnMs;
          expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-3);
          expect(before.from + count * before.columnMs).toBeGreaterThan(endMs);
        },
      ),
    );
  });

  test('so that a reading stays in the same bucket until it scrolls', () => {
    const history = new History();
    for (let second = 0; second < 120; second += 1) history.add(second * 1000, second % 7);
    const shown = (endMs: number) => columnsOf(history, windowFor(endMs, 60_000, 20));
    expect(shown(100_000).slice(1, -1)).toEqual(shown(102_500).slice(0, -2));
    expect(shown(99_000).slice(0, -1)).toEqual(shown(101_900).slice(0, -1));
  });

  test('shows nothing that came after its end', () => {
    const history = new History();
    for (let second = 0; second <= 60; second += 1) history.add(second * 1000, second);
    const columns = columnsOf(history, windowFor(30_000, 30_000, 10));
    expect(Math.max(...columns.filter(isBucket).map(({max}) => max))).toBe(30);
  });

  test('of nothing is empty', () => {
    expect(columnsOf(undefined, windowFor(0, MINUTE, 3))).toEqual(['empty', 'empty', 'empty']);
  });
});

describe('the span', () => {
  test('is what it is called', () => {
    const lengths = SPANS.slice(0, -1).map((_, index) => spanMs(index, 0, undefined) / MINUTE);
    expect(lengths).toEqual([1, 5, 15, 60, 360, 1440, 10_080]);
  });

  test.each([
    [0, 1],
    [59_000, 1],
    [61_000, 2],
    [16 * MINUTE, 30],
    [2000 * MINUTE, 2880],
    [40_000 * MINUTE, 43_200],
    [90_000 * MINUTE, 43_200],
  ])('of all grows in steps: after %i ms it is %i minutes', (elapsed, minutes) => {
    expect(spanMs(SPANS.length - 1, 5_000_000_000 + elapsed, 5_000_000_000)).toBe(minutes * MINUTE);
  });
});

describe('the summary', () => {
  test('is of what is shown', () => {
    const columns = [bucket(10, 5, 12), 'gap', bucket(30, 25, 44), bucket(20)] as const;
    expect(summaryOf(columns, windowFor(4000, 4000, 4), undefined)).toEqual({
      mean: 20,
      peak: 44,
      peakAt: 3000,
    });
    expect(summaryOf(['gap', 'empty'], windowFor(4000, 4000, 2), undefined)).toBeUndefined();
  });
});

describe('the fitted scale', () => {
  test.each([
    [[bucket(62), bucket(78)], {low: 60, high: 80}],
    [[bucket(50)], {low: 49, high: 51}],
    [[bucket(0), bucket(100)], {low: 0, high: 100}],
    [[bucket(99.99)], {low: 99, high: 100}],
    [['gap'] as const, {low: 0, high: 100}],
  ])('of %j', (columns, scale) => expect(fittedScale([columns])).toEqual(scale));

  test('holds everything that is shown, in round figures', () => {
    fc.assert(
      fc.property(fc.array(fc.double({min: 0, max: 100, noNaN: true}), {minLength: 1}), (values) => {
        const {low, high} = fittedScale([values.map((value) => bucket(value))]);
        expect(low).toBeLessThanOrEqual(Math.min(...values));
        expect(high).toBeGreaterThanOrEqual(Math.max(...values));
        expect(low).toBeLessThan(high);
        expect(Number.isInteger(low) && Number.isInteger(high)).toBe(true);
        expect(low >= 0 && high <= 100).toBe(true);
      }),
    );
  });
});

describe('the row of a value', () => {
  test.each([
    [100, 10, 0],
    [90, 10, 1],
    [0, 10, 9],
    [130, 10, 0],
    [-5, 10, 9],
    // 1 − 0.8 falls just short of 0.2.
    [80, 5, 1],
    [80, 15, 3],
    [60, 5, 2],
  ])('%i in %i rows is %i', (value, rows, row) => expect(rowOf(value, FULL, rows)).toBe(row));
});
