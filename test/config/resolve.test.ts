import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {OptionName} from '../../src/config/options.ts';
import {
  environmentLayer,
  type Layer,
  parseSetting,
  quote,
  resolveSettings,
  SettingError,
} from '../../src/config/resolve.ts';

type Texts = Layer['texts'];

const saved = (texts: Texts): Layer => ({origin: () => 'from config.json', texts});
const environment = (env: Record<string, string>) => environmentLayer(env);
const flags = (texts: Texts): Layer => ({origin: (name) => `from --${name}`, texts});

describe('settings', () => {
  test('are the defaults when nothing is given', () => {
    const {values, origins} = resolveSettings('screen', []);
    expect(values).toMatchObject({
      threshold: {percent: 80},
      'swap-threshold': {percent: 50},
      'vram-threshold': {all: {percent: 90}, byGpu: {}},
      for: 0,
      repeat: [60_000, 300_000, 900_000, 3_600_000],
      'shm-threshold': {percent: 90},
      'pressure-threshold': 10,
      'full-pressure-threshold': 5,
      'swap-rate-threshold': 'off',
      'process-threshold': 'off',
      'job-threshold': 'off',
      'limit-in': 'off',
      cgroup: 'auto',
      quiet: false,
      stay: false,
      window: 100,
      top: 5,
      theme: 'auto',
      span: '15m',
      sort: 'rss',
      mouse: false,
      readonly: false,
      demo: false,
      seed: 1,
    });
    expect([values.interval, values.cooldown, values.log, values.report, values.ascii]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(origins).toEqual({});
  });

  test('go defaults < saved < environment < flags, one by one', () => {
    const layers = [
      saved({threshold: '70', top: '7', sort: 'name', cooldown: '10s'}),
      environment({MEMTOP_THRESHOLD: '75', MEMTOP_TOP: '8', MEMTOP_SWAP_THRESHOLD: '40', MEMTOP_SORT: ''}),
      flags({threshold: '90'}),
    ];
    const {values, origins} = resolveSettings('screen', layers);
    expect(values).toMatchObject({
      threshold: {percent: 90},
      top: 8,
      'swap-threshold': {percent: 40},
      sort: 'name',
      cooldown: 10_000,
      window: 100,
    });
    expect(origins).toEqual({
      threshold: 'from --threshold',
      top: 'from MEMTOP_TOP',
      'swap-threshold': 'from MEMTOP_SWAP_THRESHOLD',
      sort: 'from config.json',
      cooldown: 'from config.json',
    });
  });

  test('of the environment are only those with the right name and a value', () => {
    const env = {
      MEMTOP_TOP: '9',
      MEMTOP_ASCII: '',
      memtop_window: '5',
      TOP: '3',
      MEMTOP_UNKNOWN: 'x',
      MEMTOP_LOG_INTERVAL: '5s',
    };
    expect(environment(env).texts).toEqual({top: '9', 'log-interval': '5s'});
  });

  test('in any mix come from the last layer that has them', () => {
    const texts = fc.record(
      {threshold: fc.integer({min: 1, max: 100}).map(String), top: fc.integer({min: 1, max: 50}).map(String)},
      {requiredKeys: []},
    );
    fc.assert(
      fc.property(fc.array(texts, {maxLength: 4}), (given) => {
        const {values} = resolveSettings('watch', given.map(saved));
        const last = (name: 'threshold' | 'top') =>
          given.findLast((layer) => layer[name] !== undefined)?.[name];
        expect(values.threshold).toEqual({percent: Number(last('threshold') ?? 80)});
        expect(values.top).toBe(Number(last('top') ?? 5));
      }),
    );
  });
});

describe('a preset', () => {
  test('is the interval of watch, and thins the log of the screen', () => {
    for (const [preset, ms] of [
      ['short', 60_000],
      ['medium', 300_000],
      ['long', 600_000],
      ['server', 600_000],
      ['rtx3090', 300_000],
    ] as const) {
      const ram = {percent: preset === 'server' ? 85 : 80};
      const vram = {all: {percent: preset === 'rtx3090' ? 80 : 90}, byGpu: {}};
      const {values: watch} = resolveSettings('watch', [flags({preset})]);
      const {values: screen} = resolveSettings('screen', [flags({preset})]);
      expect([watch.interval, watch['log-interval'], watch.threshold]).toEqual([ms, 0, ram]);
      expect([watch['vram-threshold'], screen['vram-threshold']]).toEqual([vram, vram]);
      expect([screen.interval, screen['log-interval'], screen.threshold]).toEqual([undefined, ms, ram]);
    }
  });

  test('gives way to what its own layer says outright, and to later layers', () => {
    const both = resolveSettings('watch', [flags({preset: 'server', interval: '5s'})]).values;
    expect([both.interval, both.threshold]).toEqual([5000, {percent: 85}]);
    const later = resolveSettings('watch', [saved({preset: 'server'}), flags({threshold: '70'})]).values;
    expect([later.interval, later.threshold]).toEqual([600_000, {percent: 70}]);
  });

  test('stands over what earlier layers say', () => {
    const {values} = resolveSettings('watch', [
      saved({interval: '5s', threshold: '50'}),
      environment({MEMTOP_PRESET: 'server'}),
    ]);
    expect([values.interval, values.threshold]).toEqual([600_000, {percent: 85}]);
  });
});

describe('a bad value', () => {
  test.each<[OptionName, string, string]>([
    ['interval', '50ms', 'a time from 100ms to 1d, as 500ms, 1s or 5m'],
    ['threshold', '0', 'a percent from 1 to 100 or a size, as 80, 80% or 19.2GB'],
    ['swap-threshold', 'half', 'a percent from 1 to 100 or a size, as 80, 80% or 19.2GB'],
    [
      'vram-threshold',
      '90%,x=80%',
      'a percent from 1 to 100 or a size, and GPU=THRESHOLD for single GPUs, as 90% or 90%,1=19.2GB',
    ],
    ['gpus', '99', 'a whole number from 0 to 16'],
    ['cooldown', '-1s', 'a time from 0ms to 1d, as 500ms, 1s or 5m'],
    ['window', '0', 'a whole number from 1 to 100000'],
    ['top', '51', 'a whole number from 1 to 50'],
    ['preset', 'tiny', 'one of short, medium, long, server, rtx3090'],
    ['log', '', 'the name of a file'],
    ['log-interval', 'x', 'a time from 0ms to 1d, as 500ms, 1s or 5m'],
    ['log-max-size', '1', 'a size of 4096 bytes or more, as 100MB or 1GiB'],
    ['report', 'out.pdf', 'the name of a file that ends in .txt, .md, .json, .html, .htm, .csv'],
    ['theme', ' ', 'the name of a theme or of a .json file'],
    ['span', '2m', 'one of 1m, 5m, 15m, 1h, 6h, 24h, 7d, all'],
    ['sort', 'cpu', 'one of rss, vram, change, growth, name, pid, user'],
    ['chart', 'dots', 'one of braille, blocks, ascii'],
    ['ascii', 'maybe', 'on or off'],
    ['mouse', '2', 'on or off'],
    ['readonly', 'constructor', 'on or off'],
    ['demo', 'x', 'on or off'],
    ['seed', '-1', 'a whole number from 0 to 4294967295'],
    ['json', 'x', 'on or off'],
  ])('for %s, %j, is told in one line: expected, got, from where', (name, given, expected) => {
    const message = `${name}: expected ${expected}, got ${JSON.stringify(given)} (from --${name})`;
    expect(() => resolveSettings('screen', [flags({[name]: given})])).toThrow(new SettingError(message));
  });

  test('is told with the layer that it came from, even where a later layer would hide it', () => {
    const layers = [saved({threshold: 'much'}), flags({threshold: '80'})];
    expect(() => resolveSettings('screen', layers)).toThrow(
      'threshold: expected a percent from 1 to 100 or a size, as 80, 80% or 19.2GB, got "much" (from config.json)',
    );
    expect(() => resolveSettings('watch', [environment({MEMTOP_PRESET: 'x'})])).toThrow(
      'got "x" (from MEMTOP_PRESET)',
    );
  });

  test('of a saved setting is told with how to mend it', () => {
    const layer = {...saved({top: 'x'}), remedy: (name: OptionName) => `set ${name} anew`};
    expect(() => resolveSettings('watch', [layer])).toThrow(/got "x" \(from config\.json\); set top anew$/);
  });

  test('counts as not given where somebody takes note of it', () => {
    const bad: string[] = [];
    const layers = [
      saved({threshold: 'much', top: '7', preset: 'x'}),
      environment({MEMTOP_TOP: 'many', MEMTOP_COOLDOWN: '5s'}),
    ];
    const {values, origins} = resolveSettings('watch', layers, (name, {message}) =>
      bad.push(`${name} ${message.length > 20}`),
    );
    expect(bad).toEqual(['threshold true', 'preset true', 'top true']);
    expect(values).toMatchObject({threshold: {percent: 80}, top: 7, preset: undefined, cooldown: 5000});
    expect(origins).toEqual({top: 'from config.json', cooldown: 'from MEMTOP_COOLDOWN'});
  });

  test('is one line without control characters, whatever was given', () => {
    const hostile = fc.oneof(
      fc.string({unit: 'binary'}),
      fc.constantFrom('\u001b[2J', '\n', '\u202e', '\u0085', 'x'.repeat(5000)),
    );
    fc.assert(
      fc.property(hostile, (given) => {
        let message = '';
        try {
          parseSetting('seed', `${given}!`, 'from --seed');
        } catch (error) {
          message = error instanceof SettingError ? error.message : 'another error';
        }
        expect(message).toMatch(
          /^seed: expected a whole number from 0 to 4294967295, got ".*" \(from --seed\)$/s,
        );
        expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
        expect(message.length).toBeLessThan(200);
      }),
      {numRuns: 300},
    );
  });
});

test('quoted text is cut where it is endless', () => {
  expect(quote('a "b"\n')).toBe('"a \\"b\\"\\n"');
  expect(quote('x'.repeat(500))).toHaveLength(81);
});
