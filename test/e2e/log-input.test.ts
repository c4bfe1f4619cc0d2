import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {CLI, injected, NODE, run, type Workplace, workplace} from './program.ts';
import {cleanEnvironment} from './pty.ts';

const GIB = 2 ** 30;
const START = Date.UTC(2026, 2, 1, 12);

interface Course {
  readonly from?: number;
  readonly nameOf?: (index: number) => string;
}

/** A reading each second. */
function readings(count: number, {from = 0, nameOf}: Course = {}): readonly string[] {
  return Array.from({length: count}, (_, index) =>
    JSON.stringify({
      timestamp: new Date(START + (from + index) * 1000).toISOString(),
      memory: {
        limit: 'host',
        used_bytes: 10 * GIB + index,
        available_bytes: 54 * GIB - index,
        total_bytes: 64 * GIB,
      },
      ...(nameOf && {
        processes: [{pid: 100 + index, parent_pid: 1, start_key: 'k', name: nameOf(index), rss_bytes: GIB}],
      }),
    }),
  );
}

function record(place: Workplace, file: string, lines: readonly string[]): void {
  writeFileSync(place.file(file), `${lines.join('\n')}\n`);
}

function inBash(place: Workplace, script: string, env: Readonly<Record<string, string>> = {}) {
  const {status, stdout, stderr} = spawnSync(
    'bash',
    ['-c', script.replaceAll('memtop ', `'${NODE}' '${CLI}' `)],
    {
      cwd: place.folder,
      env: {...cleanEnvironment(), ...place.env, TZ: 'UTC', ...env},
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  return {status, stdout, stderr};
}

const FOUND: readonly (readonly [name: string, found: string])[] = [
  ['missing.jsonl', 'got no such file (in "missing.jsonl")'],
  ['folder', 'got a folder (in "folder")'],
  ['text', 'got 2 lines and no reading in them, the first not read "root:x:0" (in "text")'],
  ['empty', 'got nothing (in "empty")'],
];

describe('logs that are given to report, export and diff', () => {
  test.each(FOUND)('%s: every command says why there is nothing', async (name, found) => {
    using place = workplace();
    mkdirSync(place.file('folder'));
    record(place, 'text', ['root:x:0', 'daemon:x:1']);
    writeFileSync(place.file('empty'), '');
    record(place, 'good.jsonl', readings(30));
    for (const args of [
      ['report'],
      ['export'],
      ['export', '--format', 'openmetrics'],
      ['diff', 'good.jsonl'],
    ]) {
      const {code, stdout, stderr} = await run([...args, name], place);
      expect({code, stdout, stderr}).toEqual({
        code: 2,
        stdout: '',
        stderr: `memtop: memtop ${args[0]}: expected a log with readings, ${found}\n`,
      });
    }
  });

  test('a span in a log without any time is told without one', async () => {
    using place = workplace();
    record(place, 'text', ['root:x:0']);
    for (const command of ['report', 'export']) {
      const {code, stderr} = await run([command, '--from', '2026-01-01', 'text'], place);
      expect(code).toBe(2);
      expect(stderr).toContain(
        'got 1 line and no reading in them, the first not read "root:x:0" (in "text")',
      );
    }
  });

  test('diff tells of what it could not read, in JSON too', async () => {
    using place = workplace();
    const whole = readings(60);
    record(place, 'whole.jsonl', whole);
    record(place, 'hurt.jsonl', [...whole.slice(0, 20), 'not json', ...whole.slice(20)]);
    const packed = gzipSync(`${readings(4000).join('\n')}\n`);
    writeFileSync(place.file('cut.jsonl.gz'), packed.subarray(0, packed.length - 2000));
    const {code, stdout, stderr} = await run(
      ['diff', '--json', '--fail-above', '50%', 'hurt.jsonl', 'cut.jsonl.gz'],
      place,
    );
    expect(code).toBe(0);
    expect(stderr).toBe(
      `memtop: 1 line not read (21) in "${place.file('hurt.jsonl')}"\nmemtop: not read to its end: gzip data that ends too early in "${place.file('cut.jsonl.gz')}"\n`,
    );
    const {before, after} = JSON.parse(stdout);
    expect(before.not_read).toEqual(['1 line not read (21)']);
    expect(after.not_read).toEqual(['not read to its end: gzip data that ends too early']);
    record(place, 'again.jsonl', whole);
    const good = await run(['diff', '--json', 'whole.jsonl', 'again.jsonl'], place);
    expect(good.stderr).toBe('');
    expect(good.stdout).not.toContain('not_read');
  });

  test('pipes are read as files are', () => {
    using place = workplace();
    record(place, 'a.jsonl', readings(60));
    record(place, 'b.jsonl', readings(60, {from: 100}));
    for (const command of [
      'report',
      'export',
      'export --format openmetrics',
      'diff',
      'export --from +5s',
      'report --from +5s',
    ]) {
      const files = inBash(place, `memtop ${command} a.jsonl b.jsonl`);
      const pipes = inBash(place, `memtop ${command} <(cat a.jsonl) <(cat b.jsonl)`);
      expect(files.status).toBe(0);
      const unnamed = (text: string) =>
        text.replaceAll(/\/dev\/fd\/\d+/g, 'LOG').replaceAll(/\S*[ab]\.jsonl/g, 'LOG');
      expect({...pipes, stdout: unnamed(pipes.stdout)}).toEqual({...files, stdout: unnamed(files.stdout)});
    }
    const fifo = inBash(place, 'mkfifo f; cat a.jsonl > f & memtop export f');
    expect(fifo).toEqual(inBash(place, 'memtop export a.jsonl'));
    expect(inBash(place, 'memtop export <(echo no)').stderr).toMatch(/"no" \(in "\/dev\/fd\/\d+"\)\n$/);
    expect(inBash(place, 'memtop export - < tmp')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'memtop: memtop export: expected a log with readings, got nothing (on standard input)\n',
    });
    expect(readdirSync(place.file('tmp'))).toEqual([]);
  });

  test('a file is no standard input by its name', async () => {
    using place = workplace();
    record(place, 'memtop-standard-input.jsonl', readings(20));
    const {stdout} = await run(['report', '--json', 'memtop-standard-input.jsonl'], place);
    expect(JSON.parse(stdout).log.file).toBe(place.file('memtop-standard-input.jsonl'));
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s leaves nothing behind', async (signal) => {
    using place = workplace();
    record(place, 'a.jsonl', readings(2000));
    const code = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129}[signal];
    const args = ['export', '--format', 'openmetrics', '--output', 'out/a.om'];
    for (const input of ['pipe', 'long.jsonl']) {
      if (input === 'long.jsonl') record(place, input, readings(150_000));
      const child = spawn(NODE, [CLI, ...args, input === 'pipe' ? '-' : input], {
        cwd: place.folder,
        env: {...cleanEnvironment(), ...place.env},
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const ended = new Promise((resolve) => child.on('close', (exit) => resolve(exit)));
      child.stdin.write(`${readings(100).join('\n')}\n`);
      const lent = () => [
        ...readdirSync(place.file('tmp')),
        ...(existsSync(place.file('out')) ? readdirSync(place.file('out')) : []),
      ];
      await expect.poll(() => lent().length, {timeout: 20_000}).toBeGreaterThan(input === 'pipe' ? 0 : 1);
      child.kill(signal);
      expect(await ended).toBe(code);
      expect(lent()).toEqual([]);
    }
  });

  test('no room for temporary files is told in one line', () => {
    using place = workplace();
    record(place, 'a.jsonl', readings(20));
    for (const command of [
      'memtop export --format openmetrics a.jsonl',
      'memtop export - < a.jsonl',
      'memtop report --from +1m - < a.jsonl',
      'memtop replay - < a.jsonl',
    ]) {
      const {status, stdout, stderr} = inBash(place, command, {TMPDIR: '/nonexistent'});
      expect({status, stdout}).toEqual({status: 2, stdout: ''});
      expect(stderr).toMatch(
        /^memtop: memtop \w+: expected room for temporary files in "\/nonexistent", got: no such folder; TMPDIR names another folder\n$/,
      );
    }
    record(place, 'big.jsonl', readings(3000));
    const full = inBash(place, 'ulimit -f 16; memtop export --format openmetrics big.jsonl', {});
    expect(full.status).toBe(2);
    expect(full.stderr).toMatch(/got: larger than files may be; TMPDIR names another folder\n$/);
  });

  test('many series of OpenMetrics take no more memory than few', async () => {
    using place = workplace();
    record(place, 'many.jsonl', readings(3000, {nameOf: (index) => `worker ${index}`}));
    const env = injected(
      place,
      `import {writeFileSync} from 'node:fs';
      process.on('exit', () => writeFileSync('rss', String(process.resourceUsage().maxRSS)));`,
    );
    const {code} = await run(['export', '--format', 'openmetrics', 'many.jsonl'], place, env);
    expect(code).toBe(0);
    expect(Number(place.read('rss')) / 1024).toBeLessThan(200);
  });
});
