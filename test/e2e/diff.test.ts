import {appendFileSync, existsSync, symlinkSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {launch, run, type Workplace, workplace} from './program.ts';

const GIB = 2 ** 30;
const START = Date.UTC(2026, 2, 1, 12);

interface Course {
  readonly hours: number;
  readonly gibPerHour?: number;
  readonly gib?: number;
  readonly day?: number;
  readonly markMinute?: number;
  readonly name?: string;
}

/** A run with a reading each half minute, a bit of noise, a GPU, a job-like process and a mark. */
function record(place: Workplace, file: string, course: Course): void {
  const {hours, gibPerHour = 0, gib = 10, day = 0, markMinute = 5, name = 'python train'} = course;
  const lines = Array.from({length: hours * 120}, (_, index) => {
    const at = START + day * 86_400_000 + index * 30_000;
    const noise = ((index * 7919 + day * 104_729) % 61) - 30;
    const used = Math.round((gib + (gibPerHour * index) / 120) * GIB + noise * 2 ** 20);
    const memory = {limit: 'host', used_bytes: used, available_bytes: 64 * GIB - used, total_bytes: 64 * GIB};
    const gpus = [{index: 0, name: 'RTX 4090', used_bytes: 8 * GIB, total_bytes: 24 * GIB}];
    const processes = [
      {pid: 100 + day, parent_pid: 1, start_key: `k${day}`, name, rss_bytes: Math.round(used * 0.8)},
    ];
    const line = JSON.stringify({
      timestamp: new Date(at).toISOString(),
      memory,
      gpus,
      ...(index % 2 === 0 && {processes}),
    });
    const mark = JSON.stringify({
      timestamp: new Date(at).toISOString(),
      event_type: 'MARK',
      message: 'epoch 1',
    });
    return index === markMinute * 2 ? `${mark}\n${line}` : line;
  });
  writeFileSync(place.file(file), `${lines.join('\n')}\n`);
}

/** Most memory in use within so many seconds of the first reading of a log of memtop's own. */
function highest(place: Workplace, file: string, seconds: number): number {
  const readings = place.lines(file).filter(({memory}) => memory !== undefined);
  const from = Date.parse(String(readings[0]?.timestamp));
  const used = readings
    .filter(({timestamp}) => Date.parse(String(timestamp)) - from <= seconds * 1000)
    .map(({memory}) => Number((memory as {used_bytes: number}).used_bytes));
  return Math.max(...used);
}

/** How long a run is in a log that is still written. */
function recordedMs(place: Workplace, file: string): number {
  const times = [
    ...(existsSync(place.file(file)) ? place.read(file) : '').matchAll(/"timestamp":"([^"]+)"/g),
  ];
  return Date.parse(String(times.at(-1)?.[1])) - Date.parse(String(times[0]?.[1]));
}

const diff = (place: Workplace, ...args: readonly string[]) => run(['diff', ...args], place, {TZ: 'UTC'});

