import {describe, expect, test, vi} from 'vitest';
import {denied, ok} from '../../src/core/sample.ts';
import {job, NOW, quarterHour, STILL, sampleAt} from './machine.ts';
import {alert, footer, kept, open, rowOf, screen} from './open-screen.ts';

describe('an alert', () => {
  test('draws the eye once: its line and its pool are inverse for 3 s, then sign and chip stay', async () => {
    await open();
    await screen.feed(alert(1));
    const [line, pool] = [rowOf(/raised +RAM/), rowOf(/^▲ RAM/)];
    expect(screen.cell(40, line)).toMatchObject({isInverse: true, color: 221});
    expect(screen.cell(5, pool).isInverse).toBe(true);
    await screen.feed(alert(3));
    expect(screen.cell(40, line).isInverse).toBe(true);
    await screen.feed(alert(5));
    expect(screen.cell(40, line).isInverse).toBe(false);
    expect(screen.cell(5, pool).isInverse).toBe(false);
    expect(screen.cell(0, line)).toMatchObject({text: '▲', color: 221});
    expect(screen.rows[1]).toMatch(/^ ▲ HIGH/);
    expect(screen.cell(2, 1).isInverse).toBe(true);
    await screen.feed(alert(62));
    expect(screen.cell(40, line).isInverse).toBe(false);
    expect(screen.rows[line]).toContain('×2, last 14:33:09');
  });

  test('is new until a key is pressed', async () => {
    await open();
    await screen.feed(alert(1));
    expect(screen.rows[rowOf('Alerts')]).toContain('1 firing · 1 new · 1 since start');
    await screen.press('j');
    expect(screen.rows[rowOf('Alerts')]).toContain('1 firing · 1 since start');
  });

  test('is silenced with a until it clears', async () => {
    await open();
    await screen.press('a');
    expect(footer()).toContain('no alert to silence');
    await screen.feed(alert(1));
    await screen.press('a');
    expect(footer()).toContain('silenced until it clears: RAM');
    expect(screen.text).toMatch(/silenced +RAM +until it clears/);
    await screen.feed(alert(2));
    expect(screen.rows[1]).toMatch(/^ ▲ HIGH silenced {2}RAM 85\.0%/);
  });

  test('that is critical turns the whole row, also where there is no colour', async () => {
    await open({env: {TERM: 'vt100', LANG: 'C.UTF-8'}, theme: 'mono'});
    await screen.feed(alert(1, 96));
    expect(screen.rows[1]).toMatch(/^ ■ CRITICAL {2}RAM 96\.0%/);
    for (const column of [0, 60, 119])
      expect(screen.cell(column, 1)).toMatchObject({isInverse: true, color: 'default'});
  });

  test('that is over goes back to green by itself', async () => {
    await open();
    await screen.feed(alert(1), ...Array.from({length: 60}, (_, index) => alert(2 + index, 40)));
    expect(screen.rows[1]).toMatch(/^ ● NORMAL {2}RAM 40\.0%/);
    expect(screen.text).toMatch(/● .* resolved +RAM +lasted/);
    expect(screen.rows[rowOf('Alerts')]).not.toContain('firing');
  });
});

describe('an alert on something else than a pool', () => {
  const stalled = (second: number, some10 = 40) =>
    sampleAt(NOW + second * 1000, {pressure: ok({some10, some60: 0, full10: 0, full60: 0})});

  test('is raised, reminded of on its line and resolved, as any other', async () => {
    await open();
    await screen.feed(stalled(1));
    const line = rowOf(/raised +pressure +some 40\.0% over 10 s, threshold 10%/);
    expect(screen.cell(0, line)).toMatchObject({text: '▲'});
    expect(screen.rows[1]).toMatch(/^ ▲ HIGH {2}pressure some 40\.0% over 10 s, over 10%/);
    await screen.feed(stalled(61));
    expect(screen.rows[line]).toContain('×2, last');
    expect(screen.rows[rowOf('Alerts')]).toContain('1 firing · 1 new · 1 since start');
    await screen.feed(stalled(62, 0), stalled(77, 0));
    expect(screen.text).toMatch(/● .* resolved +pressure +lasted 1 m 1 s · peak 40\.0%/);
    expect(screen.rows[1]).toMatch(/^ ● NORMAL {2}RAM/);
  });

  test('is silenced with a', async () => {
    await open();
    await screen.feed(stalled(1));
    await screen.press('a');
    expect(footer()).toContain('silenced until it clears: pressure');
    await screen.feed(stalled(2), stalled(62));
    expect(screen.rows[1]).toMatch(/^ ▲ HIGH silenced {2}pressure/);
    expect(screen.rows[rowOf(/raised +pressure/)]).not.toContain('×2');
  });

  test('ends the time without an alert', async () => {
    await open({samples: quarterHour(STILL)});
    expect(screen.rows[1]).toContain('no alert for 6 h 22 m');
    await screen.feed(stalled(1), stalled(2, 0), stalled(17, 0));
    expect(screen.rows[1]).toMatch(/no alert for (0|1\d) s$/);
  });

  test('by the job that is followed names which of its processes holds the most', async () => {
    await open({alerts: {thresholds: {job: {percent: 20}}}});
    await screen.feed(sampleAt(NOW + 1000, {job: job()}));
    expect(screen.text).toMatch(/raised +job +28\.7% in use, threshold 20% · python gateway \(5210\)/);
  });

  test('is news by the OOM killer, and critical', async () => {
    await open({samples: quarterHour({oom: oomOf(0)})});
    await screen.feed(sampleAt(NOW + 1000, {oom: oomOf(1)}));
    expect(screen.rows[1]).toMatch(
      /^ ■ CRITICAL {2}OOM kill at \d\d:32:08: python gateway \(5210\) held 15\.2 GiB/,
    );
    expect(screen.text).toMatch(
      /■ 14:32:08 {2}raised +OOM kill +python gateway \(5210\) held 15\.2 GiB, limit 56\.0 GiB of llm\.slice$/m,
    );
  });
});

