import {expect, test} from 'vitest';
import type {Frame, Pool} from '../../../src/core/frame.ts';
import type {LeakVerdict} from '../../../src/core/leak/verdict.ts';
import {leakFields} from '../../../src/core/leak-fields.ts';
import {ToldLeaks} from '../../../src/core/log/told-leaks.ts';

const SECOND = 1000;
const AT = Date.UTC(2026, 10, 22, 9);

/** What a log tells of a verdict, read back. */
function toldOf(leak: LeakVerdict): LeakVerdict | undefined {
  const frame: Pick<Frame, 'pools' | 'at' | 'timelineMs'> = {
    // Of a pool only its name and its verdict are asked for.
    pools: [{id: 'ram', leak} as Pool],
    at: AT,
    timelineMs: AT,
  };
  const told = new ToldLeaks();
  told.take(JSON.parse(JSON.stringify(leakFields(frame))), AT);
  return told.pool('ram');
}

const growing: LeakVerdict = {
  state: 'growing',
  confidence: 0.25,
  ratePerHour: 3_000_000_000,
  ratePerHourInterval: {low: 2_000_000_000, high: 4_000_000_000},
  sinceMs: AT - 600 * SECOND,
  forecast: {
    toLimit: {ms: 3000 * SECOND, lowMs: 2000 * SECOND, highMs: 4000 * SECOND},
    toThreshold: {ms: 300 * SECOND, lowMs: 200 * SECOND, highMs: 400 * SECOND},
  },
};

test('a verdict is read as it was told', () => {
  expect(toldOf(growing)).toEqual(growing);
});

test('the pace of the last readings is told beside the growth of the floor, and read as such', () => {
  const fast = {ms: 14 * SECOND, lowMs: 11 * SECOND, highMs: 18 * SECOND, ratePerHour: 4_000_000_000_000};
  const {toThreshold} = growing.forecast;
  // The time to the limit that is told is that which counts.
  expect(toldOf({...growing, fastExhaustion: fast})).toEqual({
    ...growing,
    forecast: {toThreshold},
    fastExhaustion: fast,
  });
});
