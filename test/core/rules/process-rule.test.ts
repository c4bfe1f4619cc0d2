import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../../src/core/event.ts';
import {ProcessRule} from '../../../src/core/rules/process-rule.ts';
import type {ProcessTable} from '../../../src/core/sample.ts';
import {atMoments, GIB, processReading, START} from '../samples.ts';
import {momentAt, tableOf} from './looks.ts';

const LIMIT = 100 * GIB;
const byBytes = (spans = {}) => new ProcessRule({bytes: 10 * GIB}, spans);
const byShare = (spans = {}) => new ProcessRule({percent: 20}, spans);

/** Scans at seconds, each as pids with the GiB that they hold. */
function run(
  rule: ProcessRule,
  scans: readonly (readonly [second: number, table: ProcessTable])[],
  limit: number | undefined = LIMIT,
) {
  return scans.flatMap(([second, table]) => rule.feed(table, limit, momentAt(second)));
}

const words = (events: readonly SessionEvent[]) =>
  events.map((event) => {
    const at = (event.at - START) / 1000;
    const {kind} = event;
    return `${at} ${kind === 'raised' && event.isReminder ? 'reminded' : kind} ${kind === 'mark' ? '' : event.what}`;
  });

describe('a process', () => {
  test('over a size is told with what it holds, and is itself who is named', () => {
    const process = processReading(812, 11.5 * GIB, {args: ['python', 'train.py']});
    expect(byBytes().feed({at: START, processes: [process]}, undefined, momentAt(5))).toEqual([
      {
        kind: 'raised',
        at: START + 5000,
        what: 'python train (812)',
        ruleId: 'process:812@k812',
        unit: 'bytes',
        value: 11.5 * GIB,
        threshold: 10 * GIB,
        usedBytes: 11.5 * GIB,
        status: 'HIGH',
        message: 'PROCESS ALERT: python train (812) holds 11.5 GiB (threshold: 10.0 GiB)',
        figureText: '11.5 GiB',
        repeat: 1,
        isReminder: false,
        silenced: false,
        top: {pid: 812, name: 'python train', rssBytes: 11.5 * GIB},
      },
    ]);
  });

  test('over a share of the limit in force is told with both', () => {
    const [event] = run(byShare(), [[0, tableOf({7: 19.9, 8: 25})]]);
    expect(event).toMatchObject({
      what: 'p8 (8)',
      unit: 'percent',
      value: 25,
      threshold: 20,
      usedBytes: 25 * GIB,
      message: 'PROCESS ALERT: p8 (8) holds 25.0% of the limit (threshold: 20%)',
      figureText: '25.0 GiB, 25.0% of the limit',
    });
  });

  test('that holds less is not told of', () => {
    expect(run(byBytes(), [[0, tableOf({7: 9.99, 8: 1})]])).toEqual([]);
    expect(byShare().feed(tableOf({7: 99}), undefined, momentAt(0))).toEqual([]);
  });

  test('is told once, reminded of, and over when it is a tenth below for a while', () => {
    const sizes = [
      [0, 11],
      [30, 14],
      [60, 12],
      [61, 9.5],
      [62, 8.9],
      [76, 8.9],
      [77, 8.9],
    ] as const;
    const events = run(
      byBytes(),
      sizes.map(([second, gib]) => [second, tableOf({7: gib})]),
    );
    expect(words(events)).toEqual(['0 raised p7 (7)', '60 reminded p7 (7)', '77 resolved p7 (7)']);
    expect(events.at(-1)).toEqual({
      kind: 'resolved',
      at: START + 77_000,
      what: 'p7 (7)',
      ruleId: 'process:7@k7',
      unit: 'bytes',
      lastedMs: 62_000,
      peak: 14 * GIB,
    });
  });

  test('each has an alert of its own', () => {
    const events = run(byBytes(), [
      [0, tableOf({7: 11, 8: 5})],
      [10, tableOf({7: 11, 8: 12})],
      [20, tableOf({7: 1, 8: 12})],
      [35, tableOf({7: 1, 8: 12})],
    ]);
    expect(words(events)).toEqual(['0 raised p7 (7)', '10 raised p8 (8)', '35 resolved p7 (7)']);
  });

  test('that ends resolves its alert', () => {
    const rule = byBytes();
    const events = run(rule, [
      [0, tableOf({7: 11})],
      [9, tableOf({7: 13})],
      [20, tableOf({8: 1})],
      [30, tableOf({})],
    ]);
    expect(words(events)).toEqual(['0 raised p7 (7)', '20 resolved p7 (7)']);
    expect(events.at(-1)).toMatchObject({lastedMs: 20_000, peak: 13 * GIB});
    expect(rule.firing(30_000)).toEqual([]);
  });

  test('whose pid is used again is another one', () => {
    const again = tableOf({7: 12}, {startKey: 'later', name: 'other', args: ['other']});
    const events = run(byBytes(), [
      [0, tableOf({7: 11})],
      [1, again],
    ]);
    expect(words(events).toSorted()).toEqual(['0 raised p7 (7)', '1 raised other (7)', '1 resolved p7 (7)']);
    expect(events.flatMap((event) => (event.kind === 'raised' ? [event.ruleId] : []))).toEqual([
      'process:7@k7',
      'process:7@later',
    ]);
  });

  // By name and pid they cannot be told apart: whoever counts what fires by these would take the new one for over.
  test('that takes the place of one with its name and pid is told of after that one is over', () => {
    const events = run(byBytes(), [
      [0, tableOf({7: 11})],
      [1, tableOf({7: 12}, {startKey: 'later'})],
    ]);
    expect(words(events)).toEqual(['0 raised p7 (7)', '1 resolved p7 (7)', '1 raised p7 (7)']);
  });

  test('stays over a share while nobody can tell the limit', () => {
    const rule = byShare();
    run(rule, [[0, tableOf({7: 25})]]);
    expect(rule.feed(tableOf({7: 25}), undefined, momentAt(1))).toEqual([]);
  });

  test('must be over for as long as was asked', () => {
    const scans = [0, 4, 9, 10, 20].map((second) => [second, tableOf({7: 11})] as const);
    expect(words(run(byBytes({holdSeconds: 10}), scans))).toEqual(['10 raised p7 (7)']);
    const spike = [
      [0, tableOf({7: 11})],
      [5, tableOf({7: 2})],
      [10, tableOf({7: 11})],
      [19, tableOf({7: 11})],
    ] as const;
    expect(run(byBytes({holdSeconds: 10}), spike)).toEqual([]);
  });

  test('of a thousand over it no more than 64 are told of at once', () => {
    const many = Object.fromEntries(Array.from({length: 1000}, (_, index) => [index + 1, 11]));
    expect(run(byBytes(), [[0, tableOf(many)]])).toHaveLength(64);
  });
});

