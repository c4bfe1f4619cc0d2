import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {MemoryAlert} from '../../src/core/alert.ts';
import type {RaisedEvent, SessionEvent} from '../../src/core/event.ts';
import {History} from '../../src/core/history.ts';
import {failed} from '../../src/core/sample.ts';
import {kinds, open, openWithCooldown, run} from './pools.ts';
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
        ruleId: 'ram',
        unit: 'percent',
        value: 85,
        usedBytes: 85 * GIB,
        totalBytes: 100 * GIB,
        threshold: 80,
        status: 'HIGH',
        message: 'MEMORY ALERT: 85.0% of RAM in use (threshold: 80%)',
        repeat: 1,
        isReminder: false,
        silenced: false,
        top: {pid: 7, name: 'python train', rssBytes: GIB},
      },
    ]);
  });

  test('is reminded of while it lasts, and resolves 15 s after it went well under, which is when it ended', () => {
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
    expect(kinds(events)).toEqual(['0 raised', '60 raised', '145 resolved']);
    expect(remindersOf(events)).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(events.at(-1)).toMatchObject({
      what: 'RAM',
      ruleId: 'ram',
      unit: 'percent',
      lastedMs: 130_000,
      peak: 90,
    });
  });

  test('that swings around the threshold is one alert', () => {
    const swing = Array.from({length: 50}, (_, index) => [index, index % 2 === 0 ? 81 : 76] as const);
    expect(kinds(run(swing))).toEqual(['0 raised']);
  });

  test('that comes back after it cleared is raised anew at once', () => {
    const events = run([
      [0, 85],
      [1, 70],
      [16, 70],
      [20, 85],
      [59, 85],
      [60, 85],
    ]);
    expect(kinds(events)).toEqual(['0 raised', '16 resolved', '20 raised']);
    expect(events.at(-1)).toMatchObject({repeat: 1, isReminder: false});
  });

  test('stays silent, once silenced, until it clears', () => {
    const series = open();
    expect(series.silence(START)).toBeUndefined();
    run([[0, 85]], series);
    expect(series.silence(START + 5)).toEqual({kind: 'silenced', at: START + 5, what: 'RAM'});
    expect(series.silence(START + 6)).toBeUndefined();
    expect(run([[60, 85]], series)).toEqual([]);
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

  test('is counted once in the window and in the session, whatever is reminded of', () => {
    const series = open();
    const events = run(
      [
        [0, 85],
        [1, 86],
        [60, 85],
      ],
      series,
    );
    expect(kinds(events)).toEqual(['0 raised', '60 raised']);
    expect([series.metrics.alertCount, series.summary.alerts]).toEqual([1, 1]);
  });

  test('goes by the timing that was asked for', () => {
    const held = open({timing: {holdSeconds: 10, everySeconds: 30}});
    const checks = [0, 5, 9, 10, 20, 39, 40, 70].map((second) => [second, 85] as const);
    const events = run(checks, held);
    expect(kinds(events)).toEqual(['10 raised', '40 raised', '70 raised']);
    expect(remindersOf(events)).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
    const untold = open({timing: {remindSeconds: []}});
    expect(
      kinds(
        run(
          [
            [0, 85],
            [4000, 85],
          ],
          untold,
        ),
      ),
    ).toEqual(['0 raised']);
  });

  test('is raised at no figure at all while its threshold is off, until one is set', () => {
    const series = open({threshold: 'off'});
    expect(run([[0, 100]], series)).toEqual([]);
    expect(series.view({detail: 'host', reading: failed('')})).toMatchObject({
      thresholdPercent: Number.POSITIVE_INFINITY,
      status: 'NORMAL',
    });
    expect(series.setThreshold(90, START)).toEqual([]);
    expect(kinds(run([[1, 100]], series))).toEqual(['1 raised']);
  });
});

const remindersOf = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.kind === 'raised' ? [[event.repeat, event.isReminder]] : []));

