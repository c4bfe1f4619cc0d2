import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {OPTION_NAMES, OPTIONS} from '../../src/config/options.ts';
import {isUp, memtop} from '../e2e/live-screen.ts';
import {type Outcome, run, type Workplace, workplace} from '../e2e/program.ts';
import {howMany} from './depth.ts';
import {CAN_MOUNT, smallDisk} from './mounts.ts';

/** All of them in full, the first few in the quick part. */
const some = <T>(quick: number, cases: readonly T[]) => cases.slice(0, howMany(cases.length, quick));

const FILE = 'settings/memtop/config.json';

function settings(place: Workplace, text: string | Buffer): void {
  mkdirSync(dirname(place.file(FILE)), {recursive: true});
  writeFileSync(place.file(FILE), text);
}

/** One line, no stack, and where it comes from. */
function expectRefused({code, stdout, stderr}: Outcome, from: string | RegExp): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^memtop: (?:[^\n]+expected|settings cannot be kept in) [^\n]+\n$/);
  expect(stderr).toMatch(from);
  expect(stderr).not.toMatch(/\n\s+at /);
}

describe('a settings file that is', () => {
  const whole = JSON.stringify({threshold: '85%', screen: {span: '1h'}});

  test.each(
    some<[string, string | Buffer]>(2, [
      ['cut off', whole.slice(0, -3)],
      ['a list', '[1,2]'],
      ['a word', 'nonsense'],
      ['null', 'null'],
      ['two objects', `${whole}${whole}`],
      ['binary', Buffer.from([0, 255, 254, 0, 1, 2])],
      ['brackets without end', '['.repeat(100_000)],
      ['a log', '{"a":1}\n{"b":2}\n'],
    ]),
  )('%s is told in one line, kept as it is, and mended by reset', async (_, text) => {
    using place = workplace();
    settings(place, text);
    expectRefused(await run(['once'], place), /config\.json/);
    expectRefused(await run(['config', 'set', 'threshold', '80%'], place), /config\.json/);
    expect(readFileSync(place.file(FILE))).toEqual(Buffer.from(text));
    expect((await run(['config', 'reset'], place)).code).toBe(0);
    expect((await run(['once'], place)).code).toBe(0);
  });

  test.each(
    some(1, [
      ['empty', ''],
      ['blanks', ' \n\n'],
      ['an empty object', '{}'],
      [
        'of a newer memtop',
        '{"warp": "9", "screen": {"warp": 9}, "__proto__": {"threshold": "1"}, "constructor": "x"}',
      ],
    ]),
  )('%s is as none', async (_, text) => {
    using place = workplace();
    settings(place, text);
    const {code, stderr} = await run(['once'], place);
    expect([code, stderr]).toEqual([0, '']);
    expect((await run(['config', 'set', 'threshold', '77%'], place)).code).toBe(0);
    expect((await run(['config', 'get', 'threshold'], place)).stdout).toBe('77%\n');
  });

  test.each(some(1, ['null', '[]', '{}', '1e999', 'true', '"\\u0000"', '"9".repeat']))(
    'right but for a value of %s says which',
    async (value) => {
      using place = workplace();
      settings(
        place,
        `{"theme": "dark", "threshold": ${value === '"9".repeat' ? `"${'9'.repeat(100_000)}"` : value}}`,
      );
      const outcome = await run(['once'], place);
      if (value === 'null' || value === '[]') expect(outcome.stderr).not.toContain('TypeError');
      expectRefused(outcome, /threshold: expected a percent .*config set threshold VALUE mends it/);
      expect(outcome.stderr.length).toBeLessThan(600);
    },
  );

  test('a folder is told in one line, by what reads it and by what would write it', async () => {
    using place = workplace();
    mkdirSync(place.file(FILE), {recursive: true});
    for (const args of [['once'], ['watch'], ['config', 'set', 'threshold', '80%'], ['config', 'reset']])
      expectRefused(await run(args, place), /config\.json/);
  });

  test('below a file is as none, and cannot be written', async () => {
    using place = workplace();
    writeFileSync(place.file('settings'), '');
    expect((await run(['once'], place)).code).toBe(0);
    expectRefused(await run(['config', 'set', 'threshold', '80%'], place), /config\.json/);
  });
});

