/** A straight line with what is known of its slope. */
export interface Line {
  readonly slope: number;
  /** Value at the mean of the abscissas. */
  readonly level: number;
  /** Standard error of the slope, good for residuals that follow each other. */
  readonly error: number;
  /** Standard deviation of what the line leaves over. */
  readonly residual: number;
}

/** A mean and its standard error. */
export interface Mean {
  readonly mean: number;
  readonly error: number;
}

/**
 * Least squares. The error is that of Newey and West (Econometrica 55, 1987) with Bartlett's weights, since
 * memory readings are anything but independent; `bandwidth` is how many neighbours may hang together.
 */
export function leastSquares(x: ArrayLike<number>, y: ArrayLike<number>, bandwidth: number): Line {
  const count = Math.min(x.length, y.length);
  const [middle, level] = [average(x, count), average(y, count)];
  let [spread, product] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const distance = at(x, index) - middle;
    spread += distance * distance;
    product += distance * (at(y, index) - level);
  }
  const slope = spread > 0 ? product / spread : 0;
  const scores = new Float64Array(count);
  let squares = 0;
  for (let index = 0; index < count; index += 1) {
    const distance = at(x, index) - middle;
    const left = at(y, index) - level - slope * distance;
    squares += left * left;
    scores[index] = left * distance;
  }
  const freedom = Math.max(1, count - 2);
  const variance = (longRunSum(scores, bandwidth) * count) / freedom;
  return {
    slope,
    level,
    error: spread > 0 ? Math.sqrt(variance) / spread : Number.POSITIVE_INFINITY,
    residual: Math.sqrt(squares / freedom),
  };
}

/**
 * The mean step from one value to the next, with an error by the same weights. Against a random walk this is
 * the test of its drift; a regression takes every walk for a trend (Granger and Newbold, J. Econometrics 2,
 * 1974; Nelson and Kang, Econometrica 49, 1981).
 */
export function drift(y: ArrayLike<number>, bandwidth: number): Mean {
  const count = y.length - 1;
  if (count < 2) return {mean: 0, error: Number.POSITIVE_INFINITY};
  const mean = (at(y, count) - at(y, 0)) / count;
  const steps = new Float64Array(count);
  for (let index = 0; index < count; index += 1) steps[index] = at(y, index + 1) - at(y, index) - mean;
  return {mean, error: Math.sqrt(longRunSum(steps, bandwidth) / (count - 1) / count)};
}

/** Pearson's correlation of two series of one length; 0 where one of them does not vary. */
export function correlation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const count = Math.min(one.length, other.length);
  const [middle, otherMiddle] = [average(one, count), average(other, count)];
  let [product, squares, otherSquares] = [0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    const [left, right] = [at(one, index) - middle, at(other, index) - otherMiddle];
    product += left * right;
    squares += left * left;
    otherSquares += right * right;
  }
  const scale = Math.sqrt(squares * otherSquares);
  return scale > 0 ? product / scale : 0;
}

/** Sum of the products of neighbours up to `bandwidth` apart, with weights that fall to 0 (Bartlett 1950). */
function longRunSum(values: Float64Array, bandwidth: number): number {
  let sum = 0;
  for (let lag = 0; lag <= bandwidth; lag += 1) {
    let products = 0;
    for (let index = lag; index < values.length; index += 1) {
      products += at(values, index) * at(values, index - lag);
    }
    sum += (lag === 0 ? 1 : 2 * (1 - lag / (bandwidth + 1))) * products;
  }
  return Math.max(0, sum);
}

function average(values: ArrayLike<number>, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += at(values, index);
  return count > 0 ? sum / count : 0;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
