import {Terminal} from '@xterm/headless';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {cutAtWord, cutEnd, cutMiddle, cutStart, safeText} from '../../src/core/text.ts';

/** Any text: every code point, lone surrogates, and plenty of what terminals act upon. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({unit: 'binary'}),
      fc.string({unit: 'grapheme'}),
      fc.integer({min: 0, max: 0xffff}).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        '\u001b[31m',
        '\u001b]0;title\u0007',
        '\u001bPq\u001b\\',
        '\u009b2J',
        '\u001b',
        '\u202e',
        '\u2066',
        '\u200b',
        'e\u0301',
        '\ud83d',
        '\udc68',
        '漢字',
        '👨‍👩‍👧',
        'ﷺ',
        'שלום',
        '\r\n',
        '\u0085',
        '\ufeff',
        '{red-fg}',
      ),
    ),
  )
  .map((parts) => parts.join(''));

const UNSAFE = [
  ['a control character', /\p{Cc}/u],
  ['a format character', /\p{Cf}/u],
  ['a surrogate', /[\ud800-\udfff]/],
  ['a combining mark', /\p{M}/u],
  ['a line or paragraph separator', /[\p{Zl}\p{Zp}]/u],
  ['private use', /\p{Co}/u],
  ['unassigned', /\p{Cn}/u],
  [
    'a right-to-left script',
    /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u,
  ],
  ['a wide script', /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['a picture', /\p{Emoji_Presentation}/u],
] as const;

describe('safe text', () => {
  test.each(UNSAFE)('never holds %s', (_, unsafe) => {
    fc.assert(
      fc.property(anyText, (text) => !unsafe.test(safeText(text))),
      {numRuns: 500},
    );
  });

  test('is safe for every single character', () => {
    const kept = Array.from({length: 0x11_0000}, (_, point) => safeText(String.fromCodePoint(point)));
    const all = [...new Set(kept)].join('');
    for (const [name, unsafe] of UNSAFE) expect([name, unsafe.exec(all)]).toEqual([name, null]);
  });

  test('is the same when made safe again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const safe = safeText(text);
        expect(safeText(safe)).toBe(safe);
      }),
      {numRuns: 500},
    );
  });

  test('takes one cell a UTF-16 unit in a real terminal, for every character that it keeps', async () => {
    const units = Array.from({length: 0x10000}, (_, unit) => String.fromCharCode(unit));
    const kept = units.filter((unit) => safeText(unit) === unit);
    expect(kept.length).toBeGreaterThan(9000);
    const terminal = new Terminal({cols: 200, rows: 4, allowProposedApi: true});
    for (let from = 0; from < kept.length; from += 100) {
      const line = kept.slice(from, from + 100).join('');
      await new Promise<void>((resolve) => terminal.write(`\r\u001b[2K${line}`, resolve));
      expect([line, terminal.buffer.active.cursorX]).toEqual([line, line.length]);
    }
  });

  test('lets plain text and the letters of Europe be', () => {
    for (const text of ['', 'llama-server', 'naïve Größe – Ελλάδα Привет ±1 …', '{bold}[x] "a" \\'])
      expect(safeText(text)).toBe(text);
  });

  test.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;new title\u0007rest', 'rest'],
    ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001b]0;never ended', '0;never ended'],
    ['\u001bPsixel\u001b\\x', 'x'],
    ['\u009b2Jx', 'x'],
    ['a\nb\tc\r\nd', 'a b c d'],
    ['a\u0000b\u0007c', 'abc'],
    ['evil\u202egpj.exe', 'evilgpj.exe'],
    ['e\u0301', 'e'],
    ['漢', '?'],
    ['x👍y', 'x?y'],
    ['\ud83d', '?'],
    ['a\u00a0b', 'a b'],
    ['שלום', '????'],
    ['\u1161', '?'],
  ])('%j becomes %j', (text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  test('is made in short time of long hostile text', () => {
    const begun = performance.now();
    for (const part of ['\u001b[', '\u001b]', '\u001b]a', '\u001b[0', '\u009b;', '\u0301', '\ud83d'])
      safeText(part.repeat(50_000));
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('cutting', () => {
  const CUTS = {cutEnd, cutMiddle, cutStart, cutAtWord};

  test.each(Object.entries(CUTS))('by %s never exceeds the width, and leaves alone what fits', (_, cut) => {
    fc.assert(
      fc.property(fc.string(), fc.integer({min: -3, max: 40}), (text, width) => {
        const result = cut(text, width);
        expect(result.length).toBeLessThanOrEqual(Math.max(0, width));
        if (text.length <= width) expect(result).toBe(text);
      }),
    );
  });

  test.each(['cutEnd', 'cutMiddle', 'cutStart'] as const)(
    'by %s fills the width and shows that something is missing',
    (name) => {
      fc.assert(
        fc.property(fc.string({minLength: 12}), fc.integer({min: 1, max: 11}), (text, width) => {
          expect(CUTS[name](text, width)).toHaveLength(width);
          expect(CUTS[name](text, width)).toContain('…');
        }),
      );
    },
  );

  test('keeps the beginning, both ends, or the end', () => {
    expect(cutEnd('python jupyter-lab', 10)).toBe('python ju…');
    expect(cutStart('/var/log/memory.jsonl', 10)).toBe('…ory.jsonl');
    expect(cutMiddle('-m /models/llama-3.3-70b.gguf --port 8080', 21)).toBe('-m /models/l…ort 8080');
    expect(cutMiddle('0123456789', 4)).toBe('012…');
  });

  test('at a word leaves whole words without what joined them', () => {
    expect(cutAtWord('lasted 40 s · peak 91.0%', 15)).toBe('lasted 40 s');
    expect(cutAtWord('lasted 40 s', 6)).toBe('lasted');
    expect(cutAtWord('unbreakable', 5)).toBe('unbre');
  });
});
