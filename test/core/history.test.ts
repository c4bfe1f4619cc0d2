import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Column, HISTORY_MS, History} from '../../src/core/history.ts';
import {GIB, MIB, START} from './samples.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One reading every `stepMs` from the start, `undefined` where it failed. */
function filled(count: number, stepMs: number, value: (index: number) => number | undefined): History {
  const history = new History();
  for (let index = 0; index < count; index++) history.add(START + index * stepMs, value(index));
  return history;
}

const maxOf = (column: Column | undefined) => (typeof column === 'object' ? column.max : column);
const meanOf = (column: Column | undefined) => (typeof column === 'object' ? column.mean : column);

describe('30 days of readings every second', () => {
  const count = (30 * DAY) / SECOND;
  const dip = count - (6 * DAY) / SECOND;
  const spike = count - (7 * DAY) / SECOND;
  const history = filled(count, SECOND, (index) =>
    index === spike ? 99.5 : index === dip ? 3 : 40 + (index % 2),
  );

  test('take no more than 33 KB, so that 10 pools and 64 processes take less than 4 MB', () => {
    expect(history.bytes).toBeLessThan(33_000);
    expect(history.bytes * (10 + 64)).toBeLessThan(4e6);
  });

  test('still show a spike of one second a week later as the highest, and a dip as the lowest', () => {
    const end = START + count * SECOND;
    const columns = history.columns(end - 10 * DAY, 2 * HOUR, 120);
    expect(Math.max(...columns.map((column) => Number(maxOf(column))))).toBe(99.5);
    expect(columns.filter((column) => Number(maxOf(column)) > 50)).toHaveLength(1);
    const lows = columns.map((column) => (typeof column === 'object' ? column.min : Number.NaN));
    expect(Math.min(...lows)).toBe(3);
    for (const column of columns) expect(meanOf(column)).toBeCloseTo(40.5, 1);
  });

  test('show the last minutes second by second', () => {
    const from = START + (count - 60) * SECOND;
    const columns = history.columns(from, SECOND, 60);
    expect(columns.map(meanOf)).toEqual(
      Array.from({length: 60}, (_, index) => 40 + ((count - 60 + index) % 2)),
    );
  });

  test('reach back 30 days and have nothing before them', () => {
    const columns = history.columns(START - DAY, 4 * HOUR, 31 * 6);
    expect(columns.slice(0, 6)).toEqual(Array.from({length: 6}, () => 'empty'));
    expect(columns.slice(6).every((column) => typeof column === 'object')).toBe(true);
    expect(HISTORY_MS).toBe(30 * DAY);
  });
});

test('grows with the time that it holds, not at once', () => {
  expect(new History().bytes).toBe(0);
  expect(filled(30, SECOND, () => 1).bytes).toBeLessThan(2500);
  expect(filled(60, SECOND, () => 1).bytes).toBeGreaterThan(filled(30, SECOND, () => 1).bytes);
});

describe('any series', () => {
  const readings = fc.array(
    fc.tuple(
      fc.integer({min: 0, max: 400_000}),
      fc.option(fc.float({min: 0, max: 100, noNaN: true}), {nil: undefined}),
    ),
    {minLength: 1, maxLength: 200},
  );

  test('keeps its extremes and its bound at every resolution', () => {
    fc.assert(
      fc.property(
        readings,
        fc.constantFrom(SECOND, 7 * SECOND, MINUTE, 10 * MINUTE, 5 * HOUR),
        (steps, columnMs) => {
          const history = new History();
          let at = START;
          const kept: number[] = [];
          for (const [step, value] of steps) {
            at += step;
            history.add(at, value);
            if (value !== undefined) kept.push(value);
          }
          expect(history.firstAt).toBe(START + (steps[0]?.[0] ?? 0));
          expect(history.lastAt).toBe(at);
          expect(history.bytes).toBeLessThan(33_000);
          // A column begins on the grid of the coarsest step, so that no bucket is parted.
          const from = Math.floor(START / (2 * HOUR)) * 2 * HOUR;
          const columns = history.columns(from, columnMs, Math.ceil((at - from) / columnMs) + 1);
          const seen = columns.filter((column) => typeof column === 'object');
          expect(seen.length === 0).toBe(kept.length === 0);
          if (kept.length === 0) return;
          expect(Math.max(...seen.map(({max}) => max))).toBe(Math.max(...kept));
          expect(Math.min(...seen.map(({min}) => min))).toBe(Math.min(...kept));
          for (const {min, mean, max} of seen) {
            expect(mean).toBeGreaterThanOrEqual(min - 1e-4);
            expect(mean).toBeLessThanOrEqual(max + 1e-4);
          }
        },
      ),
    );
  });
});

