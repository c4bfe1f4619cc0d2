import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseExposition} from '../../../src/core/fleet/exposition.ts';

test('figures with and without labels are read, comments are not', () => {
  const text = [
    '# HELP a what it is',
    '# TYPE a gauge',
    'a 1.5',
    'b_total{x="1",y="two words"} 3e2 1700000000000',
    'c{} 4',
    'd{x="1",} 5',
  ].join('\n');
  expect(parseExposition(text)).toEqual([
    {name: 'a', labels: {}, value: 1.5},
    {name: 'b_total', labels: {x: '1', y: 'two words'}, value: 300},
    {name: 'c', labels: {}, value: 4},
    {name: 'd', labels: {x: '1'}, value: 5},
  ]);
});

test.each([
  'a NaN',
  'a +Inf',
  'a',
  '{x="1"} 2',
  'a{x="1" 2',
  'a{x=1} 2',
  'a{x="1} 2',
  `a{x="${'y'.repeat(9000)}"} 1`,
  '0x 1',
])('what is no figure is left out: %.40s', (line) =>
  expect(parseExposition(`${line}\nb 2`)).toEqual([{name: 'b', labels: {}, value: 2}]),
);

test('a label may hold whatever is escaped in it', () => {
  const escaped = (text: string) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  fc.assert(
    fc.property(fc.string({maxLength: 60}), fc.integer(), (text, value) => {
      // A carriage return is a part of a label as any other sign.
      const [point] = parseExposition(`m{l="${escaped(text)}"} ${value}\n`);
      expect(point).toEqual({name: 'm', labels: {l: text}, value});
    }),
  );
});

test('whatever comes, it does not throw', () => {
  const pieces = fc.constantFrom(
    'a',
    '{',
    '}',
    '"',
    '\\',
    '=',
    ',',
    ' ',
    '\n',
    '1',
    '+Inf',
    '\u001b[2J',
    '#',
  );
  const text = fc.oneof(
    fc.string({unit: 'binary'}),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (given) => void parseExposition(given)),
    {numRuns: 1000},
  );
});
