import {spawn} from 'node:child_process';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {totalmem} from 'node:os';
import {expect, test} from 'vitest';
import {formatBytes} from '../../src/core/format.ts';
import {expectRestored, isUp, memtop, stopReason} from './live-screen.ts';
import {CLI, NODE, workplace} from './program.ts';
import {start} from './pty.ts';

test("shows this machine's memory, quits with q, restores the terminal and prints the report", async () => {
  using place = workplace();
  await using program = memtop(place, ['--log', 'run.jsonl']);
  await program.waitFor(isUp);
  expect(program.isAltScreen()).toBe(true);
  expect(program.cursorHidden).toBe(true);
  const [header = '', status = ''] = program.screenText();
  expect(header).toContain('REC run.jsonl');
  expect(status).toMatch(/^ ● NORMAL {2}RAM \d+\.\d%, learning, verdict in ~1 m/);
  const used = 100 - availableShare() * 100;
  const shown = Number(/RAM (\d+\.\d)%/.exec(status)?.[1]);
  // In a container the limit in force is another total; on a bare machine the figures must agree.
  if (header.includes('(host)')) expect(Math.abs(shown - used)).toBeLessThan(3);
  if (header.includes('(host)')) expect(header).toContain(`limit ${formatBytes(totalmem())}`);
  program.press('q');
  expect(await program.waitForExit()).toEqual({exitCode: 0, signal: 0});
  expectRestored(program);
  expect(program.screenText().join('\n')).toMatch(/ended: quit with q|RAM +now/);
  expect(stopReason(place, 'run.jsonl')).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
});

function availableShare(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const kib = (name: string) => Number(new RegExp(`${name}: +(\\d+)`).exec(text)?.[1]);
  return kib('MemAvailable') / kib('MemTotal');
}

test('four sizes and too small, while it runs', async () => {
  using place = workplace();
  await using program = memtop(place, ['--demo']);
  await program.waitFor(isUp);
  for (const [cols, rows, wanted] of [
    [80, 24, /^ demo · limit 56\.0 GiB llm\.slice/m],
    [60, 20, /^ demo · limit 56\.0 GiB \(llm\.slice\) · 80%/m],
    [40, 12, /^━ Processes ━+ PID ━+ RSS▼/m],
    [39, 10, /^RAM \d+\.\d% NORMAL · memtop needs 40x12$/m],
    [10, 2, /^RAM/m],
    [120, 40, /^ memtop {2}demo · limit 56\.0 of 62\.7 GiB/m],
  ] as const) {
    program.resize(cols, rows);
    const footer = cols < 40 ? /^$/ : /\? help .*q quit/;
    await program.waitFor((seen) => {
      const screen = seen.screenText();
      return wanted.test(screen.join('\n')) && footer.test(screen.at(-1) ?? '');
    });
  }
});

test('a threshold set by key is in the log, and there at the next start of the screen, not of watch', async () => {
  using place = workplace();
  {
    await using program = memtop(place, ['--log', 'run.jsonl', '--theme', 'light']);
    await program.waitFor(isUp);
    program.press('+++');
    await program.waitFor('RAM threshold 83%');
    program.press('t');
    await program.waitFor('theme high-contrast');
    program.press('q');
    await program.waitForExit();
  }
  const changes = place.lines('run.jsonl').filter((line) => line.event_type === 'CHANGE');
  expect(changes.map(({from, to}) => `${from} ${to}`)).toEqual(['80% 81%', '81% 82%', '82% 83%']);
  expect(JSON.parse(place.read('settings/memtop/config.json'))).toEqual({
    screen: {threshold: '83', theme: 'high-contrast'},
  });
  await using again = memtop(place);
  await again.waitFor('alert at 83%');
});

test('m marks, e and w write files that overwrite nothing, and say their names', async () => {
  using place = workplace();
  await using program = memtop(place, ['--demo', '--log', 'run.jsonl']);
  await program.waitFor(isUp);
  program.press('m');
  await program.waitFor('mark:');
  program.press('epoch 3\r');
  await program.waitFor(/◆ \d\d:\d\d:\d\d {2}mark {6}epoch 3/);
  program.press('e');
  await program.waitFor(/report written to \.\/memtop-report-\d{8}-\d{6}\.md/);
  program.press('w');
  await program.waitFor(/history written to \.\/memtop-history-\d{8}-\d{6}\.jsonl/);
  const [history = '', report = ''] = readdirSync(place.folder)
    .filter((name) => name.startsWith('memtop-'))
    .sort();
  expect(place.read(report)).toContain('epoch 3');
  const lines = place.lines(history);
  expect(lines[0]).toMatchObject({event_type: 'START', source: 'history held in memory'});
  expect(lines.filter(({percent}) => percent !== undefined).length).toBeGreaterThan(200);
  expect(
    place.lines('run.jsonl').some((line) => line.event_type === 'MARK' && line.message === 'epoch 3'),
  ).toBe(true);
  program.press('q');
  await program.waitForExit();
});

test('x kills the process under the cursor after y, and only after y', async () => {
  using place = workplace();
  const victim = spawn('sleep', ['987.5']);
  const gone = new Promise((resolve) => victim.on('exit', (_, signal) => resolve(signal)));
  try {
    await using program = memtop(place);
    await program.waitFor(isUp);
    program.press(`/${victim.pid}\r`);
    await program.waitFor(new RegExp(`sleep +${victim.pid} .* 987\\.5`));
    program.press('jx');
    await program.waitFor(/SIGTERM to sleep \(\d+, \w+\)\? +y yes/);
    program.press('n');
    await program.waitFor(({screenText}) => !screenText.call(program).join('\n').includes('SIGTERM to'));
    expect(victim.exitCode).toBe(null);
    program.press('x');
    await program.waitFor(/SIGTERM to sleep/);
    program.press('y');
    await program.waitFor(/SIGTERM sent to sleep|sleep \(\d+\) ended after/);
    expect(await gone).toBe('SIGTERM');
    await program.waitFor(/sleep ended/);
  } finally {
    victim.kill('SIGKILL');
  }
});

