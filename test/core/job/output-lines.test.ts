import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {MOST_LINES, OutputLines} from '../../../src/core/job/output-lines.ts';

const ESC = '\u001b';
const ALL = Number.MAX_SAFE_INTEGER;

function fed(...pieces: readonly string[]): OutputLines {
  const lines = new OutputLines();
  for (const piece of pieces) lines.feed(piece);
  return lines;
}

const linesOf = (...pieces: readonly string[]) => fed(...pieces).slice(0, ALL);

describe('plain output', () => {
  test.each([
    ['', []],
    ['one', ['one']],
    ['one\n', ['one']],
    ['one\ntwo', ['one', 'two']],
    ['one\n\ntwo\n', ['one', '', 'two']],
    ['\n', ['']],
    ['one\r\ntwo\r\n', ['one', 'two']],
    ['ümläut 模型 😀\n', ['ümläut 模型 😀']],
  ])('%j is %j', (text, lines) => {
    expect(linesOf(text)).toEqual(lines);
    expect(fed(text)).toMatchObject({count: lines.length, size: lines.length});
  });

  test('counts a line that has begun, and that line once', () => {
    const lines = fed('one\ntw');
    expect(lines.count).toBe(2);
    lines.feed('o\n');
    expect(lines.count).toBe(2);
    lines.feed('three');
    expect(lines.count).toBe(3);
  });
});

describe('a line that overwrites itself', () => {
  test.each([
    ['by carriage returns', '10%\r20%\r100%\n', ['100%']],
    ['what is shorter leaves the rest', 'loading\rdone\n', ['doneing']],
    ['but for what is erased', `loading${ESC}[2K\rdone\nloading\rdone${ESC}[K\n`, ['done', 'done']],
    ['up to the cursor', `loading${ESC}[4D${ESC}[1K\n`, ['   ding']],
    ['by backspaces', 'abc\b\bX\n\b\b\bY', ['aXc', 'Y']],
    ['by columns', `abcdef${ESC}[2GX${ESC}[2CY${ESC}[1DZ\n`, ['aXcdZf']],
    ['beyond its end', `a${ESC}[5Cb\n`, ['a     b']],
    ['by tabs', 'a\tb\tc\n', ['a       b       c']],
  ])('%s', (_, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  test('is one line, however often', () => {
    const bar = Array.from(
      {length: 1000},
      (_, step) => `\rstep ${step}/1000 ${'#'.repeat(step % 40)}${ESC}[K`,
    );
    expect(linesOf(...bar)).toEqual([`step 999/1000 ${'#'.repeat(39)}`]);
  });
});

describe('bars of several lines', () => {
  test('overwrite each other, as several of tqdm do', () => {
    const bars = ['train 1', '\n\rvalid 1', `${ESC}[A\rtrain 2`, '\n\rvalid 2', `${ESC}[A\rtrain 3`];
    expect(linesOf(...bars)).toEqual(['train 3', 'valid 2']);
  });

  test('are redrawn whole from above', () => {
    const drawn = (step: number) => `a ${step}${ESC}[K\nb ${step}${ESC}[K\nc ${step}${ESC}[K\n`;
    expect(linesOf(drawn(1), `${ESC}[3A`, drawn(2), `${ESC}[3A`, drawn(3), 'end\n')).toEqual([
      'a 3',
      'b 3',
      'c 3',
      'end',
    ]);
  });

  test('go no further than to what there is', () => {
    expect(linesOf('a\nb\n', `${ESC}[99A`, 'X', `${ESC}[3B`, 'Y')).toEqual(['X', 'b', ' Y']);
  });
});

describe('left out are', () => {
  test.each([
    ['colours', `${ESC}[1;38;5;208mred${ESC}[0m and ${ESC}[4:3mcurly${ESC}[m`, 'red and curly'],
    ['titles', `${ESC}]0;title\u0007a${ESC}]2;title${ESC}\\b`, 'ab'],
    ['links', `${ESC}]8;;https://example.org${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
    ['strings of devices', `${ESC}Pq#0;2;0;0;0${ESC}\\a${ESC}_Gf=100;AAAA${ESC}\\b${ESC}^x${ESC}\\c`, 'abc'],
    ['modes', `${ESC}[?25la${ESC}[?25hb${ESC}[?1049h${ESC}[>1u`, 'ab'],
    ['character sets and short escapes', `${ESC}(Ba${ESC}7b${ESC}8c${ESC}=d${ESC}#8e`, 'abcde'],
    ['places on a screen', `a${ESC}[2;5Hb${ESC}[2Jc${ESC}[r`, 'abc'],
    ['bells and other controls', 'a\u0007b\u0000c\u000bd\u007fe\u009bf', 'abcdef'],
    ['escapes that are none', `${ESC}\u0007a${ESC}${ESC}[1mb`, 'ab'],
  ])('%s', (_, text, line) => {
    expect(linesOf(`${text}\n`)).toEqual([line]);
  });
});

/** Whatever programs write: text, line ends, and sequences shorter than those that are given up. */
const anyToken = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.string({
      unit: fc.constantFrom('a', 'b', ' ', 'ü', '[', ']', ';', '0', 'A', '\\', 'm'),
      maxLength: 12,
    }),
  },
  {weight: 2, arbitrary: fc.constantFrom('\n', '\r', '\r\n', '\t', '\b')},
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      `${ESC}[A`,
      `${ESC}[2A`,
      `${ESC}[B`,
      `${ESC}[3C`,
      `${ESC}[2D`,
      `${ESC}[4G`,
      `${ESC}[K`,
      `${ESC}[1K`,
      `${ESC}[2K`,
      `${ESC}[1;38;2;10;20;30m`,
      `${ESC}[?2004h`,
      `${ESC}]0;a title; with [31m in it\u0007`,
      `${ESC}]8;;http://a.b/c?d=e${ESC}\\`,
      `${ESC}Pq#1~~@@${ESC}\\`,
      `${ESC}(B`,
      `${ESC}7`,
      ESC,
      `${ESC}[`,
      '\u0007',
    ),
  },
);
const anyText = fc.array(anyToken, {maxLength: 40}).map((tokens) => tokens.join(''));

