import fc from 'fast-check';
import {expect, test} from 'vitest';
import {overlayChart} from '../../../src/sinks/diff/overlay-chart.ts';

const rising = Array.from({length: 140}, (_, index) => index);
const flat = new Array<number>(140).fill(70);

test('two curves are told apart without colour, in ASCII too', () => {
  const lines = overlayChart({before: rising, after: flat, lengthMs: 3_600_000, isAscii: true});
  expect(lines.join('\n')).toMatch(/^[\n\x20-\x7e]*$/);
  expect(lines[0]).toMatch(/^ +139 B +:+$/);
  expect(lines.filter((line) => line.includes('*')).length).toBe(2);
  expect(lines.find((line) => line.includes('*'))?.match(/\*/g)).toHaveLength(70);
  expect(lines.at(-1)).toBe('         ::: before   *** after   (means of each column: a peak may be higher)');
  const dotted = overlayChart({before: rising, after: flat, lengthMs: 3_600_000, isAscii: false});
  expect(
    dotted
      .slice(0, 12)
      .join('')
      .match(/[\u2801-\u28ff]/g),
  ).toHaveLength(70);
  expect(dotted.slice(0, 12).join('')).toContain('░');
});

test('never leaves its place, whatever is drawn', () => {
  const column = fc.option(fc.double({min: 0, max: 1e15, noNaN: true}), {nil: undefined});
  const columns = fc.array(column, {minLength: 140, maxLength: 140});
  fc.assert(
    fc.property(columns, columns, fc.boolean(), (before, after, isAscii) => {
      const lines = overlayChart({before, after, lengthMs: 1000, isAscii});
      expect(lines).toHaveLength(14);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(79);
      if (after.every((value) => value === undefined))
        expect(lines.slice(0, 12).join('')).not.toMatch(/[*\u2801-\u28ff]/);
    }),
    {numRuns: 50},
  );
});
