import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../../src/core/event.ts';
import {RuleBook, type RuleLook, type RuleThresholds} from '../../../src/core/rules/rule-book.ts';
import {failed, ok} from '../../../src/core/sample.ts';
import {atMoments, GIB, START} from '../samples.ts';
import {CALM, look, momentAt, oomKill, ramPool, ramReaching, tableOf} from './looks.ts';

function run(book: RuleBook, looks: readonly (readonly [second: number, more: Partial<RuleLook>])[]) {
  return looks.flatMap(([second, more]) => book.feed(look(more), momentAt(second)));
}

const words = (events: readonly SessionEvent[]) =>
  events.map((event) => {
    const {kind} = event;
    const seconds = (event.at - START) / 1000;
    return `${seconds} ${kind === 'raised' && event.isReminder ? 'reminded' : kind} ${kind === 'mark' ? '' : event.what}`;
  });

const stalled = (some10: number, full10 = 0) => ({pressure: ok({...CALM, some10, full10})});
const WORST: Partial<RuleLook> = {
  ...stalled(99, 99),
  swapRate: {inPerSecond: 1e6, outPerSecond: 1e6},
  ram: ramReaching(0),
  newTable: tableOf({7: 99}),
};

describe('without being asked', () => {
  test.each([
    ['some pressure', stalled(9.9), []],
    ['some pressure', stalled(10), ['0 raised pressure']],
    ['full pressure', stalled(0, 4.9), []],
    ['full pressure', stalled(0, 5), ['0 raised full pressure']],
    ['all that could be', WORST, ['0 raised pressure', '0 raised full pressure']],
    ['a kill', {kills: [oomKill(0)]}, ['0 raised OOM kill']],
  ] as const)('%s: %j', (_, more, told) => {
    expect(words(run(new RuleBook(), [[0, more]]))).toEqual(told);
  });
});

describe('a threshold', () => {
  test.each<[RuleThresholds, Partial<RuleLook>, string]>([
    [{swapIn: 1000}, {swapRate: {inPerSecond: 1000, outPerSecond: 0}}, '0 raised swap in'],
    [{swapOut: 1000}, {swapRate: {inPerSecond: 0, outPerSecond: 1000}}, '0 raised swap out'],
    [{limitIn: 600}, {ram: ramReaching(600_000)}, '0 raised RAM limit'],
    [{process: {percent: 20}}, {newTable: tableOf({7: 21})}, '0 raised p7 (7)'],
    [{process: {bytes: GIB}}, {newTable: tableOf({7: 2})}, '0 raised p7 (7)'],
    [{pressure: 50}, stalled(50), '0 raised pressure'],
  ])('%j is what is gone by', (thresholds, more, told) => {
    expect(words(run(new RuleBook(thresholds), [[0, more]]))).toEqual([told]);
  });

  test('that is off is not looked at', () => {
    const off = {
      pressure: 'off',
      fullPressure: 'off',
      swapIn: 'off',
      swapOut: 'off',
      limitIn: 'off',
    } as const;
    expect(run(new RuleBook({...off, process: 'off'}), [[0, WORST]])).toEqual([]);
  });

  test('is gone by as long as was asked, and told again as was asked', () => {
    const book = new RuleBook({}, {holdSeconds: 10, everySeconds: 30});
    const looks = [0, 5, 10, 30, 40].map((second) => [second, stalled(40)] as const);
    expect(words(run(book, looks))).toEqual(['10 raised pressure', '40 reminded pressure']);
  });
});

