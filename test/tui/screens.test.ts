import {describe, expect, test} from 'vitest';
import {denied, ok} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {leakingNight, NOW, noGpu, quarterHour, sampleAt} from './machine.ts';
import {open, screen} from './open-screen.ts';

const SIZES = [
  [120, 40],
  [80, 24],
  [60, 20],
  [40, 12],
] as const;

const alerting = () => [
  ...quarterHour(),
  ...[1, 2, 3, 4].map((second) => sampleAt(NOW + second * 1000, {ramPercent: 82 + second})),
];

/** That night up to the check that tells of the leak, and the two behind it. */
function aroundTheLeak() {
  const samples = leakingNight();
  const session = new Session();
  const found = samples.findIndex((sample) => session.feed(sample).ram.leak?.state === 'leak');
  return [samples.slice(0, found), samples.slice(found, found + 3)] as const;
}

/** Every row fits, and nothing stands where only a cut label would. */
function expectWhole(columns: number): void {
  for (const row of screen.rows) expect(row.length).toBeLessThanOrEqual(columns);
}

describe.each(SIZES)('at %ix%i', (columns, rows) => {
  const size = `${columns}x${rows}`;
  const snapshot = (state: string) =>
    expect(screen.text).toMatchFileSnapshot(`../screens/${state}-${size}.txt`);

  test('normal', async () => {
    await open({columns, rows, recording: {status: 'on', file: 'run.jsonl'}});
    expect(screen.text).toContain('73.8%');
    expect(screen.text).toMatch(columns === 40 ? /41\.3\/56\.0 GiB/ : /41\.3 \/ 56\.0 GiB/);
    expect(screen.text).toContain('● NORMAL');
    expect(screen.text).toMatch(/llama-server +4127.* 19\.6 GiB/);
    expect(screen.rows.at(-1)).toMatch(/^ \? help .* q quit/);
    if (columns >= 60) expect(screen.text).toMatch(/REC run\.jsonl/);
    expectWhole(columns);
    await snapshot('normal');
  });

  test('alert', async () => {
    await open({columns, rows});
    await screen.feed(...alerting().slice(-4));
    expect(screen.rows.join('\n')).toContain('▲ HIGH');
    expect(screen.text).toContain('86.0%');
    expect(screen.text).toMatch(columns === 40 ? /raised RAM/ : /raised +RAM +83\.0% in use, threshold 80%/);
    if (columns >= 60) expect(screen.text).toContain('RAM 86.0%, over 80% for 3 s');
    expectWhole(columns);
    await snapshot('alert');
  });

  test('leak', async () => {
    const [before, after] = aroundTheLeak();
    await open({columns, rows, samples: before, intervalMs: 60_000});
    await screen.feed(...after);
    await screen.press('z', 'z');
    expect(screen.text).toContain('▲ LEAK');
    const [status = ''] = screen.rows.filter((row) => row.includes('▲ LEAK'));
    expect(status).toMatch(/\+1\.5 GiB\/h.* limit in ~\d+ h/);
    if (columns >= 80) expect(status).toMatch(/ since 02:\d\d.* limit in ~.*\(.* – .*\)/);
    if (columns >= 120) expect(status).toMatch(/, \d\d% sure · 80% in ~\d+ h/);
    expect(screen.text).toMatch(/raised +RAM leak/);
    if (columns >= 120) expect(screen.text).toMatch(/RAM leak .*python gateway \(5210\) grows with it/);
    expect(screen.text).toMatch(/python gate\S* +5210 .*\+1\.\d GiB/);
    expectWhole(columns);
    await snapshot('leak');
  });

  test('the detail of a process that leaks', async () => {
    const samples = leakingNight();
    await open({columns, rows, samples, intervalMs: 60_000});
    await screen.press('j', 'j', '\r');
    expect(screen.text).toMatch(/python gateway · pid 5210/);
    expect(screen.text).toMatch(
      columns >= 60 ? /▲ leak, \+1\.\d GiB\/h since 02:\d\d/ : /▲ leak, \+1\.\d GiB\/h/,
    );
    if (columns >= 60) expect(screen.text).toMatch(/the floor rose from \d\.\d GiB to \d+\.\d GiB in 1\d h/);
    expectWhole(columns);
    await snapshot('leak-detail');
  });

  test('paused', async () => {
    await open({columns, rows});
    await screen.press('p');
    const before = screen.text;
    await screen.feed(sampleAt(NOW + 1000, {ramPercent: 99}));
    expect(screen.text).not.toContain('99.0%');
    if (columns >= 60) expect(screen.text).toContain('PAUSED');
    expect(before).toContain('73.8%');
    await snapshot('paused');
    await screen.press('p');
    expect(screen.text).toContain('99.0%');
  });

  test('help', async () => {
    await open({columns, rows});
    await screen.press('?');
    expect(screen.text).toContain('┌ Keys ─');
    expect(screen.text).toContain('move the cursor');
    expectWhole(columns);
    await snapshot('help');
    await screen.press('?');
    expect(screen.text).not.toContain('┌ Keys ─');
  });

  test('filter', async () => {
    await open({columns, rows});
    await screen.press('/', 'q', 'd', 'r');
    expect(screen.rows.at(-1)).toContain('/qdr');
    expect(screen.text).toContain('1388');
    expect(screen.text).not.toMatch(/llama-server +4127/);
    await snapshot('filter');
    await screen.press('\r');
    expect(screen.text).toContain('Processes');
    await screen.press('/', 'x', 'x');
    expect(screen.text).toContain('no process matches');
    await screen.escape();
    expect(screen.text).toMatch(/llama-server +4127/);
  });

  test('detail', async () => {
    await open({columns, rows});
    await screen.press('j', 'j', '\r');
    await screen.settle();
    expect(screen.text).toContain('python gateway · pid 5210');
    expect(screen.text).toContain('15.2 GiB');
    expect(screen.text).toMatch(/PSS +15\.1 GiB/);
    expect(screen.text).toMatch(/file(-backed)? +205 MiB/);
    expectWhole(columns);
    await snapshot('detail');
    await screen.escape();
    expect(screen.text).not.toContain('pid 5210');
  });

  test('no processes', async () => {
    await open({
      columns,
      rows,
      samples: quarterHour({processes: denied('/proc cannot be read: permission denied'), gpus: noGpu}),
    });
    expect(screen.text).toMatch(/\/proc cannot be read: permission de/);
    if (rows >= 18) expect(screen.text).toMatch(/GPU +no GPU found/);
    else expect(screen.text).not.toContain('GPU');
    await snapshot('no-processes');
  });
});

