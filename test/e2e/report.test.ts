import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {CLI, launch, NODE, run, type Workplace, workplace} from './program.ts';
import {cleanEnvironment} from './pty.ts';

interface PoolFields {
  readonly id: string;
  readonly average_percent: number;
  readonly observed_seconds: number;
  readonly peak: {readonly top_processes: readonly unknown[]};
}

interface ReportFields {
  readonly pools: readonly PoolFields[];
  readonly alerts: readonly {readonly what: string}[];
  readonly marks: readonly unknown[];
  readonly [name: string]: unknown;
}

/** A recorded run of the demo, with the report that it left. */
async function recorded(place: Workplace): Promise<ReportFields> {
  const options = ['--log', 'run.jsonl', '--report', 'live.json', '--threshold', '70'];
  const program = launch(['watch', '--demo', '--gpus', '2', '--interval', '200ms', ...options], place);
  await program.said('MEMORY ALERT');
  await run(['mark', 'epoch 1', '--pid', String(program.pid)], place);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  program.kill('SIGTERM');
  expect((await program.done).code).toBe(143);
  return JSON.parse(place.read('live.json')) as ReportFields;
}

/** What only the live report knows (the demo's past, memtop's own cost), or knows to less than a millisecond. */
const OWN = ['duration_seconds', 'ended_at', 'interval_seconds', 'leak', 'series', 'growths', 'self', 'log'];
const OWN_OF_POOL = ['average_percent', 'observed_seconds', 'above_threshold', 'trend', 'trend_checks'];

/** A verdict without the sentence about it, of which a log has the figures alone. */
function verdictOf({series}: ReportFields, id: string) {
  const {evidence, ...figures} = (series as Record<string, Record<string, unknown>>)[id] ?? {};
  expect(evidence).toEqual(expect.any(String));
  return figures;
}

/** All else, without who held the memory at a peak: a log names that once a minute. */
function comparable(report: ReportFields) {
  const pools = report.pools.map(({peak: {top_processes: top, ...peak}, ...pool}) => {
    expect(top).toBeInstanceOf(Array);
    return without({...pool, peak}, OWN_OF_POOL);
  });
  return {...without(report, OWN), pools};
}

function without(fields: object, names: readonly string[]) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

describe('memtop report', () => {
  test('says of a log what the report of that run said', async () => {
    using place = workplace();
    const live = await recorded(place);
    expect(live.alerts.map(({what}) => what)).toContain('RAM');
    expect(live.marks).toMatchObject([{note: 'epoch 1'}]);
    const {code, stdout, stderr} = await run(['report', '--json', 'run.jsonl'], place);
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    const told = JSON.parse(stdout) as ReportFields;
    expect(comparable(told)).toEqual(comparable(live));
    for (const [index, pool] of live.pools.entries()) {
      expect(told.pools[index]?.average_percent).toBeCloseTo(pool.average_percent, 1);
      expect(told.pools[index]?.observed_seconds).toBeCloseTo(pool.observed_seconds, 1);
    }
    expect(told).toMatchObject({
      reason: 'SIGTERM',
      log: {file: place.file('run.jsonl')},
      series: {ram: {what: 'RAM'}, gpu0: {what: 'GPU 0 VRAM'}},
    });
    // The verdicts are those that the run itself found, though it knew the demo's past, which is in no log.
    for (const id of ['ram', 'gpu0', 'gpu1']) expect(verdictOf(told, id)).toEqual(verdictOf(live, id));
    expect(Math.abs(Number(told.duration_seconds) - Number(live.duration_seconds))).toBeLessThan(0.1);
    expect(Number(told.interval_seconds)).toBeCloseTo(0.2, 1);

    const text = await run(['report', 'run.jsonl'], place);
    expect(text).toMatchObject({code: 0, stderr: ''});
    expect(text.stdout).toMatch(/^memtop report · demo · [\s\S]*ended: SIGTERM\n/);
    expect(text.stdout).toMatch(/^RAM +now \d+\.\d% {2}average \d+\.\d% {2}peak \d+\.\d% at /m);
    expect(text.stdout).not.toMatch(/\u001b/);
    expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await run(['report', '--no-leak', '--json', 'run.jsonl'], place)).stdout).not.toContain('"leak"');
  });

  test('reads standard input and what is packed, also where that is cut off', () => {
    using place = workplace();
    const lines = Array.from({length: 300}, (_, second) =>
      JSON.stringify({
        timestamp: new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString(),
        percent: '25.0',
        used_mb: String(4000 + ((second * 7919) % 60)),
        available_mb: '12000',
        total_mb: '16000',
        trend: 'stable',
      }),
    );
    const log = Buffer.from(`${lines.join('\n')}\n{"timestamp":"2026-03-01T12:0`);
    writeFileSync(place.file('run.jsonl'), log);
    writeFileSync(place.file('run.jsonl.gz'), gzipSync(log));
    const packed = readFileSync(place.file('run.jsonl.gz'));
    writeFileSync(place.file('cut.gz'), packed.subarray(0, packed.length - 200));
    const report = (name: string, input = Buffer.alloc(0)) => {
      const {status, stdout, stderr} = spawnSync(NODE, [CLI, 'report', '--json', name], {
        cwd: place.folder,
        env: {...cleanEnvironment(), ...place.env},
        encoding: 'utf8',
        input,
      });
      expect({status, stderr}).toEqual({status: 0, stderr: ''});
      return JSON.parse(stdout);
    };
    const {log: from, ...plain} = report('run.jsonl');
    expect(from).toEqual({file: place.file('run.jsonl')});
    expect(plain).toMatchObject({checks: 300, errors: [{what: 'log', reason: '1 line not read (301)'}]});
    expect(report('-', log)).toEqual({...plain, log: {file: 'standard input'}});
    expect(report('run.jsonl.gz')).toEqual({...plain, log: {file: place.file('run.jsonl.gz')}});
    const cut = report('cut.gz');
    expect(cut.errors).toContainEqual({
      what: 'log',
      reason: 'not read to its end: gzip data that ends too early',
      count: 1,
    });
    expect(cut.checks).toBeGreaterThan(0);
    expect(cut.checks).toBeLessThan(300);
  });

  test('of rubbish is one line', async () => {
    using place = workplace();
    writeFileSync(place.file('rubbish.jsonl'), Buffer.from('\u0000\u001b[31m\n\n'));
    expect(await run(['report', 'rubbish.jsonl'], place)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'memtop: memtop report: expected a log with readings, got 2 lines and no reading in them, the first not read "\\u0000\\u001b[31m" (in "rubbish.jsonl")\n',
    });
  });
});