const oomOf = (kills: number) => ({
  counters: [
    {scope: 'cgroup', id: '/llm.slice', name: 'llm.slice', kills, limitBytes: 56 * 2 ** 30},
  ] as const,
  victims: [{pid: 5210, name: 'python', rssBytes: 15.2 * 2 ** 30, limitPath: '/llm.slice'}],
});

test('a silenced alert is shown as such at once, however long the interval is', async () => {
  await open({intervalMs: 300_000});
  await screen.feed(alert(1));
  await screen.press('a');
  expect(screen.rows[1]).toMatch(/^ ▲ HIGH silenced {2}RAM 85\.0%/);
});

describe('+ and -', () => {
  test('move the threshold of RAM, whatever is under the cursor elsewhere', async () => {
    await open();
    await screen.press('j', '+', '}');
    expect(footer()).toContain('RAM threshold 86%');
    expect(screen.rows[0]).toContain('alert at 86%');
    expect(screen.text).toContain('86% RAM');
    expect(kept()).toEqual(['keep threshold 81', 'keep threshold 86']);
    expect(screen.text).toMatch(/changed +RAM +threshold 80% → 86%/);
  });

  test('move that of the pool under the cursor in Memory', async () => {
    await open();
    await screen.press('1', 'j', 'j', '-');
    expect(footer()).toContain('swap threshold 49%');
    await screen.press('j', '+');
    expect(footer()).toContain('GPU 0 VRAM threshold 91%');
    expect(screen.text).toContain('91% VRAM');
    expect(kept()).toEqual(['keep swap-threshold 49', 'keep vram-threshold 0=91%']);
  });

  test('show at once what is over it now', async () => {
    await open();
    await screen.press('{', '{');
    expect(screen.rows[1]).toMatch(/^ ▲ HIGH/);
  });
});

test('a resize keeps cursor, filter and zoom', async () => {
  await open();
  await screen.press('z', '/', 'p', 'y', '\r', 'j', 'j');
  for (const [columns, rows] of [
    [80, 24],
    [60, 20],
    [20, 5],
    [170, 50],
    [120, 40],
  ] as const) {
    await screen.resize(columns, rows);
    if (columns === 20) continue;
    expect(screen.text).toContain('History 1 h');
    expect(screen.text).toContain('/py');
    expect(screen.text).toMatch(/▸python jupyter-lab|▸python jupyter-l?…/);
  }
  await screen.resize(40, 12);
  expect(screen.text).toContain('▸python jup');
  expect(screen.text).toContain('1 h│');
});

