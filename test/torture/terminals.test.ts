import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {expectRestored} from '../e2e/live-screen.ts';
import {CLI, NODE, workplace} from '../e2e/program.ts';
import {cleanEnvironment, KEYS, start} from '../e2e/pty.ts';
import {startInTmux} from '../e2e/tmux.ts';
import {howMany, IS_FULL} from './depth.ts';
import {inFull} from './in-full.ts';
import {type Link, memtopBehindLink} from './link.ts';

const TERMS = [
  'st-256color',
  'rxvt',
  'xterm',
  'screen',
  'tmux',
  'xterm-256color',
  'screen-256color',
  'tmux-256color',
  'linux',
  'vt100',
  'vt102',
  'vt220',
  'ansi',
  'rxvt-unicode-256color',
  'alacritty',
  'foot',
  'xterm-kitty',
  'kitty',
  'konsole-256color',
  'konsole',
  'putty',
  'cygwin',
  'xterm-mono',
  'eterm-color',
  'sun',
  'a terminal that nobody has made',
  '../../etc/passwd',
  '%s%n',
  'x'.repeat(300),
] as const;

const LOCALES = [
  {LANG: 'C.UTF-8'},
  {LANG: 'C', LC_ALL: 'C'},
  {LANG: 'C.UTF-8', NO_COLOR: '1'},
  {LANG: '', LC_CTYPE: 'POSIX'},
] as const;

async function up(link: Link, seen = /Processes 5 of 40|RAM/): Promise<void> {
  await expect.poll(() => link.text, {timeout: 20_000}).toMatch(seen);
}

async function quit(link: Link): Promise<void> {
  link.press('q');
  expect(await link.ended).toEqual({code: 0, cooked: true});
  expect(link.isRestored).toBe(true);
}

const CASES = TERMS.flatMap((term, index) =>
  IS_FULL
    ? LOCALES.map((env) => [term, env] as const)
    : [[term, LOCALES[index % LOCALES.length] ?? LOCALES[0]] as const],
);

