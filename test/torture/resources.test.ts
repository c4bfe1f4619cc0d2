import {spawn, spawnSync} from 'node:child_process';
import {rmdirSync, writeFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {afterAll, describe, expect, test} from 'vitest';
import {MIB, makeCgroup} from '../e2e/cgroups.ts';
import {expectRestored, isUp, memtop} from '../e2e/live-screen.ts';
import {CLI, injected, launch, NODE, run, type Workplace, workplace} from '../e2e/program.ts';
import {cleanEnvironment, start} from '../e2e/pty.ts';
import {howMany} from './depth.ts';
import {inFull} from './in-full.ts';

const LOG = ['--log', 'run.jsonl', '--interval', '100ms'];

const readingsOf = (place: Workplace) =>
  place.lines('run.jsonl').filter(({percent}) => percent !== undefined);

describe('a clock that jumps', () => {
  const [SECOND, DAY] = [1000, 86_400_000];
  const JUMPS = [
    -DAY,
    DAY,
    -SECOND,
    8 * 3600 * SECOND,
    -40 * 365 * DAY,
    30 * DAY,
    -1,
    -80 * 365 * DAY,
    60 * 365 * DAY,
  ];

  /** memtop's wall clock is beside the machine's by what the file says, in milliseconds. */
  const beside = (place: Workplace) => {
    writeFileSync(place.file('jump'), '0');
    return injected(
      place,
      `import {readFileSync} from 'node:fs';
      const file = ${JSON.stringify(place.file('jump'))};
      const real = Date.now.bind(Date);
      const by = () => Number(readFileSync(file, 'latin1'));
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...args) { if (args.length === 0) super(real() + by()); else super(...args); }
        static now() { return real() + by(); }
      };`,
    );
  };

  test('the screen and the log go on through every jump', async () => {
    using place = workplace();
    await using program = memtop(place, LOG, {env: beside(place)});
    await program.waitFor(isUp);
    for (const jump of JUMPS.slice(0, howMany(JUMPS.length, 2))) {
      const before = readingsOf(place).length;
      writeFileSync(place.file('jump'), String(jump));
      await expect.poll(() => readingsOf(place).length, {timeout: 10_000}).toBeGreaterThan(before + 3);
      program.press('z');
      await pause(150);
      expect(program.hasExited, `${jump}`).toBe(false);
      expect(program.screenText().join('\n'), `${jump}`).not.toMatch(/undefined|NaN|Infinity|Invalid/);
    }
    program.press('q');
    expect((await program.waitForExit()).exitCode).toBe(0);
    expectRestored(program);
    expect(program.screenText().join('\n')).not.toMatch(/undefined|NaN|Infinity|Invalid/);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
    const report = await run(['report', 'run.jsonl'], place);
    expect(report.code).toBe(0);
    expect(report.stdout).not.toMatch(/undefined|NaN|Infinity|Invalid/);
  });

  test('a machine that slept: the gap is there, and nothing is made up for it', async () => {
    using place = workplace();
    const child = launch(['watch', ...LOG], place, beside(place));
    await child.said('memtop watch');
    await pause(500);
    child.kill('SIGSTOP');
    writeFileSync(place.file('jump'), String(3600 * SECOND));
    await pause(howMany(5000, 300));
    child.kill('SIGCONT');
    await pause(600);
    child.kill('SIGTERM');
    expect((await child.done).code).toBe(143);
    const times = readingsOf(place).map(({timestamp}) => Date.parse(String(timestamp)));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.filter((gap) => gap > 3000 * SECOND)).toHaveLength(1);
    expect(times.length).toBeLessThan(howMany(80, 40));
  });
});

/** The fewest files with which the runtime itself runs a program that reads one other. */
function leastFiles(place: Workplace): number {
  const file = place.file('program.cjs');
  writeFileSync(file, `require('node:fs').readFileSync(__filename)`);
  for (let files = 8; files < 64; files += 1) {
    const command = `ulimit -n ${files}; exec "${NODE}" "${file}"`;
    const {status} = spawnSync('sh', ['-c', command]);
    if (status === 0) return files;
  }
  return 64;
}