describe('the mouse', () => {
  test('is off by default', async () => {
    await open();
    expect(screen.written).not.toMatch(/\u001b\[\?(9|1000|1002|1003|1006)h/);
  });

  test('focuses panes and scrolls where it is asked for', async () => {
    await open({mouse: true});
    expect(screen.written).toContain('\u001b[?1000h\u001b[?1006h');
    await screen.press(`\u001b[<0;10;${rowOf('Memory') + 2}M`);
    expect(screen.rows[rowOf('Memory')]).toMatch(/^━/);
    await screen.press('\u001b[<65;1;1M', '\u001b[<65;1;1M', '\u001b[<64;1;1M');
    expect(screen.text).toContain('▸RAM');
  });

  test('tells panes beside each other apart by the column', async () => {
    await open({mouse: true, columns: 170});
    const row = rowOf('Processes');
    const alerts = screen.rows[row]?.indexOf('Alerts') ?? -1;
    const isFocused = (column: number) => screen.cell(column, row).text === '━';
    const click = (column: number) => screen.press(`\u001b[<0;${column + 1};${row + 3}M`);
    await click(alerts);
    expect([isFocused(0), isFocused(169)]).toEqual([false, true]);
    await click(169);
    expect([isFocused(0), isFocused(169)]).toEqual([false, true]);
    await click(0);
    expect([isFocused(0), isFocused(169)]).toEqual([true, false]);
  });
});

test('the line of the chart has a gap where readings failed, and the axis is dotted there', async () => {
  const failing = denied('/proc/meminfo: permission denied');
  const samples = quarterHour().map((sample, second) =>
    second > 300 && second < 600 ? {...sample, memory: failing, limits: []} : sample,
  );
  await open({samples});
  await screen.press('g');
  const [first, last] = [rowOf('100┤'), rowOf(/^ +0└/)];
  const drawn = (from: number, to: number) =>
    screen.rows.slice(first, last).some((row) => /[\u2801-\u28ff]/.test(row.slice(from, to)));
  expect([drawn(5, 30), drawn(35, 57), drawn(62, 84)]).toEqual([true, false, true]);
  const axis = screen.rows[last] ?? '';
  expect(axis.slice(35, 57).replaceAll(/\d\d:\d\d/g, '')).toMatch(/^·+$/);
  expect(axis.slice(5, 30)).not.toContain('·');
  expect(axis.slice(62, 84)).not.toContain('·');
});

describe('what is sent', () => {
  test('is nothing while nothing changes', async () => {
    await open();
    screen.app.update();
    expect(await screen.settle(50)).toBe(0);
    await screen.feed(sampleAt(NOW, {ramPercent: 73.8}));
    screen.app.update();
    expect(await screen.settle(50)).toBe(0);
  });

  test('is a few bytes for a second on the clock', async () => {
    await open();
    await screen.settle(1000);
    const bytes = await screen.settle(1000);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(100);
  });

  test.each([
    [1000, 10],
    [2000, 10],
    [5000, 10],
    [500, 20],
  ])(
    'with a reading every %s ms, out of step with the clock, goes out %s times in 10 s',
    async (ms, most) => {
      await open({intervalMs: ms});
      const step = async () => {
        await screen.feed(sampleAt(Date.now(), {ramPercent: 70 + (Date.now() % 7)}));
        await screen.settle(ms - 90);
      };
      await screen.settle(600);
      await step();
      const before = screen.writes;
      for (let elapsed = 0; elapsed < 10_000; elapsed += ms) await step();
      expect(screen.writes - before).toBe(most);
    },
  );

  test('is the clock of each second where readings are rarer, or stay away', async () => {
    await open({intervalMs: 1000});
    await screen.settle(600);
    await screen.feed(sampleAt(Date.now()));
    const clocks: (string | undefined)[] = [];
    for (let second = 0; second < 5; second += 1) {
      await screen.settle(980);
      clocks.push(screen.rows[0]?.slice(-8));
    }
    expect(clocks).toEqual(['14:32:07', '14:32:09', '14:32:10', '14:32:11', '14:32:12']);
  });

  test('is everything after a change of theme, and on Ctrl-L', async () => {
    await open();
    const count = async (key: string) => {
      const before = screen.written.length;
      await screen.press(key);
      return screen.written.length - before;
    };
    expect(await count('t')).toBeGreaterThan(1000);
    expect(await count('\u000c')).toBeGreaterThan(3000);
    expect(await count('g')).toBeLessThan(5000);
  });
});

test('x asks, and y alone sends the signal to the process under the cursor', async () => {
  const killed: unknown[] = [];
  await open({
    kill: async (...args) => {
      killed.push(args);
      return {status: 'sent'};
    },
  });
  await screen.press('x');
  expect(footer()).toContain('move the cursor to a process first');
  await screen.press('j', 'j', 'x');
  expect(footer()).toMatch(/^ SIGTERM to python gateway \(5210, mira\)\? +y yes +s other signal +Esc no$/);
  await screen.press('Y', '\r');
  expect(killed).toEqual([]);
  await screen.press('s', '9', '\r');
  expect(footer()).toContain('SIGKILL to python gateway');
  await screen.press('y');
  expect(killed).toEqual([[5210, 'start5210', 'SIGKILL']]);
  expect(footer()).toContain('SIGKILL sent to python gateway (5210)');
  await screen.settle(3500);
  expect(footer()).toContain('? help');
});

test('a paste does nothing, but is taken where a line is typed', async () => {
  await open();
  const before = screen.text;
  await screen.press('quick brown fox');
  expect(screen.text).toBe(before);
  await screen.press('m', 'quick brown fox', '\r');
  expect(screen.text).toMatch(/◆ .*mark +quick brown fox/);
});

test('nothing is painted over the shell after Ctrl-Z, and all of it again when nobody stops memtop', async () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  try {
    await open();
    await screen.press('\u001a');
    expect(kill).toHaveBeenCalledWith(0, 'SIGTSTP');
    expect(screen.written).toMatch(/\u001b\[\?1049l/);
    expect(await screen.feed(sampleAt(NOW + 100, {ramPercent: 50}))).toBe(0);
    expect(await screen.settle(100)).toBe(0);
    expect(await screen.settle(500)).toBeGreaterThan(3000);
    expect(screen.rows[1]).toMatch(/^ ● NORMAL {2}RAM 50\.0%/);
  } finally {
    kill.mockRestore();
  }
});
