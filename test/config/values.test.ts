import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  choice,
  duration,
  durations,
  ExpectedError,
  maybe,
  pattern,
  percent,
  perSecond,
  pids,
  size,
  text,
  threshold,
  toggle,
  toggleOr,
  type ValueType,
  vramThresholds,
  wholeNumber,
  writeDuration,
} from '../../src/config/values.ts';

const TYPES = {
  duration: duration(100, 86_400_000),
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

describe('a threshold is read', () => {
  test.each([
    ['80', {percent: 80}, '80%'],
    ['82.5 %', {percent: 82.5}, '82.5%'],
    ['19.2GB', {bytes: 19_200_000_000}, '19.2GB'],
    ['19.2 gib', {bytes: Math.round(19.2 * 2 ** 30)}, '19.2GiB'],
    ['24g', {bytes: 24 * 2 ** 30}, '24GiB'],
    ['700MB', {bytes: 700_000_000}, '700MB'],
  ])('%j', (given, value, written) => {
    expect(threshold.parse(given)).toEqual(value);
    expect(threshold.parse(threshold.format(threshold.parse(given)))).toEqual(value);
    if (!given.includes('gib')) expect(threshold.format(threshold.parse(given))).toBe(written);
  });

  test.each(['', '0', '101', '80%%', '1e9', '-5', 'GB', '0 GB', '19.2 parsecs'])('not from %j', (given) => {
    expect(() => threshold.parse(given)).toThrow(
      new ExpectedError('a percent from 1 to 100 or a size, as 80, 80% or 19.2GB'),
    );
  });

  test.each([
    ['80%', {all: {percent: 80}, byGpu: {}}, '80%'],
    ['1=80', {all: {percent: 90}, byGpu: {1: {percent: 80}}}, '90%,1=80%'],
    [
      '85%, 0=19.2GB , 0/1=70%',
      {all: {percent: 85}, byGpu: {0: {bytes: 19_200_000_000}, '0/1': {percent: 70}}},
      '85%,0=19.2GB,0/1=70%',
    ],
  ])('for GPUs: %j', (given, value, written) => {
    const type = vramThresholds({percent: 90});
    expect(type.parse(given)).toEqual(value);
    expect(type.format(type.parse(given))).toBe(written);
    expect(type.parse(written)).toEqual(value);
  });

  test.each([
    '',
    ',',
    '90%,80%',
    '1=80%,1=70%',
    '90%,',
    '90%,a=80%',
    '0=',
    '=80%',
    '1=2=3',
    '90%;1=80%',
    '0=101',
  ])('not for GPUs from %j', (given) => {
    expect(() => vramThresholds({percent: 90}).parse(given)).toThrow(ExpectedError);
  });
});

describe('a value is refused, with what was expected,', () => {
  const EXPECTED: Readonly<Record<Name, string>> = {
    duration: 'a time from 100ms to 1d, as 500ms, 1s or 5m',
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

test('a switch with a third word', () => {
  const type = toggleOr('logs');
  expect(['on', 'YES', 'off', '0', ' Logs '].map(type.parse)).toEqual(['on', 'on', 'off', 'off', 'logs']);
  for (const bad of ['', 'log', 'all', '2'])
    expect(() => type.parse(bad)).toThrow('expected on, off or logs');
});

test('whatever is given, a type gives a value of its kind or says what it expected', () => {
  const kinds: Readonly<Record<Name, string>> = {
    duration: 'number',
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

describe('values of rules and jobs', () => {
  const minutes = (...ms: number[]) => ms;

  test.each([
    ['percent', percent, '12.5', 12.5, '12.5%'],
    ['percent', percent, ' 10 % ', 10, '10%'],
    ['percent', percent, '0.1%', 0.1, '0.1%'],
    ['pages a second', perSecond, '1000', 1000, '1000'],
    ['pages a second', perSecond, '1000/s', 1000, '1000'],
    [
      'times',
      durations(1000, 86_400_000),
      '1m,5m,15m,1h',
      minutes(60_000, 300_000, 900_000, 3_600_000),
      '1m,5m,15m,1h',
    ],
    ['times', durations(1000, 86_400_000), '90s', minutes(90_000), '90s'],
    ['processes', pids, '812', [812], '812'],
    ['processes', pids, '812, 813,812', [812, 813], '812,813'],
    ['a value or none', maybe(percent), '10%', 10, '10%'],
    ['a value or none', maybe(percent), 'OFF', 'off', 'off'],
    ['a value or none', maybe(threshold), '19.2GB', {bytes: 19_200_000_000}, '19.2GB'],
  ] as const)('%s', (_, type, given, value, written) => {
    const one: ValueType<unknown> = type;
    expect(one.parse(given)).toEqual(value);
    expect(one.format(value)).toBe(written);
    expect(one.parse(one.format(value))).toEqual(value);
  });

  test.each([
    ['percent', percent, ['', '0', '-1', '100.1', '1e1', '5 GB', 'off'], 'a percent above 0, up to 100'],
    [
      'pages a second',
      perSecond,
      ['', '0', '-5', '1.5', '10/m', '99999999999999999999'],
      'a number of pages a second',
    ],
    [
      'times',
      durations(1000, 86_400_000),
      ['', '1m,', '1m,1m', '5m,1m', '1ms', '2d', '1m 5m'],
      'times parted by commas',
    ],
    ['processes', pids, ['', '0', '-1', '4194305', '1.5', '812,', '812 813', 'self'], 'numbers of processes'],
    ['a pattern', pattern, ['', '(', '[a', 'a{2,1}', 'x'.repeat(201)], 'a regular expression'],
    [
      'a value or none',
      maybe(percent),
      ['', 'none', 'offf', '101'],
      'a percent above 0, up to 100, as 10 or 10%, or off',
    ],
  ] as const)('%s refused: %j', (_, type, given, expected) => {
    for (const bad of given) {
      expect(() => type.parse(bad), bad).toThrow(ExpectedError);
      expect(() => type.parse(bad), bad).toThrow(expected);
    }
  });

  test('a pattern is one of JavaScript, with all signs of Unicode', () => {
    const one = pattern.parse('^python .*\\.py$');
    expect([one.test('python train.py'), one.test('python'), pattern.format(one)]).toEqual([
      true,
      false,
      '^python .*\\.py$',
    ]);
    expect(pattern.parse('^.$').test('😀')).toBe(true);
    // Asked again and again, it answers the same.
    expect([one.test('python a.py'), one.test('python a.py')]).toEqual([true, true]);
  });
});
