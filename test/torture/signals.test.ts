import {existsSync, readdirSync, readlinkSync, writeFileSync} from 'node:fs';
import {constants} from 'node:os';
import {setTimeout as pause} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {expectRestored, isUp, memtop} from '../e2e/live-screen.ts';
import {launch, run, type Workplace, workplace} from '../e2e/program.ts';
import {KEYS} from '../e2e/pty.ts';
import {howMany, IS_FULL} from './depth.ts';
import {memtopBehindLink} from './link.ts';

const ENDING = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;
/** Heard by nobody, or by all; never an end. */
const HARMLESS = ['SIGWINCH', 'SIGPIPE', 'SIGCONT', 'SIGURG', 'SIGCHLD'] as const;

const LOG = ['--log', 'run.jsonl', '--interval', '100ms'];

/** Whole lines, of which the first is START and, unless it was killed, the last is STOP; or no log at all. */
function expectWholeLog(place: Workplace, last?: object): void {
  if (!existsSync(place.file('run.jsonl'))) return;
  const text = place.read('run.jsonl');
  if (text === '') return;
  expect(text.endsWith('\n')).toBe(true);
  const lines = place.lines('run.jsonl');
  expect(lines[0]).toMatchObject({event_type: 'START'});
  if (last !== undefined) expect(lines.at(-1)).toMatchObject(last);
}

/** Its exit code; negative where the signal itself ended it, before it could listen for any. */
const codesOf = (signal: NodeJS.Signals) => [128 + constants.signals[signal], -constants.signals[signal]];

/** Moments from the start on, in milliseconds: each of them once in full, spread over all signals. */
const moments = (until: number, full: number, quick: number) => {
  const count = howMany(full, quick);
  return Array.from({length: count}, (_, index) => Math.round((index * until) / count));
};

const turn = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** At the moment it is sent the program may have ended. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

test('on the screen: at any moment of its start', async () => {
  for (const [index, ms] of moments(700, 140, 3).entries()) {
    using place = workplace();
    const signal = turn(ENDING, index);
    await using program = memtop(place, ['--mouse', ...LOG]);
    await pause(ms);
    program.signal(signal);
    const {exitCode, signal: by} = await program.waitForExit();
    expect(codesOf(signal), `${signal} after ${ms} ms`).toContain(by > 0 ? -by : exitCode);
    expectRestored(program);
    expect(program.screenText().join('\n')).not.toMatch(/^ +at .*:\d+|fault/m);
    expectWholeLog(place, {event_type: 'STOP'});
  }
});

test('on the screen: a second one at any moment of its end', async () => {
  for (const [index, ms] of moments(60, 40, 2).entries()) {
    using place = workplace();
    const [first, second] = [turn(ENDING, index), turn(ENDING, index + 1 + (index % 3))];
    await using program = memtop(place, LOG);
    await program.waitFor(isUp);
    program.signal(first);
    await pause(ms);
    signalIfThere(program.pid, second);
    const {exitCode, signal: by} = await program.waitForExit();
    expect([...codesOf(first), ...codesOf(second)], `${first}, and ${second} ${ms} ms after it`).toContain(
      by > 0 ? -by : exitCode,
    );
    expectRestored(program);
    expect(program.screenText().join('\n')).not.toMatch(/^ +at .*:\d+|fault/m);
    expectWholeLog(place, {event_type: 'STOP'});
    // Of two that come at nearly the same moment the system may hand over either before the other.
    expect([first, second]).toContain(place.lines('run.jsonl').at(-1)?.reason);
  }
});

describe.each(['watch', 'serve'] as const)('%s', (command) => {
  const args = command === 'serve' ? [command, '--prometheus', '127.0.0.1:0', ...LOG] : [command, ...LOG];

  test('at any moment of its start', async () => {
    for (const [index, ms] of moments(500, 50, command === 'watch' ? 3 : 1).entries()) {
      using place = workplace();
      // Without a terminal nobody hangs up.
      const signal = turn(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const, index);
      const child = launch(args, place);
      await pause(ms);
      child.kill(signal);
      const {code, stderr} = await child.done;
      expect([128 + constants.signals[signal], null], `${signal} after ${ms} ms: ${stderr}`).toContain(code);
      expect(stderr).not.toMatch(/^ +at .*:\d+|fault/m);
      expectWholeLog(place, {event_type: 'STOP', reason: signal});
    }
  });
});

