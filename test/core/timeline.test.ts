import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Timeline} from '../../src/core/timeline.ts';
import {START} from './samples.ts';

function run(points: readonly (readonly [at: number, monotonicMs: number])[]) {
  const timeline = new Timeline();
  return points.map(([at, monotonicMs]) => {
    return timeline.advance(START + at, monotonicMs) - START;
  });
}

test('equals the wall clock while that does not step', () => {
  expect(
    run([
      [0, 90],
      [1000, 1090],
      [2500, 2590],
    ]),
  ).toEqual([0, 1000, 2500]);
});

test('jumps ahead with the wall clock after a suspend', () => {
  expect(
    run([
      [0, 0],
      [3_600_000, 1000],
      [3_601_000, 2000],
    ]),
  ).toEqual([0, 3_600_000, 3_601_000]);
});

test('takes a step ahead of less than 2 s for drift', () => {
  expect(
    run([
      [0, 0],
      [2900, 1000],
      [4000, 2000],
      [5001, 3000],
    ]),
  ).toEqual([0, 1000, 2000, 5001]);
});

test('goes on when the wall clock is set back', () => {
  expect(
    run([
      [0, 0],
      [-3_600_000, 1000],
      [-3_599_000, 2000],
    ]),
  ).toEqual([0, 1000, 2000]);
});

test('does not jump when a clock that was set back is put right again', () => {
  expect(
    run([
      [0, 0],
      [-60_000, 1000],
      [2000, 2000],
    ]),
  ).toEqual([0, 1000, 2000]);
});

test('never goes back, whatever the clocks do', () => {
  const clocks = fc.array(fc.tuple(fc.integer({min: -1e9, max: 1e9}), fc.integer({min: 0, max: 1e9})));
  fc.assert(
    fc.property(clocks, (points) => {
      const line = run(points);
      expect(line).toEqual([...line].sort((a, b) => a - b));
    }),
  );
});
