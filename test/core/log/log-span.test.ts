import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {isRelative, parseBound, resolveSpan} from '../../../src/core/log/log-span.ts';

const at = (text: string) => new Date(text).getTime();
const bound = (text: string) => parseBound(text) ?? expect.unreachable(text);
const ends = (from: string, to: string) => ({startedAt: at(from), endedAt: at(to)});

describe('an end of a span', () => {
  test.each([
    ['2026-11-22T09:00Z', '2026-11-22T09:00:00Z'],
    ['2026-11-22T09:00:05.250+01:00', '2026-11-22T08:00:05.250Z'],
    ['2026-11-22T09:00', '2026-11-22T09:00:00'],
    ['2026-11-22 09:00:30', '2026-11-22T09:00:30'],
    ['2026-11-22', '2026-11-22T00:00:00'],
    ['2024-02-29T12:00', '2024-02-29T12:00:00'],
  ])('%s is a moment', (text, moment) => {
    expect(bound(text)).toEqual({kind: 'moment', at: at(moment), text});
  });

  test.each([
    ['14:30', {kind: 'clock', ms: 52_200_000, stepMs: 60_000}],
    ['9:05:07', {kind: 'clock', ms: 32_707_000, stepMs: 1000}],
    ['+1h30m', {kind: 'start', ms: 5_400_000}],
    ['+1.5h', {kind: 'start', ms: 5_400_000}],
    ['-2h', {kind: 'end', ms: 7_200_000}],
    ['-1d2h3m4s', {kind: 'end', ms: 93_784_000}],
  ])('%s is relative to the log', (text, expected) => {
    expect(bound(text)).toEqual({...expected, text});
    expect(isRelative(bound(text))).toBe(true);
  });

  test.each([
    '',
    'now',
    '25:00',
    '12:60',
    '2026-02-30',
    '2026-13-01T10:00',
    '+',
    '-2',
    '1h',
    '+1h30',
    '2026',
    '+-1h',
    '99999999d',
    '+99999999d',
    '12:00Z',
    '2026-11-22T09',
  ])('%j is none', (text) => expect(parseBound(text)).toBeUndefined());

  test('never throws, and says how it was given', () => {
    const near = fc.string({unit: fc.constantFrom(...'0123456789:+-.hmsdTZ ')});
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        const parsed = parseBound(text);
        if (parsed !== undefined) expect(parsed.text).toBe(text.trim());
      }),
      {numRuns: 2000},
    );
  });
});

describe('a span', () => {
  const day = ends('2026-11-22T09:00:05', '2026-11-22T17:00:00');
  const night = ends('2026-11-22T22:00:05', '2026-11-23T06:00:00');
  const week = ends('2026-11-22T09:00:05', '2026-11-29T09:00:00');
  const span = (log: typeof day, from?: string, to?: string) =>
    resolveSpan(
      {from: from === undefined ? undefined : bound(from), to: to === undefined ? undefined : bound(to)},
      log,
    );

  test('is open where nothing was asked for', () => {
    expect(span(day)).toEqual({from: -Infinity, to: Infinity});
    expect(span(day, '2026-11-22T10:00')).toEqual({from: at('2026-11-22T10:00'), to: Infinity});
  });

  test('is relative to the first and the last line', () => {
    expect(span(day, '+1h30m', '-2h')).toEqual({
      from: at('2026-11-22T10:30:05'),
      to: at('2026-11-22T15:00:00'),
    });
    expect(span(day, '-90s')).toEqual({from: at('2026-11-22T16:58:30'), to: Infinity});
  });

  test.each([
    // In the log's first minute.
    [day, '09:00', '10:00', '2026-11-22T09:00', '2026-11-22T10:00'],
    [day, '09:30', '09:15', '2026-11-22T09:30', '2026-11-23T09:15'],
    // Before the log began, and it does not reach the next day's.
    [day, '08:00', '12:00', '2026-11-22T08:00', '2026-11-22T12:00'],
    [night, '23:00', '02:00', '2026-11-22T23:00', '2026-11-23T02:00'],
    [night, '02:00', '03:00', '2026-11-23T02:00', '2026-11-23T03:00'],
    [week, '08:00', '10:00', '2026-11-23T08:00', '2026-11-23T10:00'],
    [week, '+48h', '10:00', '2026-11-24T09:00:05', '2026-11-24T10:00'],
  ])('takes a time of day as the first in the log (%#)', (log, from, to, start, end) => {
    expect(span(log, from, to)).toEqual({from: at(start), to: at(end)});
  });
});
