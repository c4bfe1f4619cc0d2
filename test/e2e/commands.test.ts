import {spawnSync} from 'node:child_process';
import {mkdirSync, statSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {launch, run, workplace} from './program.ts';

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
      'memtop: threshold: expected a percent from 1 to 100, as 80 or 80%, got "180" (from --threshold)',
    ],
    [
      ['--threshold=abc'],
      {},
      'memtop: threshold: expected a percent from 1 to 100, as 80 or 80%, got "abc" (from --threshold)',
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
      'memtop: report: expected the name of a file that ends in .txt, .md, .json, .html, got "x.pdf" (from --report)',
    ],
    [
      ['watch', '--preset', 'tiny'],
      {},
      'memtop: preset: expected one of short, medium, long, server, got "tiny" (from --preset)',
    ],
    [['--thresold', '80'], {}, 'memtop: expected an option, got "--thresold"; did you mean --threshold?'],
    [['--log'], {}, 'memtop: --log: expected FILE behind it, got nothing'],
    [
      ['fly'],
      {},
      'memtop: expected a command (watch, once, config) or options, got "fly"; memtop --help lists them',
    ],
    [
      ['wacth'],
      {},
      'memtop: expected a command (watch, once, config) or options, got "wacth"; did you mean memtop watch?',
    ],
    [['--xyzzy'], {}, 'memtop: expected an option, got "--xyzzy"; memtop --help lists them'],
    [
      ['once', '--theme', 'dark'],
      {},
      'memtop: --theme: expected with memtop (the screen), got with memtop once',
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
      'memtop: threshold: expected a percent from 1 to 100, as 80 or 80%, got "x\\u001b[31my" (from the command line)',
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
    ['{"threshold": "high"}', 'threshold: expected a percent from 1 to 100, as 80 or 80%, got "high"'],
    ['{"thresh": 80}', 'settings: expected the name of an option, got "thresh"'],
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
  expect(list).toMatch(/^cooldown +1m +default$/m);
  expect((await run(['config', 'path'], place)).stdout).toBe(
    `${place.file('settings/memtop/config.json')}\n`,
  );
  expect(statSync(place.file('settings/memtop/config.json')).mode & 0o777).toBe(0o600);
  const {stdout} = await run(['once', '--json', '--threshold', '60'], place, {MEMTOP_THRESHOLD: '70'});
  expect(JSON.parse(stdout).threshold_percent).toBe(60);
});

describe('watch', () => {
  test('logs, alerts on standard error, reports at the end and exits 143 on SIGTERM', async () => {
    using place = workplace();
    const watch = launch(
      [
        'watch',
        '--interval',
        '200ms',
        '--threshold',
        '1',
        '--cooldown',
        '400ms',
        '--log',
        'deep/run.jsonl',
        '--report',
        'out/end.json',
      ],
      place,
    );
    await watch.said('MEMORY ALERT');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    watch.kill('SIGTERM');
    const {code, stdout, stderr} = await watch.done;
    expect({code, stdout}).toEqual({code: 143, stdout: ''});
    expect(stderr).toMatch(/^memtop watch: every 200 ms, alert at 1%, log .*deep\/run\.jsonl$/m);
    expect(stderr).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d MEMORY ALERT: \d+\.\d% of RAM in use \(threshold: 1%\)$/m,
    );
    expect(stderr).toContain('ended: SIGTERM');
    const lines = place.lines('deep/run.jsonl');
    expect(lines[0]).toMatchObject({
      event_type: 'START',
      format: 1,
      options: {interval_seconds: 0.2, threshold_percent: 1},
    });
    expect(lines.at(-1)).toMatchObject({event_type: 'STOP', reason: 'SIGTERM'});
    expect(lines.filter(({event_type}) => event_type === 'ALERT').length).toBeGreaterThanOrEqual(3);
    expect(statSync(place.file('deep/run.jsonl')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(place.read('out/end.json'))).toMatchObject({reason: 'SIGTERM'});
  });

  test("--json streams the log's lines and ends when nobody reads them", async () => {
    using place = workplace();
    const watch = launch(['watch', '--json', '--interval', '100ms'], place);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    watch.kill('SIGINT');
    const {code, stdout} = await watch.done;
    expect(code).toBe(130);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0].event_type).toBe('START');
    expect(lines.at(-1).event_type).toBe('STOP');
    expect(lines.filter(({percent}) => percent !== undefined).length).toBeGreaterThan(4);
  });

  test('without a terminal SIGHUP does not end it, as under nohup', async () => {
    using place = workplace();
    const watch = launch(['watch', '--interval', '100ms', '--log', 'run.jsonl'], place);
    await watch.said('memtop watch: every');
    watch.kill('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 700));
    watch.kill('SIGTERM');
    expect((await watch.done).code).toBe(143);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({reason: 'SIGTERM'});
  });

  test('--preset sets the interval of watch; a flag goes before it', async () => {
    using place = workplace();
    for (const [args, wanted] of [
      [['--preset', 'server'], 'every 10 m, alert at 85%'],
      [['--preset', 'short', '--threshold', '70'], 'every 1 m, alert at 70%'],
      [['--preset', 'long', '--interval', '2s'], 'every 2 s, alert at 80%'],
      [[], 'every 5 m, alert at 80%'],
    ] as const) {
      const watch = launch(['watch', ...args], place);
      await watch.said(wanted);
      watch.kill('SIGTERM');
      await watch.done;
    }
  });

  test('a log that cannot be written is told once, and the monitor goes on', async () => {
    using place = workplace();
    mkdirSync(place.file('run.jsonl'));
    const watch = launch(['watch', '--interval', '100ms', '--log', 'run.jsonl'], place);
    await watch.said('the log cannot be written');
    await new Promise((resolve) => setTimeout(resolve, 600));
    watch.kill('SIGTERM');
    const {code, stderr} = await watch.done;
    expect(code).toBe(143);
    expect(stderr.match(/the log cannot be written/g)).toHaveLength(1);
    expect(stderr).toMatch(/it is a folder/);
  });
});

test('the recommended figures, once for real: checks of a tenth of a second stand in for 10 s', async () => {
  using place = workplace();
  const watch = launch(['watch', '--interval', '100ms', '--threshold', '1', '--log', 'run.jsonl'], place);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  watch.kill('SIGTERM');
  await watch.done;
  const lines = place.lines('run.jsonl');
  for (const {timestamp} of lines) expect(Date.parse(String(timestamp))).not.toBeNaN();
  expect(lines.filter(({percent}) => percent !== undefined).length).toBeGreaterThanOrEqual(5);
  expect(lines.some(({event_type}) => event_type === 'ALERT')).toBe(true);
  const script =
    "import json,sys; f=sys.argv[1]; entries=[json.loads(l) for l in open(f)]; n=len([e for e in entries if 'percent' in e]); alerts=[e for e in entries if e.get('event_type')=='ALERT']; avg=sum(float(e['percent']) for e in entries if 'percent' in e)/n; print(len(alerts), avg)";
  const {status, stdout, stderr} = spawnSync('python3', ['-c', script, place.file('run.jsonl')], {
    encoding: 'utf8',
  });
  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  const [alerts, average] = stdout.split(' ').map(Number);
  expect(alerts).toBe(1);
  expect(average).toBeGreaterThan(0);
});

test('--help of every command and --version', async () => {
  using place = workplace();
  for (const args of [
    ['help'],
    ['help', 'watch'],
    ['--help'],
    ['watch', '-h'],
    ['once', '--help'],
    ['config', '--help'],
  ]) {
    const {code, stdout} = await run(args, place);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  }
  expect((await run(['--version'], place)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
