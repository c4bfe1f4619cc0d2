import fc from 'fast-check';
import {expect, test} from 'vitest';
import {formatAhead, formatForecast, formatRate, formatSure} from '../../src/core/leak-words.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const GIB = 2 ** 30;

test.each([
  [0, '~10 s'],
  [44 * SECOND, '~40 s'],
  [9.4 * MINUTE, '~9 m'],
  [42 * MINUTE, '~40 m'],
  [5 * HOUR + 38 * MINUTE, '~5 h 40 m'],
  [30 * HOUR, '~1 d 6 h'],
  [75 * HOUR, '~3 d'],
  [30 * DAY, '~30 d'],
])('%i ms ahead is %s', (ms, text) => expect(formatAhead(ms)).toBe(text));

test('nothing is foretold beyond 30 days', () => expect(formatAhead(31 * DAY)).toBeUndefined());

test('a forecast has its interval behind it', () => {
  const time = {ms: 5.6 * HOUR, lowMs: 4.8 * HOUR, highMs: 6.4 * HOUR};
  expect(formatForecast(time)).toBe('~5 h 40 m (4 h 50 m – 6 h 20 m)');
  expect(formatForecast({ms: 25 * MINUTE, lowMs: 24 * MINUTE, highMs: 26 * MINUTE})).toBe('~25 m');
});

test('a rate has its interval in one unit where both ends have it', () => {
  const rate = (perHour: number, low: number, high: number) =>
    formatRate({
      state: 'leak',
      confidence: 1,
      forecast: {},
      ratePerHour: perHour * GIB,
      ratePerHourInterval: {low: low * GIB, high: high * GIB},
    });
  expect(rate(2.6, 2.3, 3)).toBe('+2.6 GiB/h (2.3 – 3.0 GiB)');
  expect(rate(2.6, 2.59, 2.61)).toBe('+2.6 GiB/h');
  expect(rate(1, 0.5, 1.5)).toBe('+1.0 GiB/h (512 MiB – 1.5 GiB)');
  expect(rate(1, -0.5, 1.5)).toBe('+1.0 GiB/h (0 – 1.5 GiB)');
  expect(rate(-2, -2.4, -1.6)).toBe('-2.0 GiB/h (1.6 – 2.4 GiB)');
});

test('nothing is ever certain', () => {
  expect(formatSure({confidence: 0.999})).toBe('99% sure');
  expect(formatSure({confidence: 0.884})).toBe('88% sure');
});

test('any time ahead fits its cells', () => {
  fc.assert(
    fc.property(fc.double({min: 0, max: 30 * DAY, noNaN: true}), (ms) => {
      expect(formatAhead(ms)?.length).toBeLessThanOrEqual(10);
    }),
  );
});
