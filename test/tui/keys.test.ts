import {StringDecoder} from 'node:string_decoder';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {decodeKeys, flushKeys, isPaste} from '../../src/tui/keys.ts';

const ESC = '\u001b';

/** What a terminal sends, and the key it is. */
const SEQUENCES = [
  ...['[A', 'OA', '[1;2A', '[1;5A'].map((body) => [body, 'up'] as const),
  ...['[B', 'OB', '[1;3B'].map((body) => [body, 'down'] as const),
  ...['[C', 'OC', '[1;2C'].map((body) => [body, 'right'] as const),
  ...['[D', 'OD'].map((body) => [body, 'left'] as const),
  ...['[H', 'OH', '[1~', '[7~'].map((body) => [body, 'home'] as const),
  ...['[F', 'OF', '[4~', '[8~'].map((body) => [body, 'end'] as const),
  ['[5~', 'pageup'],
  ['[5;5~', 'pageup'],
  ['[6~', 'pagedown'],
  ['[3~', 'delete'],
  ['[2~', 'insert'],
  ['[Z', 'backtab'],
  ...['OP', '[[A', '[11~'].map((body) => [body, 'f1'] as const),
  ['OQ', 'f2'],
  ['OR', 'f3'],
  ...['OS', '[[D', '[14~'].map((body) => [body, 'f4'] as const),
  ['[15~', 'f5'],
  ['[17~', 'f6'],
  ['[18~', 'f7'],
  ['[20~', 'f9'],
  ['[21~', 'f10'],
] as const;

const CHARACTERS = [
  ['q', 'q'],
  ['Z', 'Z'],
  ['+', '+'],
  ['é', 'é'],
  ['😀', '😀'],
  [' ', 'space'],
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\t', 'tab'],
  ['\u007f', 'backspace'],
  ['\b', 'backspace'],
  ['\u0003', 'C-c'],
  ['\u000c', 'C-l'],
  ['\u001a', 'C-z'],
] as const;

/** What terminals answer to questions that nobody here asked. */
const ANSWERS = [
  `${ESC}]11;rgb:1b1b/1d1d/1e1e${ESC}\\`,
  `${ESC}]4;1;rgb:ff/00/00\u0007`,
  `${ESC}P1+r544e=787465726d${ESC}\\`,
  `${ESC}_Gi=31;OK${ESC}\\`,
  `${ESC}[?1;2c`,
  `${ESC}[24;80R`,
  `${ESC}[I`,
  `${ESC}[O`,
];

const keysOf = (text: string) => {
  const {keys, rest} = decodeKeys(text);
  return [...keys, ...flushKeys(rest)];
};

test.each(SEQUENCES)('Esc %s is %s', (body, key) => {
  expect(decodeKeys(`${ESC}${body}`)).toEqual({keys: [key], rest: '', mouse: []});
});

test.each(CHARACTERS)('%j is %s', (text, key) => {
  expect(decodeKeys(text)).toEqual({keys: [key], rest: '', mouse: []});
});

test('a lone Esc waits, and is Esc when nothing follows', () => {
  expect(decodeKeys(ESC)).toEqual({keys: [], rest: ESC, mouse: []});
  expect(flushKeys(ESC)).toEqual(['escape']);
  expect(keysOf(`${ESC}${ESC}`)).toEqual(['escape', 'escape']);
  expect(keysOf(`${ESC}q`)).toEqual(['escape', 'q']);
});

test.each(['[', '[1', '[1;', 'O', '[[', ']11;rgb', 'P1'])('Esc %s that breaks off is no key', (body) => {
  expect(keysOf(`${ESC}${body}`)).toEqual([]);
});

test.each(['[1', '[', 'O', ']11;r'])('Esc %s that another key breaks off leaves that key alone', (body) => {
  expect(keysOf(`${ESC}${body}${ESC}[B`)).toEqual(['down']);
});

test.each(ANSWERS)('an answer of the terminal is swallowed whole: %j', (answer) => {
  expect(keysOf(`j${answer}k`)).toEqual(['j', 'k']);
});

test('an answer of any length is swallowed, and little of it kept', () => {
  let rest = '';
  const keys: string[] = [];
  for (const chunk of [`${ESC}]52;c;`, ...Array.from({length: 100}, () => 'QUJD'.repeat(50)), '\u0007x']) {
    const decoded = decodeKeys(rest + chunk);
    keys.push(...decoded.keys);
    ({rest} = decoded);
    expect(rest.length).toBeLessThanOrEqual(256);
  }
  expect(keys).toEqual(['x']);
});

test('mouse reports are events and no keys', () => {
  expect(decodeKeys(`${ESC}[<0;5;3M${ESC}[<64;1;1M${ESC}[<65;1;1M${ESC}[<0;5;3m${ESC}[<35;9;9M`)).toEqual({
    keys: [],
    rest: '',
    mouse: [
      {kind: 'press', x: 4, y: 2},
      {kind: 'wheel-up', x: 0, y: 0},
      {kind: 'wheel-down', x: 0, y: 0},
    ],
  });
});

describe('a paste', () => {
  test.each([
    ['quick brown fox', true],
    ['abcdefgh', true],
    ['abcdefg', false],
    ['jjjjjjjjjjjjjjjjjjjj', false],
    ['+++++-----', false],
    [`${ESC}[A`.repeat(20), false],
  ])('%j: %s', (text, expected) => expect(isPaste(decodeKeys(text).keys)).toBe(expected));
});

const piece = fc.oneof(
  fc.constantFrom(
    ...SEQUENCES.map(([body]) => `${ESC}${body}`),
    ...CHARACTERS.map(([text]) => text),
    ...ANSWERS,
    `${ESC}[<64;10;20M`,
    ESC,
  ),
  fc.string({maxLength: 5, unit: 'grapheme'}),
);
const typing = fc.array(piece, {maxLength: 12}).map((pieces) => pieces.join(''));

test('cut into pieces anywhere, the same keys come out', () => {
  fc.assert(
    fc.property(typing, fc.array(fc.nat({max: 200}), {maxLength: 12}), (text, cuts) => {
      const bytes = Buffer.from(text);
      const decoder = new StringDecoder('utf8');
      const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length];
      let [from, rest] = [0, ''];
      const keys: string[] = [];
      for (const to of places.sort((a, b) => a - b)) {
        const decoded = decodeKeys(rest + decoder.write(bytes.subarray(from, to)));
        keys.push(...decoded.keys);
        [from, rest] = [to, decoded.rest];
      }
      expect([...keys, ...flushKeys(rest)]).toEqual(keysOf(bytes.toString('utf8')));
    }),
    {numRuns: 500},
  );
});

test('whatever comes, nothing throws, and what is kept stays short', () => {
  const byte = fc.oneof(
    fc.integer({min: 0, max: 255}),
    fc.constantFrom(0x1b, 0x5b, 0x4f, 0x5d, 0x3b, 0x3c, 0x31),
  );
  fc.assert(
    fc.property(fc.array(byte, {maxLength: 2000}), (bytes) => {
      const {keys, rest} = decodeKeys(Buffer.from(bytes).toString('latin1'));
      expect(rest.length).toBeLessThanOrEqual(256);
      for (const key of keys) expect(key).not.toBe('');
    }),
  );
  expect(decodeKeys(`${ESC}[${'1'.repeat(100_000)}`).rest.length).toBeLessThan(10);
  expect(keysOf(`${ESC}[${'1'.repeat(1000)}A`)).toEqual([]);
});
