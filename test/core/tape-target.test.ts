import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseTapeTarget, placeOnTape, type TapeMap, wallOffset} from '../../src/core/tape-target.ts';

const at = (text: string) => new Date(`2026-11-22T${text}`).getTime();
const MAP: TapeMap = {
  start: at('09:00:00'),
  end: at('15:00:00'),
  points: [
    {kind: 'alert', place: at('10:00:00')},
    {kind: 'mark', place: at('11:00:00')},
    {kind: 'peak', place: at('12:00:00')},
    {kind: 'alert', place: at('13:00:00')},
  ],
  walls: [{place: at('09:00:00'), offsetMs: 0}],
};

const goTo = (text: string, here = MAP.start, map = MAP): number | undefined => {
  const target = parseTapeTarget(text);
  if (target === undefined) throw new Error(`expected a place, got ${text}`);
  return placeOnTape(target, map, here);
};

describe('a place on the tape', () => {
  test.each([
    ['0%', '09:00:00'],
    ['50%', '12:00:00'],
    ['100%', '15:00:00'],
    [':10:30', '10:30:00'],
    ['10:30:15', '10:30:15'],
    ['2026-11-22 14:00', '14:00:00'],
    ['+1h30m', '10:30:00'],
    ['-1h', '09:00:00'],
    ['+9h', '15:00:00'],
    ['start', '09:00:00'],
    ['end', '15:00:00'],
    ['peak', '12:00:00'],
    ['alert', '10:00:00'],
    ['mark', '11:00:00'],
    [' Alerts ', '10:00:00'],
  ])('%j is %s', (text, place) => {
    expect(goTo(text)).toBe(at(place));
  });

  test('is the next one from where it stands, or the one before', () => {
    expect(goTo('alert', at('10:00:00'))).toBe(at('13:00:00'));
    expect(goTo('-alert', at('13:00:00'))).toBe(at('10:00:00'));
    expect(goTo('alert', at('13:00:00'))).toBeUndefined();
    expect(goTo('-mark', at('11:00:00'))).toBeUndefined();
    expect(goTo('-1h', at('12:30:00'))).toBe(at('11:30:00'));
    const any = {kind: 'next', what: 'any'} as const;
    expect(placeOnTape(any, MAP, at('10:30:00'))).toBe(at('11:00:00'));
    expect(placeOnTape({kind: 'peak'}, {...MAP, points: []}, 0)).toBeUndefined();
  });

  test('by the clock is on the day where it stands, else on the next or the one before', () => {
    const night: TapeMap = {...MAP, start: at('22:00:00'), end: at('22:00:00') + 10 * 3_600_000};
    expect(goTo('23:00', night.start, night)).toBe(at('23:00:00'));
    expect(goTo('02:00', night.start, night)).toBe(at('02:00:00') + 86_400_000);
    expect(goTo('23:00', at('03:00:00') + 86_400_000, night)).toBe(at('23:00:00'));
  });

  test("goes by the wall clock, which may be another than the tape's", () => {
    const set = {...MAP, walls: [{place: MAP.start, offsetMs: 3_600_000}]};
    expect(goTo('11:30', MAP.start, set)).toBe(at('10:30:00'));
  });

  test('by a clock that was set on the way is where it showed that time', () => {
    const walls = [
      {place: at('09:00:00'), offsetMs: 0},
      {place: at('11:00:00'), offsetMs: 3_600_000},
    ];
    const set = {...MAP, walls};
    expect(goTo('10:00', MAP.start, set)).toBe(at('10:00:00'));
    expect(goTo('12:30', MAP.start, set)).toBe(at('11:30:00'));
    // It never showed half past eleven.
    expect(goTo('11:30', MAP.start, set)).toBe(at('11:00:00'));
    expect([wallOffset(set, at('10:59:00')), wallOffset(set, at('11:00:00'))]).toEqual([0, 3_600_000]);
  });

  test.each([
    '',
    'x',
    '101%',
    '25:00',
    '10:60',
    '%',
    '+',
    '5',
    'peak 2',
    '10:3',
    '2026-99-99 10:00',
    '2026-02-30 10:00',
  ])('is not %j', (text) => {
    expect(parseTapeTarget(text)).toBeUndefined();
  });

  test('is within the tape whatever is typed, and nothing throws', () => {
    const pieces = fc.array(
      fc.constantFrom('1', '9', '0', '%', ':', '+', '-', 'h', 'm', 'd', '.', 'alert', 'peak', ' '),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((parts) => parts.join('')),
        ),
        (text) => {
          const target = parseTapeTarget(text);
          const place = target && placeOnTape(target, MAP, at('12:30:00'));
          if (place === undefined) return;
          expect(place).toBeGreaterThanOrEqual(MAP.start);
          expect(place).toBeLessThanOrEqual(MAP.end);
        },
      ),
      {numRuns: 2000},
    );
  });
});
