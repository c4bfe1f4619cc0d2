import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  type AlertAdvance,
  type AlertState,
  type AlertTiming,
  advanceAlert,
  QUIET,
  REMIND_MS,
} from '../../src/core/alert-state.ts';
import type {Bound, OpenEpisode} from '../../src/core/episode.ts';
import {atMoments} from './samples.ts';

const START = 1_700_000_000_000;

type Check = readonly [second: number, value: number | undefined];
type Terms = Bound & {readonly timing: AlertTiming};

const terms = (timing: AlertTiming = {}, bound: Partial<Bound> = {}): Terms => ({
  threshold: 80,
  ...bound,
  timing,
});

interface Told {
  readonly second: number;
  readonly value: number;
  readonly outcome: NonNullable<AlertAdvance['outcome']>;
  readonly episode: OpenEpisode;
}

/** All that a run of checks sets off; no value stands for a reading that failed, which is no check. */
function run(checks: readonly Check[], of: Terms = terms()): readonly Told[] {
  let state: AlertState = QUIET;
  return checks.flatMap(([second, value]) => {
    if (value === undefined) return [];
    const advance = advanceAlert(state, {value, at: START + second * 1000, clock: second * 1000}, of);
    state = advance.state;
    if (advance.outcome === undefined) return [];
    if (state.phase !== 'firing') throw new Error(`expected an episode with ${advance.outcome}`);
    const told = {second, value, outcome: advance.outcome, episode: state.episode};
    // Whoever is told that it is over begins anew.
    if (advance.outcome === 'resolved') state = QUIET;
    return [told];
  });
}

const words = (told: readonly Told[]) => told.map(({second, outcome}) => `${second} ${outcome}`);
const every = (step: number, until: number, value = 85): readonly Check[] =>
  Array.from({length: Math.floor(until / step) + 1}, (_, index) => [index * step, value]);

