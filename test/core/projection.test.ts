import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Projection} from '../../src/core/projection.ts';
import {atMoments, GIB} from './samples.ts';

const LIMIT = 100 * GIB;

/** Readings at seconds, in GiB of a limit of 100 GiB. */
function fed(
  readings: readonly (readonly [second: number, gib: number])[],
  projection = new Projection(),
  totalBytes = LIMIT,
): Projection {
  for (const [second, gib] of readings) projection.add(second * 1000, {usedBytes: gib * GIB, totalBytes});
  return projection;
}

const secondsLeft = ({timeToLimitMs}: Projection) =>
  timeToLimitMs === undefined ? undefined : timeToLimitMs / 1000;

/** So many readings a second apart. */
const everySecond = (count: number, gibAt: (second: number) => number) =>
  Array.from({length: count}, (_, second) => [second, gibAt(second)] as const);

describe('a steady rise', () => {
  test('reaches the limit when its pace says so', () => {
    expect(secondsLeft(fed(everySecond(60, (second) => 40 + second / 2)))).toBeCloseTo(61, 6);
    expect(secondsLeft(fed(everySecond(30, (second) => 10 + second)))).toBeCloseTo(61, 6);
  });

  test('goes by the last two minutes', () => {
    const slowThenFast = everySecond(400, (second) => (second < 200 ? 10 : 10 + (second - 200) / 4));
    expect(secondsLeft(fed(slowThenFast))).toBeCloseTo((100 - 10 - 199 / 4) * 4, 6);
  });

  test('beyond the limit has no time left', () => {
    expect(secondsLeft(fed(everySecond(60, (second) => 60 + second)))).toBe(0);
  });

  test('is the same at any interval, also an irregular one', () => {
    const steps = fc.array(fc.integer({min: 100, max: 10_000}), {minLength: 12, maxLength: 60});
    fc.assert(
      fc.property(steps, fc.integer({min: 20, max: 500}), (lengths, mibPerSecond) => {
        const moments = atMoments(lengths.map((length) => [length, undefined] as const)).map(([at]) => at);
        const gibAt = (ms: number) => 20 + (ms / 1000) * (mibPerSecond / 1024);
        const [first = 0, last = 0] = [moments[0], moments.at(-1)];
        fc.pre(last - first >= 8000 && gibAt(last) < 100);
        const window = moments.filter((ms) => last - ms <= 120_000);
        fc.pre(window.length >= 9 && gibAt(last) - gibAt(window[0] ?? 0) > 2);
        const left = secondsLeft(fed(moments.map((ms) => [ms / 1000, gibAt(ms)])));
        expect(left).toBeCloseTo((100 - gibAt(last)) / (mibPerSecond / 1024), 3);
      }),
    );
  });

  test('bears a little noise', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({min: -0.2, max: 0.2, noNaN: true}), {minLength: 60, maxLength: 60}),
        (noise) => {
          const left = secondsLeft(fed(everySecond(60, (second) => 40 + second / 2 + (noise[second] ?? 0))));
          expect(left).toBeGreaterThan(55);
          expect(left).toBeLessThan(67);
        },
      ),
    );
  });
});

describe('nothing is said', () => {
  test('before there are nine readings over eight seconds', () => {
    const rise = (second: number) => 40 + second;
    expect(secondsLeft(fed(everySecond(8, rise)))).toBeUndefined();
    expect(secondsLeft(fed(everySecond(9, rise)))).toBeCloseTo(52, 6);
    const dense = Array.from({length: 40}, (_, index) => [index / 10, 40 + index] as const);
    expect(secondsLeft(fed(dense))).toBeUndefined();
    expect(secondsLeft(new Projection())).toBeUndefined();
  });

  test.each([
    ['of what stands still', () => 60],
    ['of what falls', (second: number) => 90 - second],
    ['of a rise of less than half a percent', (second: number) => 60 + second / 200],
    ['of what levels off', (second: number) => 90 - 60 * Math.exp(-second / 10)],
    ['of what has just begun', (second: number) => (second < 50 ? 40 : 40 + (second - 50) * 3)],
    ['of what ended before the last third', (second: number) => Math.min(75, 40 + second)],
    ['of what swings', (second: number) => 60 + 20 * Math.sin(second * 2)],
  ])('%s', (_, gibAt) => {
    expect(secondsLeft(fed(everySecond(60, gibAt)))).toBeUndefined();
  });

  test('of a single jump, wherever it was', () => {
    for (let at = 0; at <= 60; at += 1)
      expect(secondsLeft(fed(everySecond(60, (second) => (second < at ? 20 : 90))))).toBeUndefined();
  });

  test('of a spike, wherever it was', () => {
    for (let at = 0; at < 60; at += 1)
      expect(secondsLeft(fed(everySecond(60, (second) => (second === at ? 99 : 20))))).toBeUndefined();
  });

  test('of a rise that ended more than two minutes ago', () => {
    const risen = everySecond(300, (second) => Math.min(80, 20 + second));
    expect(secondsLeft(fed(risen))).toBeUndefined();
  });

  test('when another limit has come into force, until there is enough of that', () => {
    const projection = fed(everySecond(60, (second) => 20 + second));
    expect(secondsLeft(projection)).toBeDefined();
    fed([[60, 30]], projection, 50 * GIB);
    expect(secondsLeft(projection)).toBeUndefined();
    fed(
      everySecond(12, (second) => 30 + second).map(([second, gib]) => [61 + second, gib]),
      projection,
      50 * GIB,
    );
    expect(secondsLeft(projection)).toBeCloseTo(9, 0);
  });
});

test('whatever was read, the time is none or not below 0', () => {
  const readings = fc.array(
    fc.tuple(fc.integer({min: 0, max: 5000}), fc.double({min: 0, max: 120, noNaN: true})),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(readings, (steps) => {
      const left = fed(atMoments(steps).map(([ms, gib]) => [ms / 1000, gib])).timeToLimitMs;
      if (left !== undefined) expect(Number.isFinite(left) && left >= 0).toBe(true);
    }),
    {numRuns: 500},
  );
});
