import {median} from '../../src/core/leak/robust.ts';

/** A monotonic trend as ranks tell it. */
export interface RankTrend {
  /** Standard normal under no trend; above 1.64 a rise at 5 %. */
  readonly score: number;
  /** Median of the slopes of all pairs. */
  readonly slope: number;
}

/**
 * The test of Mann (Econometrica 13, 1945) and Kendall ("Rank Correlation Methods", 1948), variance without
 * ties, and the slope of Sen (JASA 63, 1968). A baseline only: it takes neighbours for independent, which
 * memory readings are not.
 */
export function mannKendall(x: ArrayLike<number>, y: ArrayLike<number>): RankTrend {
  const count = y.length;
  const slopes = new Float64Array((count * (count - 1)) / 2);
  let [sum, pair] = [0, 0];
  for (let later = 1; later < count; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      const rise = (y[later] ?? 0) - (y[earlier] ?? 0);
      sum += Math.sign(rise);
      slopes[pair++] = rise / Math.max((x[later] ?? 0) - (x[earlier] ?? 0), Number.MIN_VALUE);
    }
  }
  const variance = (count * (count - 1) * (2 * count + 5)) / 18;
  // One less towards 0, for a sum that moves in steps of two.
  const score = variance > 0 ? (sum - Math.sign(sum)) / Math.sqrt(variance) : 0;
  return {score, slope: score > SIGNIFICANT ? median(slopes) : 0};
}

/** One-sided at 5 %; below it nobody asks for the slope, which is dear. */
export const SIGNIFICANT = 1.645;
