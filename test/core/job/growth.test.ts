import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {HistoryPoint} from '../../../src/core/history.ts';
import {riseOf} from '../../../src/core/job/growth.ts';
import {GIB, START} from '../samples.ts';

const LIMIT = 100 * GIB;
const MINUTE = 60_000;

/** A point for each minute. */
const points = (percents: readonly number[], lengthMs = MINUTE): readonly HistoryPoint[] =>
  percents.map((percent, index) => ({
    at: START + index * lengthMs,
    lengthMs,
    min: percent,
    mean: percent,
    max: percent,
  }));
const minutes = (count: number, percentAt: (minute: number) => number) =>
  points(Array.from({length: count}, (_, minute) => percentAt(minute)));

function expectRise(given: readonly HistoryPoint[], gibPerHour: number, sinceMinute: number): void {
  const rise = riseOf(given, LIMIT);
  expect(rise?.ratePerHour).toBeCloseTo(gibPerHour * GIB, -6);
  expect(((rise?.since ?? 0) - START) / MINUTE).toBeCloseTo(sinceMinute, 6);
}

describe('a rise', () => {
  test('is told from its beginning to the last point, in bytes an hour', () => {
    expectRise(
      minutes(121, (minute) => 30 + minute / 4),
      15,
      6,
    );
  });

  test('begins at the last time that it was as low as ever', () => {
    expectRise(
      minutes(121, (minute) => (minute < 60 ? 30 : 30 + (minute - 60) / 4)),
      15,
      63,
    );
    expectRise(
      minutes(121, (minute) => (minute < 30 ? 60 : 30 + (minute - 30) / 4)),
      15,
      34,
    );
  });

  test('goes on over small dips', () => {
    expectRise(
      minutes(121, (minute) => 30 + minute / 4 - (minute % 10 === 5 ? 0.5 : 0)),
      15,
      6,
    );
  });

  test('is of the limit that it is a share of', () => {
    const given = minutes(61, (minute) => 30 + minute);
    expect(riseOf(given, 50 * GIB)?.ratePerHour).toBeCloseTo(30 * GIB, -6);
  });
});

describe('no rise is', () => {
  test.each([
    ['nothing', []],
    ['a single point', points([50])],
    ['what stands still', minutes(60, () => 50)],
    ['what falls', minutes(60, (minute) => 90 - minute)],
    ['less than one percent of the limit', minutes(60, (minute) => 50 + minute / 61)],
    ['less than a minute', points([30, 40, 50, 60], 10_000)],
    ['what has fallen back by its end', minutes(60, (minute) => (minute === 59 ? 30 : 30 + minute))],
  ])('%s', (_, given) => {
    expect(riseOf(given, LIMIT)).toBeUndefined();
  });
});

test('whatever was seen, a rise is one: it ends above where it began, and began before', () => {
  fc.assert(
    fc.property(fc.array(fc.double({min: 0, max: 100, noNaN: true}), {maxLength: 60}), (percents) => {
      const given = points(percents);
      const rise = riseOf(given, LIMIT);
      if (rise === undefined) return;
      expect(rise.ratePerHour).toBeGreaterThan(0);
      expect(given.some(({at}) => at === rise.since)).toBe(true);
      expect((given.at(-1)?.at ?? 0) - rise.since).toBeGreaterThanOrEqual(MINUTE);
    }),
  );
});
