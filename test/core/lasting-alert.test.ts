import fc from 'fast-check';
import {describe, expect, test, vi} from 'vitest';
import {LastingAlert, type LastingAlertInfo, type LastingAlertOptions} from '../../src/core/lasting-alert.ts';
import {atMoments, GIB} from './samples.ts';

const START = Date.parse('2026-03-01T12:00:00Z');

type Check = readonly [second: number, value: number];

/** Checks at seconds of both clocks. */
function run(alert: LastingAlert, checks: readonly Check[]): readonly LastingAlertInfo[] {
  return checks.flatMap(([second, value]) => alert.check(value, START + second * 1000, second * 1000) ?? []);
}

const words = (infos: readonly LastingAlertInfo[]) =>
  infos.map(({event, timestamp}) => `${(Date.parse(timestamp) - START) / 1000} ${event}`);

describe('what an alert tells', () => {
  const infos = run(new LastingAlert(), [
    [0, 79.9],
    [1, 85],
    [61, 92.1],
    [100, 74],
    [115, 74],
  ]);

  test('when it is raised', () => {
    expect(infos[0]).toEqual({
      event: 'raised',
      timestamp: '2026-03-01T12:00:01.000Z',
      what: 'RAM',
      value: 85,
      threshold: 80,
      unit: 'percent',
      status: 'HIGH',
      message: 'MEMORY ALERT: 85.0% of RAM in use (threshold: 80%)',
      repeat: 1,
      peak: 85,
      lastedMs: 0,
    });
  });

  test('when it is told again', () => {
    expect(infos[1]).toMatchObject({
      event: 'reminded',
      value: 92.1,
      message: 'MEMORY ALERT: 92.1% of RAM in use (threshold: 80%)',
      repeat: 2,
      peak: 92.1,
      lastedMs: 60_000,
    });
  });

  test('when it is over: how long it lasted, until it went well under, and its peak', () => {
    expect(infos[2]).toEqual({
      event: 'resolved',
      timestamp: '2026-03-01T12:01:55.000Z',
      what: 'RAM',
      value: 74,
      threshold: 80,
      unit: 'percent',
      status: 'NORMAL',
      message: 'RAM alert resolved: lasted 1 m 39 s · peak 92.1%',
      repeat: 2,
      peak: 92.1,
      lastedMs: 99_000,
    });
    expect(infos).toHaveLength(3);
  });
});

describe('what is watched', () => {
  const first = (options: LastingAlertOptions, value: number) =>
    run(new LastingAlert(options), [[0, value]])[0];

  test.each<[LastingAlertOptions, number, string, string]>([
    [{what: 'swap', threshold: 50}, 60, 'SWAP ALERT: 60.0% of swap in use (threshold: 50%)', 'HIGH'],
    [
      {what: 'GPU 0 VRAM', title: 'VRAM', of: 'GPU 0 (RTX 3090)', threshold: 90},
      99.6,
      'VRAM ALERT: 99.6% of GPU 0 (RTX 3090) in use (threshold: 90%)',
      'CRITICAL',
    ],
    [
      {what: 'a job', unit: 'bytes', threshold: GIB, message: (value, bound) => `${value} of ${bound}`},
      2 * GIB,
      '2147483648 of 1073741824',
      'HIGH',
    ],
    [
      {
        what: 'RAM limit',
        unit: 'seconds',
        threshold: 600,
        isBelow: true,
        status: () => 'CRITICAL',
        message: () => 'soon',
      },
      500,
      'soon',
      'CRITICAL',
    ],
  ])('%j', (options, value, message, status) => {
    expect(first(options, value)).toMatchObject({
      event: 'raised',
      what: options.what,
      value,
      message,
      status,
    });
  });

  test('of time that is left: at or below its threshold, the least is the worst', () => {
    const alert = new LastingAlert({what: 'RAM limit', unit: 'seconds', threshold: 600, isBelow: true});
    const infos = run(alert, [
      [0, 700],
      [1, 600],
      [2, 90],
      [60, 400],
      [70, 901],
      [85, 901],
    ]);
    expect(words(infos)).toEqual(['1 raised', '85 resolved']);
    expect(infos[1]).toMatchObject({
      peak: 90,
      lastedMs: 69_000,
      message: 'RAM limit alert resolved: lasted 1 m 9 s · peak 1 m 30 s',
    });
  });
});