describe.skipIf(!CAN_MOUNT)('on a disk that is', () => {
  test('read-only, settings count, a new one is refused in one line, and the screen says that its keys are not kept', async () => {
    using place = workplace();
    using disk = smallDisk(place.file('settings'), '1m');
    settings(place, '{"threshold": "66%"}');
    disk.remount('ro');
    expect((await run(['config', 'get', 'threshold'], place)).stdout).toBe('66%\n');
    expectRefused(await run(['config', 'set', 'threshold', '80%'], place), /config\.json|read-only/);
    await using screen = memtop(place, ['--interval', '300ms']);
    await screen.waitFor(isUp);
    screen.press('tq');
    await screen.waitForExit();
    expect(screen.screenText().join('\n')).toMatch(/settings not kept: .*read-only/);
  });

  test('full, what was saved stays whole', async () => {
    using place = workplace();
    using disk = smallDisk(place.file('settings'), '64k');
    settings(place, '{"threshold": "66%"}');
    fill(`${disk.folder}/full`);
    expectRefused(
      await run(['config', 'set', 'webhook', `https://h/${'x'.repeat(30_000)}`], place),
      /disk full|ENOSPC/,
    );
    expect(place.read(FILE)).toBe('{"threshold": "66%"}');
    rmSync(`${disk.folder}/full`);
    expect((await run(['config', 'set', 'threshold', '80%'], place)).code).toBe(0);
  });
});

function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(4096, 1), {flag: 'a'});
  } catch {
    // As full as it gets.
  }
}

test('of several that save at the same time each is kept, and the file is whole at every moment', async () => {
  using place = workplace();
  const values = {
    threshold: '71%',
    'swap-threshold': '72%',
    window: '73',
    top: '7',
    span: '1h',
    theme: 'dark',
    sort: 'pid',
    repeat: '5m',
    for: '2s',
    bell: 'on',
  };
  const pairs = Object.entries(values).slice(0, howMany(10, 5));
  let isOver = false;
  const looks = (async () => {
    while (!isOver) {
      if (existsSync(place.file(FILE))) expect(() => JSON.parse(place.read(FILE))).not.toThrow();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  const ends = await Promise.all(pairs.map(([name, value]) => run(['config', 'set', name, value], place)));
  isOver = true;
  await looks;
  expect(ends.map(({code, stderr}) => [code, stderr])).toEqual(pairs.map(() => [0, '']));
  expect(JSON.parse(place.read(FILE))).toMatchObject(Object.fromEntries(pairs));
});

test.each(
  some(1, [
    ['no HOME', {HOME: ''}],
    ['a HOME that is not there', {HOME: '/none/such'}],
    ['a HOME that is a file', {HOME: '/etc/hostname'}],
    ['a HOME that is no path', {HOME: 'relative'}],
  ]),
)('with %s memtop works, and says in one line where settings cannot be kept', async (_, env) => {
  using place = workplace();
  const around = {...env, XDG_CONFIG_HOME: '', XDG_CACHE_HOME: '', XDG_STATE_HOME: ''};
  const {code, stderr} = await run(['once'], place, around);
  expect([code, stderr]).toEqual([0, '']);
  await using screen = memtop(place, ['--interval', '300ms'], {env: around});
  await screen.waitFor(isUp);
  screen.press('q');
  expect(await screen.waitForExit()).toEqual({exitCode: 0, signal: 0});
  if (env.HOME === '/etc/hostname')
    expectRefused(await run(['config', 'set', 'threshold', '80%'], place, around), /config\.json/);
  rmSync('/none', {recursive: true, force: true});
});

test('whatever is saved for any option, config lists it, and every command takes it or says what is wrong with it', {
  timeout: 600_000,
}, async () => {
  using place = workplace();
  const text = fc.oneof(
    fc.string({unit: 'binary', maxLength: 20}),
    fc.constantFrom('', '0', '-1', '80%', '1e9', 'off', 'on', '9'.repeat(400)),
    fc.double().map(String),
  );
  const saved = fc.dictionary(fc.constantFrom(...OPTION_NAMES.filter((name) => OPTIONS[name].saved)), text, {
    minKeys: 1,
    maxKeys: 3,
  });
  await fc.assert(
    fc.asyncProperty(saved, async (values) => {
      settings(place, JSON.stringify(values));
      const {code, stdout, stderr} = await run(['once'], place);
      if (code === 2) expectRefused({code, stdout, stderr}, /config\.json/);
      else expect([0, 1]).toContain(code);
      const list = await run(['config'], place);
      expect([list.code, list.stderr.includes(' at ')]).toEqual([0, false]);
    }),
    {numRuns: howMany(60, 1)},
  );
});
