import {existsSync, readFileSync} from 'node:fs';
import {beforeAll, describe, expect, test} from 'vitest';
import {CLI, NODE, type Workplace, workplace} from './program.ts';
import {start} from './pty.ts';
import {hasTmux, startInTmux, type TmuxOptions, type TmuxProgram} from './tmux.ts';

beforeAll(() => {
  if (!hasTmux()) throw new Error('tmux is missing, and these tests need it (Debian: apt-get install tmux)');
});

const memtop = (place: Workplace, options: TmuxOptions = {}) =>
  startInTmux(NODE, [CLI, '--demo'], {cwd: place.folder, ...options, env: {...place.env, ...options.env}});

/** A shell with job control, as somebody would have it open. */
const shell = (place: Workplace, options: TmuxOptions = {}) =>
  startInTmux('bash', ['--norc', '--noprofile', '-i'], {
    cwd: place.folder,
    ...options,
    env: {...place.env, PS1: 'prompt> ', SHELL: '/bin/bash', BASH_SILENCE_DEPRECATION_WARNING: '1'},
  });

const COMMAND = `"${NODE}" "${CLI}" --demo`;
const isUp = /Processes 5 of 40/;

async function run(terminal: TmuxProgram, command: string): Promise<void> {
  await terminal.type(command);
  await terminal.press('Enter');
}