describe("the library's own alert of a pool", () => {
  test('repeats each cooldown while it lasts, and resolves 15 s after it went well under, which is when it ended', () => {
    const events = run(
      [
        [0, 85],
        [30, 90],
        [60, 86],
        [119, 86],
        [120, 85],
        [130, 74],
        [144, 74],
        [145, 74],
      ],
      openWithCooldown(),
    );
    expect(kinds(events)).toEqual(['0 raised', '60 raised', '120 raised', '145 resolved']);
    expect(remindersOf(events)).toEqual([
      [1, false],
      [2, false],
      [3, false],
    ]);
    expect(events.at(-1)).toMatchObject({what: 'RAM', lastedMs: 130_000, peak: 90});
  });

  test('that comes back within the cooldown is raised anew when that ends', () => {
    const events = run(
      [
        [0, 85],
        [1, 70],
        [16, 70],
        [20, 85],
        [59, 85],
        [60, 85],
      ],
      openWithCooldown(),
    );
    expect(kinds(events)).toEqual(['0 raised', '16 resolved', '60 raised']);
    expect(events.at(-1)).toMatchObject({repeat: 1});
  });

  test('stays silenced until it clears', () => {
    const series = openWithCooldown();
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

  test('swings around the threshold as one stretch, and stays open over readings that fail', () => {
    const swing = Array.from({length: 50}, (_, index) => [index, index % 2 === 0 ? 81 : 76] as const);
    expect(kinds(run(swing, openWithCooldown()))).toEqual(['0 raised']);
    expect(
      kinds(
        run(
          [
            [0, 85],
            [1, undefined],
            [30, undefined],
            [31, 85],
          ],
          openWithCooldown(),
        ),
      ),
    ).toEqual(['0 raised', '1 lost', '31 back']);
  });

  test('is counted each time in the window, in the session and by itself', () => {
    const memoryAlert = new MemoryAlert();
    const series = open({memoryAlert});
    run(
      [
        [0, 85],
        [1, 86],
        [60, 85],
      ],
      series,
    );
    expect([series.metrics.alertCount, series.summary.alerts, memoryAlert.count]).toEqual([2, 2, 2]);
  });
});

const anyChecks = fc.array(
  fc.tuple(
    fc.integer({min: 1, max: 40}),
    fc.option(fc.integer({min: 60, max: 100}), {nil: undefined, freq: 12}),
  ),
  {maxLength: 80},
);
const anyCooldown = fc.constantFrom(0, 10, 60, 300);
/** Alerts that last, and the library's own with any cooldown; made anew for each run. */
const anyAlert = fc.oneof(
  fc.constant(() => open()),
  anyCooldown.map((cooldown) => () => openWithCooldown(cooldown)),
);

describe('any run of checks', () => {
  test('raises nothing twice without a resolve between, and nothing below the threshold', () => {
    fc.assert(
      fc.property(anyChecks, anyAlert, (steps, make) => {
        const events = run(atMoments(steps), make());
        let repeats = 0;
        for (const event of events) {
          if (event.kind === 'resolved') {
            expect(repeats).toBeGreaterThan(0);
            repeats = 0;
          }
          if (event.kind !== 'raised') continue;
          expect(event.value).toBeGreaterThanOrEqual(80);
          expect(event.repeat).toBe(repeats + 1);
          repeats = event.repeat;
        }
      }),
      {numRuns: 500},
    );
  });

  test("raises the library's own at every check over the threshold outside the cooldown, and at no other", () => {
    fc.assert(
      fc.property(anyChecks, anyCooldown, (steps, cooldownSeconds) => {
        const times = atMoments(steps);
        const raised = run(times, openWithCooldown(cooldownSeconds)).filter(
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

  test('raises one that lasts at the first check over the threshold of each stretch, and counts no other', () => {
    fc.assert(
      fc.property(anyChecks, (steps) => {
        const times = atMoments(steps);
        const series = open();
        const events = run(times, series);
        const ends = events.flatMap((event) => (event.kind === 'resolved' ? [event.second] : []));
        const stretches = [Number.NEGATIVE_INFINITY, ...ends];
        const expected = stretches.flatMap((from, index) => {
          const until = ends[index] ?? Number.POSITIVE_INFINITY;
          const over = times.find(
            ([at, percent]) => at > from && at <= until && percent !== undefined && percent >= 80,
          );
          return over === undefined ? [] : [over[0]];
        });
        const raised = events.filter((event) => event.kind === 'raised' && !event.isReminder);
        expect(raised.map((event) => event.second)).toEqual(expected);
        expect(series.summary.alerts).toBe(expected.length);
      }),
      {numRuns: 500},
    );
  });

  test('resolves only after 15 s in which no good reading was at or above the clearing level', () => {
    fc.assert(
      fc.property(anyChecks, anyAlert, (steps, make) => {
        const times = atMoments(steps);
        for (const event of run(times, make())) {
          if (event.kind !== 'resolved') continue;
          const recent = times.filter(([at]) => at <= event.second && at > event.second - 15);
          for (const [, percent] of recent) expect(percent ?? 0).toBeLessThan(CLEARS_BELOW);
        }
      }),
    );
  });

  test('tells a loss once, and the return once', () => {
    fc.assert(
      fc.property(anyChecks, (steps) => {
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
