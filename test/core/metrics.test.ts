import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {MemoryMetrics} from '../../src/core/metrics.ts';
import {START} from './samples.ts';

function filled(percents: readonly number[], windowSize?: number): MemoryMetrics {
  const metrics = new MemoryMetrics(windowSize === undefined ? {} : {windowSize});
  for (const [index, percent] of percents.entries()) metrics.add({at: START + index * 1000, percent});
  return metrics;
}

const times = (count: number, percent: number) => Array.from({length: count}, () => percent);

describe('the trend', () => {
  test.each([
    {older: 50, newer: 55, trend: 'increasing'},
    {older: 50, newer: 54.99, trend: 'stable'},
    {older: 50, newer: 45, trend: 'decreasing'},
    {older: 50, newer: 45.01, trend: 'stable'},
    {older: 50, newer: 50, trend: 'stable'},
    {older: 0.7, newer: 0.77, trend: 'increasing'},
    {older: 33.3, newer: 36.63, trend: 'increasing'},
    {older: 70.1, newer: 63.09, trend: 'decreasing'},
  ] as const)('from $older to $newer is $trend', ({older, newer, trend}) => {
    expect(filled([...times(5, older), ...times(5, newer)]).trend).toBe(trend);
  });

  test('counts 10 % exactly, whatever the figures are in binary', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 900}), fc.integer({min: 5, max: 50}), (tenths, half) => {
        const older = tenths / 10;
        expect(filled([...times(half, older), ...times(half, older * 1.1)]).trend).toBe('increasing');
        expect(filled([...times(half, older), ...times(half, older * 0.9)]).trend).toBe('decreasing');
        expect(filled([...times(half, older), ...times(half, older * 1.0999)]).trend).toBe('stable');
        expect(filled([...times(half, older), ...times(half, older * 0.9001)]).trend).toBe('stable');
      }),
    );
  });

  test('needs 10 readings', () => {
    const rising = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(filled(rising.slice(0, 9)).trend).toBe('stable');
    expect(filled(rising).trend).toBe('increasing');
    expect(filled([]).trend).toBe('stable');
  });

  test('is stable after an older half of nothing', () => {
    expect(filled([...times(5, 0), ...times(5, 90)]).trend).toBe('stable');
  });

  test('gives the reading in the middle of an odd window to the newer half', () => {
    // 5 older of 50; with the 60 in the middle the newer 6 have a mean of 55, without it 54.
    expect(filled([...times(5, 50), 60, ...times(5, 54)]).trend).toBe('increasing');
    expect(filled([...times(5, 50), 59, ...times(5, 54)]).trend).toBe('stable');
  });

  test('speaks of the last 100 readings unless another window is asked for', () => {
    const percents = [...times(100, 10), ...times(100, 50)];
    expect(filled(percents).trend).toBe('stable');
    expect(filled(percents, 200).trend).toBe('increasing');
    expect(filled(times(101, 5)).size).toBe(100);
    expect(new MemoryMetrics().windowSize).toBe(100);
  });
});

describe('the window', () => {
  test('knows average, peak and readings of what it holds, and nothing when empty', () => {
    const metrics = filled([10, 40, 20, 40, 30], 4);
    expect(metrics.average).toBe(32.5);
    expect(metrics.peak).toEqual({percent: 40, timestamp: '2026-03-01T12:00:01.000Z'});
    expect(metrics.readings.map(({percent}) => percent)).toEqual([40, 20, 40, 30]);
    expect(metrics.readings[0]).toEqual({timestamp: '2026-03-01T12:00:01.000Z', percent: 40, usedMb: 0});
    expect([new MemoryMetrics().average, new MemoryMetrics().peak]).toEqual([undefined, undefined]);
  });

  test('lets the peak go when it leaves the window', () => {
    expect(filled([90, 10, 20], 2).peak?.percent).toBe(20);
  });

  test('counts the checks of the window that raised an alert', () => {
    const metrics = new MemoryMetrics({windowSize: 2});
    metrics.markAlert();
    expect(metrics.alertCount).toBe(0);
    metrics.add({at: START, percent: 90});
    metrics.markAlert();
    metrics.markAlert();
    expect(metrics.alertCount).toBe(1);
    metrics.add({at: START + 1, percent: 10});
    expect(metrics.alertCount).toBe(1);
    metrics.add({at: START + 2, percent: 10});
    expect(metrics.alertCount).toBe(0);
  });

  test('starts anew', () => {
    const metrics = filled(times(20, 50));
    metrics.restart();
    expect([metrics.size, metrics.average, metrics.trend]).toEqual([0, undefined, 'stable']);
    metrics.add({at: START, percent: 7});
    expect(metrics.average).toBe(7);
  });

  test('keeps its average between the lowest and the highest reading, and the peak at the highest', () => {
    const percents = fc.array(fc.double({min: 0, max: 100, noNaN: true}), {minLength: 1, maxLength: 60});
    fc.assert(
      fc.property(percents, fc.integer({min: 1, max: 30}), (given, windowSize) => {
        const metrics = filled(given, windowSize);
        const kept = given.slice(-windowSize);
        expect(metrics.readings.map(({percent}) => percent)).toEqual(kept);
        expect(metrics.average).toBeGreaterThanOrEqual(Math.min(...kept) - 1e-9);
        expect(metrics.average).toBeLessThanOrEqual(Math.max(...kept) + 1e-9);
        expect(metrics.peak?.percent).toBe(Math.max(...kept));
      }),
    );
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('cannot be of %s readings', (windowSize) => {
    expect(() => new MemoryMetrics({windowSize})).toThrow(
      `windowSize: expected a whole number of 1 or more, got ${windowSize}`,
    );
  });
});
