import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {CLI, NODE, run, toFullDisk, workplace} from './program.ts';
import {cleanEnvironment} from './pty.ts';

describe('once', () => {
  test('prints one reading with the largest processes and exits 0 below the threshold', async () => {
    using place = workplace();
    const {code, stdout, stderr} = await run(['once', '--threshold', '100'], place);
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    expect(stdout).toMatch(/^RAM +\d+\.\d% .* left · NORMAL, threshold 100%$/m);
    expect(stdout).toMatch(/^ +PID user +RSS +MEM% {2}command$/m);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .filter((line) => /^ +\d+ /.test(line)),
    ).toHaveLength(5);
  });

  test('exits 1 at or above it, by the unrounded percent', async () => {
    using place = workplace();
    expect((await run(['once', '--threshold', '1'], place)).code).toBe(1);
    expect((await run(['once', '--demo', '--threshold', '99'], place)).code).toBe(0);
  });

  test("--json is one object with the log's first fields", async () => {
    using place = workplace();
    const {stdout} = await run(['once', '--json', '--top', '3'], place);
    const reading = JSON.parse(stdout);
    expect(Object.keys(reading).slice(0, 6)).toEqual([
      'timestamp',
      'percent',
      'used_mb',
      'available_mb',
      'total_mb',
      'trend',
    ]);
    expect(reading.percent).toMatch(/^\d+\.\d$/);
    expect(reading.processes).toHaveLength(3);
    expect(Number(reading.used_mb) + Number(reading.available_mb)).toBeCloseTo(Number(reading.total_mb), -1);
  });
});