test('those that end nothing end nothing, in any number', async () => {
  using place = workplace();
  await using program = memtop(place, LOG);
  await program.waitFor(isUp);
  for (let time = 0; time < howMany(2000, 24); time += 1) {
    program.signal(turn(HARMLESS, time));
    if (time % 20 === 0) await pause(5);
  }
  expect(program.hasExited).toBe(false);
  program.press('q');
  expect((await program.waitForExit()).exitCode).toBe(0);
  expectRestored(program);
  expectWholeLog(place, {event_type: 'STOP', reason: 'quit with q'});
});

test('stopped and continued at any moment, it goes on where it was', async () => {
  using place = workplace();
  await using link = memtopBehindLink(place, LOG);
  for (const ms of moments(400, 30, 2)) {
    await pause(ms);
    if (!existsSync(place.file('run.jsonl')) || place.read('run.jsonl') === '') continue;
    const pid = Number(JSON.parse(place.read('run.jsonl').split('\n')[0] ?? '{}').pid);
    process.kill(pid, turn(['SIGTSTP', 'SIGSTOP'] as const, ms));
    await pause(30);
    process.kill(pid, 'SIGCONT');
  }
  await expect.poll(() => link.isAltScreen, {timeout: 20_000}).toBe(true);
  await expect.poll(() => link.text, {timeout: 20_000}).toMatch(isUp);
  await pause(600);
  link.press('q');
  expect(await link.ended).toEqual({code: 0, cooked: true});
  expect(link.isRestored).toBe(true);
  expectWholeLog(place, {event_type: 'STOP', reason: 'quit with q'});
});

test('killed at any moment, its log is whole to the last line, and the next start goes on with it', async () => {
  for (const ms of moments(1200, 40, 1)) {
    using place = workplace();
    const child = launch(['watch', ...LOG], place);
    await pause(ms + 300);
    child.kill('SIGKILL');
    await child.done;
    if (!existsSync(place.file('run.jsonl'))) continue;
    expectWholeLog(place);
    const before = place.read('run.jsonl');
    const again = launch(['watch', ...LOG], place);
    await again.said('memtop watch');
    again.kill('SIGTERM');
    expect((await again.done).code).toBe(143);
    expect(place.read('run.jsonl').startsWith(before)).toBe(true);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'SIGTERM'});
    const report = await run(['report', 'run.jsonl'], place);
    expect(report.code).toBe(before === '' ? report.code : 0);
    expect(report.stderr).not.toMatch(/skipped|broken/);
  }
});

/** A job that tells of the signal it got, and ends by itself after a time that no test waits. */
const JOB = `trap 'echo got TERM; exit 41' TERM; trap 'echo got INT; exit 42' INT; trap 'echo got HUP; exit 43' HUP
echo started > started; i=0; while [ $i -lt 600 ]; do sleep 0.05; i=$((i+1)); done`;

test.each([
  ['quiet', ['run', '--quiet']],
  ...(IS_FULL ? [['on the screen', ['run']] as const] : []),
] as const)('a job %s gets the signal, at any moment, and none is left behind', async (how, args) => {
  for (const [index, ms] of moments(700, how === 'quiet' ? 40 : 30, 3).entries()) {
    using place = workplace();
    writeFileSync(place.file('job.sh'), JOB);
    const signal = turn(['SIGTERM', 'SIGINT', 'SIGHUP'] as const, index);
    await using program = memtop(place, [...args, ...LOG, '--', 'sh', 'job.sh']);
    await pause(ms);
    // With a terminal that both share an interrupt is its key, which reaches the job by itself.
    if (signal === 'SIGINT' && how === 'quiet') program.press(KEYS.ctrlC);
    else program.signal(signal);
    const {exitCode, signal: by} = await program.waitForExit({timeout: 20_000});
    const own = {SIGTERM: 41, SIGINT: 42, SIGHUP: 43}[signal];
    expect([own, ...codesOf(signal)], `${signal} after ${ms} ms`).toContain(by > 0 ? -by : exitCode);
    expectRestored(program);
    expect(program.screenText().join('\n')).not.toMatch(/^ +at .*:\d+|fault/m);
    expectWholeLog(place, {event_type: 'STOP'});
    expect(leftBehind(place)).toEqual([]);
  }
});

/** Processes that run in the test's folder. */
function leftBehind(place: Workplace): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === place.folder;
    } catch {
      // It has ended in between, or is none of ours.
      return false;
    }
  });
}
