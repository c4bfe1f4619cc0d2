import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import path from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {expectRestored, memtop} from '../e2e/live-screen.ts';
import {launch, run, type Workplace, workplace} from '../e2e/program.ts';
import {cleanEnvironment} from '../e2e/pty.ts';
import {howMany} from './depth.ts';
import {inFull} from './in-full.ts';
import {hasNamespaces, inNamespace} from './namespace.ts';

const LOG = ['--log', 'run.jsonl', '--interval', '250ms'];

/** Starts a program, and waits for what it says first; its input's end ends it. */
async function started(place: Workplace, command: string, ...args: readonly string[]) {
  const child = spawn(command, args, {cwd: place.folder, env: cleanEnvironment()});
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  await expect.poll(() => said, {timeout: 20_000}).toContain('ready');
  return {said: () => said, [Symbol.asyncDispose]: () => ended(child)};
}

/** For so many seconds 20,000 processes a minute that end at once, or as many as the machine can start; it says how many. */
const brief = (place: Workplace, seconds: number) =>
  started(
    place,
    'sh',
    '-c',
    `echo ready; n=0; end=$(($(date +%s) + ${seconds + 1})); while [ $(date +%s) -lt $end ]; do
      i=0; while [ $i -lt 30 ]; do ( : ); i=$((i+1)); done & sleep 0.09; wait; n=$((n+32))
    done; echo done $n; exec cat`,
  );

/** Processes that have ended and that nobody reaps. */
const zombies = (place: Workplace, count: number) =>
  started(
    place,
    'sh',
    '-c',
    `i=0; while [ $i -lt ${count} ]; do ( : ) & i=$((i+1)); done; echo ready; exec cat`,
  );

const odd = (place: Workplace) =>
  started(place, 'python3', path.join(import.meta.dirname, 'odd-processes.py'));

async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await gone;
}