describe('columns that are drawn again', () => {
  const someTime = fc.oneof(
    fc.integer({min: 0, max: 3 * SECOND}),
    fc.integer({min: 0, max: 40 * MINUTE}),
    fc.integer({min: 0, max: 12 * DAY}),
  );
  const reading = fc.option(fc.integer({min: 0, max: 100}), {nil: undefined});
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({kind: fc.constant('read' as const), afterMs: someTime, value: reading}),
    },
    {weight: 1, arbitrary: fc.record({kind: fc.constant('gap' as const), afterMs: someTime})},
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('look' as const),
        backMs: fc.oneof(fc.constant(0), someTime),
        shownMs: fc.oneof(fc.constant(0), someTime),
        columnMs: fc.constantFrom(SECOND, 2500, 7 * SECOND, MINUTE, 10 * MINUTE, 5 * HOUR),
        count: fc.integer({min: 1, max: 200}),
      }),
    },
  );

  test('are those that are worked out anew, whatever came and wherever the window went', () => {
    fc.assert(
      fc.property(fc.array(step, {minLength: 2, maxLength: 60}), (steps) => {
        const history = new History();
        let at = START;
        for (const one of steps) {
          if (one.kind === 'look') {
            const until = at - one.backMs + 1;
            const from = (Math.floor((until - one.shownMs) / one.columnMs) - one.count + 1) * one.columnMs;
            const window = [from, one.columnMs, one.count, until] as const;
            expect(history.columnsAgain(...window)).toEqual(history.columns(...window));
            continue;
          }
          at += one.afterMs;
          if (one.kind === 'read') history.add(at, one.value);
          else history.addGap(at);
        }
      }),
      {numRuns: 300},
    );
  });

  test('of one window that moves on with the readings are those that are worked out anew', () => {
    const moves = fc.array(fc.record({afterMs: someTime, value: reading, isGap: fc.boolean()}), {
      maxLength: 80,
    });
    const columnMs = fc.constantFrom(SECOND, 2500, 7 * SECOND, MINUTE, 5 * HOUR);
    fc.assert(
      fc.property(moves, columnMs, fc.integer({min: 1, max: 200}), (steps, columnMs, count) => {
        const history = new History();
        let at = START;
        for (const {afterMs, value, isGap} of steps) {
          at += afterMs;
          if (isGap) history.addGap(at);
          else history.add(at, value);
          const window = [
            (Math.floor(at / columnMs) - count + 1) * columnMs,
            columnMs,
            count,
            at + 1,
          ] as const;
          expect(history.columnsAgain(...window)).toEqual(history.columns(...window));
        }
      }),
      {numRuns: 300},
    );
  });

  test('are no longer told once they have left the history', () => {
    const history = filled(48, 2 * HOUR, () => 5);
    const window = [START, 2 * HOUR, 24, START + 4 * DAY] as const;
    expect(history.columnsAgain(...window).at(-1)).toMatchObject({mean: 5});
    history.add(START + 60 * DAY, 6);
    expect(history.columnsAgain(...window)).toEqual(history.columns(...window));
  });

  test('end where the window ends, also where it showed more before', () => {
    const history = filled(60, SECOND, (index) => index);
    const window = [START, 10 * SECOND, 6] as const;
    history.columnsAgain(...window, START + MINUTE);
    const until = START + 25 * SECOND;
    expect(history.columnsAgain(...window, until)).toEqual(history.columns(...window, until));
  });
});

describe('what has been overwritten', () => {
  test('at one resolution is told by the next', () => {
    const history = filled(1000, SECOND, (index) => index);
    expect(history.valueAt(START + 100 * SECOND, 0)).toBe(100);
    expect(history.valueAt(START + 99 * SECOND, 0)).toBe(94.5);
  });

  test('at all of them is empty, and never what came in its place', () => {
    const history = filled(40 * 24, HOUR, () => 5);
    expect(history.columns(START, 2 * HOUR, 9 * 12)).toEqual(Array.from({length: 9 * 12}, () => 'empty'));
    expect(history.valueAt(START + DAY, HOUR)).toBeUndefined();
  });
});

