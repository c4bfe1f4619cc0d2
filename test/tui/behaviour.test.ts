import {describe, expect, test} from 'vitest';
import {ok} from '../../src/core/sample.ts';
import type {TapeControl} from '../../src/core/tape.ts';
import {NOW, process, processes, quarterHour, sampleAt} from './machine.ts';
import {alert, footer, kept, open, rowOf, screen} from './open-screen.ts';

const [LEFT, RIGHT] = ['\u001b[D', '\u001b[C'];

const lineOf = (text: string | RegExp) => screen.rows[rowOf(text)] ?? '';

describe('before anything was read', () => {
  test('memtop can be left, and no job that runs is left with it', async () => {
    await open({samples: []});
    await screen.press('?', 'q', '\u0003');
    expect(screen.calls).toEqual([
      {name: 'quit', value: 'key'},
      {name: 'quit', value: 'interrupt'},
    ]);
    screen.close();
    await open({samples: [], job: {}});
    await screen.press('q');
    expect(screen.calls).toEqual([]);
    await screen.press('\u0003');
    expect(screen.calls).toEqual([{name: 'interrupt job', value: 1}]);
  });
});

describe('what is looked at', () => {
  test('z and Z zoom, and are kept', async () => {
    await open();
    await screen.press('z');
    expect(lineOf('History')).toContain('─ History 1 h ─');
    await screen.press('Z', 'Z');
    expect(lineOf('History')).toContain('─ History 5 m ─');
    expect(lineOf('MEM%')).toMatch(/ in 5 m growth\/h ━+ VRAM GPU command/);
    expect(kept()).toEqual(['keep span 1h', 'keep span 15m', 'keep span 5m']);
  });

  test('s sorts by the next column and r turns it round, as the rule says', async () => {
    await open();
    expect(lineOf('Processes')).toContain(' RSS▼ ');
    await screen.press('s');
    expect(lineOf('Processes')).toMatch(/ RSS ━.* VRAM▼ GPU /);
    await screen.press('s');
    expect(lineOf('Processes')).toMatch(/ RSS ━.* in 15 m▼/);
    await screen.press('s');
    expect(lineOf('Processes')).toMatch(/ in 15 m {2}growth▼/);
    await screen.press('s');
    expect(lineOf('Processes')).toContain('Processes 5 of 17 · name▼ ');
    expect(screen.rows[rowOf('Processes') + 1]).toContain('llama-server');
    await screen.press('r');
    expect(lineOf('Processes')).toContain('Processes 5 of 17 · name▲ ');
    expect(screen.rows[rowOf('Processes') + 1]).toContain('qdrant');
    await screen.press('s');
    expect(lineOf('Processes')).toContain(' PID▼ ');
    expect(screen.rows[rowOf('Processes') + 1]).toMatch(/postgres +912/);
    expect(kept()).toEqual(
      ['vram', 'change', 'growth', 'name', 'pid'].map((column) => `keep sort ${column}`),
    );
  });

  test('g chooses the lines and y fits the scale', async () => {
    await open();
    await screen.press('g');
    expect(lineOf('GPU 0')).not.toMatch(/[\u2801-\u28ff]/);
    expect(footer()).toContain('chart: RAM');
    await screen.press('y');
    expect(lineOf('History')).toMatch(/History 15 m · 50–75%|History 15 m · 55–75%|History 15 m · \d+–\d+%/);
  });

  test('t goes through the themes, keeps them, and repaints', async () => {
    await open();
    const names = [];
    const colors = [];
    for (let times = 0; times < 5; times += 1) {
      await screen.press('t');
      names.push(footer().trim());
      colors.push(screen.cell(1, 0).color);
    }
    expect(names).toEqual([
      'theme light',
      'theme high-contrast',
      'theme colour-blind',
      'theme mono',
      'theme dark',
    ]);
    expect(colors).toEqual([25, 'default', 74, 'default', 80]);
    expect(kept().at(-1)).toBe('keep theme dark');
  });
});

