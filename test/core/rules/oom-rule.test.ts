import {describe, expect, test} from 'vitest';
import {OomRule} from '../../../src/core/rules/oom-rule.ts';
import {GIB, START} from '../samples.ts';
import {momentAt, oomKill} from './looks.ts';

const KILL = {
  victim: {pid: 812, name: 'python', bytes: 71 * GIB},
  limit: {name: 'job_42', bytes: 90 * GIB},
};
const TEXT = 'python (812) held 71.0 GiB, limit 90.0 GiB of job_42';

/** Lets time go on without a kill. */
const quiet = (rule: OomRule, second: number) => rule.feed([], momentAt(second));

test('a kill is told at once, with whom and for which limit', () => {
  expect(new OomRule().feed([oomKill(5, KILL)], momentAt(5))).toEqual([
    {
      kind: 'raised',
      ruleId: 'oom',
      what: 'OOM kill',
      at: START + 5000,
      unit: 'count',
      value: 1,
      threshold: 1,
      totalBytes: 90 * GIB,
      status: 'CRITICAL',
      message: `OOM KILL: ${TEXT}`,
      figureText: TEXT,
      repeat: 1,
      isReminder: false,
      silenced: false,
      top: {pid: 812, name: 'python', rssBytes: 71 * GIB},
    },
  ]);
});

test('of whom nobody knows anything else is told as such, and is not as bad where it is not our own', () => {
  const [event] = new OomRule().feed([oomKill(5, {isOwn: false, kills: 2})], momentAt(5));
  expect(event).toMatchObject({status: 'HIGH', value: 2, message: 'OOM KILL: 2 processes of this machine'});
  expect(event).not.toHaveProperty('top');
  expect(event).not.toHaveProperty('totalBytes');
});

test('it stays in sight for a quarter of an hour, and is over then', () => {
  const rule = new OomRule();
  rule.feed([oomKill(0, KILL)], momentAt(0));
  expect(quiet(rule, 899)).toEqual([]);
  expect(rule.firing(899_000)).toEqual([
    {
      ruleId: 'oom',
      what: 'OOM kill',
      status: 'CRITICAL',
      text: expect.stringMatching(
        /^at \d\d:\d\d:00: python \(812\) held 71\.0 GiB, limit 90\.0 GiB of job_42$/,
      ),
      firingMs: 899_000,
      silenced: false,
    },
  ]);
  expect(quiet(rule, 900)).toEqual([
    {
      kind: 'resolved',
      at: START + 900_000,
      ruleId: 'oom',
      what: 'OOM kill',
      unit: 'count',
      lastedMs: 0,
      peak: 1,
    },
  ]);
  expect(rule.firing(900_000)).toEqual([]);
  expect(quiet(rule, 901)).toEqual([]);
});

describe('a further kill', () => {
  test('belongs to the same alert, counts on, and keeps it in sight for longer', () => {
    const rule = new OomRule();
    rule.feed([oomKill(0, KILL)], momentAt(0));
    const [again] = rule.feed([oomKill(600, {kills: 3})], momentAt(600));
    expect(again).toMatchObject({repeat: 2, isReminder: true, value: 4, message: 'OOM KILL: 3 processes'});
    expect(quiet(rule, 1499)).toEqual([]);
    expect(quiet(rule, 1500)).toMatchObject([{kind: 'resolved', lastedMs: 600_000, peak: 4}]);
    expect(rule.feed([oomKill(1501)], momentAt(1501))).toMatchObject([{repeat: 1, value: 1}]);
  });

  test('is news, also where the first was silenced', () => {
    const rule = new OomRule();
    expect(rule.silence(START)).toEqual([]);
    rule.feed([oomKill(0)], momentAt(0));
    expect(rule.silence(START)).toEqual([{kind: 'silenced', at: START, what: 'OOM kill'}]);
    expect(rule.silence(START)).toEqual([]);
    expect(rule.firing(1000)).toMatchObject([{silenced: true}]);
    expect(rule.feed([oomKill(60)], momentAt(60))).toMatchObject([{silenced: false, repeat: 2}]);
    expect(rule.firing(60_000)).toMatchObject([{silenced: false, firingMs: 60_000}]);
  });
});