describe('its timing', () => {
  test('is given in seconds', () => {
    const alert = new LastingAlert({holdSeconds: 5, everySeconds: 20, clearSeconds: 3});
    expect(
      words(
        run(alert, [
          [0, 85],
          [4.9, 85],
          [5, 85],
          [25, 85],
          [30, 74],
          [33, 74],
        ]),
      ),
    ).toEqual(['5 raised', '25 reminded', '33 resolved']);
    const untold = new LastingAlert({remindSeconds: []});
    expect(
      words(
        run(untold, [
          [0, 85],
          [9999, 85],
        ]),
      ),
    ).toEqual(['0 raised']);
    const twice = new LastingAlert({remindSeconds: [10, 20]});
    const seconds = Array.from({length: 10}, (_, index): Check => [index * 5, 85]);
    expect(words(run(twice, seconds))).toEqual(['0 raised', '10 reminded', '20 reminded']);
  });

  test('goes by the clock that never steps', () => {
    const alert = new LastingAlert();
    alert.check(85, START, 0);
    expect(alert.check(85, START + 3_600_000, 59_000)).toBeUndefined();
    expect(alert.check(85, START - 3_600_000, 60_000)).toMatchObject({event: 'reminded', lastedMs: 60_000});
  });
});

describe('its threshold', () => {
  test('can be moved, and the next check goes by it', () => {
    const alert = new LastingAlert();
    expect(run(alert, [[0, 70]])).toEqual([]);
    alert.threshold = 65;
    expect(words(run(alert, [[1, 70]]))).toEqual(['1 raised']);
    alert.thresholdPercent = 90;
    expect([alert.threshold, alert.thresholdPercent]).toEqual([90, 90]);
    const infos = run(alert, [
      [2, 84],
      [17, 84],
    ]);
    expect(words(infos)).toEqual(['17 resolved']);
    expect(infos[0]).toMatchObject({threshold: 90, peak: 84});
  });

  test.each<[LastingAlertOptions, string]>([
    [{threshold: -1}, 'thresholdPercent: expected 0 to 100, got -1'],
    [{threshold: 100.1}, 'thresholdPercent: expected 0 to 100, got 100.1'],
    [{threshold: Number.NaN}, 'thresholdPercent: expected 0 to 100, got NaN'],
    [{threshold: -1, unit: 'bytes'}, 'threshold: expected 0 or more, got -1'],
    [{threshold: Number.POSITIVE_INFINITY, unit: 'seconds'}, 'threshold: expected 0 or more, got Infinity'],
  ])('%j is refused', (options, message) => {
    expect(() => new LastingAlert(options)).toThrow(new RangeError(message));
    const {threshold = 0, ...others} = options;
    const alert = new LastingAlert({...others, threshold: 50});
    expect(() => {
      alert.threshold = threshold;
    }).toThrow(new RangeError(message));
    expect(alert.threshold).toBe(50);
  });
});

describe('the end of what is watched', () => {
  test('ends what fires, once', () => {
    const alert = new LastingAlert();
    run(alert, [
      [0, 85],
      [10, 91],
    ]);
    expect(alert.end(START + 20_000, 20_000)).toMatchObject({
      event: 'resolved',
      lastedMs: 20_000,
      peak: 91,
      message: 'RAM alert resolved: lasted 20 s · peak 91.0%',
    });
    expect(alert.episode).toBeUndefined();
    expect(alert.end(START + 21_000, 21_000)).toBeUndefined();
  });

  test('when it was well under already, that is when it ended', () => {
    const alert = new LastingAlert();
    run(alert, [
      [0, 85],
      [10, 20],
    ]);
    expect(alert.end(START + 20_000, 20_000)).toMatchObject({lastedMs: 10_000});
  });

  test('forgets that it was over, where that was not long enough yet', () => {
    const alert = new LastingAlert({holdSeconds: 10});
    run(alert, [[0, 85]]);
    expect(alert.end(START, 5000)).toBeUndefined();
    expect(
      words(
        run(alert, [
          [10, 85],
          [19, 85],
          [20, 85],
        ]),
      ),
    ).toEqual(['20 raised']);
  });
});

