import fc from 'fast-check';
import {expect, test} from 'vitest';
import {criticalPercent, statusOf} from '../../src/core/level.ts';

test.each([
  [80, 95],
  [50, 95],
  [90, 95],
  [94, 97],
  [100, 100],
  [0, 95],
])('over a threshold of %d %% it is critical from %d %%', (threshold, critical) => {
  expect(criticalPercent(threshold)).toBe(critical);
});

test('a status rises with the share, and begins to be HIGH at the threshold exactly', () => {
  const order = ['NORMAL', 'HIGH', 'CRITICAL'];
  const percent = fc.double({min: 0, max: 100, noNaN: true});
  fc.assert(
    fc.property(percent, percent, percent, (a, b, threshold) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(order.indexOf(statusOf(high, threshold))).toBeGreaterThanOrEqual(
        order.indexOf(statusOf(low, threshold)),
      );
      expect(statusOf(threshold, threshold)).not.toBe('NORMAL');
      expect(statusOf(a, threshold) === 'NORMAL').toBe(a < threshold);
    }),
  );
});