describe('what fires now', () => {
  test('is told with its size now and for how long', () => {
    const rule = byShare();
    run(rule, [
      [0, tableOf({7: 25})],
      [5, tableOf({7: 30})],
    ]);
    expect(rule.firing(8000)).toEqual([
      {
        ruleId: 'process:7@k7',
        what: 'p7 (7)',
        status: 'HIGH',
        text: '30.0 GiB, 30.0% of the limit',
        firingMs: 8000,
        silenced: false,
      },
    ]);
  });

  test('can be silenced, until it clears', () => {
    const rule = byBytes({everySeconds: 10});
    run(rule, [[0, tableOf({7: 11, 8: 12})]]);
    expect(rule.silence(START)).toEqual([
      {kind: 'silenced', at: START, what: 'p7 (7)'},
      {kind: 'silenced', at: START, what: 'p8 (8)'},
    ]);
    expect(rule.silence(START)).toEqual([]);
    expect(rule.firing(1000).map(({silenced}) => silenced)).toEqual([true, true]);
    expect(run(rule, [[20, tableOf({7: 11, 8: 12})]])).toEqual([]);
    expect(words(run(rule, [[30, tableOf({7: 11})]]))).toEqual(['30 resolved p8 (8)']);
  });
});

test('in any run of scans each process is raised and resolved by turns, never below its threshold', () => {
  const scan = fc.dictionary(fc.constantFrom('7', '8', '9'), fc.integer({min: 1, max: 20}));
  const scans = fc.array(fc.tuple(fc.integer({min: 1, max: 30}), scan), {maxLength: 40});
  fc.assert(
    fc.property(scans, fc.constantFrom(0, 10), (steps, holdSeconds) => {
      const rule = byBytes({holdSeconds});
      const firing = new Set<string>();
      for (const [second, sizes] of atMoments(steps)) {
        for (const event of rule.feed(tableOf(sizes), LIMIT, momentAt(second))) {
          if (event.kind === 'raised') {
            expect(event.value).toBeGreaterThanOrEqual(10 * GIB);
            expect(firing.has(event.ruleId)).toBe(event.isReminder);
            firing.add(event.ruleId);
          }
          if (event.kind === 'resolved') expect(firing.delete(event.ruleId)).toBe(true);
        }
        expect(
          rule
            .firing(second * 1000)
            .map(({ruleId}) => ruleId)
            .sort(),
        ).toEqual([...firing].sort());
        for (const pid of firing) expect(Object.keys(sizes)).toContain(/process:(\d+)@/.exec(pid)?.[1]);
      }
    }),
    {numRuns: 300},
  );
});