describe('no file descriptor left', () => {
  test('from the start: it works, or says in one line what is missing', async () => {
    using place = workplace();
    const least = leastFiles(place);
    for (let more = 0; more < howMany(30, 2); more += 2) {
      for (const args of [['once'], ['watch', ...LOG]].slice(0, howMany(2, 1))) {
        const command = `ulimit -n ${least + more}; exec timeout -s TERM 2 "$@"`;
        const {status, stdout, stderr} = spawnSync('sh', ['-c', command, 'sh', NODE, CLI, ...args], {
          cwd: place.folder,
          env: {...cleanEnvironment(), ...place.env},
          encoding: 'utf8',
        });
        const shown = `${least + more} files, ${args[0]}: ${status} ${stderr}`;
        expect([0, 2, 3, 70, 124, 143], shown).toContain(status);
        expect(stderr, shown).not.toMatch(/^ +at .*:\d+/m);
        if (args[0] === 'once') expect(status === 0 ? stdout : stderr, shown).toMatch(/RAM|memtop: .*/);
      }
    }
  });

  test('while it runs: the screen, the log and the end stay, and it recovers', async () => {
    using place = workplace();
    await using program = memtop(place, LOG);
    await program.waitFor(isUp);
    const limit = (files: number) =>
      expect(spawnSync('prlimit', ['--pid', `${program.pid}`, `--nofile=${files}:`]).status).toBe(0);
    const before = readingsOf(place).length;
    limit(3);
    await pause(howMany(10_000, 500));
    program.press('m');
    await pause(100);
    program.press('no files\r');
    await pause(600);
    expect(program.hasExited).toBe(false);
    expect(program.screenText().join('\n')).not.toMatch(/undefined|NaN/);
    limit(1024);
    await program.waitFor(/Processes \d+ of \d+/);
    await expect.poll(() => readingsOf(place).length, {timeout: 10_000}).toBeGreaterThan(before + 5);
    program.press('q');
    expect((await program.waitForExit()).exitCode).toBe(0);
    expectRestored(program);
    const lines = place.lines('run.jsonl');
    expect(lines.at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
    expect(lines.some(({message}) => message === 'no files')).toBe(true);
  });

  inFull('and ended without any: the terminal is given back and the log has its end', async () => {
    using place = workplace();
    await using program = memtop(place, LOG);
    await program.waitFor(isUp);
    spawnSync('prlimit', ['--pid', `${program.pid}`, '--nofile=3:']);
    await pause(300);
    program.press('q');
    expect((await program.waitForExit()).exitCode).toBe(0);
    expectRestored(program);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
  });
});

const LIMIT_MIB = 160;
const cgroup = makeCgroup(LIMIT_MIB);
afterAll(() => {
  if (cgroup !== undefined) rmdirSync(cgroup.folder);
});

/** Takes memory until the cgroup has so little left, holds it, and at a word takes more than there is. */
const FILLER = `
import sys, time
folder, limit, left = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
open('/proc/self/oom_score_adj', 'w').write('1000')
def used():
    try: name = folder + '/memory.usage_in_bytes'; return int(open(name).read())
    except FileNotFoundError: return int(open(folder + '/memory.current').read())
held = []
while limit - used() > left:
    held.append(bytearray(b'x' * (256 << 10)))
print('full', flush=True)
sys.stdin.readline()
print('more', flush=True)
while True: held.append(bytearray(b'x' * (1 << 20)))
`;

// Where no cgroup can be made the machine's own memory is not filled instead.
describe.skipIf(cgroup === undefined)('a cgroup that is almost full', () => {
  test('it samples and logs on, through the kill of whoever filled it', async () => {
    using place = workplace();
    const folder = cgroup?.folder ?? '';
    const join = `echo $$ > ${folder}/cgroup.procs; exec "$@"`;
    await using program = start('sh', ['-c', join, 'sh', NODE, CLI, ...LOG], {
      cwd: place.folder,
      env: place.env,
    });
    await program.waitFor(isUp);
    writeFileSync(place.file('filler.py'), FILLER);
    const filler = spawn(
      'sh',
      ['-c', join, 'sh', 'python3', 'filler.py', folder, `${LIMIT_MIB * MIB}`, `${2 * MIB}`],
      {cwd: place.folder},
    );
    const gone = new Promise((resolve) => filler.once('exit', (_, signal) => resolve(signal)));
    let said = '';
    filler.stdout.on('data', (data) => {
      said += data;
    });
    try {
      await expect.poll(() => said, {timeout: 30_000}).toContain('full');
      const before = readingsOf(place).length;
      await pause(howMany(20_000, 1500));
      expect(readingsOf(place).length - before).toBeGreaterThan(howMany(60, 4));
      expect(program.hasExited).toBe(false);
      filler.stdin.write('\n');
      expect(await gone).toBe('SIGKILL');
      const after = readingsOf(place).length;
      await expect.poll(() => readingsOf(place).length, {timeout: 10_000}).toBeGreaterThan(after + 3);
    } finally {
      filler.kill('SIGKILL');
      await gone;
    }
    program.press('q');
    expect((await program.waitForExit()).exitCode).toBe(0);
    expectRestored(program);
    // The last seconds before the kill are there, and say how full it was.
    const peak = Math.max(...readingsOf(place).map(({percent}) => Number(percent)));
    expect(peak).toBeGreaterThan(85);
    expect(/OOM kill/i.test(place.read('run.jsonl'))).toBe(true);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
  });
});
