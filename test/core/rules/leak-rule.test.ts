import {describe, expect, test} from 'vitest';
import {eventText, type SessionEvent} from '../../../src/core/event.ts';
import {formatClock} from '../../../src/core/format.ts';
import type {Pool} from '../../../src/core/frame.ts';
import type {LeakVerdict} from '../../../src/core/leak/verdict.ts';
import {LeakRule} from '../../../src/core/rules/leak-rule.ts';
import {failed} from '../../../src/core/sample.ts';
import {GIB, START} from '../samples.ts';
import {momentAt, ramPool} from './looks.ts';

const HOUR = 3_600_000;
const LEAK: LeakVerdict = {
  state: 'leak',
  confidence: 0.943,
  ratePerHour: 2.6 * GIB,
  ratePerHourInterval: {low: 2.3 * GIB, high: 3 * GIB},
  sinceMs: START - HOUR,
  forecast: {toLimit: {ms: 5.6 * HOUR, lowMs: 4.8 * HOUR, highMs: 6.4 * HOUR}},
};
const SINCE = formatClock(START - HOUR, 'minutes');

const pool = (leak: LeakVerdict, more: Partial<Pool> = {}): Pool => ({...ramPool(70), leak, ...more});
const STEADY: LeakVerdict = {state: 'steady', confidence: 0, forecast: {}};

function run(rule: LeakRule, checks: readonly (readonly [second: number, pools: readonly Pool[]])[]) {
  return checks.flatMap(([second, pools]) =>
    rule.feed(
      {
        pools,
        wallOffsetMs: 0,
        growing: (_, least) =>
          least <= 2 * GIB ? {pid: 5210, name: 'python gateway', rssBytes: 15 * GIB} : undefined,
      },
      momentAt(second),
    ),
  );
}

const told = (events: readonly SessionEvent[]) => events.map((event) => `${event.kind} ${eventText(event)}`);

describe('a leak', () => {
  test('is raised once, with its pace, how sure it is, the time left and who grows with it', () => {
    const events = run(new LeakRule({}), [
      [0, [pool(STEADY)]],
      [1, [pool(LEAK)]],
      [2, [pool(LEAK)]],
    ]);
    expect(told(events)).toEqual([
      `raised +2.6 GiB/h since ${SINCE}, 94% sure · python gateway (5210) grows with it`,
    ]);
    expect(events[0]).toMatchObject({
      what: 'RAM leak',
      ruleId: 'leak:ram',
      unit: 'bytes per hour',
      value: 2.6 * GIB,
      status: 'HIGH',
      usedBytes: 70 * GIB,
      message: expect.stringMatching(
        /^LEAK ALERT: RAM grows \+2\.6 GiB\/h since .*, 94% sure, limit in ~5 h 40 m/,
      ),
    });
  });

  test('names nobody where nobody grows with it', () => {
    const fast = {...LEAK, ratePerHour: 20 * GIB};
    const [event] = run(new LeakRule({}), [[0, [pool(fast)]]]);
    expect(event).not.toHaveProperty('top');
  });

  test('is reminded of while it lasts, and resolved when the verdict says so no more', () => {
    const events = run(new LeakRule({remindSeconds: [60]}), [
      [0, [pool(LEAK)]],
      [60, [pool({...LEAK, ratePerHour: 3 * GIB})]],
      [70, [pool(STEADY)]],
      [85, [pool(STEADY)]],
    ]);
    expect(events.map((event) => [event.kind, event.kind === 'raised' && event.isReminder])).toEqual([
      ['raised', false],
      ['raised', true],
      ['resolved', false],
    ]);
    expect(told(events).at(-1)).toBe('resolved lasted 1 m 10 s · peak 3.0 GiB/h');
  });

  test('that rests for a while is told with the pace that it had', () => {
    const rule = new LeakRule({});
    const {ratePerHour: _, ratePerHourInterval: __, ...resting} = LEAK;
    expect(
      run(rule, [
        [0, [pool(LEAK)]],
        [60, [pool(resting)]],
      ]).map(({kind}) => kind),
    ).toEqual(['raised', 'raised']);
    expect(rule.firing(60_000)).toMatchObject([{what: 'RAM leak', status: 'HIGH', firingMs: 60_000}]);
  });

  test('waits for nothing more, whatever other alerts wait for', () => {
    expect(run(new LeakRule({holdSeconds: 600}), [[0, [pool(LEAK)]]])).toHaveLength(1);
  });

  test('of each pool is its own, and is silenced until it clears', () => {
    const rule = new LeakRule({remindSeconds: [60]});
    const gpu = pool(LEAK, {id: 'gpu2', kind: 'gpu', label: 'GPU 2'});
    const events = run(rule, [[0, [pool(LEAK), gpu]]]);
    expect(events).toMatchObject([{what: 'RAM leak'}, {what: 'GPU 2 leak', ruleId: 'leak:gpu2'}]);
    expect(rule.silence(START)).toMatchObject([{what: 'RAM leak'}, {what: 'GPU 2 leak'}]);
    expect(run(rule, [[60, [pool(LEAK), gpu]]])).toEqual([]);
    expect(rule.firing(60_000)).toMatchObject([{silenced: true}, {silenced: true}]);
  });

  test('of a job ends with it, and of a GPU that is gone; what only was not read leaks on', () => {
    const lost = {reading: failed('no answer')};
    const job = (more: Partial<Pool> = {}) => pool(LEAK, {id: 'job', kind: 'job', label: 'job', ...more});
    const gpu = (more: Partial<Pool> = {}) => pool(LEAK, {id: 'gpu0', kind: 'gpu', label: 'GPU 0', ...more});
    const rule = new LeakRule({});
    run(rule, [[0, [job(), gpu()]]]);
    expect(run(rule, [[5, [job(lost), gpu(lost)]]])).toMatchObject([{kind: 'resolved', what: 'job leak'}]);
    expect(rule.firing(5000)).toMatchObject([{what: 'GPU 0 leak'}]);
    expect(run(rule, [[9, []]])).toMatchObject([{kind: 'resolved', what: 'GPU 0 leak', lastedMs: 9000}]);
    expect(rule.firing(9000)).toEqual([]);
  });

  test('is none where it only grows, and where leaks are not looked for', () => {
    const rule = new LeakRule({});
    expect(run(rule, [[0, [pool({...LEAK, state: 'growing'}), ramPool(70)]]])).toEqual([]);
    expect(rule.firing(0)).toEqual([]);
  });
});