describe('silence', () => {
  test('is only of what fires, once, and until it clears', () => {
    const alert = new LastingAlert({everySeconds: 10});
    expect(alert.silence()).toBe(false);
    run(alert, [[0, 85]]);
    expect([alert.silence(), alert.silence(), alert.episode?.silenced]).toEqual([true, false, true]);
    const infos = run(alert, [
      [10, 99],
      [20, 99],
      [21, 10],
      [36, 10],
      [40, 85],
      [50, 85],
    ]);
    expect(words(infos)).toEqual(['36 resolved', '40 raised', '50 reminded']);
    expect(infos[0]).toMatchObject({peak: 99, repeat: 1});
    expect(infos[1]).toMatchObject({repeat: 1});
  });
});

describe('callbacks', () => {
  test('hear all that happens, and each is isolated from the others', () => {
    const onCallbackError = vi.fn();
    const alert = new LastingAlert({everySeconds: 10, onCallbackError});
    const heard: string[] = [];
    alert.onAlert(() => {
      throw new Error('boom');
    });
    const remove = alert.onAlert(({event}) => heard.push(event));
    run(alert, [
      [0, 85],
      [10, 85],
      [20, 10],
      [35, 10],
    ]);
    expect(heard).toEqual(['raised', 'reminded', 'resolved']);
    expect(onCallbackError.mock.calls).toEqual([[new Error('boom')]]);
    remove();
    run(alert, [[40, 85]]);
    alert.end(START, 41_000);
    expect(heard).toHaveLength(3);
  });

  test('hear of an end', () => {
    const alert = new LastingAlert();
    const heard: string[] = [];
    alert.onAlert(({event}) => heard.push(event));
    run(alert, [[0, 85]]);
    alert.end(START, 1000);
    expect(heard).toEqual(['raised', 'resolved']);
  });
});

test('only what is raised is counted', () => {
  const alert = new LastingAlert({everySeconds: 1});
  run(alert, [
    [0, 85],
    [1, 85],
    [2, 85],
    [3, 10],
    [18, 10],
    [19, 85],
  ]);
  expect(alert.count).toBe(2);
});

/** A figure that is over its threshold now and then: lengths of what is under and over, in milliseconds, by turns. */
const anySignal = fc.array(fc.integer({min: 100, max: 90_000}), {minLength: 1, maxLength: 12});
const anySteps = fc.array(fc.integer({min: 200, max: 20_000}), {minLength: 30, maxLength: 200});
const anyHold = fc.constantFrom(0, 1, 5, 30);

interface Excursion {
  readonly from: number;
  readonly until: number;
}

function excursionsOf(lengths: readonly number[]): readonly Excursion[] {
  const turns = atMoments(lengths.map((length, index) => [length, index] as const));
  return turns.flatMap(([until, index]) =>
    index % 2 === 1 ? [{from: until - (lengths[index] ?? 0), until}] : [],
  );
}

test('no excursion longer than the check interval is missed, with a hold none longer than that rounded up', () => {
  fc.assert(
    fc.property(anySignal, anySteps, anyHold, (lengths, steps, holdSeconds) => {
      const excursions = excursionsOf(lengths);
      const alert = new LastingAlert({holdSeconds});
      const moments = atMoments(steps.map((step) => [step, undefined] as const)).map(([at]) => at);
      const firing = new Set<number>();
      for (const at of moments) {
        const isOver = excursions.some(({from, until}) => at >= from && at < until);
        alert.check(isOver ? 85 : 20, START + at, at);
        if (alert.episode !== undefined) firing.add(at);
      }
      const interval = Math.max(...steps);
      for (const {from, until} of excursions) {
        const seen = moments.filter((at) => at >= from && at < until);
        const lastMoment = moments.at(-1) ?? 0;
        // Without a hold it is enough that it lasts longer than two checks are apart.
        if (holdSeconds === 0 && until - from > interval && until < lastMoment)
          expect(seen.some((at) => firing.has(at))).toBe(true);
        const due = seen.find((at) => at - (seen[0] ?? at) >= holdSeconds * 1000);
        if (due !== undefined) expect(firing.has(due)).toBe(true);
        if (until - from > holdSeconds * 1000 + 2 * interval && until < lastMoment) expect(due).toBeDefined();
      }
    }),
    {numRuns: 300},
  );
});