describe('an alert that lasts', () => {
  test('is raised once and told again after 1, 5, 15 and 60 minutes, and never again', () => {
    expect(words(run(every(10, 100_000)))).toEqual([
      '0 raised',
      '60 reminded',
      '300 reminded',
      '900 reminded',
      '3600 reminded',
    ]);
  });

  test('counts how often it was told', () => {
    expect(run(every(30, 1000)).map(({episode}) => [episode.repeats, episode.passed])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
  });

  test('is told again at the next check after each moment, and once where several have passed', () => {
    const checks: readonly Check[] = [
      [0, 85],
      [59, 85],
      [61, 85],
      [2000, 85],
      [3599, 85],
      [3601, 85],
    ];
    expect(words(run(checks))).toEqual(['0 raised', '61 reminded', '2000 reminded', '3601 reminded']);
  });

  test.each([
    [{remindMs: []}, ['0 raised']],
    [{remindMs: [10_000, 20_000]}, ['0 raised', '10 reminded', '20 reminded']],
    [{everyMs: 40_000}, ['0 raised', '40 reminded', '80 reminded']],
    [{everyMs: 40_000, remindMs: [10_000]}, ['0 raised', '40 reminded', '80 reminded']],
    [{everyMs: 45_000}, ['0 raised', '50 reminded', '90 reminded']],
    [{everyMs: 1_000_000}, ['0 raised']],
  ] as const)('goes by the schedule that was given: %j', (timing, told) => {
    expect(words(run(every(10, 100), terms(timing)))).toEqual(told);
  });

  test('is told at every check where the time between is none', () => {
    expect(words(run(every(10, 30), terms({everyMs: 0})))).toEqual([
      '0 raised',
      '10 reminded',
      '20 reminded',
      '30 reminded',
    ]);
  });

  test('is not told again while its figure is under the threshold, and is at the next check over it', () => {
    const dipping: readonly Check[] = [
      [0, 85],
      [59, 79],
      [61, 79],
      [70, 81],
      [80, 81],
    ];
    expect(words(run(dipping))).toEqual(['0 raised', '70 reminded']);
  });

  test('told of again begins its schedule anew', () => {
    const twice: readonly Check[] = [...every(10, 100), [110, 10], [125, 10], ...later(130, every(10, 100))];
    expect(words(run(twice))).toEqual([
      '0 raised',
      '60 reminded',
      '125 resolved',
      '130 raised',
      '190 reminded',
    ]);
  });
});

const later = (by: number, checks: readonly Check[]) =>
  checks.map(([second, value]): Check => [second + by, value]);

describe('a figure that must be over for a while', () => {
  const held = terms({holdMs: 10_000});

  test('is an alert at the first check at which it was', () => {
    expect(words(run(every(1, 30), held))).toEqual(['10 raised']);
    expect(words(run(every(7, 30), held))).toEqual(['14 raised']);
    expect(words(run(every(600, 3000), held))).toEqual(['600 raised', '1200 reminded', '1800 reminded']);
  });

  test('is none when it was not long enough, however often', () => {
    const spikes: readonly Check[] = Array.from({length: 100}, (_, index) => [
      index * 3,
      index % 4 === 3 ? 79.9 : 99,
    ]);
    expect(run(spikes, held)).toEqual([]);
  });

  test('is one over readings that failed', () => {
    expect(
      words(
        run(
          [
            [0, 85],
            [3, undefined],
            [9, undefined],
            [11, 85],
          ],
          held,
        ),
      ),
    ).toEqual(['11 raised']);
  });

  test('has lasted since it was over, and is reminded of since it was told', () => {
    const told = run([...every(1, 75), [76, 10], [91, 10]], held);
    expect(words(told)).toEqual(['10 raised', '70 reminded', '91 resolved']);
    expect(told[0]?.episode).toMatchObject({overClock: 0, raisedClock: 10_000, raisedAt: START + 10_000});
    expect(told.at(-1)?.episode).toMatchObject({overClock: 0, underSince: 76_000});
  });

  test('has the peak of all the time that it was over', () => {
    const told = run(
      [
        [0, 82],
        [5, 97],
        [10, 84],
        [20, 10],
        [35, 10],
      ],
      held,
    );
    expect(told.map(({episode}) => episode.peak)).toEqual([97, 97]);
  });
});

describe('an alert clears', () => {
  const clearedAt = (checks: readonly Check[], of: Terms) =>
    run([[0, of.threshold], ...checks], of).flatMap(({second, outcome}) =>
      outcome === 'resolved' ? [second] : [],
    );

  test.each([
    {threshold: 80, unit: 'percent', under: 74.9, not: 75},
    {threshold: 30, unit: 'percent', under: 26.9, not: 27},
    {threshold: 1000, unit: 'pages per second', under: 899, not: 900},
    {threshold: 2 ** 30, unit: 'bytes', under: 0.9 * 2 ** 30 - 1, not: 0.9 * 2 ** 30},
  ] as const)('under $under of a threshold of $threshold $unit, and not at $not', (one) => {
    const of = terms({}, one);
    const at = (value: number): readonly Check[] => [
      [1, value],
      [16, value],
    ];
    expect([clearedAt(at(one.under), of), clearedAt(at(one.not), of)]).toEqual([[16], []]);
  });

  test('after 15 s, or the time that was asked for, counted anew whenever it comes back', () => {
    const falling: readonly Check[] = [
      [1, 70],
      [10, 75],
      [12, 70],
      [26, 70],
      [27, 70],
    ];
    expect(clearedAt(falling, terms())).toEqual([27]);
    expect(clearedAt(falling, terms({clearMs: 9000}))).toEqual([26]);
    expect(clearedAt(falling, terms({clearMs: 0}))).toEqual([1]);
  });

  test('of time that is left, from one and a half times its threshold', () => {
    const below = terms({}, {threshold: 600, unit: 'seconds', isBelow: true});
    const told = run(
      [
        [0, 601],
        [1, 600],
        [2, 200],
        [3, 900],
        [30, 900],
        [31, 901],
        [46, 5000],
      ],
      below,
    );
    expect(words(told)).toEqual(['1 raised', '46 resolved']);
    expect(told.at(-1)?.episode).toMatchObject({peak: 200, underSince: 31_000});
  });
});

test('a silenced alert is told of no more, and resolves as any other', () => {
  const step = (state: AlertState, second: number, value: number) =>
    advanceAlert(state, {value, at: second, clock: second * 1000}, terms({everyMs: 10_000}));
  const {state} = step(QUIET, 0, 85);
  if (state.phase !== 'firing') throw new Error('expected it to fire');
  const silenced: AlertState = {...state, episode: {...state.episode, silenced: true}};
  const later = step(silenced, 60, 99);
  expect(later.outcome).toBeUndefined();
  const under = step(later.state, 61, 10);
  expect(step(under.state, 76, 10)).toMatchObject({outcome: 'resolved', state: {episode: {peak: 99}}});
});

describe('any run of checks, at any intervals, with readings that fail', () => {
  const anyChecks = fc
    .array(
      fc.tuple(
        fc.oneof(
          {weight: 8, arbitrary: fc.integer({min: 1, max: 40})},
          {weight: 1, arbitrary: fc.integer({min: 41, max: 5000})},
        ),
        fc.option(fc.oneof(fc.integer({min: 60, max: 100}), fc.constantFrom(74.9, 75, 79.9, 80)), {
          nil: undefined,
          freq: 8,
        }),
      ),
      {maxLength: 80},
    )
    .map(atMoments);
  const anyTerms = fc
    .record({
      holdMs: fc.constantFrom(0, 1000, 10_000, 60_000),
      everyMs: fc.constantFrom(undefined, 0, 10_000, 60_000),
      clearMs: fc.constantFrom(undefined, 0, 60_000),
    })
    .map(({holdMs, everyMs, clearMs}) =>
      terms({
        holdMs,
        ...(everyMs !== undefined && {everyMs}),
        ...(clearMs !== undefined && {clearMs}),
      }),
    );
  const assertAll = (holds: (checks: readonly Check[], of: Terms) => void) =>
    fc.assert(fc.property(anyChecks, anyTerms, holds), {numRuns: 500});

  test('raises nothing twice without a resolve between', () => {
    assertAll((checks, of) => {
      let isFiring = false;
      for (const {outcome} of run(checks, of)) {
        expect(isFiring).toBe(outcome !== 'raised');
        isFiring = outcome !== 'resolved';
      }
    });
  });

  test('tells of nothing below the threshold, raised or reminded', () => {
    assertAll((checks, of) => {
      for (const {outcome, value} of run(checks, of))
        if (outcome !== 'resolved') expect(value).toBeGreaterThanOrEqual(of.threshold);
    });
  });

  test('fires at each check that has been over for long enough, so that no excursion is missed', () => {
    assertAll((checks, of) => {
      const told = run(checks, of);
      let overFrom: number | undefined;
      for (const [second, value] of checks) {
        if (value === undefined) continue;
        overFrom = value >= of.threshold ? (overFrom ?? second) : undefined;
        const isDue = overFrom !== undefined && (second - overFrom) * 1000 >= (of.timing.holdMs ?? 0);
        if (isDue) expect(isFiringAt(told, second)).toBe(true);
      }
    });
  });

  test('is raised by nothing that was not over for long enough', () => {
    assertAll((checks, of) => {
      for (const {second, outcome, episode} of run(checks, of)) {
        if (outcome !== 'raised') continue;
        const over = stretchBefore(checks, second, (value) => value >= of.threshold);
        expect(episode.overClock).toBe(over[0]?.[0] === undefined ? Number.NaN : over[0][0] * 1000);
        expect(second * 1000 - episode.overClock).toBeGreaterThanOrEqual(of.timing.holdMs ?? 0);
      }
    });
  });

  test('is resolved only after so long well under, and says when that began', () => {
    assertAll((checks, of) => {
      for (const {second, outcome, episode} of run(checks, of)) {
        if (outcome !== 'resolved') continue;
        const under = stretchBefore(checks, second, (value) => value < 75);
        const from = under.find(([at]) => at * 1000 > episode.raisedClock)?.[0] ?? Number.NaN;
        expect(episode.underSince).toBe(from * 1000);
        expect((second - from) * 1000).toBeGreaterThanOrEqual(of.timing.clearMs ?? 15_000);
      }
    });
  });

  test('knows its worst figure from its beginning on', () => {
    assertAll((checks, of) => {
      for (const {second, episode} of run(checks, of)) {
        const worstSince = (clock: number) =>
          Math.max(
            ...checks.flatMap(([at, value]) =>
              at * 1000 >= clock && at <= second && value !== undefined ? [value] : [],
            ),
          );
        expect(episode.peak).toBeGreaterThanOrEqual(worstSince(episode.raisedClock));
        expect(episode.peak).toBeLessThanOrEqual(worstSince(episode.overClock));
      }
    });
  });

  test('is reminded of no more often than its schedule has moments', () => {
    assertAll((checks, of) => {
      const {everyMs} = of.timing;
      for (const {second, outcome, episode} of run(checks, of)) {
        if (outcome !== 'reminded') continue;
        const elapsed = second * 1000 - episode.raisedClock;
        const most =
          everyMs === undefined
            ? REMIND_MS.filter((ms) => ms <= elapsed).length
            : everyMs === 0
              ? checks.length
              : Math.floor(elapsed / everyMs);
        expect(episode.repeats - 1).toBeLessThanOrEqual(most);
      }
    });
  });
});

function isFiringAt(told: readonly Told[], second: number): boolean {
  const last = told.findLast((one) => one.second <= second);
  return last !== undefined && last.outcome !== 'resolved';
}

/** The good checks that lead up to this one without a break in what they are asked. */
function stretchBefore(
  checks: readonly Check[],
  second: number,
  holds: (value: number) => boolean,
): readonly Check[] {
  const good = checks.filter(([at, value]) => at <= second && value !== undefined);
  const broken = good.findLastIndex(([, value]) => !holds(value ?? 0));
  return good.slice(broken + 1);
}
