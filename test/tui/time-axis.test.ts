import fc from 'fast-check';
import {afterEach, describe, expect, test} from 'vitest';
import {type AxisOptions, timeAxis} from '../../src/tui/time-axis.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const zone = process.env.TZ;
afterEach(() => {
  process.env.TZ = zone;
});

const axis = (from: string, columnMs: number, more: Partial<AxisOptions> = {}) =>
  timeAxis({from: Date.parse(from), columnMs, width: 60, isNow: true, isMissing: () => false, ...more});
const labels = (text: string) => text.split(/[─·]+/).filter(Boolean);

test.each([
  ['a minute', 1000, '2026-11-22T14:31:07Z', ['14:31:15', '14:31:30', '14:31:45', 'now']],
  ['a quarter of an hour', 15_000, '2026-11-22T14:17:07Z', ['14:20', '14:25', '14:30', 'now']],
  ['an hour', MINUTE, '2026-11-22T13:32:07Z', ['13:45', '14:00', '14:15', 'now']],
  ['six hours', 6 * MINUTE, '2026-11-22T08:32:07Z', ['10:00', '12:00', 'now']],
  ['a day', 24 * MINUTE, '2026-11-21T14:32:07Z', ['18:00', 'Sun 22 Nov', '06:00', '12:00', 'now']],
  ['a week', 168 * MINUTE, '2026-11-15T14:32:07Z', ['Tue 17 Nov', 'Thu 19 Nov', 'Sat 21 Nov', 'now']],
])('labels of %s are round', (_, columnMs, from, expected) => {
  expect(labels(axis(from, columnMs))).toEqual(expected);
});

test('a label stands over its moment', () => {
  const text = axis('2026-11-22T14:00:00Z', MINUTE);
  const middle = text.indexOf('14:15') + 2;
  expect(middle).toBe(15);
});

test('a label keeps its moment as time goes on', () => {
  const before = axis('2026-11-22T14:00:00Z', MINUTE);
  const later = axis('2026-11-22T14:03:00Z', MINUTE);
  expect(before.indexOf('14:30') - later.indexOf('14:30')).toBe(3);
});

test('missing time is dotted, and an end that is not now is not called so', () => {
  const text = axis('2026-11-22T14:00:00Z', MINUTE, {isMissing: (column) => column < 10, isNow: false});
  expect(text.slice(0, 10)).toBe('··········');
  expect(text.slice(10)).not.toContain('·');
  expect(text).not.toContain('now');
  expect(text).toMatch(/─$/);
});

test('labels stand apart, whole, whatever the time, step and width', () => {
  fc.assert(
    fc.property(
      fc.date({min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true}),
      fc.constantFrom(300, 1000, 7777, 15_000, MINUTE, 6 * MINUTE, 24 * MINUTE, 3 * HOUR, 11 * HOUR),
      fc.integer({min: 4, max: 200}),
      fc.boolean(),
      fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns'),
      (date, columnMs, width, isNow, timeZone) => {
        process.env.TZ = timeZone;
        const text = axis(date.toISOString(), columnMs, {width, isNow});
        expect(text.length).toBe(width);
        const found = labels(text);
        for (const label of found) expect(label).toMatch(/^(\d\d:\d\d(:\d\d)?|\w{3} \d{1,2} \w{3}|now)$/);
        if (isNow) expect(text).toMatch(/now$/);
        if (isNow) expect(text).toMatch(/^now$|─now$/);
      },
    ),
    {numRuns: 300},
  );
});

describe('on the days on which clocks change', () => {
  test.each([
    ['forward', '2026-03-28T23:00:00Z', ['03:00', '06:00', '09:00', '12:00']],
    ['back', '2026-10-24T22:00:00Z', ['03:00', '06:00', '09:00', '12:00']],
  ])('%s, labels stay round in local time', (_, from, expected) => {
    process.env.TZ = 'Europe/Berlin';
    const text = axis(from, 15 * MINUTE, {width: 70, isNow: false});
    for (const label of labels(text)) expect(label).toMatch(/^(\d\d:00|\w{3} \d+ \w{3})$/);
    expect(labels(text)).toEqual(expect.arrayContaining(expected));
  });

  test('days begin at midnight before and after', () => {
    process.env.TZ = 'Europe/Berlin';
    const text = axis('2026-03-24T12:00:00Z', 2 * HOUR, {width: 100, isNow: false});
    expect(labels(text)).toEqual([
      'Thu 26 Mar',
      'Fri 27 Mar',
      'Sat 28 Mar',
      'Sun 29 Mar',
      'Mon 30 Mar',
      'Tue 31 Mar',
      'Wed 1 Apr',
    ]);
  });
});