function expectSteadyReadings(place: Workplace, leastCount: number): void {
  const lines = place.lines('run.jsonl');
  const readings = lines.filter(({percent}) => percent !== undefined);
  expect(readings.length).toBeGreaterThan(leastCount);
  const times = readings.map(({timestamp}) => Date.parse(String(timestamp)));
  expect(Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeLessThan(3000);
}

test('20,000 processes a minute that end at once hold up nothing', async () => {
  using place = workplace();
  const seconds = howMany(60, 1);
  await using program = memtop(place, LOG);
  await program.waitFor(/Processes \d+ of \d+/);
  await using many = await brief(place, seconds);
  await expect.poll(many.said, {timeout: 120_000}).toContain('done');
  expect(Number(/done (\d+)/.exec(many.said())?.[1])).toBeGreaterThan(30 * seconds);
  await pause(300);
  program.press('q');
  expect((await program.waitForExit()).exitCode).toBe(0);
  expectRestored(program);
  expect(program.screenText().join('\n')).not.toMatch(/undefined|NaN/);
  expectSteadyReadings(place, seconds * 2);
  expect(place.lines('run.jsonl').filter(({event_type}) => event_type === 'ERROR')).toEqual([]);
});

inFull('processes that nobody reaps do no harm', async () => {
  using place = workplace();
  await using _ = await zombies(place, 500);
  const {code, stdout, stderr} = await run(['once', '--json'], place);
  expect([code, stderr]).toEqual([0, '']);
  expect(Number(JSON.parse(stdout).percent)).toBeGreaterThan(0);
  await using program = memtop(place, [...LOG, '--top', '30']);
  await program.waitFor(/Processes \d+ of \d+/);
  program.press('q');
  expect((await program.waitForExit()).exitCode).toBe(0);
  expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP'});
});

describe('names and arguments that no terminal should see raw', () => {
  test('the screen shows them in one cell a character, its columns straight', async () => {
    using place = workplace();
    await using them = await odd(place);
    const pids = them.said().trim().split(' ').slice(1);
    await using program = memtop(place, [...LOG, '--top', '50'], {cols: 160, rows: 100});
    await program.waitFor(
      ({screenText}) => {
        const text = screenText.call(program).join('\n');
        return pids.every((pid) => new RegExp(` ${pid} root `).test(text)) && text.includes('q quit');
      },
      {timeout: 30_000},
    );
    const rows = program.screenText();
    const header = rows.find((row) => row.includes(' PID ')) ?? '';
    const pidEnd = header.indexOf(' PID ') + 4;
    for (const pid of pids) {
      const row = rows.find((line) => line.includes(` ${pid} root `)) ?? '';
      expect(row.indexOf(` ${pid} `) + pid.length + 1, row).toBe(pidEnd);
      expect(row).toMatch(/ \d+ KiB | \d+(?:\.\d)? MiB /);
    }
    program.press('q');
    expect((await program.waitForExit()).exitCode).toBe(0);
    expectRestored(program);
    expectNothingRaw(program.raw);
    // In the log they stand as they are, as JSON has it: without controls.
    expect(place.read('run.jsonl')).not.toMatch(/[^ -~\n\u0080-\uffff]/);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP'});
  });

  inFull('once tells them as tamely', async () => {
    using place = workplace();
    await using _ = await odd(place);
    const once = await run(['once', '--top', '50'], place);
    expect([once.code, once.stderr]).toEqual([0, '']);
    expectNothingRaw(once.stdout);
    expect(once.stdout).toMatch(/odd/);
    const json = await run(['once', '--json', '--top', '50'], place);
    expect(JSON.parse(json.stdout).processes.length).toBeGreaterThan(12);
  });
});

/** No control but those that memtop writes itself, and no mark that joins, turns or hides what follows. */
function expectNothingRaw(text: string): void {
  expect(text).not.toMatch(/owned|\u0007|[\u0080-\u009f]|\u200b|\u200d|\u202e|\ufeff|\p{M}/u);
  expect(text).not.toMatch(/漢|👩|[\u05d0-\u05ff]|\u001b\[2Jodd/u);
}

describe.skipIf(!hasNamespaces())('a /proc that hides', () => {
  const asNobody =
    'exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all';

  test('hidepid=2: only its own processes are there', async () => {
    using place = workplace();
    const {code, stdout, stderr} = await inNamespace(
      place,
      `mount -t proc -o hidepid=2 proc /proc && ${asNobody}`,
      ['once', '--json', '--top', '50'],
    );
    expect([code, stderr]).toEqual([0, '']);
    const reading = JSON.parse(stdout);
    expect(Number(reading.percent)).toBeGreaterThan(0);
    expect(reading.processes.every(({user}: {user?: string}) => user === 'nobody')).toBe(true);
  });

  test('what stands in files of /proc that cannot be read is missing, not zero, and memory is read', async () => {
    using place = workplace();
    const hide = ['pressure/memory', 'vmstat', 'loadavg', 'swaps', 'self/cgroup']
      .map((name) => `mount --bind unreadable /proc/${name} 2>/dev/null`)
      .join('; ');
    const {code, stdout, stderr} = await inNamespace(
      place,
      `touch unreadable; chmod 000 unreadable; ${hide}; ${asNobody}`,
      ['once', '--json', '--top', '50'],
    );
    expect([code, stderr]).toEqual([0, '']);
    const reading = JSON.parse(stdout);
    expect(Number(reading.percent)).toBeGreaterThan(0);
    expect([reading.pressure, reading.swap_counters]).toEqual([undefined, undefined]);
  });
});

inFull('processes that vanish between two reads hold up no reading', async () => {
  using place = workplace();
  await using _ = await brief(place, 10);
  const child = launch(['watch', ...LOG, '--top', '50'], place);
  await pause(9000);
  child.kill('SIGTERM');
  expect((await child.done).code).toBe(143);
  expectSteadyReadings(place, 2);
});
