import {expect, test} from 'vitest';
import {pastOf} from '../../../src/core/fleet/past.ts';

const mean = (past: ReturnType<typeof pastOf>, ...args: Parameters<typeof past.columns>) =>
  past.columns(...args).map((column) => (typeof column === 'object' ? column.mean : column));

test('points fall into columns, with lowest, mean and highest', () => {
  const past = pastOf(
    [
      [0, 10],
      [15, 20],
      [30, 40],
    ],
    15,
  );
  expect(past.columns(0, 30, 2)).toEqual([
    {min: 10, mean: 15, max: 20},
    {min: 40, mean: 40, max: 40},
  ]);
});

test('steps that have no figure are a gap, columns between two steps are none', () => {
  const past = pastOf(
    [
      [0, 1],
      [10, 2],
      [60, 3],
      [70, 4],
    ],
    10,
  );
  expect(mean(past, 0, 10, 8)).toEqual([1, 2, 'gap', 'gap', 'gap', 'gap', 3, 4]);
  expect(mean(past, 0, 5, 4)).toEqual([1, 'empty', 2, 'gap']);
});

test('what was before and what comes after is left out', () => {
  const past = pastOf(
    [
      [0, 1],
      [10, 2],
      [20, 3],
    ],
    10,
  );
  expect(mean(past, 10, 10, 3, 15)).toEqual([2, 'empty', 'empty']);
});