test('--readonly takes killing away', async () => {
  using place = workplace();
  await using program = memtop(place, ['--demo', '--readonly']);
  await program.waitFor(isUp);
  program.press('jx');
  await program.waitFor('read-only: kill is off');
});

test('a paste and torn arrow keys do nothing', async () => {
  using place = workplace();
  await using program = memtop(place, ['--demo']);
  await program.waitFor(isUp);
  program.press('quick brown fox jumps');
  // What is written at once may arrive at once, and then it would all be one paste.
  await new Promise((resolve) => setTimeout(resolve, 400));
  program.press('\u001b');
  program.press('[A');
  await program.waitFor(/▸llama-server/);
  expect(program.hasExited).toBe(false);
  expect(program.screenText().join('\n')).not.toContain('mark:');
});

test.each([
  ['xterm-256color', {}],
  ['tmux-256color', {}],
  ['screen-256color', {}],
  ['xterm-kitty', {}],
  ['alacritty', {}],
  ['xterm-ghostty', {}],
  ['linux', {}],
  ['vt100', {}],
  ['some-terminal-of-tomorrow', {}],
  ['xterm-256color', {LANG: 'C', LC_ALL: 'C'}],
  ['vt100', {LANG: 'C', LC_ALL: 'C'}],
  ['xterm-256color', {NO_COLOR: '1'}],
])('right in TERM=%s %o', async (term, env) => {
  using place = workplace();
  await using program = memtop(place, ['--demo'], {env: {TERM: term, ...env}});
  await program.waitFor(/Processes 5 of 40/);
  const screen = program.screenText().join('\n');
  expect(screen).toMatch(/^ memtop {2}demo [·|] limit 56\.0 of 62\.7 GiB/);
  expect(screen).toMatch(/RAM llm\.slice +\d+\.\d%[█#]/);
  expect(screen).not.toMatch(/Error on|undefined|NaN|\[\d+m/);
  if ('LC_ALL' in env) expect(program.raw).toMatch(/^[\u0000-~]*$/);
  if ('NO_COLOR' in env || term === 'vt100')
    expect(program.raw).not.toMatch(/\u001b\[(?:\d+;)*(?:3[0-7]|38;5;\d+)m/);
  program.press('q');
  expect((await program.waitForExit()).exitCode).toBe(0);
  expectRestored(program);
});

test.each([
  ['TERM=dumb', 'no screen here: TERM=dumb cannot place text; memtop watch needs none'],
  ['TERM=', 'no screen here: TERM is not set; memtop watch needs none'],
])('%s is told in one line', async (setting, message) => {
  using place = workplace();
  await using program = start('env', [setting, NODE, CLI], {cwd: place.folder, env: place.env});
  expect((await program.waitForExit()).exitCode).toBe(2);
  expect(program.screenText().filter(Boolean)).toEqual([`memtop: ${message}`]);
});

test("--ascii and --theme of one's own", async () => {
  using place = workplace();
  await using program = memtop(place, ['--demo', '--ascii', '--theme', 'mono']);
  await program.waitFor(/= Processes 5 of 40 =/);
  expect(program.screenText().join('\n')).toMatch(/^[\n -~]*$/);
});

test.each([
  [
    '{"warn": "bright red"}',
    /theme \.\/mine\.json: warn: expected a colour as "80\/6" .*, got "bright red" \(from --theme\)/,
  ],
  ['{"wran": "1"}', /theme \.\/mine\.json: expected one of text, muted, .*, got "wran" \(from --theme\)/],
  ['[]', /theme \.\/mine\.json: expected an object of role and colour, got \[\] \(from --theme\)/],
  ['{', /theme: expected JSON in \.\/mine\.json, got "\{" \(from --theme\)/],
])('a theme file with %s is told in one line, before the screen', async (text, message) => {
  using place = workplace();
  writeFileSync(place.file('mine.json'), text);
  await using program = memtop(place, ['--theme', './mine.json'], {cols: 400});
  expect((await program.waitForExit()).exitCode).toBe(2);
  const lines = program.screenText().filter(Boolean);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(message);
});

test("a theme of one's own colours the screen", async () => {
  using place = workplace();
  writeFileSync(place.file('mine.json'), '{"accent": "201/5 b"}');
  await using program = memtop(place, ['--demo', '--theme', './mine.json']);
  await program.waitFor(/Processes 5 of 40/);
  expect(program.cell(1, 0)).toMatchObject({char: 'm', fg: 201, bold: true});
});

test('an alert that the first check raises is on the screen', async () => {
  using place = workplace();
  await using program = memtop(place, ['--threshold', '1', '--log', 'run.jsonl']);
  await program.waitFor(/▲ \d\d:\d\d:\d\d {2}raised +RAM +\d+\.\d% in use, threshold 1% · \S+/);
  await program.waitFor(/1 firing/);
  program.press('q');
  await program.waitForExit();
  const alert = place.lines('run.jsonl').find((line) => line.event_type === 'ALERT');
  expect(alert).toHaveProperty('alert.top_process.pid');
});
