import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  fit as fitTo,
  inverted,
  type Line,
  plainText,
  span,
  spread,
  widthOf,
  wrap,
} from '../../src/tui/line.ts';

const line = fc.array(
  fc.record({text: fc.stringMatching(/^[a-z ]{0,12}$/)}).map(({text}) => span(text)),
  {maxLength: 6},
);
const width = fc.nat({max: 60});

describe('fit', () => {
  test('cuts and fills to exactly the width, and keeps looks', () => {
    const both: Line = [span('ab', 'accent'), span('cdef', 'warn', {bold: true})];
    expect(fitTo(both, 4)).toEqual([span('ab', 'accent'), span('cd', 'warn', {bold: true})]);
    expect(fitTo(both, 8)).toEqual([...both, span('  ')]);
    expect(fitTo(both, 6)).toEqual(both);
    expect(fitTo(both, 0)).toEqual([]);
  });
  test('always', () =>
    fc.assert(fc.property(line, width, (any, cells) => widthOf(fitTo(any, cells)) === cells)));
});

describe('spread', () => {
  test('parts left and right; the left gives way', () => {
    expect(plainText(spread([span('left')], [span('right')], 12))).toBe('left   right');
    expect(plainText(spread([span('left')], [span('right')], 7))).toBe('leright');
    expect(plainText(spread([span('left')], [span('right')], 3))).toBe('rig');
  });
  test('is always as wide as asked', () =>
    fc.assert(
      fc.property(line, line, width, (left, right, cells) => widthOf(spread(left, right, cells)) === cells),
    ));
});

test('inverted is one run of one look', () => {
  expect(inverted([span('a', 'warn'), span('b')], 4, 'accent')).toEqual([
    span('ab  ', 'accent', {inverse: true}),
  ]);
});

describe('wrap', () => {
  test.each([
    ['one two three', 8, ['one two', 'three']],
    ['', 8, ['']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['a bcdefghijk', 8, ['a bcdefg', 'hijk']],
    ['12345678', 8, ['12345678']],
  ])('%j at %i', (text, cells, rows) => expect(wrap(text, cells)).toEqual(rows));

  test('loses nothing but blanks, and no row is too wide', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z -]{0,200}$/), fc.integer({min: 1, max: 40}), (text, cells) => {
        const rows = wrap(text, cells);
        for (const row of rows) expect(row.length).toBeLessThanOrEqual(cells);
        expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
