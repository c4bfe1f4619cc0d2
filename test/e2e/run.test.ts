import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {constants} from 'node:os';
import {setTimeout as pause} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {jobProgram} from './jobs.ts';
import {CLI, launch, NODE, type RunningProgram, run, type Workplace, workplace} from './program.ts';
import {KEYS, start} from './pty.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const hasPss = existsSync('/proc/self/smaps_rollup');
if (!hasPython) process.stderr.write('not run here: jobs are Python programs, and there is no python3\n');

/** Jobs followed every tenth of a second: what is seen in seconds takes tenths here. */
const QUICK = ['--interval', '100ms'];

function startScreen(place: Workplace, options: readonly string[], command: readonly string[], size = {}) {
  return start(NODE, [CLI, 'run', ...QUICK, ...options, '--', ...command], {
    cwd: place.folder,
    env: place.env,
    ...size,
  });
}

function startQuiet(
  place: Workplace,
  options: readonly string[],
  command: readonly string[],
): RunningProgram {
  return launch(['run', '--quiet', ...QUICK, ...options, '--', ...command], place);
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function until(condition: () => boolean, what: string, timeout = 15_000): Promise<void> {
  await expect.poll(condition, {timeout, message: what, interval: 20}).toBe(true);
}

interface Held {
  readonly bytes: number;
  readonly rss_bytes: number;
}

function mebibytes(bytes: number | undefined): number {
  return (bytes ?? Number.NaN) / 2 ** 20;
}

describe.skipIf(!hasPython)('a job on the screen', () => {
  test('is followed with all its processes, and its memory is what the kernel says', async () => {
    using place = workplace();
    const command = jobProgram(place, 'allocate.py', 300, 10);
    await using screen = startScreen(place, ['--log', 'run.jsonl'], command);
    await screen.waitFor(/Job python allocate · pid \d+ · 1 process/);
    await screen.waitFor('plateau');
    // Told within 100 ms of each other on a plateau, the two figures are one.
    await pause(2500);
    const line = place.lines('run.jsonl').findLast((one) => one.job !== undefined);
    const job = line?.job as {bytes: number; measure: string; pss_at?: string; rss_bytes: number};
    expect(job.measure).toBe(hasPss ? 'pss' : 'rss');
    const [, kib = 0] = place.read('plateau.txt').split(' ').map(Number);
    expect(Math.abs(job.bytes / 1024 / kib - 1)).toBeLessThan(0.02);
    expect(screen.screenText().join('\n')).toMatch(/job PSS +1\.\d%.* 0\.3 \/ /);
    screen.press('q');
    await screen.waitFor(/Job still running: python allocate \(\d+\)\. {2}y stop it and quit/);
    screen.press('y');
    const {exitCode} = await screen.waitForExit();
    expect(exitCode).toBe(143);
    expect(screen.isAltScreen()).toBe(false);
    expect(screen.raw).toMatch(/killed by SIGTERM at/);
  });

  test('ends memtop as it ends: with its code, its last words and the report', async () => {
    using place = workplace();
    writeFileSync(
      place.file('fail.py'),
      'import sys, time\ntime.sleep(0.4)\nprint("about to fail")\nsys.exit(3)\n',
    );
    const options = ['--log', 'run.jsonl', '--report', 'end.json'];
    await using screen = startScreen(place, options, ['python3', 'fail.py']);
    const {exitCode} = await screen.waitForExit();
    expect(exitCode).toBe(3);
    expect(screen.isAltScreen()).toBe(false);
    expect(screen.screenText().join('\n')).toMatch(/about to fail[\s\S]*memtop report[\s\S]*ended with 3/);
    const lines = place.lines('run.jsonl');
    expect(lines.find(({event_type}) => event_type === 'JOB_END')).toMatchObject({exit_code: 3});
    expect(lines.at(-1)).toMatchObject({event_type: 'STOP', reason: 'the job ended with 3'});
    expect(JSON.parse(place.read('end.json'))).toMatchObject({job: {state: 'ended', ending: {exit_code: 3}}});
  });

  test('killed by a signal gives 128 and the signal', async () => {
    using place = workplace();
    await using screen = startScreen(place, [], ['python3', '-c', 'import os; os.kill(os.getpid(), 9)']);
    expect((await screen.waitForExit()).exitCode).toBe(137);
    expect(screen.screenText().join('\n')).toContain('killed by SIGKILL at');
  });

  test('--stay keeps the screen at its end, and q ends with its code', async () => {
    using place = workplace();
    await using screen = startScreen(
      place,
      ['--stay'],
      ['python3', '-c', 'print("bye"); raise SystemExit(5)'],
    );
    await screen.waitFor(/■ ENDED {2}job ended with 5 at/);
    await screen.waitFor(/Job .* · ended with 5 at \d\d:\d\d:\d\d/);
    screen.press('q');
    expect((await screen.waitForExit()).exitCode).toBe(5);
  });

  test('gets Ctrl-C as in its own terminal; the second one ends it for certain', async () => {
    using place = workplace();
    await using screen = startScreen(place, [], jobProgram(place, 'stubborn.py'));
    await screen.waitFor('ready');
    screen.press(KEYS.ctrlC);
    await screen.waitFor('SIGINT sent to the job · Ctrl-C again kills it');
    await screen.waitFor('heard 2');
    expect(screen.hasExited).toBe(false);
    screen.press(KEYS.ctrlC);
    expect((await screen.waitForExit()).exitCode).toBe(137);
    expect(screen.isAltScreen()).toBe(false);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const)(
    '%s reaches the job, and memtop ends as the job does',
    async (signal) => {
      using place = workplace();
      const options = ['--log', 'run.jsonl', '--output', 'job.log'];
      await using screen = startScreen(place, options, jobProgram(place, 'signals.py'));
      await screen.waitFor('ready');
      screen.signal(signal);
      const {exitCode} = await screen.waitForExit();
      expect(place.read('job.log')).toBe(`ready\nheard ${signal}\n`);
      expect(exitCode).toBe(40 + constants.signals[signal]);
      expect(screen.isAltScreen()).toBe(false);
      expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP'});
    },
  );

  test('q asks; Esc goes back, and l leaves it running with its output where it was', async () => {
    using place = workplace();
    await using screen = startScreen(place, ['--output', 'job.log'], jobProgram(place, 'stubborn.py'));
    await screen.waitFor('ready');
    const [, pid = '0'] = /pid (\d+)/.exec(screen.screenText().join('\n')) ?? [];
    screen.press('q');
    await screen.waitFor('Job still running');
    screen.press(KEYS.escape);
    await screen.waitFor('? help');
    screen.press('q');
    await screen.waitFor('Job still running');
    screen.press('l');
    expect((await screen.waitForExit()).exitCode).toBe(0);
    expect(isAlive(Number(pid))).toBe(true);
    process.kill(Number(pid), 'SIGTERM');
    await until(() => place.read('job.log').includes('heard 15'), 'the job writes on');
    process.kill(Number(pid), 'SIGKILL');
  });

  test('lives on unharmed when memtop is killed, and what it writes is not lost', async () => {
    using place = workplace();
    await using screen = startScreen(place, ['--output', 'job.log'], jobProgram(place, 'stubborn.py'));
    await screen.waitFor('ready');
    const [, pid = '0'] = /pid (\d+)/.exec(screen.screenText().join('\n')) ?? [];
    screen.signal('SIGKILL');
    await screen.waitForExit();
    process.kill(Number(pid), 'SIGTERM');
    await until(() => place.read('job.log') === 'ready\nheard 15\n', 'the job writes on');
    expect(isAlive(Number(pid))).toBe(true);
    process.kill(Number(pid), 'SIGKILL');
  });

  test('what has daemonised itself is counted, and stopped with the rest', async () => {
    using place = workplace();
    await using screen = startScreen(place, [], jobProgram(place, 'daemonise.py', 60));
    await until(() => existsSync(place.file('daemon.pid')), 'the daemon has started');
    await screen.waitFor(/Job python daemonise · pid \d+ · 2 processes/);
    const daemon = Number(place.read('daemon.pid'));
    screen.press('q');
    await screen.waitFor('Job still running');
    screen.press('y');
    await screen.waitForExit();
    await until(() => !isAlive(daemon), 'the daemon has ended');
  });

  test('without a cgroup it is found by what stands in its environment', async () => {
    using place = workplace();
    const options = ['--cgroup', 'off', '--report', 'end.json'];
    await using screen = startScreen(place, options, jobProgram(place, 'daemonise.py', 3));
    await screen.waitFor(/Job python daemonise · pid \d+ · 2 processes/);
    expect((await screen.waitForExit()).exitCode).toBe(0);
    expect(JSON.parse(place.read('end.json')).job.processes).toBe(1);
    process.kill(Number(place.read('daemon.pid')), 'SIGKILL');
  });

  test.skipIf(!hasPss)('memory that workers share is counted once', async () => {
    using place = workplace();
    await using screen = startScreen(place, ['--log', 'run.jsonl'], jobProgram(place, 'workers.py', 16));
    await screen.waitFor(/· 17 processes/);
    const held = () =>
      place.lines('run.jsonl').findLast((one) => one.job !== undefined)?.job as Held | undefined;
    // 200 MiB shared and 16 times 5 MiB, with what the interpreters need themselves.
    await expect.poll(() => mebibytes(held()?.bytes), {timeout: 15_000}).toBeGreaterThan(270);
    expect(mebibytes(held()?.bytes)).toBeLessThan(420);
    expect(mebibytes(held()?.rss_bytes)).toBeGreaterThan(17 * 200);
    screen.press(KEYS.ctrlC);
    await screen.waitForExit();
  });

  test('a flood of output costs it nothing, is kept byte for byte, and is followed', async () => {
    using place = workplace();
    await using screen = startScreen(place, ['--output', 'job.log'], jobProgram(place, 'flood.py', 200));
    const {exitCode} = await screen.waitForExit({timeout: 40_000});
    expect(exitCode).toBe(0);
    const [lines = 0, bytes = 0, seconds = 0] = place.read('flood.txt').split(' ').map(Number);
    const output = readFileSync(place.file('job.log'));
    expect(output.length).toBe(bytes);
    expect(output.subarray(-100).toString()).toContain(`line ${lines - 1} `);
    // It writes at the pace that it wants, 4 s in all, and is never held up.
    expect(seconds).toBeLessThan(8);
  });

  test('keys are answered while it floods', async () => {
    using place = workplace();
    await using screen = startScreen(place, [], jobProgram(place, 'flood.py', 2000));
    await screen.waitFor(/Output [\d,]{6,} lines/);
    screen.press('?');
    await screen.waitFor('┌ Keys', {timeout: 2000});
    screen.press('?');
    screen.press(KEYS.ctrlC);
    expect((await screen.waitForExit()).exitCode).toBe(130);
  });
});

describe.skipIf(!hasPython)('a quiet job', () => {
  test('has terminal, keys and colours to itself', async () => {
    using place = workplace();
    const code = 'import sys; print(sys.stdin.isatty(), sys.stdout.isatty()); print("got", input())';
    await using job = start(NODE, [CLI, 'run', '--quiet', ...QUICK, '--', 'python3', '-c', code], {
      cwd: place.folder,
      env: place.env,
    });
    await job.waitFor('True True');
    job.press('hello\r');
    const {exitCode} = await job.waitForExit();
    expect(exitCode).toBe(0);
    expect(job.raw).toMatch(/got hello[\s\S]*memtop report/);
    expect(job.raw).not.toContain('\u001b[?1049h');
  });

  test('leaves standard output to it, and reports on standard error', async () => {
    using place = workplace();
    const job = startQuiet(place, [], ['python3', '-c', 'print("only this"); raise SystemExit(7)']);
    const {code, stdout, stderr} = await job.done;
    expect({code, stdout}).toEqual({code: 7, stdout: 'only this\n'});
    expect(stderr).toMatch(/memtop report[\s\S]*ended with 7/);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const)('%s reaches it', async (signal) => {
    using place = workplace();
    const job = startQuiet(place, ['--output', 'job.log'], jobProgram(place, 'signals.py'));
    await until(() => existsSync(place.file('job.log')) && place.read('job.log') !== '', 'it is ready');
    job.kill(signal);
    const {code, stdout} = await job.done;
    expect(code).toBe(40 + constants.signals[signal]);
    // With a file its output is in both.
    expect(stdout).toBe(`ready\nheard ${signal}\n`);
    expect(place.read('job.log')).toBe(stdout);
  });

  test('arguments are untouched by any shell', async () => {
    using place = workplace();
    const words = ['$(touch x)', 'a b', '*', "it's", '', '--', '-x'];
    const code = 'import json, sys; print(json.dumps(sys.argv[1:]))';
    const {stdout} = await startQuiet(place, [], ['python3', '-c', code, ...words]).done;
    expect(JSON.parse(stdout)).toEqual(words);
    expect(existsSync(place.file('x'))).toBe(false);
  });

  test('alerts stand on standard error, and the log tells raise and end of each', async () => {
    using place = workplace();
    const command = jobProgram(place, 'allocate.py', 60, 20);
    const options = ['--job-threshold', '30MiB', '--process-threshold', '40MiB', '--log', 'run.jsonl'];
    const job = startQuiet(place, options, ['timeout', '4', ...command]);
    const {stderr} = await job.done;
    expect(stderr).toMatch(/JOB ALERT: \d+\.\d% of job in use/);
    expect(stderr).toMatch(/PROCESS ALERT: python allocate \(\d+\) holds \d+ MiB \(threshold: 40 MiB\)/);
    const events = place
      .lines('run.jsonl')
      .filter(({event_type}) => /ALERT|RESOLVED/.test(String(event_type)));
    expect(events.filter(({what}) => what === 'job').map(({event_type}) => event_type)).toEqual([
      'ALERT',
      'RESOLVED',
    ]);
  });
});

test('what cannot be started ends as in a shell, with one line', async () => {
  using place = workplace();
  writeFileSync(place.file('plain.txt'), 'no program\n');
  const outcomes = await Promise.all([
    run(['run', '--quiet', '--', 'no-such-program-at-all'], place),
    run(['run', '--quiet', '--', './plain.txt'], place),
    run(['run'], place),
    run(['run', 'python3', '-c', 'pass'], place),
    run(['run', '--quiet', '--', ''], place),
  ]);
  expect(outcomes.map(({code}) => code)).toEqual([127, 126, 2, 2, 127]);
  const lines = outcomes.map(({stderr}) => stderr.trimEnd());
  expect(lines[0]).toBe('memtop: run: "no-such-program-at-all": not found');
  expect(lines[1]).toBe('memtop: run: "./plain.txt": not permitted to run it');
  expect(lines[2]).toBe(
    'memtop: memtop run: expected options, then -- and the command of a job, got nothing',
  );
  expect(lines[3]).toBe(
    'memtop: memtop run: expected options, then -- and the command of a job, as memtop run -- python3, got "python3" without it',
  );
  for (const line of lines) expect(line.split('\n')).toHaveLength(1);
});