test.each([
  [39, 12, 'RAM 73.8% NORMAL · memtop needs 40x12'],
  [40, 11, 'RAM 73.8% NORMAL · memtop needs 40x12'],
  [20, 5, 'RAM 73.8% NORMAL'],
  [8, 2, 'RAM'],
  [1, 1, 'R'],
])('too small, %ix%i, is one line cut at a word', async (columns, rows, line) => {
  await open({columns, rows});
  expect(screen.rows[0]).toBe(line);
  expect(screen.rows.slice(1).join('')).toBe('');
  if (columns === 39) await expect(screen.text).toMatchFileSnapshot('../screens/too-small-39x12.txt');
});

test('from 160 columns alerts stand beside the processes', async () => {
  await open({columns: 170, rows: 45});
  await screen.feed(...alerting().slice(-4));
  expect(screen.text).toMatch(/llama-server .*│▲ 14:32:08 {2}raised/);
  await expect(screen.text).toMatchFileSnapshot('../screens/alert-170x45.txt');
});

test('a reading that fails is told with its age, the last figures muted, and a gap in the line', async () => {
  await open({});
  const lost = denied('/proc/meminfo: permission denied');
  await screen.feed(
    ...[1, 2, 3, 4].map((second) => sampleAt(NOW + second * 1000, {memory: lost, limits: []})),
  );
  expect(screen.rows[1]).toContain('▲ NO DATA  RAM not read for 4 s: /proc/meminfo: permission denied');
  expect(screen.text).toContain('73.8%');
  expect(screen.text).toMatch(/lost +RAM +\/proc\/meminfo: permission denied/);
  await expect(screen.text).toMatchFileSnapshot('../screens/no-data-120x40.txt');
});

test('grouped by program, 12 workers are one row with count and total, and open with Enter', async () => {
  await open({});
  await screen.press('v', 'v');
  expect(screen.text).toMatch(/python train ×12 +mira +1\.5 GiB/);
  await screen.press('j', 'j', 'j', 'j', '\r');
  expect(screen.text).toMatch(/ {2}python train +7011/);
});

test('only ASCII goes out under LANG=C', async () => {
  await open({env: {TERM: 'xterm-256color', LANG: 'C'}});
  expect(screen.text).toMatch(/^[\n -~]*$/);
  await expect(screen.text).toMatchFileSnapshot('../screens/ascii-120x40.txt');
});

test('the Linux console gets blocks and signs that its font has', async () => {
  await open({env: {TERM: 'linux', LANG: 'C.UTF-8'}});
  expect(screen.text).not.toMatch(/[\u2800-\u28ff━╌▸…●◆]/);
  expect(screen.text).toMatch(/[▀▄]/);
});

test('an unchanged screen sends nothing', async () => {
  await open({});
  await screen.press('p');
  await screen.settle();
  expect(await screen.settle(10)).toBe(0);
  screen.app.update();
  expect(await screen.settle(50)).toBe(0);
});

test('names from outside cannot reach the terminal as control sequences', async () => {
  const hostile = [...'\u001b]0;owned\u0007', '\u001b[2J', '\u009b31m', '{red-fg}', '\u202e', '日本'].join(
    '',
  );
  const table = ok({
    at: NOW + 1000,
    processes: [
      {...sampleProcess(), name: hostile, args: [hostile, hostile], command: hostile, user: hostile},
    ],
  });
  await open({samples: [...quarterHour(), sampleAt(NOW + 1000, {processes: table})]});
  expect(screen.text).not.toContain('owned');
  expect(screen.text).toContain('{red-fg}??');
  expect(screen.rows[0]).toContain('memtop');
});

function sampleProcess() {
  return {pid: 66, parentPid: 1, startKey: 's', rssBytes: 2 ** 30};
}
