import {describe, expect, test} from 'vitest';
import {blockFloors, gainsOf} from '../../../src/core/leak/blocks.ts';
import {correlation, drift, leastSquares} from '../../../src/core/leak/regression.ts';
import {median, pairSlope, robustSigma, withoutOutliers} from '../../../src/core/leak/robust.ts';
import {saturationOf} from '../../../src/core/leak/saturation.ts';
import {mannKendall} from '../../eval/mann-kendall.ts';
import {shareOf} from '../../eval/metrics.ts';
import {Random} from '../../eval/random.ts';

const upTo = (count: number) => Array.from({length: count}, (_, index) => index);

describe('least squares', () => {
  test('give a line back, without an error', () => {
    const line = leastSquares(
      upTo(10),
      upTo(10).map((x) => 3 + 2 * x),
      2,
    );
    expect(line.slope).toBeCloseTo(2, 12);
    expect(line.level).toBeCloseTo(12, 12);
    expect(line.error).toBeCloseTo(0, 9);
  });

  test('equal the textbook without neighbours', () => {
    // Anscombe's first set (Am. Statistician 27, 1973): slope 0.5001, residual 1.237.
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    const line = leastSquares(x, y, 0);
    expect(line.slope).toBeCloseTo(0.5001, 4);
    expect(line.residual).toBeCloseTo(1.237, 3);
  });

  test('doubt a slope more where residuals hang together', () => {
    const random = new Random(1);
    let walk = 0;
    const y = upTo(48).map(() => (walk = 0.9 * walk + random.gaussian()));
    expect(leastSquares(upTo(48), y, 9).error).toBeGreaterThan(1.5 * leastSquares(upTo(48), y, 0).error);
  });

  test('know nothing of a single moment', () => {
    expect(leastSquares([1, 1, 1], [1, 2, 3], 1)).toMatchObject({slope: 0, error: Number.POSITIVE_INFINITY});
  });
});

describe('the drift', () => {
  test('is the mean step', () => {
    expect(drift([0, 1, 3, 6], 0).mean).toBeCloseTo(2, 12);
    expect(drift([0, 1], 1).error).toBe(Number.POSITIVE_INFINITY);
  });

  test('of most random walks is no more than chance', () => {
    const random = new Random(2);
    const scores = upTo(400).map(() => {
      let walk = 0;
      const {mean, error} = drift(
        upTo(48).map(() => (walk += random.gaussian())),
        0,
      );
      return Math.abs(mean / error);
    });
    expect(scores.filter((score) => score > 1.96).length / scores.length).toBeLessThan(0.08);
  });
});

test('correlation is 1 of a series with itself, -1 with its opposite, 0 with what does not vary', () => {
  expect(correlation([1, 2, 4], [1, 2, 4])).toBeCloseTo(1, 12);
  expect(correlation([1, 2, 4], [-1, -2, -4])).toBeCloseTo(-1, 12);
  expect(correlation([1, 2, 4], [5, 5, 5])).toBe(0);
});

describe('robust figures', () => {
  test('median of odd, even and no values', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBe(0);
  });

  test('deviation of a normal distribution, a tenth of it spoiled', () => {
    const random = new Random(3);
    const values = upTo(2000).map((index) => (index % 10 === 0 ? 1e6 : 5 * random.gaussian()));
    expect(robustSigma(values)).toBeGreaterThan(4.5);
    expect(robustSigma(values)).toBeLessThan(6.5);
  });

  test('slope of a line, a quarter of it spoiled', () => {
    const y = upTo(48).map((x) => (x % 4 === 0 ? 1000 : 2 * x));
    expect(pairSlope(upTo(48), y)).toBeCloseTo(2, 12);
    expect(pairSlope([1], [1])).toBe(0);
    expect(
      pairSlope(
        upTo(10),
        upTo(10).map((x) => x * x),
        5,
      ),
    ).toBeCloseTo(13, 12);
  });

  test('lone outliers are repaired, steps and ramps are not', () => {
    const values = Float64Array.from(upTo(20), (x) => x % 3);
    values[10] = -500;
    expect(withoutOutliers(values)[10]).toBe(1);
    const step = Float64Array.from(upTo(20), (x) => (x < 10 ? 0 : 100) + (x % 2));
    expect(withoutOutliers(step)).toEqual(step);
  });
});

describe('blocks', () => {
  test('have the lowest value of each', () => {
    expect([...blockFloors([5, 4, 9, 7, 3, 8], 3)]).toEqual([4, 7, 3]);
  });

  test('count steps that take part, and what is kept', () => {
    expect(gainsOf(upTo(10)).participation).toBeCloseTo(9, 12);
    expect(gainsOf([0, 0, 0, 5, 5, 5])).toEqual({participation: 1, retention: 1});
    expect(gainsOf([0, 4, 0, 4, 0])).toEqual({participation: 2, retention: 0});
    expect(gainsOf([3, 2, 1])).toEqual({participation: 0, retention: 0});
  });
});

describe('saturation', () => {
  test('is told from a line', () => {
    const noise = new Random(4);
    const filling = upTo(40).map((x) => 100 * (1 - Math.exp(-x / 10)) + noise.gaussian());
    expect(saturationOf(upTo(40), filling).gain).toBeGreaterThan(100);
    expect(saturationOf(upTo(40), filling).remaining).toBeLessThan(0.1);
    const line = upTo(40).map((x) => 3 * x + noise.gaussian());
    expect(saturationOf(upTo(40), line).gain).toBeLessThan(12);
  });

  test('says nothing of too little', () => {
    expect(saturationOf([0, 1], [0, 1])).toEqual({gain: 0, remaining: 1});
  });
});

describe('figures of the evaluation', () => {
  test("Mann-Kendall with Sen's slope", () => {
    // Ten rising values: S = 45, variance 125, so (45 - 1) / √125.
    const {score, slope} = mannKendall(
      upTo(10),
      upTo(10).map((x) => 2 * x),
    );
    expect(score).toBeCloseTo(44 / Math.sqrt(125), 12);
    expect(slope).toBe(2);
    expect(mannKendall(upTo(4), [1, 3, 2, 1]).slope).toBe(0);
  });

  test("Wilson's interval", () => {
    // Newcombe (Stat. Med. 17, 1998), table I: 81 of 263 is 0.2553 to 0.3662.
    const {low, high} = shareOf(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(shareOf(0, 0)).toMatchObject({low: 0, high: 1});
  });
});