describe('bad input is one line that says what was expected, what was given and from where', () => {
  test.each([
    [
      ['--threshold', '180'],
      {},
      'memtop: threshold: expected a percent from 1 to 100 or a size, as 80, 80% or 19.2GB, got "180" (from --threshold)',
    ],
    [
      ['--threshold=abc'],
      {},
      'memtop: threshold: expected a percent from 1 to 100 or a size, as 80, 80% or 19.2GB, got "abc" (from --threshold)',
    ],
    [
      ['watch', '--interval', '1 year'],
      {},
      'memtop: interval: expected a time from 100ms to 1d, as 500ms, 1s or 5m, got "1 year" (from --interval)',
    ],
    [['once', '--top', '0'], {}, 'memtop: top: expected a whole number from 1 to 50, got "0" (from --top)'],
    [
      ['watch'],
      {MEMTOP_COOLDOWN: 'soon'},
      'memtop: cooldown: expected a time from 0ms to 1d, as 500ms, 1s or 5m, got "soon" (from MEMTOP_COOLDOWN)',
    ],
    [
      ['watch', '--report', 'x.pdf'],
      {},
      'memtop: report: expected the name of a file that ends in .txt, .md, .json, .html, .htm, .csv, got "x.pdf" (from --report)',
    ],
    [
      ['watch', '--preset', 'tiny'],
      {},
      'memtop: preset: expected one of short, medium, long, server, rtx3090, got "tiny" (from --preset)',
    ],
    [['--thresold', '80'], {}, 'memtop: expected an option, got "--thresold"; did you mean --threshold?'],
    [['--log'], {}, 'memtop: --log: expected FILE behind it, got nothing'],
    [
      ['fly'],
      {},
      'memtop: expected a command (run, watch, serve, once, top, replay, report, export, diff, mark, test-alert, doctor, config) or options, got "fly"; memtop --help lists them',
    ],
    [
      ['wacth'],
      {},
      'memtop: expected a command (run, watch, serve, once, top, replay, report, export, diff, mark, test-alert, doctor, config) or options, got "wacth"; did you mean memtop watch?',
    ],
    [['--xyzzy'], {}, 'memtop: expected an option, got "--xyzzy"; memtop --help lists them'],
    [
      ['once', '--theme', 'dark'],
      {},
      'memtop: --theme: expected with memtop (the screen), memtop run, memtop replay, memtop top, got with memtop once',
    ],
    [
      ['config', 'set', 'theme', 'nosuch'],
      {},
      'memtop: theme: expected one of auto, dark, light, high-contrast, colour-blind, mono or a .json file, got "nosuch" (from the command line)',
    ],
    [['once', 'more'], {}, 'memtop: memtop once: expected options, got "more"'],
    [
      ['config', 'set', 'threshold', 'x\u001b[31my'],
      {},
      'memtop: threshold: expected a percent from 1 to 100 or a size, as 80, 80% or 19.2GB, got "x\\u001b[31my" (from the command line)',
    ],
    [['report'], {}, 'memtop: memtop report: expected a log, as memtop report run.jsonl, got nothing'],
    [
      ['report', 'a.jsonl', 'b.jsonl'],
      {},
      'memtop: memtop report: expected a log with readings, got no such file (in "a.jsonl")',
    ],
    [
      ['report', 'nosuch.jsonl'],
      {},
      'memtop: memtop report: expected a log with readings, got no such file (in "nosuch.jsonl")',
    ],
    [['report', '.'], {}, 'memtop: memtop report: expected a log with readings, got a folder (in ".")'],
    [
      ['report', '/dev/null', '--json'],
      {},
      'memtop: memtop report: expected a log with readings, got nothing (in "/dev/null")',
    ],
    [
      ['report', 'a.jsonl', '--log', 'b.jsonl'],
      {},
      'memtop: --log: expected with memtop (the screen), memtop watch, memtop serve, memtop run, got with memtop report',
    ],
    [
      ['config', 'get', 'colour'],
      {},
      'memtop: memtop config: expected the name of an option, got "colour"; memtop config lists them',
    ],
    [[], {}, 'memtop: no screen here: standard output is not a terminal; memtop watch needs none'],
  ] as const)('%j %j', async (args, env, message) => {
    using place = workplace();
    expect(await run([...args], place, {TERM: 'xterm-256color', ...env})).toEqual({
      code: 2,
      stdout: '',
      stderr: `${message}\n`,
    });
  });

  test.each([
    [
      '{"threshold": "high"}',
      'threshold: expected a percent from 1 to 100 or a size, as 80, 80% or 19.2GB, got "high"',
    ],
    ['not json', 'settings: expected a JSON object, got "not json"'],
    ['[1]', 'settings: expected a JSON object, got "[1]"'],
  ])('a settings file with %s', async (text, message) => {
    using place = workplace();
    mkdirSync(place.file('settings/memtop'), {recursive: true});
    writeFileSync(place.file('settings/memtop/config.json'), text);
    const {code, stderr} = await run(['once'], place);
    expect(code).toBe(2);
    expect(stderr).toContain(`memtop: ${message} (from ${place.file('settings/memtop/config.json')})`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect((await run(['config', 'reset'], place)).code).toBe(0);
    expect((await run(['once', '--threshold', '100'], place)).code).toBe(0);
  });
});

test('config: set, get, list with origins, path, and what goes before what', async () => {
  using place = workplace();
  expect((await run(['config', 'set', 'threshold', '85%'], place)).stdout).toBe('threshold 85%\n');
  expect((await run(['config', 'get', 'threshold'], place)).stdout).toBe('85%\n');
  expect((await run(['config', 'get', 'threshold'], place, {MEMTOP_THRESHOLD: '70'})).stdout).toBe('70%\n');
  const list = (await run(['config'], place)).stdout;
  expect(list).toMatch(/^threshold +85% +from .*config\.json$/m);
  expect(list).toMatch(/^repeat +1m,5m,15m,1h +default$/m);
  expect((await run(['config', 'path'], place)).stdout).toBe(
    `${place.file('settings/memtop/config.json')}\n`,
  );
  expect(statSync(place.file('settings/memtop/config.json')).mode & 0o777).toBe(0o600);
  const {stdout} = await run(['once', '--json', '--threshold', '60'], place, {MEMTOP_THRESHOLD: '70'});
  expect(JSON.parse(stdout).threshold_percent).toBe(60);
});

test('config mends a bad value, and lives with names of a newer memtop', async () => {
  using place = workplace();
  mkdirSync(place.file('settings/memtop'), {recursive: true});
  const path = place.file('settings/memtop/config.json');
  const bad = 'threshold: expected a percent from 1 to 100 or a size, as 80, 80% or 19.2GB, got "high"';
  const mend = `(from ${path}); memtop config set threshold VALUE mends it`;
  writeFileSync(path, '{"threshold": "high", "colour": "red", "screen": {"threshold": "70", "sort": "x"}}');
  expect(await run(['once'], place)).toEqual({code: 2, stdout: '', stderr: `memtop: ${bad} ${mend}\n`});
  expect((await run(['config', 'get', 'swap-threshold'], place)).stdout).toBe('50%\n');
  expect((await run(['config', 'get', 'threshold'], place)).stderr).toBe(`memtop: ${bad} ${mend}\n`);
  const list = (await run(['config'], place)).stdout.trimEnd().split('\n');
  expect(list.find((line) => line.startsWith('threshold'))).toContain(`–             ${bad} ${mend}`);
  expect(list.slice(-2)).toEqual([
    'kept by the screen: threshold 70%, sort "x", which cannot be used',
    'not known to this version: colour',
  ]);
  expect((await run(['config', 'set', 'threshold', '85'], place)).code).toBe(0);
  expect((await run(['config', 'get', 'threshold'], place)).stdout).toBe('85%\n');
  expect(JSON.parse(place.read('settings/memtop/config.json'))).toEqual({
    threshold: '85',
    colour: 'red',
    screen: {sort: 'x'},
  });
  expect((await run(['once', '--threshold', '100'], place)).code).toBe(0);
});

describe('output that cannot be written', () => {
  test
    .skipIf(!existsSync('/dev/full'))
    .each([['once', '--threshold', '100'], ['config'], ['--help'], ['--version']])(
    'is one line and exit code 2: memtop %s',
    (...args) => {
      using place = workplace();
      expect(toFullDisk(args, place)).toMatchObject({
        status: 2,
        stderr: 'memtop: standard output cannot be written: disk full\n',
      });
    },
  );

  test('because its reader has gone is no fault', () => {
    using place = workplace();
    const env = {...cleanEnvironment(), ...place.env};
    const script = `{ sleep 0.3; "${NODE}" "${CLI}" once --threshold 100; echo "code $?" >&2; } | true`;
    const {stderr} = spawnSync('sh', ['-c', script], {cwd: place.folder, env, encoding: 'utf8'});
    expect(stderr).toBe('code 0\n');
  });
});

test('--help of every command and --version', async () => {
  using place = workplace();
  for (const args of [
    ['help'],
    ['help', 'watch'],
    ['--help'],
    ['watch', '-h'],
    ['once', '--help'],
    ['report', '--help'],
    ['config', '--help'],
  ]) {
    const {code, stdout} = await run(args, place);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  }
  expect((await run(['--version'], place)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('an alert on a forecast without forecasts is refused in one line', async () => {
  using place = workplace();
  const {code, stderr} = await run(['watch', '--limit-in', '10m', '--no-leak'], place);
  expect({code, stderr}).toEqual({
    code: 2,
    stderr: 'memtop: --limit-in: expected with forecasts, got leaks switched off (--no-leak)\n',
  });
});
