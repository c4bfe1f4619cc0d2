import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {isUp, memtop} from './live-screen.ts';
import {CLI, NODE, workplace} from './program.ts';
import {start} from './pty.ts';

// Counts, which are the same on a slow machine and on a fast one.
const MOST_BEFORE_FIRST_FRAME = {filesOpened: 12, bytesRead: 1_000_000, builtins: 150, timers: 3};
const MOST_BYTES_A_REFRESH = 900;
const COUNTER = path.resolve(import.meta.dirname, 'count-calls.cjs');

test('before its first frame it reads and loads no more than it shows, and holds few timers', async () => {
  using place = workplace();
  await using program = start(NODE, ['--require', COUNTER, CLI, '--demo'], {
    cwd: place.folder,
    env: {...place.env, COUNTS_FILE: place.file('counts.json'), XDG_CACHE_HOME: place.file('cache')},
  });
  await program.waitFor(isUp);
  program.press('q');
  await program.waitForExit();
  const counts = JSON.parse(readFileSync(place.file('counts.json'), 'utf8'));
  expect(Object.keys(counts).sort()).toEqual(Object.keys(MOST_BEFORE_FIRST_FRAME).sort());
  for (const [name, most] of Object.entries(MOST_BEFORE_FIRST_FRAME)) {
    expect(counts[name], name).toBeGreaterThan(0);
    expect(counts[name], name).toBeLessThanOrEqual(most);
  }
});

test('a refresh sends what changed and no more, and a frozen screen nothing', async () => {
  using place = workplace();
  await using program = memtop(place, ['--demo']);
  await program.waitFor(isUp);
  await wait(2000);
  const before = program.raw.length;
  await wait(8000);
  const sent = (program.raw.length - before) / 8;
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(MOST_BYTES_A_REFRESH);
  program.press('p');
  await program.waitFor('PAUSED');
  // The answer to the key stands for a while.
  await wait(6500);
  const frozen = program.raw.length;
  await wait(4000);
  expect(program.raw.length).toBe(frozen);
  program.press('q');
});

test.runIf(process.platform === 'linux')(
  'a refresh asks the system no more than the machine it shows is worth',
  async () => {
    using place = workplace();
    await using program = memtop(place);
    await program.waitFor(isUp);
    await wait(12_000);
    const before = callsOf(program.pid);
    await wait(10_000);
    const after = callsOf(program.pid);
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
    // Memory, groups and pressure, each read to its end; of processes those that are large or change.
    expect((after.reads - before.reads) / 10).toBeLessThan(70 + processes);
    expect((after.writes - before.writes) / 10).toBeLessThan(12);
    expect(after.reads).toBeGreaterThan(before.reads);
    program.press('q');
  },
);

/** System calls that read and write, as the kernel counts them for a process. */
function callsOf(pid: number): {readonly reads: number; readonly writes: number} {
  const io = readFileSync(`/proc/${pid}/io`, 'utf8');
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1]);
  return {reads: count('syscr'), writes: count('syscw')};
}
