import {existsSync, writeFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {injected, type Workplace, workplace} from '../e2e/program.ts';
import {KEYS} from '../e2e/pty.ts';
import {howMany} from './depth.ts';
import {type Link, memtopBehindLink} from './link.ts';

const isUp = /Processes \d+ of \d+/;
const BLOCKED_MS = howMany(60_000, 3000);
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
  for (let time = 0; time < howMany(60, 8); time += 1) {
    link.press(KEYS.ctrlL);
    answers.push(await answerMs(place, link, `mark ${time}`));
  }
  expect(answers.toSorted((a, b) => a - b)[Math.floor(answers.length / 2)]).toBeLessThan(300);
  const before = link.received;
  link.rate(Number.POSITIVE_INFINITY);
  await up(link, new RegExp(`mark +mark ${answers.length - 1}`));
  expect(link.received - before).toBeLessThan(IN_FLIGHT_BYTES);
});

describe('whatever ends memtop on a terminal that takes nothing, it ends, with its log whole', () => {
  test.each([
    ['q', 0, 'quit with q'],
    [KEYS.ctrlC, 130, 'SIGINT'],
  ] as const)('the key %j', async (key, code, reason) => {
    using place = workplace();
    await using link = memtopBehindLink(place, ['--log', 'run.jsonl', '--mouse']);
    await up(link);
    await block(link);
    link.press(key);
    expect((await link.ended).code).toBe(code);
    expect(logOf(place).at(-1)).toMatchObject({event_type: 'STOP', reason});
  });

  test('the connection that is lost', async () => {
    using place = workplace();
    await using link = memtopBehindLink(place, ['--log', 'run.jsonl']);
    await up(link);
    await block(link);
    link.hangUp();
    expect([-1, 129]).toContain((await link.ended).code);
    expect(logOf(place).at(-1)).toMatchObject({event_type: 'STOP'});
  });

  test('a fault of its own', async () => {
    using place = workplace();
    const env = injected(
      place,
      `import {existsSync} from 'node:fs';
      setInterval(() => { if (existsSync('asked')) throw new Error('boom'); }, 20).unref();`,
    );
    await using link = memtopBehindLink(place, ['--log', 'run.jsonl'], {env});
    await up(link);
    await block(link);
    writeFileSync(place.file('asked'), '');
    expect((await link.ended).code).toBe(70);
    expect(logOf(place).at(-1)).toMatchObject({event_type: 'STOP', reason: 'a fault in memtop'});
  });

  test('a slow one gets the whole report', async () => {
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
});

test('the job of a blocked screen goes on, and its exit code is told', async () => {
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