describe('an alert on a figure', () => {
  test('is told with all that is known of it', () => {
    expect(run(new RuleBook(), [[3, stalled(12.44)]])).toEqual([
      {
        kind: 'raised',
        at: START + 3000,
        what: 'pressure',
        ruleId: 'pressure',
        unit: 'percent',
        value: 12.44,
        threshold: 10,
        status: 'HIGH',
        message: 'PRESSURE ALERT: some task waited for memory 12.4% of 10 s (threshold: 10%)',
        figureText: 'some 12.4% over 10 s',
        repeat: 1,
        isReminder: false,
        silenced: false,
        top: {pid: 812, name: 'python train', rssBytes: 71 * GIB},
      },
    ]);
  });

  test('asks who holds the memory only when it is raised', () => {
    let asked = 0;
    const top = () => {
      asked += 1;
      return undefined;
    };
    const looks = [0, 1, 60, 61].map((second) => [second, {...stalled(40), top}] as const);
    const events = run(new RuleBook(), [...looks, [70, {...stalled(0), top}], [85, {...stalled(0), top}]]);
    expect(words(events)).toEqual(['0 raised pressure', '60 reminded pressure', '85 resolved pressure']);
    expect(asked).toBe(1);
  });

  test('stays over checks at which its figure is not known', () => {
    const book = new RuleBook();
    const unknown = {pressure: failed('no answer')};
    expect(
      words(
        run(book, [
          [0, stalled(40)],
          [1, unknown],
          [50, unknown],
        ]),
      ),
    ).toEqual(['0 raised pressure']);
    expect(book.firing(50_000)).toMatchObject([{text: 'some 40.0% over 10 s, over 10% for 50 s'}]);
  });

  test('on time that is left is over once nobody can project any more', () => {
    const book = new RuleBook({limitIn: 600});
    const events = run(book, [
      [0, {ram: ramReaching(300_000)}],
      [1, {ram: ramReaching(200_000)}],
      [2, {}],
      [16, {}],
      [17, {}],
    ]);
    expect(words(events)).toEqual(['0 raised RAM limit', '17 resolved RAM limit']);
    expect(events[0]).toMatchObject({status: 'CRITICAL', figureText: 'in ~5 m', usedBytes: 90 * GIB});
    expect(events[1]).toMatchObject({unit: 'seconds', lastedMs: 2000, peak: 200});
  });
});

describe('what fires now', () => {
  const book = new RuleBook({limitIn: 600, process: {percent: 50}});
  run(book, [
    [0, {...stalled(40, 6), ram: ramReaching(90_000), newTable: tableOf({7: 60})}],
    [5, {...stalled(41), kills: [oomKill(5)], ram: ramReaching(80_000)}],
  ]);

  test('is told the worst first', () => {
    expect(book.firing(65_000).map(({what, status, text}) => [what, status, text])).toEqual([
      ['OOM kill', 'CRITICAL', expect.stringMatching(/^at .*: a process$/)],
      ['RAM limit', 'CRITICAL', 'in ~1 m'],
      ['pressure', 'HIGH', 'some 41.0% over 10 s, over 10% for 1 m 5 s'],
      ['full pressure', 'HIGH', 'full 0.0% over 10 s, over 5% for 1 m 5 s'],
      ['p7 (7)', 'HIGH', '60.0 GiB, 60.0% of the limit'],
    ]);
  });

  test('is silenced together, once', () => {
    expect(book.silence(START)).toEqual(
      ['OOM kill', 'pressure', 'full pressure', 'RAM limit', 'p7 (7)'].map((what) => ({
        kind: 'silenced',
        at: START,
        what,
      })),
    );
    expect(book.silence(START)).toEqual([]);
    expect(book.firing(65_000).every(({silenced}) => silenced)).toBe(true);
  });
});

test('in any run each rule is raised and resolved by turns, on the right side of its threshold', () => {
  const anyLook = fc.record({
    some: fc.option(fc.integer({min: 0, max: 20}), {nil: undefined}),
    out: fc.integer({min: 0, max: 200}),
    left: fc.option(fc.integer({min: 0, max: 1200}), {nil: undefined}),
  });
  const steps = fc.array(fc.tuple(fc.integer({min: 1, max: 30}), anyLook), {maxLength: 60});
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 10), (given, holdSeconds) => {
      const book = new RuleBook({swapOut: 100, limitIn: 600}, {holdSeconds});
      const firing = new Set<string>();
      for (const [second, {some, out, left}] of atMoments(given)) {
        const events = book.feed(
          look({
            pressure: some === undefined ? failed('') : ok({...CALM, some10: some}),
            swapRate: {inPerSecond: 0, outPerSecond: out},
            ram: left === undefined ? ramPool(50) : ramReaching(left * 1000),
          }),
          momentAt(second),
        );
        for (const event of events) {
          if (event.kind === 'raised') {
            expect(firing.has(event.ruleId)).toBe(event.isReminder);
            const isOver =
              event.unit === 'seconds' ? event.value <= event.threshold : event.value >= event.threshold;
            expect(isOver).toBe(true);
            firing.add(event.ruleId);
          }
          if (event.kind === 'resolved') expect(firing.delete(event.ruleId)).toBe(true);
        }
        const now = book.firing(second * 1000).map(({ruleId}) => ruleId);
        expect(now.sort()).toEqual([...firing].sort());
      }
    }),
    {numRuns: 300},
  );
});