describe('columns', () => {
  test('lie on a grid: each holds what was read from its beginning up to the next', () => {
    const history = filled(60, SECOND, (index) => index);
    expect(history.columns(START, 10 * SECOND, 7)).toEqual([
      ...Array.from({length: 6}, (_, ten) => ({min: ten * 10, mean: ten * 10 + 4.5, max: ten * 10 + 9})),
      'empty',
    ]);
  });

  test('are the same for the time they share when the grid moves on by whole columns', () => {
    const history = filled(600, SECOND, (index) => 50 + 40 * Math.sin(index / 7));
    const before = history.columns(START, 4 * SECOND, 150);
    for (let more = 0; more < 40; more++) history.add(START + (600 + more) * SECOND, 20);
    expect(history.columns(START + 40 * SECOND, 4 * SECOND, 140)).toEqual(before.slice(10));
  });

  test.each([10 * SECOND, 300 * SECOND])('of a check every %s ms have no gap between readings', (stepMs) => {
    const columns = filled(50, stepMs, () => 50).columns(START, SECOND, (50 * stepMs) / SECOND);
    expect(columns).not.toContain('gap');
    expect(columns.filter((column) => typeof column === 'object')).toHaveLength(50);
  });

  test('tell a failed reading as a gap, but not beside a good one', () => {
    const history = filled(10, SECOND, (index) => (index >= 3 && index < 6 ? undefined : 5));
    const kinds = history
      .columns(START, SECOND, 11)
      .map((column) => (typeof column === 'object' ? 'ok' : column));
    const [good, gap] = ['ok', 'gap'];
    expect(kinds).toEqual([good, good, good, gap, gap, gap, good, good, good, good, 'empty']);
    expect(history.columns(START, 5 * SECOND, 2).map(meanOf)).toEqual([5, 5]);
  });

  test('of a second with a failed and a good reading hold the good one, in either order', () => {
    for (const values of [
      [undefined, 7],
      [7, undefined],
    ]) {
      const history = new History();
      for (const [index, value] of values.entries()) history.add(START + index * 400, value);
      expect(history.columns(START, SECOND, 1)).toEqual([{min: 7, mean: 7, max: 7}]);
    }
  });
});

describe('a time without any check', () => {
  test('is empty, and a gap once it is marked', () => {
    const history = filled(5, SECOND, () => 5);
    history.add(START + 65 * SECOND, 5);
    expect(history.columns(START + 5 * SECOND, SECOND, 60)).not.toContain('gap');
    const marked = filled(5, SECOND, () => 5);
    marked.addGap(START + 65 * SECOND);
    marked.add(START + 65 * SECOND, 6);
    expect(marked.columns(START + 5 * SECOND, SECOND, 61)).toEqual([
      ...Array.from({length: 60}, () => 'gap'),
      {min: 6, mean: 6, max: 6},
    ]);
  });

  test('is marked at once, however long it was', () => {
    const history = filled(5, SECOND, () => 5);
    const begun = performance.now();
    history.addGap(START + 300 * DAY);
    expect(performance.now() - begun).toBeLessThan(500);
    history.add(START + 300 * DAY, 6);
    expect(history.columns(START + 299 * DAY, 2 * HOUR, 12)).toEqual(Array.from({length: 12}, () => 'gap'));
    expect(history.bytes).toBeLessThan(33_000);
  });

  test('is nothing before the first reading', () => {
    const history = new History();
    history.addGap(START);
    expect(history.columns(START - MINUTE, SECOND, 60)).not.toContain('gap');
    expect(history.firstAt).toBeUndefined();
  });
});

describe('the value at a moment', () => {
  test('is the latest at or before it, if that is not too old', () => {
    const history = filled(3, 10 * SECOND, (index) => index + 1);
    expect(history.valueAt(START + 10 * SECOND, 5 * SECOND)).toBe(2);
    expect(history.valueAt(START + 14 * SECOND, 5 * SECOND)).toBe(2);
    expect(history.valueAt(START + 16 * SECOND, 5 * SECOND)).toBeUndefined();
    expect(history.valueAt(START + 16 * SECOND, 15 * SECOND)).toBe(2);
    expect(history.valueAt(START - SECOND, 5 * SECOND)).toBeUndefined();
    expect(history.valueAt(START + HOUR, 2 * HOUR)).toBe(3);
  });

  test('passes over readings that failed', () => {
    expect(
      filled(5, SECOND, (index) => (index > 1 ? undefined : index)).valueAt(START + 4 * SECOND, 10 * SECOND),
    ).toBe(1);
  });

  test('is known an hour back, where only coarser steps are left', () => {
    const history = filled(2 * 3600, SECOND, (index) => (index < 3600 ? 10 : 20));
    expect(history.valueAt(START + 1800 * SECOND, 15 * SECOND)).toBe(10);
    expect(history.valueAt(START + 5400 * SECOND, 15 * SECOND)).toBe(20);
  });

  test('keeps the size of a process of up to 64 GiB exactly, page for page', () => {
    const bytes = 63 * GIB + 1234 * 4096;
    const history = filled(3, SECOND, () => bytes);
    expect(history.valueAt(START + 2 * SECOND, SECOND)).toBe(bytes);
    expect(filled(1, SECOND, () => 7 * MIB + 4096).valueAt(START, SECOND)).toBe(7 * MIB + 4096);
  });
});
