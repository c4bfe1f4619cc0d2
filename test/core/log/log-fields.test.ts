import {describe, expect, test} from 'vitest';
import {amountOf, countOf, textOf, timeOf} from '../../../src/core/log/log-fields.ts';

describe('a moment', () => {
  const local = new Date(2026, 10, 22, 12, 15, 33).getTime();
  test.each([
    ['2026-11-22T12:15:33', local],
    ['2026-11-22T12:15:33.250', local + 250],
    ['2026-11-22T12:15:33.250999', local + 250],
    ['2026-11-22 12:15:33.250999', local + 250],
    ['2026-11-22 12:15:33', local],
    ['2026-11-22T12:15:33.456Z', Date.UTC(2026, 10, 22, 12, 15, 33, 456)],
    ['2026-11-22T12:15:33.456789+00:00', Date.UTC(2026, 10, 22, 12, 15, 33, 456)],
    ['2026-11-22T12:15:33+02:00', Date.UTC(2026, 10, 22, 10, 15, 33)],
    ['2026-11-22 12:15:33-0800', Date.UTC(2026, 10, 22, 20, 15, 33)],
  ])('%s', (text, at) => {
    expect(timeOf(text)).toBe(at);
  });

  test.each([
    ['yesterday'],
    ['1'],
    ['2026-11-22'],
    ['2026-13-22T12:15:33'],
    ['2026-11-22T25:15:33'],
    ['0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z'],
    ['22 November 2026 12:15'],
    [`2026-11-22T12:15:33${' '.repeat(100)}`],
    [1_795_349_733],
    [null],
    [undefined],
  ])('is not %s', (value) => {
    expect(timeOf(value)).toBeUndefined();
  });
});

test('an amount is a number of 0 or more, also as a string', () => {
  expect(['41.2', 41.2, ' 7 ', 0, '1e3'].map(amountOf)).toEqual([41.2, 41.2, 7, 0, 1000]);
  for (const value of [
    '',
    ' ',
    'x',
    '41,2',
    '41.2%',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 60,
    null,
    true,
    [1],
    {},
  ])
    expect(amountOf(value), String(value)).toBeUndefined();
  expect([3, '4', 3.5, 9].map((value) => countOf(value, 8))).toEqual([3, 4, undefined, undefined]);
});

test('a text is cut where it is endless', () => {
  expect(textOf('é\u001b[31m')).toBe('é\u001b[31m');
  expect(textOf('x'.repeat(2000))).toHaveLength(2000);
  expect(textOf('x'.repeat(900_000))).toMatch(/^x{1999}…$/);
  expect(textOf(5)).toBeUndefined();
});
