/** How much better a curve that levels out explains a climb than a straight line does. */
export interface Saturation {
  /** F statistic of the one parameter more. */
  readonly gain: number;
  /** What the curve still has to rise after the window, as a share of the rise within it. */
  readonly remaining: number;
}

/** Time constants tried, as shares of the window. */
const TIME_CONSTANTS = [0.08, 0.14, 0.22, 0.35, 0.55, 0.9, 1.2, 1.6, 2.2] as const;

/**
 * Least squares of A + C·(1 − exp(−t/τ)) over a few τ against A + B·t: how caches and warm-ups fill. For a
 * given τ the fit is linear (variable projection, Golub and Pereyra, SIAM J. Numer. Anal. 10, 1973).
 */
export function saturationOf(x: ArrayLike<number>, y: ArrayLike<number>): Saturation {
  const count = y.length;
  const first = x[0] ?? 0;
  const span = (x[count - 1] ?? 0) - first;
  if (count < 5 || !(span > 0)) return {gain: 0, remaining: 1};
  const line = squaresLeft(y, (index) => ((x[index] ?? 0) - first) / span);
  let best = {left: line.left, remaining: 1};
  for (const tau of TIME_CONSTANTS) {
    const fit = squaresLeft(y, (index) => 1 - Math.exp(-((x[index] ?? 0) - first) / span / tau));
    const end = Math.exp(-1 / tau);
    if (fit.slope > 0 && fit.left < best.left) best = {left: fit.left, remaining: end / (1 - end)};
  }
  const freedom = count - 3;
  return {
    gain: best.left < line.left ? ((line.left - best.left) * freedom) / Math.max(best.left, 1e-300) : 0,
    remaining: best.remaining,
  };
}

function squaresLeft(y: ArrayLike<number>, basis: (index: number) => number) {
  const count = y.length;
  let [sumX, sumY, sumXX, sumXY, sumYY] = [0, 0, 0, 0, 0];
  const origin = y[0] ?? 0;
  for (let index = 0; index < count; index += 1) {
    const [own, value] = [basis(index), (y[index] ?? 0) - origin];
    sumX += own;
    sumY += value;
    sumXX += own * own;
    sumXY += own * value;
    sumYY += value * value;
  }
  const spread = sumXX - (sumX * sumX) / count;
  const product = sumXY - (sumX * sumY) / count;
  const total = sumYY - (sumY * sumY) / count;
  const slope = spread > 0 ? product / spread : 0;
  return {slope, left: Math.max(0, total - slope * product)};
}
