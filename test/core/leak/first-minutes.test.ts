import {describe, expect, test} from 'vitest';
import {Random} from '../../eval/random.ts';
import {GIB, MIB, MINUTE, watch} from './series.ts';

const PAGE = 4096;
const MB = 1_000_000;
const LIMITS = [2, 4, 8, 16, 32, 64].map((gib) => gib * GIB);

/** A base that is anywhere between 50 and 150 MiB from one reading to the next, as of a collector at work. */
function restless(): () => number {
  const random = new Random(11);
  return () => random.uniform(50, 150) * MIB;
}

/** Leaks of 2 MB each second, as different programs would show them. */
const LEAKS: Readonly<Record<string, () => (ms: number) => number>> = {
  'by the byte': () => (ms) => 60 * MIB + ms * 2000,
  'in pages': () => (ms) => Math.round((60 * MIB + ms * 2000) / PAGE) * PAGE,
  'over a restless base': () => {
    const base = restless();
    return (ms) => base() + ms * 2000;
  },
  'in steps of 10 MB every 5 s': () => (ms) => 60 * MIB + Math.floor(ms / 5000) * 10 * MB,
};

/** What rises at first, or again and again, and leaks nothing. */
const HARMLESS: Readonly<Record<string, (ms: number) => number>> = {
  'a cache that is full within a minute': (ms) => 60 * MIB + Math.min(ms, MINUTE) * 5000,
  'one that fills ever more slowly': (ms) => 60 * MIB + 300 * MIB * (1 - Math.exp(-ms / 20_000)),
  'a saw-tooth of 25 s': (ms) => (100 + ((ms / 1000) % 25) * 8) * MIB,
  'a saw-tooth of 3 minutes': (ms) => 100 * MIB + (ms % (3 * MINUTE)) * 2000,
};

describe.each(Object.entries(LEAKS))('2 MB each second, %s', (_, make) => {
  test.each(LIMITS)('grows, with a time to a limit of %d bytes, within 3 minutes', (limit) => {
    const {verdict} = watch(make(), {lengthMs: 3 * MINUTE, limit, noise: 0});
    expect(verdict.state).toBe('growing');
    const told = verdict.fastExhaustion ?? verdict.forecast.toLimit;
    const left = (limit - 60 * MIB) / 2000 - 3 * MINUTE;
    expect(Math.abs((told?.ms ?? 0) / left - 1)).toBeLessThan(0.25);
  });

  test('grows, and has nothing to forecast, where no limit is known', () => {
    const {verdict} = watch(make(), {lengthMs: 3 * MINUTE, noise: 0});
    expect(verdict.state).toBe('growing');
    expect(verdict.forecast).toEqual({});
  });
});

describe.each(Object.entries(HARMLESS))('%s', (_, level) => {
  test.each([...LIMITS, undefined])('is no leak under a limit of %s bytes', (limit) => {
    const known = limit === undefined ? {} : {limit};
    const {states} = watch(level, {lengthMs: 30 * MINUTE, ...known});
    expect(states).not.toContain('leak');
  });
});