test.each(CASES.slice(0, howMany(CASES.length, 1)))('TERM=%s %o', async (term, env) => {
  using place = workplace();
  await using link = memtopBehindLink(place, ['--demo', '--mouse'], {env: {TERM: term, ...env}});
  await up(link, /Processes 5 of 40/);
  expect(link.text).not.toMatch(/undefined|NaN|\[\d+m/);
  if (env.LANG !== 'C.UTF-8') expect(link.raw.match(/[^\u0000-~]+/)).toBe(null);
  if ('NO_COLOR' in env) expect(link.raw).not.toMatch(/\u001b\[(?:\d+;)*(?:3[0-7]|38;5;\d+)m/);
  await quit(link);
});

const SIZES = [
  [0, 0],
  [1, 1],
  [500, 200],
  [2, 2],
  [0, 40],
  [120, 0],
  [1, 200],
  [500, 1],
  [39, 12],
  [40, 11],
  [40, 12],
  [1000, 500],
] as const;

test.each(SIZES.slice(0, howMany(SIZES.length, 2)))(
  '%ix%i from the start, and back to a usual size',
  async (cols, rows) => {
    using place = workplace();
    await using link = memtopBehindLink(place, ['--demo', '--log', 'run.jsonl'], {cols, rows});
    await expect.poll(() => link.received, {timeout: 20_000}).toBeGreaterThan(20);
    link.resize(120, 40);
    await up(link, /Processes 5 of 40/);
    link.resize(cols, rows);
    await pause(200);
    await quit(link);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
  },
);

/** All that can be typed but what ends memtop or stops it; y would be the answer to a kill, which --readonly refuses. */
const MASHED = [
  ...'abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789+-/?.,:;<>[](){}!@#$%^&*_=~`\'"\\| ',
  ...Object.values(KEYS).filter((key) => key !== KEYS.ctrlC && key !== KEYS.ctrlZ),
  '\u001b[<0;10;10M',
  '\u001b[<64;10;30M',
  '\u001b[<65;400;900M',
  '\u001b[0n',
  '\u001b]11;rgb:0/0/0\u0007',
  '\u001bOP',
  '\u00e9',
  '日',
  '🙂',
] as const;

test('random sizes while random keys are mashed', async () => {
  const moves = fc.record({
    keys: fc.array(fc.constantFrom(...MASHED), {maxLength: 4}),
    cols: fc.oneof(fc.integer({min: 0, max: 200}), fc.integer({min: 0, max: 500})),
    rows: fc.oneof(fc.integer({min: 0, max: 60}), fc.integer({min: 0, max: 200})),
  });
  const seeds = IS_FULL ? [1, 2, 3, 4] : [5];
  for (const seed of seeds) {
    using place = workplace();
    const args = ['--demo', '--readonly', '--mouse', '--log', 'run.jsonl'];
    await using link = memtopBehindLink(place, args);
    await up(link, /Processes 5 of 40/);
    for (const {keys, cols, rows} of fc.sample(moves, {seed, numRuns: howMany(250, 16)})) {
      link.resize(cols, rows);
      for (const key of keys) link.press(key);
      await pause(seed % 2 === 0 ? 40 : 15);
    }
    link.resize(120, 40);
    // Out of whatever was opened: a prompt, the help, a question, a filter, a frozen picture.
    for (let time = 0; time < 4; time += 1) {
      link.press(KEYS.escape);
      await pause(250);
    }
    await up(link, /\? help|q quit/);
    await quit(link);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
  }
});

/** What standard streams can be when memtop starts, and what it then says. */
const STREAMS = [
  ['<&-', 2, /^memtop: no screen here: standard input is not a terminal; memtop watch needs none$/],
  ['</dev/null', 2, /^memtop: no screen here: standard input is not a terminal; memtop watch needs none$/],
  ['>&-', 2, /^memtop: no screen here: standard output is not a terminal; memtop watch needs none$/],
  ['2>&-', 0, /ended: quit with q/],
] as const;

describe('standard streams that are closed', () => {
  test.each(STREAMS.slice(0, howMany(STREAMS.length, 1)))('memtop %s', async (how, code, says) => {
    using place = workplace();
    const command = `"${NODE}" "${CLI}" --demo ${how}; exit $?`;
    await using program = start('sh', ['-c', command], {cwd: place.folder, env: place.env});
    if (code === 0) {
      await program.waitFor(/Processes 5 of 40/);
      program.press('q');
    }
    expect((await program.waitForExit()).exitCode).toBe(code);
    expect(program.screenText().filter(Boolean).join('\n')).toMatch(says);
  });

  inFull('watch with none of them at all still logs', async () => {
    using place = workplace();
    const command = `exec "${NODE}" "${CLI}" watch --log run.jsonl --interval 100ms <&- >&- 2>&-`;
    const child = spawn('sh', ['-c', command], {
      cwd: place.folder,
      env: {...cleanEnvironment(), ...place.env},
    });
    await pause(2000);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(143);
    expect(place.lines('run.jsonl').length).toBeGreaterThan(5);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'SIGTERM'});
  });
});

inFull('a terminal that belongs to another user, as after su', async () => {
  using place = workplace();
  chmodSync(place.folder, 0o777);
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  await using program = start('setpriv', [...asNobody, NODE, CLI, '--demo'], {
    cwd: place.folder,
    env: {...place.env, HOME: place.folder},
  });
  await program.waitFor(/Processes 5 of 40/);
  program.press('q');
  expect((await program.waitForExit()).exitCode).toBe(0);
  expectRestored(program);
});

inFull('in tmux: split, zoomed, shrunk and given back again and again', async () => {
  using place = workplace();
  await using terminal = await startInTmux(NODE, [CLI, '--demo', '--log', 'run.jsonl'], {
    cwd: place.folder,
    env: place.env,
  });
  await terminal.waitFor(/Processes 5 of 40/);
  const steps = [
    ['split-window', '-h', 'sleep 60'],
    ['select-pane', '-t', '0'],
    ['resize-pane', '-Z'],
    ['resize-pane', '-Z'],
    ['split-window', '-v', 'sleep 60'],
    ['select-pane', '-t', '0'],
    ['resize-pane', '-x', '1'],
    ['resize-pane', '-y', '1'],
    ['resize-pane', '-Z'],
    ['kill-pane', '-a', '-t', '0'],
  ];
  for (let round = 0; round < 5; round += 1) {
    for (const step of steps) {
      await terminal.command(...step);
      await pause(60);
    }
  }
  await terminal.waitFor(/Processes 5 of 40/);
  await terminal.press('q');
  await terminal.waitForEnd();
  expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
});
