import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  choice,
  duration,
  ExpectedError,
  percent,
  size,
  text,
  toggle,
  type ValueType,
  wholeNumber,
  writeDuration,
} from '../../src/config/values.ts';

const TYPES = {
  duration: duration(100, 86_400_000),
  percent: percent(1, 100),
  size: size(4096),
  wholeNumber: wholeNumber(1, 50),
  choice: choice(['rss', 'change', 'name']),
  toggle,
  text: text('FILE', 'the name of a file', (value) => value.endsWith('.md')),
} as const;

type Name = keyof typeof TYPES;

describe('a value is read', () => {
  test.each<[Name, string, unknown]>([
    ['duration', '500ms', 500],
    ['duration', '1s', 1000],
    ['duration', '5', 5000],
    ['duration', '0.1', 100],
    ['duration', '1.5m', 90_000],
    ['duration', ' 2 h ', 7_200_000],
    ['duration', '1d', 86_400_000],
    ['percent', '80', 80],
    ['percent', '82.5%', 82.5],
    ['percent', ' 1 % ', 1],
    ['percent', '100', 100],
    ['size', '4096', 4096],
    ['size', '10k', 10_240],
    ['size', '100MB', 100_000_000],
    ['size', '1.5 GiB', 1.5 * 2 ** 30],
    ['size', '1tb', 1e12],
    ['wholeNumber', ' 50 ', 50],
    ['choice', 'RSS', 'rss'],
    ['toggle', 'on', true],
    ['toggle', 'YES', true],
    ['toggle', '1', true],
    ['toggle', 'off', false],
    ['toggle', 'false', false],
    ['toggle', '0', false],
    ['text', 'a b.md', 'a b.md'],
  ])('as %s: %j', (name, given, value) => {
    expect(TYPES[name].parse(given)).toBe(value);
  });
});

describe('a value is refused, with what was expected,', () => {
  const EXPECTED: Readonly<Record<Name, string>> = {
    duration: 'a time from 100ms to 1d, as 500ms, 1s or 5m',
    percent: 'a percent from 1 to 100, as 80 or 80%',
    size: 'a size of 4096 bytes or more, as 100MB or 1GiB',
    wholeNumber: 'a whole number from 1 to 50',
    choice: 'one of rss, change, name',
    toggle: 'on or off',
    text: 'the name of a file',
  };

  test.each<[Name, readonly string[]]>([
    [
      'duration',
      ['', '99ms', '25h', '2d', '-1s', '1 week', '1e3', 's', '1,5s', 'NaN', 'Infinity', '1s 5m', '0x10'],
    ],
    ['percent', ['', '0', '0.99', '100.1', '-5', '80%%', 'eighty', '8e1', '80 percent', '1/2']],
    ['size', ['', '4095', '1 pizza', '-1MB', 'MB', '1e6', '9999999TiB', '1constructor']],
    ['wholeNumber', ['', '0', '51', '1.5', '1e1', '-1', '99999999999999999999', '0x5', '5 5']],
    ['choice', ['', 'pid', 'rs', 'rss,name', '__proto__']],
    ['toggle', ['', '2', 'maybe', 'constructor', '__proto__', 'toString', 'on off']],
    ['text', ['', '  ', 'a.txt', 'a\n.md', 'a\0.md']],
  ])('as %s: %j', (name, given) => {
    for (const bad of given) {
      const read = () => TYPES[name].parse(bad);
      expect(read, bad).toThrow(ExpectedError);
      expect(read, bad).toThrow(`expected ${EXPECTED[name]}`);
    }
  });
});

test('whatever is given, a type gives a value of its kind or says what it expected', () => {
  const kinds: Readonly<Record<Name, string>> = {
    duration: 'number',
    percent: 'number',
    size: 'number',
    wholeNumber: 'number',
    choice: 'string',
    toggle: 'boolean',
    text: 'string',
  };
  const given = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9.]{0,8} ?[a-zA-Z%]{0,4}$/),
    fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype)),
  );
  fc.assert(
    fc.property(fc.constantFrom<Name[]>(...(Object.keys(TYPES) as Name[])), given, (name, words) => {
      let value: unknown;
      try {
        value = TYPES[name].parse(words);
      } catch (error) {
        expect(error).toBeInstanceOf(ExpectedError);
        return;
      }
      expect(value).toBeTypeOf(kinds[name] as 'number');
      expect(value).not.toBeNaN();
    }),
    {numRuns: 1000},
  );
});

test.each<[Name, fc.Arbitrary<unknown>]>([
  ['duration', fc.integer({min: 100, max: 86_400_000})],
  ['percent', fc.integer({min: 10, max: 1000}).map((tenths) => tenths / 10)],
  ['size', fc.integer({min: 4096, max: 2 ** 40})],
  ['wholeNumber', fc.integer({min: 1, max: 50})],
  ['choice', fc.constantFrom('rss', 'change', 'name')],
  ['toggle', fc.boolean()],
])('a written %s is read as the same', (name, values) => {
  const type: ValueType<unknown> = TYPES[name];
  fc.assert(fc.property(values, (value) => type.parse(type.format(value)) === value));
});

test.each([
  [0, '0ms'],
  [500, '500ms'],
  [1000, '1s'],
  [1500, '1500ms'],
  [90_000, '90s'],
  [300_000, '5m'],
  [86_400_000, '1d'],
])('%d ms are written %s', (ms, written) => {
  expect(writeDuration(ms)).toBe(written);
});