/** The shell's only child: memtop. */
async function childOf(terminal: TmuxProgram): Promise<number> {
  const pid = await terminal.pid();
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');

describe.each(['tmux-256color', 'screen-256color'] as const)('TERM=%s', (term) => {
  test.each([
    [
      120,
      40,
      /^ memtop {2}demo · limit 56\.0 of 62\.7 GiB \(llm\.slice\)/,
      /^━ Processes 5 of 40 ━+ PID user ━+ RSS▼/,
    ],
    [80, 24, /^ demo · limit 56\.0 GiB llm\.slice · up/, /^━ Processes 5 of 40 ━+ PID ━+ RSS▼ ━ MEM%/],
    [60, 20, /^ demo · limit 56\.0 GiB \(llm\.slice\) · 80%/, /^━ Processes 5 of 40 ━+ PID ━+ RSS▼ ━ MEM%/],
    [40, 12, /^ ● NORMAL {2}RAM limit in ~2 h \d\d m$/, /^━ Processes ━+ PID ━+ RSS▼/],
  ] as const)('%ix%i is right, and in colour', async (cols, rows, first, rule) => {
    using place = workplace();
    await using terminal = await memtop(place, {term, cols, rows});
    await terminal.waitFor((lines) => lines.some((line) => rule.test(line)));
    const lines = await terminal.screenText();
    expect(lines.length).toBe(rows);
    expect(lines[0]).toMatch(first);
    expect(lines.at(-1)).toMatch(/^ \? help .* q quit/);
    const text = lines.join('\n');
    expect(text).toMatch(/RAM.* \d\d\.\d%█+/);
    expect(text).toMatch(/[\u2801-\u28ff]/);
    expect(text).not.toMatch(/undefined|NaN|\[object|\[\d+m/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(cols);
    const colours = (await terminal.screenWithColours()).join('\n');
    expect(colours).toContain('\u001b[38;5;80m');
    expect(colours).toContain('\u001b[38;5;114m');
    expect(await terminal.cursorHidden()).toBe(true);
    expect(await terminal.isAltScreen()).toBe(true);
    await terminal.press('q');
    await terminal.waitForEnd();
  });
});

test.each([
  ['q', 0, /ended: quit with q|RAM +now/],
  ['C-c', 130, /RAM +now|ended/],
])(
  '%s gives the shell its screen back, with the report under it and %i for $?',
  async (key, code, report) => {
    using place = workplace();
    // Tall enough for what was there before and the whole report under it.
    await using terminal = await shell(place, {rows: 60});
    await terminal.waitFor('prompt>');
    await run(terminal, 'echo was here before');
    await terminal.waitFor(/^was here before$/m);
    await run(terminal, COMMAND);
    await terminal.waitFor(/Processes \d+ of 40/);
    expect((await terminal.screenText()).join('\n')).not.toContain('was here before');
    await terminal.press(key);
    await terminal.waitFor((lines) => /^prompt> ?$/.test(lines.filter(Boolean).at(-1) ?? ''));
    await run(terminal, 'echo "code $?"');
    await terminal.waitFor(new RegExp(`^code ${code}$`, 'm'));
    const text = (await terminal.screenText()).join('\n');
    expect(text).toMatch(/^was here before$/m);
    expect(text).toMatch(report);
    expect(await terminal.isAltScreen()).toBe(false);
    expect(await terminal.cursorHidden()).toBe(false);
    await run(terminal, 'stty -a');
    await terminal.waitFor(/[^-]icanon.*[^-]echo /s);
  },
);

test('Ctrl-Z gives the shell its screen, fg takes it again, and twice', async () => {
  using place = workplace();
  await using terminal = await shell(place);
  await terminal.waitFor('prompt>');
  await run(terminal, COMMAND);
  await terminal.waitFor(isUp);
  for (const word of ['first', 'second']) {
    await terminal.press('C-z');
    await terminal.waitFor(/Stopped/);
    expect(await terminal.isAltScreen()).toBe(false);
    expect(await terminal.cursorHidden()).toBe(false);
    await run(terminal, `echo the ${word} time`);
    await terminal.waitFor(new RegExp(`^the ${word} time$`, 'm'));
    await run(terminal, 'fg');
    await terminal.waitFor(isUp);
    expect(await terminal.isAltScreen()).toBe(true);
    expect(await terminal.cursorHidden()).toBe(true);
    await terminal.press('?');
    await terminal.waitFor('┌ Keys');
    await terminal.press('?');
    await terminal.waitFor((lines) => !lines.join('\n').includes('┌ Keys'));
  }
  await terminal.press('q');
  await terminal.waitFor(/^prompt> ?$/m);
});

test('a terminal that changed its size meanwhile gets the right screen back', async () => {
  using place = workplace();
  await using terminal = await shell(place);
  await terminal.waitFor('prompt>');
  await run(terminal, COMMAND);
  await terminal.waitFor(isUp);
  await terminal.press('C-z');
  await terminal.waitFor(/Stopped/);
  await terminal.resize(80, 24);
  await run(terminal, 'fg');
  await terminal.waitFor(
    (lines) => /^ demo · limit 56\.0 GiB llm\.slice/.test(lines[0] ?? '') && /q quit$/.test(lines[23] ?? ''),
  );
  expect((await terminal.screenText()).length).toBe(24);
  await terminal.press('q');
  await terminal.waitFor(/^prompt> ?$/m);
});

test('stopped from outside with a signal that cannot be caught, fg draws it whole again', async () => {
  using place = workplace();
  await using terminal = await shell(place);
  await terminal.waitFor('prompt>');
  await run(terminal, COMMAND);
  await terminal.waitFor(isUp);
  process.kill(await childOf(terminal), 'SIGSTOP');
  await terminal.waitFor(/Stopped/);
  await run(terminal, 'fg');
  await terminal.waitFor((lines) => isUp.test(lines.join('\n')) && !/Stopped|prompt>/.test(lines.join('\n')));
  expect(await terminal.cursorHidden()).toBe(true);
  await terminal.press('p');
  await terminal.waitFor('PAUSED');
  await terminal.press('q');
  await terminal.waitFor(/^prompt> ?$/m);
  expect(await terminal.isAltScreen()).toBe(false);
});

test('a pane that is split, resized and given back is drawn anew each time, with its state kept', async () => {
  using place = workplace();
  await using terminal = await memtop(place);
  await terminal.waitFor(isUp);
  await terminal.press('z', 'j', 'j');
  await terminal.waitFor(/▸python gateway/);
  await terminal.command('split-window', '-d', '-h', '-l', '59', 'sleep', '60');
  await terminal.waitFor(
    (lines) => lines.every((line) => line.length <= 60) && /History 1 h/.test(lines.join('\n')),
  );
  await terminal.waitFor(/▸python gateway/);
  await terminal.command('split-window', '-d', '-v', '-l', '27', 'sleep', '60');
  await terminal.waitFor((lines) => lines.length === 12 && /1 h│/.test(lines.join('\n')));
  await terminal.command('resize-pane', '-y', '8');
  await terminal.waitFor(/^RAM \d\d\.\d% \w+( limit in ~\S.*)? · memtop needs 40x12$/m);
  await terminal.command('kill-pane', '-a');
  await terminal.waitFor(/^ memtop {2}demo · limit/m);
  await terminal.waitFor(/▸python gateway +5210 mira/);
  for (const [cols, rows] of [
    [80, 24],
    [200, 50],
    [120, 40],
  ] as const) {
    await terminal.resize(cols, rows);
    await terminal.waitFor((lines) => lines.length === rows && /q quit/.test(lines.at(-1) ?? ''));
  }
});

test('a window that is killed ends memtop', async () => {
  using place = workplace();
  await using terminal = await memtop(place);
  await terminal.waitFor(isUp);
  const pid = await terminal.pid();
  expect(isAlive(pid)).toBe(true);
  await terminal.command('kill-window');
  await expect.poll(() => isAlive(pid), {timeout: 10_000}).toBe(false);
});

test('it goes on while nobody is attached, and is right for whoever attaches', async () => {
  using place = workplace();
  await using terminal = await memtop(place);
  await terminal.waitFor(isUp);
  {
    await using client = start('tmux', terminal.client, {cols: 80, rows: 24});
    await client.waitFor(/^ demo · limit 56\.0 GiB llm\.slice/m);
    client.press('p');
    await client.waitFor('PAUSED');
    await terminal.command('detach-client');
    await client.waitForExit();
  }
  expect(isAlive(await terminal.pid())).toBe(true);
  await using again = start('tmux', terminal.client, {cols: 120, rows: 40});
  await again.waitFor(/^ memtop {2}demo .*PAUSED/m);
  again.press('p');
  await again.waitFor(/^ memtop {2}demo .*\d\d:\d\d:\d\d$/m);
  await expect.poll(() => again.screenText().at(-1), {timeout: 10_000}).toMatch(/^ \? help/);
});
