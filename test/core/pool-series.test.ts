import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {RaisedEvent} from '../../src/core/event.ts';
import {History} from '../../src/core/history.ts';
import {failed} from '../../src/core/sample.ts';
import {kinds, open, run} from './pools.ts';
import {atMoments, GIB, START} from './samples.ts';

const CLEARS_BELOW = 75;

describe('an alert of a pool', () => {
  test('is raised with all that is known of it', () => {
    expect(
      run([
        [0, 79.9],
        [1, 85],
      ]),
    ).toEqual([
      {
        second: 1,
        kind: 'raised',
        at: START + 1000,
        what: 'RAM',
        poolId: 'ram',
        percent: 85,
        usedBytes: 85 * GIB,
        totalBytes: 100 * GIB,
        thresholdPercent: 80,
        status: 'HIGH',
        message: 'MEMORY ALERT: 85.0% of RAM in use (threshold: 80%)',
        repeat: 1,
        silenced: false,
        top: {pid: 7, name: 'python train', rssBytes: GIB},
      },
    ]);
  });

  test('repeats each cooldown while it lasts, and resolves 15 s after it went well under, which is when it ended', () => {
    const events = run([
      [0, 85],
      [30, 90],
      [60, 86],
      [119, 86],
      [120, 85],
      [130, 74],
      [144, 74],
      [145, 74],
    ]);
    expect(kinds(events)).toEqual(['0 raised', '60 raised', '120 raised', '145 resolved']);
    expect(events.flatMap((event) => (event.kind === 'raised' ? [event.repeat] : []))).toEqual([1, 2, 3]);
    expect(events.at(-1)).toMatchObject({what: 'RAM', lastedMs: 130_000, peakPercent: 90});
  });

  test('that swings around the threshold is one alert', () => {
    const swing = Array.from({length: 50}, (_, index) => [index, index % 2 === 0 ? 81 : 76] as const);
    expect(kinds(run(swing))).toEqual(['0 raised']);
  });

  test('that comes back within the cooldown is raised anew when that ends', () => {
    const events = run([
      [0, 85],
      [1, 70],
      [16, 70],
      [20, 85],
      [59, 85],
      [60, 85],
    ]);
    expect(kinds(events)).toEqual(['0 raised', '16 resolved', '60 raised']);
    expect(events.at(-1)).toMatchObject({repeat: 1});
  });

  test('stays silenced until it clears', () => {
    const series = open();
    expect(series.silence(START)).toBeUndefined();
    run([[0, 85]], series);
    expect(series.silence(START + 5)).toEqual({kind: 'silenced', at: START + 5, what: 'RAM'});
    expect(series.silence(START + 6)).toBeUndefined();
    expect(run([[60, 85]], series)).toMatchObject([{kind: 'raised', repeat: 2, silenced: true}]);
    run(
      [
        [61, 10],
        [80, 10],
      ],
      series,
    );
    expect(run([[130, 85]], series)).toMatchObject([{kind: 'raised', repeat: 1, silenced: false}]);
  });

  test('stays open over readings that fail', () => {
    expect(
      kinds(
        run([
          [0, 85],
          [1, undefined],
          [30, undefined],
          [31, 85],
        ]),
      ),
    ).toEqual(['0 raised', '1 lost', '31 back']);
  });

  test('is counted in the window and in the session', () => {
    const series = open();
    run(
      [
        [0, 85],
        [1, 86],
        [60, 85],
      ],
      series,
    );
    expect([series.metrics.alertCount, series.summary.alerts, series.alert.count]).toEqual([2, 2, 2]);
  });
});

