import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {advanceEpisode, clearLevel, type OpenEpisode, openEpisode} from '../../src/core/episode.ts';

test.each([
  {threshold: 80, clears: 75},
  {threshold: 50, clears: 45},
  {threshold: 100, clears: 95},
  {threshold: 40, clears: 36},
  {threshold: 10, clears: 9},
])('an alert over $threshold % clears under $clears %', ({threshold, clears}) => {
  expect(clearLevel({threshold})).toBe(clears);
});

function run(percents: readonly (readonly [second: number, percent: number])[]) {
  let episode: OpenEpisode = openEpisode({at: 0, clock: 0, value: 82});
  for (const [second, percent] of percents) {
    const next = advanceEpisode(episode, {value: percent, clock: second * 1000}, {threshold: 80});
    if (next.cleared) return {clearedAt: second, ...next};
    episode = next.episode;
  }
  return {clearedAt: undefined, episode};
}

describe('an episode', () => {
  test('begins as raised, once, and not silenced', () => {
    expect(openEpisode({at: 5, clock: 7, value: 82})).toEqual({
      raisedAt: 5,
      raisedClock: 7,
      overClock: 7,
      peak: 82,
      repeats: 1,
      passed: 0,
      silenced: false,
      underSince: undefined,
    });
  });

  test('clears after 15 s well under the threshold', () => {
    expect(
      run([
        [1, 74],
        [15, 74],
        [15.9, 70],
      ]).clearedAt,
    ).toBeUndefined();
    expect(
      run([
        [1, 74],
        [15, 74],
        [16, 74],
      ]).clearedAt,
    ).toBe(16);
    expect(
      run([
        [1, 74],
        [600, 74],
      ]).clearedAt,
    ).toBe(600);
  });

  test('begins to count anew when the figure comes back above the clearing level', () => {
    expect(
      run([
        [1, 70],
        [10, 75],
        [12, 70],
        [20, 70],
        [26, 70],
        [27, 70],
      ]).clearedAt,
    ).toBe(27);
  });

  test('stays open between the clearing level and the threshold', () => {
    expect(
      run([
        [10, 75],
        [100, 79],
        [1000, 75],
      ]).clearedAt,
    ).toBeUndefined();
  });

  test('remembers its peak', () => {
    expect(
      run([
        [1, 90],
        [2, 99.5],
        [3, 70],
        [18, 70],
      ]).episode.peak,
    ).toBe(99.5);
  });

  test('never clears on a check at or above the clearing level', () => {
    const checks = fc.array(fc.tuple(fc.integer({min: 0, max: 30}), fc.integer({min: 60, max: 100})), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(checks, (steps) => {
        let episode = openEpisode({at: 0, clock: 0, value: 90});
        let clock = 0;
        let underFrom: number | undefined;
        for (const [step, percent] of steps) {
          clock += step * 1000;
          underFrom = percent < 75 ? (underFrom ?? clock) : undefined;
          const next = advanceEpisode(episode, {value: percent, clock}, {threshold: 80});
          expect(next.cleared).toBe(underFrom !== undefined && clock - underFrom >= 15_000);
          if (next.cleared) return;
          episode = next.episode;
        }
      }),
    );
  });
});