describe('panes', () => {
  const RULES = ['Memory', 'History', 'Processes', 'Alerts'];
  const focused = () => RULES.filter((title) => lineOf(`${title} `).startsWith('━'));

  test('Tab goes through them, and the rule of the one in focus is heavy and in accent', async () => {
    await open();
    const order = [];
    for (let times = 0; times < 5; times += 1) {
      order.push(...focused());
      await screen.press('\t');
    }
    expect(order).toEqual(['Processes', 'Alerts', 'Memory', 'History', 'Processes']);
    await screen.press('\u001b[Z');
    expect(focused()).toEqual(['Processes']);
    expect(screen.cell(0, rowOf('Processes'))).toMatchObject({text: '━', color: 80});
    expect(screen.cell(0, rowOf('Memory'))).toMatchObject({text: '─', color: 240});
  });

  test.each([
    ['1', 'Memory', ['History', 'Processes', 'Alerts']],
    ['2', 'History', ['─ Memory', 'Processes', 'Alerts']],
    ['3', 'Processes', ['─ Memory', 'History', 'Alerts']],
    ['4', 'Alerts', ['─ Memory', 'History', 'Processes']],
  ])('%s and f give all rows to %s, and f gives them back', async (key, title, hidden) => {
    await open();
    await screen.feed(alert(1));
    await screen.press(key);
    const before = screen.text;
    await screen.press('f');
    expect(screen.rows[2]).toMatch(new RegExp(`^━ ${title}`));
    for (const other of hidden) expect(screen.text).not.toContain(`${other} `);
    expect(footer()).toContain('q f back');
    await screen.press('f');
    expect(screen.text).toBe(before);
    await screen.press('f', 'q');
    expect(screen.text).toBe(before);
    expect(screen.calls).toEqual([]);
    await screen.press('q');
    expect(screen.calls).toEqual([{name: 'quit', value: 'key'}]);
  });

  test('the enlarged Memory tells the pool under the cursor in full', async () => {
    await open();
    await screen.press('1', 'f');
    expect(screen.text).toMatch(/▸ 41\.3 \/ 56\.0 GiB +14\.7 GiB left +\/user\.slice\/llm\.slice +in force/);
    await screen.press('j', 'j', 'j');
    expect(lineOf(/^─ GPU 0/)).toContain('GPU 0 NVIDIA GeForce RTX 3090');
    expect(screen.text).not.toContain('in force');
  });

  test('the enlarged Processes show more rows and scroll', async () => {
    const many = Array.from({length: 80}, (_, index) =>
      process({pid: 100 + index, name: `p${index}`, rssBytes: (1000 - index) * 2 ** 20}),
    );
    await open({
      samples: [...quarterHour(), sampleAt(NOW + 1000, {processes: ok({at: NOW + 1000, processes: many})})],
    });
    await screen.press('f');
    expect(lineOf('Processes')).toMatch(/Processes \d\d of 80/);
    await screen.press('G');
    expect(screen.text).toMatch(/▸p79 +179/);
    await screen.press('\u001b[5~', '\u001b[H');
    expect(screen.text).toMatch(/▸p0 +100/);
  });
});

describe('detail', () => {
  test('of RAM lists every limit with the tightest marked', async () => {
    await open();
    await screen.press('1', 'j', '\r');
    expect(screen.rows[2]).toMatch(/^━ RAM llm\.slice ━+ 1 of 3 · Esc back ━$/);
    expect(screen.text).toMatch(/^ {2}used +41\.3 GiB of 56\.0 GiB, 73\.8%$/m);
    expect(screen.text).toMatch(/^ {2}peak +73\.8% at 14:32:07$/m);
    expect(screen.text).toMatch(/^ {2}threshold +80%$/m);
    expect(screen.text).toMatch(/^ {2}41\.3 \/ 62\.7 GiB +21\.4 GiB left {2}host$/m);
    expect(screen.text).toMatch(
      /^▸ 41\.3 \/ 56\.0 GiB +14\.7 GiB left {2}\/user\.slice\/llm\.slice {2}in force$/m,
    );
    expect(screen.text).not.toContain('History');
    await screen.press('j');
    expect(screen.rows[2]).toMatch(/^━ swap ━+ 2 of 3/);
    await screen.escape();
    expect(screen.text).toContain('History');
    expect(screen.text).toContain('▸swap');
  });

  test('of an alert says when, what and whose', async () => {
    await open();
    await screen.feed(alert(1), alert(2));
    await screen.press('4', 'k', '\r');
    expect(screen.rows[2]).toMatch(/^━ raised · RAM ━+ 1 of 1 · Esc back ━$/);
    expect(screen.rows[3]).toBe('▲ 2026-11-22 14:32:08 · still over its threshold');
    expect(screen.rows[4]).toBe('  85.0% in use, threshold 80% · llama-server (4127) 19.6 GiB');
  });

  test('of a process walks on with j and k', async () => {
    await open();
    await screen.press('j', '\r', 'j');
    expect(screen.rows[2]).toMatch(/^━ python gateway · pid 5210 · mira ━+ 2 of 17 · Esc back ━$/);
    await screen.press('k');
    expect(screen.rows[2]).toMatch(/^━ llama-server · pid 4127/);
  });
});

