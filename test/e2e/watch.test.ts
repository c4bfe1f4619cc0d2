import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, statSync} from 'node:fs';
import {constants} from 'node:os';
import {describe, expect, test} from 'vitest';
import {injected, launch, run, toFullDisk, type Workplace, workplace} from './program.ts';

const logged = (place: Workplace, log: string) => (existsSync(place.file(log)) ? place.lines(log) : []);

/** Waits until the log holds this many checks. */
async function checks(place: Workplace, count: number, log = 'run.jsonl'): Promise<void> {
  const made = () => logged(place, log).filter(({percent}) => percent !== undefined).length;
  await expect.poll(made, {timeout: 15_000}).toBeGreaterThanOrEqual(count);
}

async function alerts(place: Workplace, log: string, count: number): Promise<void> {
  const raised = () => logged(place, log).filter(({event_type}) => /^ALERT/.test(String(event_type))).length;
  await expect.poll(raised, {timeout: 15_000}).toBeGreaterThanOrEqual(count);
}

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
    await alerts(place, 'deep/run.jsonl', 3);
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
    expect(lines.filter(({event_type}) => event_type === 'ALERT')).toHaveLength(1);
    expect(lines.filter(({event_type}) => event_type === 'ALERT_REPEAT').length).toBeGreaterThanOrEqual(2);
    expect(statSync(place.file('deep/run.jsonl')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(place.read('out/end.json'))).toMatchObject({reason: 'SIGTERM'});
  });

  test("--json streams the log's lines", async () => {
    using place = workplace();
    const watch = launch(['watch', '--json', '--interval', '100ms', '--log', 'run.jsonl'], place);
    await checks(place, 6);
    watch.kill('SIGINT');
    const {code, stdout} = await watch.done;
    expect(code).toBe(130);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0].event_type).toBe('START');
    expect(lines.at(-1).event_type).toBe('STOP');
    expect(lines).toEqual(place.lines('run.jsonl'));
  });

  test('--json ends when nobody reads it any more, with the log and the report whole', async () => {
    using place = workplace();
    const args = ['--json', '--interval', '100ms', '--log', 'run.jsonl', '--report', 'end.json'];
    const watch = launch(['watch', ...args], place);
    watch.stopReading();
    const {code, stderr} = await watch.done;
    const reason = 'the reader of its output is gone';
    expect(code).toBe(0);
    expect(stderr).toContain(`ended: ${reason}`);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason});
    expect(JSON.parse(place.read('end.json'))).toMatchObject({reason});
  });

  test.skipIf(!existsSync('/dev/full'))('--json ends where its lines cannot be written, and says why', () => {
    using place = workplace();
    const {status, stderr} = toFullDisk(['watch', '--json', '--log', 'run.jsonl'], place);
    const reason = 'standard output cannot be written: disk full';
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`^memtop: ${reason}$`, 'm'));
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason});
  });

  test('a crash ends the log and the report too, and exits with 70', async () => {
    using place = workplace();
    const env = injected(
      place,
      `import {existsSync} from 'node:fs';
      setInterval(() => { if (existsSync('run.jsonl')) throw new Error('boom'); }, 20);`,
    );
    const args = ['--interval', '100ms', '--log', 'run.jsonl', '--report', 'end.json'];
    const {code, stderr} = await run(['watch', ...args], place, env);
    expect(code).toBe(70);
    expect(stderr).toContain('memtop: a fault in memtop itself: Error: boom; details are in');
    expect(stderr).not.toMatch(/^ +at .*:\d+/m);
    const reason = 'a fault in memtop';
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason});
    expect(JSON.parse(place.read('end.json'))).toMatchObject({reason});
  });

  test.each(['SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGXCPU', 'SIGABRT'] as const)(
    'ends on %s, as batch systems send it',
    async (signal) => {
      using place = workplace();
      const watch = launch(['watch', '--log', 'run.jsonl'], place);
      await watch.said('memtop watch: every');
      watch.kill(signal);
      expect((await watch.done).code).toBe(128 + constants.signals[signal]);
      expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: signal});
    },
  );

  test('without a terminal SIGHUP does not end it, as under nohup', async () => {
    using place = workplace();
    const watch = launch(['watch', '--interval', '100ms', '--log', 'run.jsonl'], place);
    await watch.said('memtop watch: every');
    watch.kill('SIGHUP');
    await checks(place, place.lines('run.jsonl').length + 5);
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
  await checks(place, 6);
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
