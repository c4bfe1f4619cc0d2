import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {ChartBook} from '../../src/core/chart-book.ts';
import {coarser} from '../../src/core/chart-coarser.ts';
import {ChartGrid, MOST_COLUMNS} from '../../src/core/chart-grid.ts';
import {Session} from '../../src/core/session.ts';
import {GIB, processesAt, processReading, sampleAt} from './samples.ts';

function charted(feed: (take: (...sample: Parameters<typeof sampleAt>) => void) => void) {
  const session = new Session({keepHistory: false, watchLeaks: false});
  const book = new ChartBook();
  feed((...sample) => book.feed(session.feed(sampleAt(...sample))));
  return book.chart(session, []) ?? expect.unreachable();
}

describe('the chart of a log', () => {
  test('has no more columns than it may, as fine at its start as at its end, and loses no extreme', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 60_000}), fc.integer({min: 0, max: 5000}), (step, start) => {
        const grid = new ChartGrid();
        const track = grid.open();
        const values = Array.from({length: 3000}, (_, index) => (index * 7919) % 101);
        for (const [index, value] of values.entries()) track.add(grid.columnAt(start + index * step), value);
        const columns = Array.from({length: grid.count}, (_, index) => track.column(index));
        const full = columns.filter((column) => typeof column === 'object');
        expect(grid.count).toBeLessThanOrEqual(MOST_COLUMNS);
        expect(grid.from).toBeLessThanOrEqual(start);
        expect(grid.from + grid.columnMs * grid.count).toBeGreaterThan(start + 2999 * step);
        expect(Math.max(...full.map(({max}) => max))).toBe(Math.max(...values));
        expect(Math.min(...full.map(({min}) => min))).toBe(Math.min(...values));
        for (const {min, mean, max} of full) {
          expect(mean).toBeGreaterThanOrEqual(min - 1e-9);
          expect(mean).toBeLessThanOrEqual(max + 1e-9);
        }
      }),
      {numRuns: 30},
    );
  });

  test('keeps the place of a reading while columns are joined', () => {
    const chart = charted((take) => {
      for (let second = 0; second < 5000; second += 1) take(second, second === 3333 ? 90 : 20);
    });
    expect(chart).toMatchObject({columnMs: 8000});
    const index = chart.series[0]?.columns.findIndex(
      (column) => typeof column === 'object' && column.max === 90,
    );
    const at = chart.from + (index ?? 0) * chart.columnMs;
    expect(sampleAt(3333, 0).at - at).toBeGreaterThanOrEqual(0);
    expect(sampleAt(3333, 0).at - at).toBeLessThan(chart.columnMs);
  });

  test('has a gap where readings were due and none came', () => {
    const {series} = charted((take) => {
      for (let second = 0; second < 10; second += 1) take(second, 20);
      for (let second = 100; second < 110; second += 1) take(second, 20);
    });
    expect(series[0]?.columns[50]).toBe('gap');
    const slow = charted((take) => {
      for (let check = 0; check < 10; check += 1) take(check * 10, 20);
    });
    expect(slow.series[0]?.columns[5]).toBe('empty');
  });

  test('follows the largest processes over all of it, in bounded memory', () => {
    const {processes} = charted((take) => {
      for (let second = 0; second < 100; second += 1) {
        const others = Array.from({length: 40}, (_, index) =>
          processReading(1000 + second * 40 + index, GIB / 100),
        );
        const large = second < 50 ? [processReading(7, GIB * (1 + second))] : [];
        take(second, 20, {processes: processesAt(second, [...others, ...large])});
      }
    });
    expect(processes).toHaveLength(8);
    expect(processes[0]).toMatchObject({pid: 7});
    expect(processes[0]?.columns[49]).toMatchObject({max: 50 * GIB});
    // It ended: nobody tells what it holds.
    expect(processes[0]?.columns[60]).toBe('gap');
  });

  test('is joined for a still picture', () => {
    const chart = charted((take) => {
      for (let second = 0; second < 1000; second += 1) take(second, second % 7 === 0 ? 80 : 20);
    });
    const still = coarser(chart);
    expect(chart.count).toBe(1000);
    expect(still.count).toBeLessThanOrEqual(360);
    expect(still.columnMs * still.count).toBeGreaterThanOrEqual(chart.columnMs * chart.count);
    expect(still.series[0]?.columns[4]).toMatchObject({max: 80, min: 20});
  });
});
