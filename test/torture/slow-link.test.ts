import {existsSync, writeFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {fakePrometheus} from '../e2e/fake-prometheus.ts';
import {CLI, injected, launch, NODE, type Workplace, workplace} from '../e2e/program.ts';
import {KEYS} from '../e2e/pty.ts';
import {howMany} from './depth.ts';
import {inFull} from './in-full.ts';
import {behindLink, type Link, memtopBehindLink} from './link.ts';

const isUp = /Processes \d+ of \d+/;
const BLOCKED_MS = howMany(60_000, 1500);
/** What the kernel holds of a terminal's output, and a picture at most that is on its way there. */
const IN_FLIGHT_BYTES = 64_000;

const logOf = (place: Workplace) => (existsSync(place.file('run.jsonl')) ? place.lines('run.jsonl') : []);
const readingsOf = (place: Workplace) => logOf(place).filter(({percent}) => percent !== undefined);

async function up(link: Link, seen: RegExp = isUp): Promise<void> {
  await expect.poll(() => link.text, {timeout: 20_000}).toMatch(seen);
}

/** Blocks the link, and has the screen drawn anew until the kernel takes no more of it. */
async function block(link: Link, times = 40): Promise<void> {
  link.rate(0);
  for (let time = 0; time < times; time += 1) {
    link.press(KEYS.ctrlL);
    await pause(10);
  }
}

/** From the last key to what it does, which is a line in the log; not to when it can be seen. */
async function answerMs(place: Workplace, link: Link, note: string): Promise<number> {
  for (const keys of ['m', note]) {
    link.press(keys);
    await pause(50);
  }
  const began = performance.now();
  link.press('\r');
  await expect
    .poll(() => logOf(place).some(({message}) => message === note), {timeout: 20_000, interval: 10})
    .toBe(true);
  return performance.now() - began;
}

/** memtop with a fault of its own, once it is asked for. */
const faulty = (place: Workplace) =>
  injected(
    place,
    `import {existsSync} from 'node:fs';
    setInterval(() => { if (existsSync('asked')) throw new Error('boom'); }, 20).unref();`,
  );

function ask(_: Link, place: Workplace): void {
  writeFileSync(place.file('asked'), '');
}

function signal(place: Workplace, name: NodeJS.Signals): void {
  process.kill(Number(logOf(place)[0]?.pid), name);
}

function longestGapMs(place: Workplace): number {
  const times = readingsOf(place).map(({timestamp}) => Date.parse(String(timestamp)));
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}

test('a terminal that takes nothing holds up neither readings nor log nor keys, and is right when it reads on', async () => {
  using place = workplace();
  await using link = memtopBehindLink(place, ['--log', 'run.jsonl', '--interval', '250ms']);
  await up(link);
  await block(link);
  const [count, before] = [readingsOf(place).length, link.received];
  await pause(BLOCKED_MS);
  expect(await answerMs(place, link, 'while blocked')).toBeLessThan(1000);
  expect(readingsOf(place).length - count).toBeGreaterThan((0.6 * BLOCKED_MS) / 250);
  expect(longestGapMs(place)).toBeLessThan(2000);
  link.rate(Number.POSITIVE_INFINITY);
  await up(link, /◆ \d\d:\d\d:\d\d {2}mark +while blocked/);
  expect(link.received - before).toBeLessThan(IN_FLIGHT_BYTES);
  expect(await answerMs(place, link, 'after it')).toBeLessThan(1000);
  await up(link, /mark +after it/);
  link.press('q');
  expect(await link.ended).toEqual({code: 0, cooked: true});
  expect(link.isAltScreen).toBe(false);
  expect(link.text).toContain('ended: quit with q');
});

test('on a link of 1 kB a second pictures are left out, none is queued, and keys are answered', async () => {
  using place = workplace();
  await using link = memtopBehindLink(place, ['--log', 'run.jsonl', '--interval', '250ms']);
  await up(link);
  link.rate(1000);
  const answers: number[] = [];
  for (let time = 0; time < howMany(60, 3); time += 1) {
    link.press(KEYS.ctrlL);
    answers.push(await answerMs(place, link, `mark ${time}`));
  }
  expect(answers.toSorted((a, b) => a - b)[Math.floor(answers.length / 2)]).toBeLessThan(300);
  const before = link.received;
  link.rate(Number.POSITIVE_INFINITY);
  await up(link, new RegExp(`mark +mark ${answers.length - 1}`));
  expect(link.received - before).toBeLessThan(IN_FLIGHT_BYTES);
});

interface End {
  readonly name: string;
  readonly args?: readonly string[];
  readonly by: (link: Link, place: Workplace) => void;
  readonly code: number;
  readonly reason?: string;
}

const ENDS: readonly End[] = [
  {name: 'the key q', args: ['--mouse'], by: (link) => link.press('q'), code: 0, reason: 'quit with q'},
  {name: 'a fault of its own', by: ask, code: 70, reason: 'a fault in memtop'},
  {name: 'Ctrl-C', by: (link) => link.press(KEYS.ctrlC), code: 130, reason: 'SIGINT'},
  {name: 'SIGTERM', by: (_, place) => signal(place, 'SIGTERM'), code: 143, reason: 'SIGTERM'},
  {name: 'SIGQUIT', by: (_, place) => signal(place, 'SIGQUIT'), code: 131, reason: 'SIGQUIT'},
];

describe('whatever ends memtop on a terminal that takes nothing, it ends, with its log whole', () => {
  test.each(ENDS.slice(0, howMany(ENDS.length, 1)))('$name', async ({args = [], by, code, reason}) => {
    using place = workplace();
    await using link = memtopBehindLink(place, ['--log', 'run.jsonl', ...args], {env: faulty(place)});
    await up(link);
    await block(link);
    by(link, place);
    expect((await link.ended).code).toBe(code);
    expect(logOf(place).at(-1)).toMatchObject({event_type: 'STOP', reason});
  });

  inFull('the connection that is lost', async () => {
    using place = workplace();
    await using link = memtopBehindLink(place, ['--log', 'run.jsonl']);
    await up(link);
    await block(link);
    link.hangUp();
    expect([-1, 129]).toContain((await link.ended).code);
    expect(logOf(place).at(-1)).toMatchObject({event_type: 'STOP'});
  });

  inFull('a replay', async () => {
    using place = workplace();
    const live = launch(['watch', '--demo', '--log', 'run.jsonl', '--interval', '100ms'], place);
    await expect.poll(() => readingsOf(place).length, {timeout: 20_000}).toBeGreaterThan(3);
    live.kill('SIGTERM');
    await live.done;
    await using link = memtopBehindLink(place, ['replay', 'run.jsonl']);
    await up(link, /quit/);
    await block(link);
    link.press('q');
    expect((await link.ended).code).toBe(0);
  });

  inFull('a fleet', async () => {
    using place = workplace();
    const prometheus = await fakePrometheus({'10.0.0.7:9717': {host: 'atlas07', ram: 73.8}});
    try {
      await using link = memtopBehindLink(place, ['top', '--prometheus-url', `${prometheus.url}/`]);
      await up(link, /atlas07/);
      await block(link, 200);
      link.press('q');
      expect((await link.ended).code).toBe(0);
    } finally {
      prometheus.close();
    }
  });
});

inFull('a slow one gets the whole report', async () => {
  using place = workplace();
  await using link = memtopBehindLink(place, ['--log', 'run.jsonl']);
  await up(link);
  await block(link);
  link.rate(4000);
  link.press('q');
  expect(await link.ended).toEqual({code: 0, cooked: true});
  expect(link.isAltScreen).toBe(false);
  expect(link.text).toMatch(/ended: quit with q[\s\S]*log +\S+run\.jsonl/);
});

inFull('without a screen too: lines that nobody takes are left out, the log has them all', async () => {
  using place = workplace();
  const args = ['watch', '--json', '--log', 'run.jsonl', '--interval', '100ms'];
  await using link = memtopBehindLink(place, args);
  await expect.poll(() => link.received, {timeout: 20_000}).toBeGreaterThan(0);
  link.rate(0);
  await pause(BLOCKED_MS);
  const count = readingsOf(place).length;
  expect(count).toBeGreaterThan((0.5 * BLOCKED_MS) / 100);
  signal(place, 'SIGTERM');
  expect((await link.ended).code).toBe(143);
  expect(logOf(place).at(-1)).toMatchObject({event_type: 'STOP', reason: 'SIGTERM'});
});

inFull('the job of a blocked screen goes on, and its exit code is told', async () => {
  using place = workplace();
  const job = 'i=0; while [ $i -lt 3000 ]; do echo line $i of the job; i=$((i+1)); done; sleep 1; exit 7';
  await using link = memtopBehindLink(place, [
    'run',
    '--log',
    'run.jsonl',
    '--output',
    'out.txt',
    '--',
    'sh',
    '-c',
    `sleep 2; ${job}`,
  ]);
  await up(link);
  await block(link);
  expect((await link.ended).code).toBe(7);
  expect(place.read('out.txt').trimEnd().split('\n')).toHaveLength(3000);
  expect(logOf(place).at(-1)).toMatchObject({event_type: 'STOP'});
});

inFull('a watch that no signal tells of the end of its terminal outlives it', async () => {
  using place = workplace();
  const args = ['watch', '--log', 'run.jsonl', '--interval', '100ms', '--threshold', '1'];
  // In a session of its own nobody hangs up on it, and what it writes fails.
  await using link = behindLink(place, ['sh', '-c', 'setsid "$@" & read line', 'sh', NODE, CLI, ...args]);
  await expect.poll(() => link.received, {timeout: 20_000}).toBeGreaterThan(0);
  link.hangUp();
  await link.ended;
  const count = readingsOf(place).length;
  await pause(1500);
  signal(place, 'SIGUSR1');
  await expect.poll(() => logOf(place).at(-1)?.event_type, {timeout: 10_000}).toBe('STOP');
  expect(readingsOf(place).length).toBeGreaterThan(count + 5);
  expect(logOf(place).at(-1)).toMatchObject({event_type: 'STOP', reason: 'SIGUSR1'});
});