function torn(text: string, cuts: readonly number[]): readonly string[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}

describe('however it is cut', () => {
  test('output is the same lines', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat({max: 500}), {maxLength: 20}), (text, cuts) => {
        const [whole, pieces] = [fed(text), fed(...torn(text, cuts))];
        expect(pieces.slice(0, ALL)).toEqual(whole.slice(0, ALL));
        expect(pieces.count).toBe(whole.count);
      }),
      {numRuns: 2000},
    );
  });

  test.each([
    `${ESC}[1;31mred${ESC}[0m\n`,
    `a${ESC}]0;title\u0007b\n`,
    `a${ESC}]0;title${ESC}\\b\n`,
    `one\n${ESC}[1A\r${ESC}[2Ktwo\n`,
    `a${ESC}(Bb\r\nc`,
  ])('%j is the same lines at each place', (text) => {
    const whole = linesOf(text);
    for (let place = 0; place <= text.length; place += 1)
      expect(linesOf(text.slice(0, place), text.slice(place))).toEqual(whole);
    expect(linesOf(...text)).toEqual(whole);
  });

  test('plain text is its lines', () => {
    const plain = fc.string({unit: fc.constantFrom('a', ' ', 'ü', '\n'), maxLength: 300});
    fc.assert(
      fc.property(plain, fc.array(fc.nat({max: 300}), {maxLength: 10}), (text, cuts) => {
        const lines = text.split('\n');
        if (lines.at(-1) === '') lines.pop();
        expect(linesOf(...torn(text, cuts))).toEqual(lines);
      }),
    );
  });

  test('no control is left in any line', () => {
    fc.assert(
      fc.property(fc.array(fc.string({unit: 'binary'}), {maxLength: 10}), (pieces) => {
        for (const line of linesOf(...pieces)) expect(line).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('a sequence that never ends', () => {
  test('is given up, so that what comes after is seen', () => {
    const lines = fed(`a${ESC}]0;`);
    for (let piece = 0; piece < 50; piece += 1) lines.feed('no end ');
    lines.feed('\nseen\n');
    expect(lines.slice(0, ALL).at(-1)).toBe('seen');
  });

  test('is nothing yet', () => {
    for (const begun of [ESC, `${ESC}[`, `${ESC}[1;3`, `${ESC}]0;ti`, `${ESC}]0;title${ESC}`, `${ESC}(`])
      expect(linesOf(`a${begun}`)).toEqual(['a']);
  });
});

describe('of much output', () => {
  test('the last ten thousand lines are kept, and all are counted', () => {
    const lines = new OutputLines();
    for (let line = 0; line < 25_000; line += 100)
      lines.feed(Array.from({length: 100}, (_, index) => `line ${line + index}\n`).join(''));
    expect([lines.count, lines.size]).toEqual([25_000, MOST_LINES]);
    expect(lines.slice(0, 1)).toEqual(['line 15000']);
    expect(lines.slice(MOST_LINES - 1, ALL)).toEqual(['line 24999']);
    lines.feed('begun');
    expect([lines.count, lines.slice(lines.size - 1, ALL)]).toEqual([25_001, ['begun']]);
  });

  test('a single piece of more is kept as well as many', () => {
    const text = Array.from({length: 12_345}, (_, line) => `line ${line}\n`).join('');
    expect(fed(text)).toMatchObject({count: 12_345, size: MOST_LINES});
    expect(fed(text).slice(0, 1)).toEqual(['line 2345']);
    const coloured = fed(text.replaceAll('line', `${ESC}[1mline${ESC}[m`));
    expect(coloured).toMatchObject({count: 12_345, size: MOST_LINES});
    expect(coloured.slice(0, 1)).toEqual(['line 2345']);
  });

  test('a bar still finds its line after others were dropped', () => {
    const lines = fed(Array.from({length: 11_000}, () => 'x\n').join(''), 'bar 1');
    lines.feed(`\n${ESC}[A\rbar 2\n`);
    expect(lines.slice(lines.size - 2, ALL)).toEqual(['x', 'bar 2']);
  });

  test('a line of 10 MB is kept by its beginning', () => {
    const lines = new OutputLines();
    const piece = 'x'.repeat(1024 * 256);
    for (let count = 0; count < 40; count += 1) lines.feed(count % 2 === 0 ? piece : `${ESC}[1m${piece}`);
    lines.feed('\nnext\n');
    expect(lines.count).toBe(2);
    const [long = '', next] = lines.slice(0, ALL);
    expect([long.length, next]).toEqual([2000, 'next']);
    expect(long).toMatch(/^x+$/);
  });
});

describe('what went by too fast', () => {
  test('is counted and not kept, and a new line begins', () => {
    const lines = fed('one\ntwo\n');
    lines.skip(1_000_000);
    expect([lines.count, lines.size]).toEqual([1_000_002, 0]);
    lines.feed('three\nfour');
    expect([lines.count, lines.slice(0, ALL)]).toEqual([1_000_004, ['three', 'four']]);
  });

  test('takes no part of a sequence with it', () => {
    const lines = fed(`one${ESC}[1`);
    lines.skip(5);
    lines.feed('1m two');
    expect(lines.slice(0, ALL)).toEqual(['1m two']);
  });
});

test('its version grows with each change, and with nothing else', () => {
  const lines = new OutputLines();
  lines.feed('');
  expect(lines.version).toBe(0);
  lines.feed('a');
  lines.feed('\r');
  lines.skip(1);
  expect(lines.version).toBe(3);
});
