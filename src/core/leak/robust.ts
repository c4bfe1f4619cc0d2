/** Makes a normal distribution's median absolute deviation its standard deviation. */
const MAD_TO_SIGMA = 1.4826;
const FEWEST_TO_REPAIR = 7;

/** The middle value; of an even count the mean of both middle ones. 0 of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = sortedCopy(values);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Up to so many values are sorted faster by insertion than by the runtime, whose sort is a call into it. */
const FEW = 64;

function sortedCopy(values: ArrayLike<number>): Float64Array {
  const sorted = new Float64Array(values);
  if (sorted.length > FEW) return sorted.sort();
  for (let index = 1; index < sorted.length; index += 1) {
    const value = sorted[index] ?? 0;
    let place = index;
    for (; place > 0 && (sorted[place - 1] ?? 0) > value; place -= 1) sorted[place] = sorted[place - 1] ?? 0;
    sorted[place] = value;
  }
  return sorted;
}

/** Standard deviation as the median absolute deviation tells it (Hampel, JASA 69, 1974). */
export function robustSigma(values: ArrayLike<number>): number {
  const middle = median(values);
  return MAD_TO_SIGMA * median(Float64Array.from(values, (value) => Math.abs(value - middle)));
}

/**
 * Slope that up to 29 % of wild values do not move: the median slope of the pairs that lie half the window
 * apart (Theil's incomplete method, Proc. Kon. Ned. Akad. v. Wetensch. 53, 1950). It costs n/2 slopes, where
 * all pairs (Sen, JASA 63, 1968) cost n².
 */
export function pairSlope(x: ArrayLike<number>, y: ArrayLike<number>, from = 0, to = y.length): number {
  const half = (to - from) >> 1;
  if (half < 1) return 0;
  const slopes = new Float64Array(half);
  let count = 0;
  for (let index = from; index + half < to && count < half; index += 1) {
    const run = (x[index + half] ?? 0) - (x[index] ?? 0);
    if (run > 0) slopes[count++] = ((y[index + half] ?? 0) - (y[index] ?? 0)) / run;
  }
  return median(slopes.subarray(0, count));
}

/**
 * The values with those that stand alone far out of their neighbours replaced by the mean of these: Hampel's
 * identifier, as in Pearson, IEEE Trans. Control Syst. Techn. 10 (2002), on the steps between neighbours. The
 * ends stay. `limit` is in deviations of the steps.
 */
export function withoutOutliers(values: Float64Array, limit = 6): Float64Array {
  const repaired = values.slice();
  const count = values.length;
  if (count < FEWEST_TO_REPAIR) return repaired;
  const steps = new Float64Array(count - 1);
  for (let index = 1; index < count; index += 1) {
    steps[index - 1] = Math.abs((values[index] ?? 0) - (values[index - 1] ?? 0));
  }
  const most = limit * MAD_TO_SIGMA * median(steps);
  for (let index = 1; index < count - 1; index += 1) {
    const [before, after] = [repaired[index - 1] ?? 0, values[index + 1] ?? 0];
    const [left, right] = [(values[index] ?? 0) - before, (values[index] ?? 0) - after];
    if (left * right > 0 && Math.min(Math.abs(left), Math.abs(right)) > most) {
      repaired[index] = (before + after) / 2;
    }
  }
  return repaired;
}
