import {describe, expect, test} from 'vitest';
import {FIGURE_RULES, type FigureRuleName} from '../../../src/core/rules/figure-rules.ts';
import {failed, ok} from '../../../src/core/sample.ts';
import {GIB} from '../samples.ts';
import {CALM, look, ramPool, ramReaching} from './looks.ts';

const NAMES = Object.keys(FIGURE_RULES) as readonly FigureRuleName[];
const SWAPPING = {swapRate: {inPerSecond: 1203.6, outPerSecond: 17.2}};
const STALLED = {pressure: ok({some10: 12.44, some60: 1, full10: 6.06, full60: 2})};

describe('a figure of the machine', () => {
  test.each([
    ['pressure', STALLED, 12.44, 'some 12.4% over 10 s'],
    ['fullPressure', STALLED, 6.06, 'full 6.1% over 10 s'],
    ['swapIn', SWAPPING, 1203.6, '1204 pages/s'],
    ['swapOut', SWAPPING, 17.2, '17 pages/s'],
  ] as const)('%s', (name, given, value, text) => {
    expect(FIGURE_RULES[name].read(look(given))).toEqual({value, text});
  });

  test('limitIn, in seconds, with what RAM holds', () => {
    expect(FIGURE_RULES.limitIn.read(look({ram: ramReaching(485_000, 91)}))).toEqual({
      value: 485,
      text: 'in ~8 m',
      usedBytes: 91 * GIB,
      totalBytes: 100 * GIB,
    });
  });

  test.each([
    ['pressure', {pressure: failed('no answer')}],
    ['fullPressure', {pressure: failed('no answer')}],
    ['limitIn', {ram: ramPool(91)}],
    ['limitIn', {ram: {...ramReaching(1000), reading: failed('EIO')}}],
  ] as const)('%s is not known where it could not be read', (name, given) => {
    expect(FIGURE_RULES[name].read(look(given))).toBeUndefined();
  });

  test('is not known where there is none', () => {
    const {pressure: _, swapRate: __, ...rest} = look();
    for (const name of NAMES) expect(FIGURE_RULES[name].read(rest)).toBeUndefined();
  });

  test('of a machine at rest is 0, which is known', () => {
    const resting = look({pressure: ok(CALM)});
    for (const name of ['pressure', 'fullPressure', 'swapIn', 'swapOut'] as const)
      expect(FIGURE_RULES[name].read(resting)?.value).toBe(0);
  });
});

describe('time that is left', () => {
  const textAt = (seconds: number) =>
    FIGURE_RULES.limitIn.read(look({ram: ramReaching(seconds * 1000)}))?.text;

  test.each([
    [0, 'in ~10 s'],
    [14, 'in ~10 s'],
    [16, 'in ~20 s'],
    [54, 'in ~50 s'],
    [58, 'in ~1 m'],
    [89, 'in ~1 m'],
    [91, 'in ~2 m'],
    [3600, 'in ~1 h'],
  ])('of %i s is told as %s, no finer than it is known', (seconds, text) => {
    expect(textAt(seconds)).toBe(text);
  });
});

describe('a message', () => {
  test.each([
    ['pressure', 12.44, 10, 'PRESSURE ALERT: some task waited for memory 12.4% of 10 s (threshold: 10%)'],
    ['fullPressure', 6, 2.5, 'PRESSURE ALERT: all tasks waited for memory 6.0% of 10 s (threshold: 2.5%)'],
    ['swapIn', 1203.6, 1000, 'SWAP ALERT: 1204 pages/s swapped in (threshold: 1000 pages/s)'],
    ['swapOut', 17, 10, 'SWAP ALERT: 17 pages/s swapped out (threshold: 10 pages/s)'],
    ['limitIn', 485, 600, 'LIMIT ALERT: RAM reaches its limit in ~8 m (threshold: 10 m)'],
    ['limitIn', 12, 90, 'LIMIT ALERT: RAM reaches its limit in ~10 s (threshold: 1 m 30 s)'],
  ] as const)('of %s', (name, value, threshold, message) => {
    expect(FIGURE_RULES[name].message(value, threshold)).toBe(message);
  });
});

test('each rule has an id and a name of its own, and no pool has one of these', () => {
  const ids = NAMES.map((name) => FIGURE_RULES[name].id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(NAMES.map((name) => FIGURE_RULES[name].what)).size).toBe(ids.length);
  for (const pool of ['ram', 'swap', 'shm', 'job', 'gpu0', 'oom']) expect(ids).not.toContain(pool);
});