describe('time', () => {
  test('going back says the moment, freezes the picture, and comes back to now', async () => {
    await open();
    await screen.press(LEFT);
    expect(screen.rows[0]).toMatch(/ AT 14:31:22 $|AT 14:31:22$/);
    const frozen = screen.text;
    await screen.feed(sampleAt(NOW + 1000, {ramPercent: 12}));
    expect(screen.text).toBe(frozen);
    expect(lineOf(/^ +0└/)).not.toContain('now');
    await screen.press(RIGHT);
    expect(screen.rows[0]).toMatch(/14:32:08$/);
    expect(screen.text).toContain('12.0%');
    expect(lineOf(/^ +0└/)).toMatch(/now╌[╌0-9:]*$/);
  });

  test('N and n go from event to event', async () => {
    await open();
    for (const [minutes, note] of [
      [12, 'epoch 1'],
      [9, 'epoch 2'],
    ] as const)
      screen.session.emit({
        kind: 'mark',
        at: NOW - minutes * 60_000,
        timelineMs: NOW - minutes * 60_000,
        note,
      });
    await screen.press('N');
    expect(screen.rows[0]).toContain('AT 14:30:37');
    await screen.press('N');
    expect(screen.rows[0]).toContain('AT 14:27:37');
    await screen.press('N');
    expect(footer()).toContain('no further event');
    await screen.press('n');
    expect(screen.rows[0]).toContain('AT 14:30:37');
    await screen.escape();
    expect(screen.rows[0]).toMatch(/14:32:07$/);
  });

  test('a pause is seen at every size', async () => {
    for (const [columns, rows] of [
      [120, 40],
      [60, 20],
      [40, 12],
    ] as const) {
      await open({columns, rows});
      await screen.press('p');
      expect(screen.text).toContain('PAUSED');
      screen.close();
    }
    await open();
  });
});

test('the order of processes changes and the cursor stays on its process', async () => {
  await open();
  await screen.press('j', 'j');
  expect(lineOf('▸')).toMatch(/▸python gateway +5210/);
  expect(lineOf('Processes')).toContain('order held');
  const swapped = processes().map((one) => (one.pid === 5210 ? {...one, rssBytes: 40 * 2 ** 30} : one));
  const scan = (second: number) =>
    sampleAt(NOW + second * 1000, {processes: ok({at: NOW + second * 1000, processes: swapped})});
  await screen.feed(scan(1), scan(2), scan(3));
  expect(lineOf('▸')).toMatch(/▸python gateway +5210 mira +40\.0 GiB/);
  expect(screen.rows[rowOf('Processes') + 1]).toContain('llama-server');
  await screen.escape();
  await screen.feed(scan(4));
  await screen.feed(scan(5));
  expect(screen.rows[rowOf('Processes') + 1]).toMatch(/^ {2}python gateway/);
});

describe('in a replay', () => {
  const tape: TapeControl = {
    view: {file: 'run.jsonl', state: 'play', isPlaying: true, speed: 2, percent: 50},
    toggle: () => {},
    faster: () => {},
    step: () => {},
    goTo: () => false,
  };

  test.each(['+', '-', 'x', 'w', '}'])('%s says that it does nothing', async (key) => {
    await open({tape});
    await screen.press(key);
    expect(footer()).toContain(`${key} does nothing in a replay`);
  });

  test('no answer stays beyond the next key', async () => {
    await open({tape});
    await screen.press('o');
    expect(footer()).toContain('no peak yet');
    await screen.press(' ');
    expect(footer()).toContain('Space pause');
    await screen.press('+');
    expect(footer()).toContain('does nothing');
    await screen.press(']');
    expect(footer()).toContain('speed ×2');
  });
});