describe('any run of checks', () => {
  const checks = fc.array(
    fc.tuple(
      fc.integer({min: 1, max: 40}),
      fc.option(fc.integer({min: 60, max: 100}), {nil: undefined, freq: 12}),
    ),
    {maxLength: 80},
  );
  const cooldown = fc.constantFrom(0, 10, 60, 300);

  test('raises nothing twice without a resolve between, and nothing below the threshold', () => {
    fc.assert(
      fc.property(checks, cooldown, (steps, cooldownSeconds) => {
        const events = run(atMoments(steps), open({cooldownSeconds}));
        let repeats = 0;
        for (const event of events) {
          if (event.kind === 'resolved') {
            expect(repeats).toBeGreaterThan(0);
            repeats = 0;
          }
          if (event.kind !== 'raised') continue;
          expect(event.percent).toBeGreaterThanOrEqual(80);
          expect(event.repeat).toBe(repeats + 1);
          repeats = event.repeat;
        }
      }),
      {numRuns: 500},
    );
  });

  test('raises at every check over the threshold outside the cooldown, and at no other', () => {
    fc.assert(
      fc.property(checks, cooldown, (steps, cooldownSeconds) => {
        const times = atMoments(steps);
        const raised = run(times, open({cooldownSeconds})).filter(
          (event): event is RaisedEvent & {second: number} => event.kind === 'raised',
        );
        let last = Number.NEGATIVE_INFINITY;
        const expected = times.filter(([at, percent]) => {
          if (percent === undefined || percent < 80 || at - last < cooldownSeconds) return false;
          last = at;
          return true;
        });
        expect(raised.map((event) => event.second)).toEqual(expected.map(([at]) => at));
      }),
      {numRuns: 500},
    );
  });

  test('resolves only after 15 s in which no good reading was at or above the clearing level', () => {
    fc.assert(
      fc.property(checks, (steps) => {
        const times = atMoments(steps);
        for (const event of run(times)) {
          if (event.kind !== 'resolved') continue;
          const recent = times.filter(([at]) => at <= event.second && at > event.second - 15);
          for (const [, percent] of recent) expect(percent ?? 0).toBeLessThan(CLEARS_BELOW);
        }
      }),
    );
  });

  test('tells a loss once, and the return once', () => {
    fc.assert(
      fc.property(checks, (steps) => {
        const events = run(atMoments(steps));
        const turns = events.map(({kind}) => kind).filter((kind) => kind === 'lost' || kind === 'back');
        for (const [index, kind] of turns.entries()) expect(kind).toBe(index % 2 === 0 ? 'lost' : 'back');
      }),
    );
  });
});

describe('a reading that fails', () => {
  test('is told with its reason, and how long it took to come back', () => {
    expect(
      run([
        [0, 50],
        [1, undefined],
        [2, undefined],
        [9, 50],
      ]),
    ).toEqual([
      {second: 1, kind: 'lost', at: START + 1000, what: 'RAM', reason: 'no answer'},
      {second: 9, kind: 'back', at: START + 9000, what: 'RAM', afterMs: 8000},
    ]);
  });

  test('leaves the last good figures in view, with their time', () => {
    const series = open();
    run(
      [
        [0, 85],
        [1, undefined],
      ],
      series,
    );
    expect(series.view({detail: 'host', reading: failed('no answer')})).toMatchObject({
      reading: {status: 'failed', reason: 'no answer'},
      lastGood: {at: START, figures: {percent: 85}},
      status: 'HIGH',
      firing: true,
      firingMs: 1000,
      average: 85,
      peak: {percent: 85, at: START},
    });
  });

  test('is a gap in the history and nothing in the metrics', () => {
    const series = open();
    run(
      [
        [0, 50],
        [1, undefined],
        [2, 60],
      ],
      series,
    );
    expect(
      series.history?.columns(START, 1000, 3).map((column) => (column === 'gap' ? 'gap' : 'ok')),
    ).toEqual(['ok', 'gap', 'ok']);
    expect(series.metrics.readings.map(({percent}) => percent)).toEqual([50, 60]);
  });
});

test('a series without history, before its first reading, shows nothing that is not known', () => {
  const series = open({keepHistory: false});
  expect(series.history).toBeUndefined();
  const view = series.view({detail: 'host', reading: failed('not yet')});
  expect(view).toMatchObject({status: 'NORMAL', firing: false, silenced: false, trend: 'stable'});
  expect(Object.keys(view)).not.toEqual(expect.arrayContaining(['average']));
  expect(view).not.toHaveProperty('lastGood');
});

test('a restart forgets the window and keeps the session', () => {
  const series = open();
  run(
    [
      [0, 85],
      [1, 85],
    ],
    series,
  );
  const history = new History();
  series.restart(history);
  expect(series.history).toBe(history);
  expect(series.metrics.size).toBe(0);
  expect(series.summary.peak?.percent).toBe(85);
  run(
    [
      [2, 10],
      [3, 10],
    ],
    series,
  );
  expect(series.summary.observedMs).toBe(2000);
});