describe('memtop diff', () => {
  test('answers in its first line whether a leak is gone', async () => {
    using place = workplace();
    record(place, 'leak.jsonl', {hours: 6, gibPerHour: 2});
    record(place, 'fixed.jsonl', {hours: 7, day: 1});
    const {code, stdout, stderr} = await diff(place, 'leak.jsonl', 'fixed.jsonl');
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^RAM: the leak is gone: \+2\.0 GiB\/h before, steady after$/);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toMatch(/\u001b/);
    expect(stdout).toContain('░░░ before');
    expect(stdout).toMatch(/^RAM +peak +22\.0 GiB +10\.0 GiB +-12 GiB -54% {2}lower$/m);
    expect(stdout).toMatch(/^ +verdict +\+2\.0 GiB\/h +steady$/m);
    expect(stdout).toMatch(/^GPU 0 +peak +8\.0 GiB +8\.0 GiB +same$/m);

    const json = JSON.parse((await diff(place, '--json', 'leak.jsonl', 'fixed.jsonl')).stdout);
    expect(json).toMatchObject({
      leak: {id: 'ram', answer: 'gone'},
      aligned_at: 'the start',
      pools: [{id: 'ram', peak: {judgement: 'lower'}, average: {judgement: 'lower'}}, {id: 'gpu0'}],
      programs: [{name: 'python train', peak: {judgement: 'lower'}}],
    });
    expect(json.compared_seconds).toBe(6 * 3600 - 30);
    expect(json.after.length_seconds).toBe(7 * 3600 - 30);
    const report = JSON.parse((await run(['report', '--json', 'leak.jsonl'], place)).stdout);
    expect(json.pools[0].peak.before_bytes).toBe(report.pools[0].peak.used_bytes);
    expect(json.pools[0].leak.before.growth_bytes_per_hour / 2 ** 20).toBeCloseTo(
      report.leak.ratePerHourMb,
      2,
    );

    const ascii = await diff(place, '--ascii', 'leak.jsonl', 'fixed.jsonl');
    expect(ascii.stdout).toMatch(/^[\n\x20-\x7e]*$/);
    expect(ascii.stdout).toContain('::: before   *** after');
    expect((await run(['diff', 'leak.jsonl', 'fixed.jsonl'], place, {LANG: 'C'})).stdout).toContain(
      '*** after',
    );
  });

  test('says of a log beside itself that it is that', async () => {
    using place = workplace();
    record(place, 'leak.jsonl', {hours: 1, gibPerHour: 2});
    symlinkSync(place.file('leak.jsonl'), place.file('link.jsonl'));
    const {code, stdout, stderr} = await diff(place, 'leak.jsonl', 'link.jsonl');
    expect({code, stderr}).toEqual({
      code: 0,
      stderr: 'memtop: both logs are the same file, compared with itself\n',
    });
    expect(stdout).toContain('60 times before, 60 times after');
    expect(stdout).toContain('(means of each column: a peak may be higher)');
  });

  test('fails for CI where the run after is worse, and says in what', async () => {
    using place = workplace();
    record(place, 'old.jsonl', {hours: 2});
    record(place, 'new.jsonl', {hours: 2, gib: 11, day: 1});
    record(place, 'leak.jsonl', {hours: 8, gibPerHour: 1, day: 2});
    const worse = await diff(place, '--fail-above', '5%', 'old.jsonl', 'new.jsonl');
    expect(worse.code).toBe(1);
    expect(worse.stderr).toBe(
      'memtop: RAM peak is 10.0% higher: 10.0 GiB before, 11.0 GiB after\nmemtop: RAM average is 10.0% higher: 10.0 GiB before, 11.0 GiB after\n',
    );
    expect(await diff(place, '--fail-above', '15%', 'old.jsonl', 'new.jsonl')).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await diff(place, '--fail-above', '5%', 'new.jsonl', 'old.jsonl')).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await diff(place, 'old.jsonl', 'new.jsonl')).code).toBe(0);
    const leaking = await diff(place, '--fail-above', '100%', '--json', 'old.jsonl', 'leak.jsonl');
    expect(leaking.code).toBe(1);
    expect(JSON.parse(leaking.stdout).failed).toEqual(['RAM leaks, and did not before']);
  });

  test('lays runs over each other at a mark, and reads what is damaged', async () => {
    using place = workplace();
    record(place, 'a.jsonl', {hours: 2, markMinute: 5});
    record(place, 'b.jsonl', {hours: 2, markMinute: 35, day: 1, name: '\u001b[31mevil\u0007 train'});
    appendFileSync(place.file('b.jsonl'), 'not json\n{"timestamp":"2026-03-02T13:');
    const {code, stdout} = await diff(place, '--align', 'mark:epoch 1', 'a.jsonl', 'b.jsonl');
    expect(code).toBe(0);
    expect(stdout).toContain('at mark "epoch 1", 1 h 24 m of both compared; before goes on for 30');
    expect(stdout).toContain('only before: python train\nonly after: evil train\n');
    expect(stdout).not.toMatch(/\u001b/);
    const missing = await diff(place, '--align', 'mark:epoch 9', 'a.jsonl', 'b.jsonl');
    expect(missing).toMatchObject({
      code: 2,
      stderr: 'memtop: align: expected a mark "epoch 9" in "a.jsonl", got marks "epoch 1"\n',
    });
  });

  test('compares runs that were really recorded', async () => {
    using place = workplace();
    for (const name of ['one', 'two']) {
      const program = launch(['watch', '--demo', '--interval', '100ms', '--log', `${name}.jsonl`], place);
      await expect.poll(() => recordedMs(place, `${name}.jsonl`), {timeout: 50_000}).toBeGreaterThan(12_500);
      program.kill('SIGTERM');
      await program.done;
    }
    const {code, stdout, stderr} = await diff(place, '--json', 'one.jsonl', 'two.jsonl');
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    const {compared_seconds: seconds, pools} = JSON.parse(stdout);
    expect(pools.map(({id}: {id: string}) => id)).toEqual(['ram', 'swap', 'gpu0']);
    // When in the demo's course the first reading falls is up to the machine, so each is held to its own log.
    expect(pools[0].peak).toMatchObject({
      before_bytes: highest(place, 'one.jsonl', seconds),
      after_bytes: highest(place, 'two.jsonl', seconds),
    });
  });

  test.each([
    [[], /^memtop: memtop diff: expected two logs, as memtop diff before.jsonl after.jsonl, got nothing$/],
    [['a', 'b', 'c'], /got "a" "b" "c"$/],
    [['a.jsonl', '-'], /got standard input, which can be read only once$/],
    [
      ['a.jsonl', 'missing'],
      /^memtop: memtop diff: expected a log with readings, got no such file \(in "missing"\)$/,
    ],
    [
      ['a.jsonl', 'short.jsonl'],
      /^memtop: memtop diff: expected at least 10 s that both runs have in common, got 0 s$/,
    ],
    [
      ['--align', 'end', 'a.jsonl', 'a.jsonl'],
      /^memtop: align: expected start or mark:NOTE, as mark:"epoch 1", got "end" \(from --align\)$/,
    ],
    [
      ['--fail-above', '0', 'a.jsonl', 'a.jsonl'],
      /^memtop: fail-above: expected a percent above 0, up to 100, as 10 or 10%, got "0"/,
    ],
  ])('%j is refused in one line', async (args, message) => {
    using place = workplace();
    record(place, 'a.jsonl', {hours: 1});
    writeFileSync(
      place.file('short.jsonl'),
      '{"timestamp":"2026-03-01T12:00:00Z","percent":"5","used_mb":"5","total_mb":"100"}\n',
    );
    const {code, stdout, stderr} = await diff(place, ...args);
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
