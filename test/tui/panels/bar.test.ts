import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {widthOf} from '../../../src/tui/line.ts';
import {bar} from '../../../src/tui/panels/bar.ts';

const draw = (percent: number, thresholdPercent = 80, width = 20) =>
  bar({percent, thresholdPercent, width, role: 'ok'});
const textOf = (...args: Parameters<typeof draw>) =>
  draw(...args)
    .map(({text}) => text)
    .join('');

describe.each([
  [0, '  0.0%░░░░░░░░░░│░░░'],
  [5, '  5.0%░░░░░░░░░░│░░░'],
  [50, ' 50.0%████░░░░░░│░░░'],
  [67.5, ' 67.5%███████▌░░│░░░'],
  [100, '100.0%██████████│███'],
  [130, '130.0%██████████│███'],
])('at %d %%', (percent, text) => {
  test('figure, filling and tick are there', () => expect(textOf(percent)).toBe(text));

  test('the figure stands inside out where it is filled, and in its colour where not', () => {
    const filled = Math.floor((Math.min(100, percent) / 100) * 20);
    let column = 0;
    for (const {text: run, inverse, role} of draw(percent)) {
      for (const _ of run) {
        if (column < 6) expect([column, inverse ?? false, role]).toEqual([column, column < filled, 'ok']);
        column += 1;
      }
    }
  });
});

test('the tick is the threshold’s where the bar is empty, and cut out of it where it is full', () => {
  expect(draw(50).find(({text}) => text === '│')).toEqual({text: '│', role: 'threshold'});
  expect(draw(100).find(({text}) => text === '│')).toMatchObject({role: 'ok', inverse: true});
});

test('it is as wide as asked, shows its figure, and a tick unless the figure stands there', () => {
  const shares = fc.double({min: -10, max: 300, noNaN: true});
  fc.assert(
    fc.property(
      shares,
      fc.integer({min: 1, max: 100}),
      fc.integer({min: 8, max: 90}),
      (percent, threshold, width) => {
        const spans = draw(percent, threshold, width);
        const text = spans.map((run) => run.text).join('');
        expect(widthOf(spans)).toBe(width);
        expect(text.slice(0, 6)).toBe(`${percent.toFixed(1)}%`.padStart(6).slice(0, 6));
        const tick = Math.min(width - 1, Math.floor((threshold / 100) * width));
        if (tick >= 6) expect(text[tick]).toBe('│');
      },
    ),
  );
});
