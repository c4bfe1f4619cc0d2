import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {counterIn, figureBehind, SIZE} from '../../../src/sources/memory/counter.ts';

const MEMINFO = `MemTotal:       32614400 kB
MemFree:         1234567 kB
MemAvailable:   -5 kB
Cached:          98 kB
SwapCached:      1 kB
HugePages_Total:       7
Hugepagesize:       2048 kB
`;

describe('the figure behind a name', () => {
  test.each([
    ['MemTotal:', 32_614_400],
    ['MemFree:', 1_234_567],
    ['MemAvailable:', -5],
    ['Hugepagesize:', 2048],
  ])('%s', (name, figure) => {
    expect(figureBehind(MEMINFO, name, SIZE)).toBe(figure);
  });

  test('is that of the line that begins with the name, not of one that ends with it', () => {
    expect(figureBehind(`SwapCached: 1 kB\nCached: 98 kB\n`, 'Cached:', SIZE)).toBe(98);
    expect(figureBehind('SwapCached: 1 kB\n', 'Cached:', SIZE)).toBeUndefined();
  });

  test.each([
    ['a name that is not there', 'Slab: 1 kB\n'],
    ['nothing', ''],
    ['another unit', 'Cached: 98 MB\n'],
    ['a count', 'Cached: 98\n'],
    ['no digit', 'Cached: kB\n'],
    ['a word', 'Cached: many kB\n'],
    ['a fraction', 'Cached: 9.8 kB\n'],
    ['a sign alone', 'Cached: - kB\n'],
    ['a figure of another line', 'Cached:\n98 kB\n'],
    ['more than a figure can hold', `Cached: ${'9'.repeat(16)} kB\n`],
    ['a file that ends in the middle', 'Cached: 98 k'],
  ])('is none for %s', (_, text) => {
    expect(figureBehind(text, 'Cached:', SIZE)).toBeUndefined();
  });

  test('is found in any file that tells it, at its beginning, in its middle and at its end', () => {
    const line = fc.stringMatching(/^[A-Za-z_:() -]{0,30}$/).filter((text) => !text.startsWith('pgmajfault'));
    const lines = fc.array(line, {maxLength: 8});
    const figure = fc.integer({min: 0, max: 999_999_999_999_999});
    fc.assert(
      fc.property(lines, lines, figure, fc.boolean(), (before, after, count, isEnded) => {
        const text = [...before, `pgmajfault ${count}`, ...after].join('\n');
        expect(counterIn(isEnded ? `${text}\n` : text, 'pgmajfault')).toBe(count);
        expect(counterIn([...before, ...after].join('\n'), 'pgmajfault')).toBeUndefined();
      }),
    );
  });
});

describe('a counter', () => {
  test('is another one where its name only begins so', () => {
    expect(counterIn('file_mapped 1\nfile 2\n', 'file')).toBe(2);
  });

  test('is never below 0', () => {
    expect(counterIn('file -2\n', 'file')).toBeUndefined();
  });
});
