import {afterEach, describe, expect, test} from 'vitest';
import {pointsOf} from '../../core/fleet/points.ts';
import {downRow, FleetScreen, type FleetScreenOptions, historyOf, stateOf} from './fleet-screen.ts';

let screen: FleetScreen;
afterEach(() => screen.close());

async function open(options: FleetScreenOptions = {}): Promise<void> {
  screen = new FleetScreen(options);
  await screen.settle();
}

const SIZES = [
  [200, 60],
  [120, 40],
  [80, 24],
  [60, 20],
  [40, 12],
] as const;
const ENTER = '\r';
const ESC = '\u001b';
const rowOf = (text: string | RegExp) => screen.rows.findIndex((row) => row.search(text) >= 0);

describe.each(SIZES)('at %ix%i', (columns, rows) => {
  const snapshot = (state: string) =>
    expect(screen.text).toMatchFileSnapshot(`../../screens/${state}-${columns}x${rows}.txt`);

  test('the list', async () => {
    await open({columns, rows});
    expect(screen.rows[0]).toMatch(
      columns >= 60
        ? /5 hosts · 1 critical · 1 high · 1 leak · 1 down/
        : /5 hosts · 1 critical · 1 leak · 1 down$/,
    );
    expect(screen.rows[1]).toContain('■ CRITICAL  atlas09 RAM 97.4%');
    expect(screen.rows[3]).toMatch(/^■ atlas09 +RAM +97\.4%.* ~8 m/);
    expect(screen.rows[4]).toMatch(/^▲ atlas07 +RAM +73\.8%.* ~5 h 40 m/);
    expect(screen.rows[5]).toMatch(/^▲ atlas11 .* *down since \d\d:\d\d/);
    expect(screen.rows.at(-1)).toMatch(/^ \? help .* q quit/);
    if (columns >= 60) expect(screen.rows[4]).toMatch(/41\.3 ?\/ ?56\.0 GiB/);
    if (columns >= 80) expect(screen.rows[4]).toContain('+2.6 GiB');
    if (columns >= 120) expect(screen.rows[4]).toMatch(/leak +~5 h 40 m +1$/);
    for (const row of screen.rows) expect(row.length).toBeLessThanOrEqual(columns);
    await snapshot('fleet');
  });

  test('a host with its chart', async () => {
    await open({columns, rows});
    await screen.press('j', 'j', ENTER);
    const row = screen.state.reading?.rows[1];
    if (row === undefined) throw new Error('no row');
    await screen.show({...screen.state, history: historyOf(row)});
    expect(screen.text).toContain('atlas07 · 10.0.0.7:9717');
    expect(screen.text).toMatch(/RAM +73\.8%/);
    expect(screen.text).toMatch(/GPU 0 +87\.1%/);
    expect(screen.text).toMatch(/History 1 h .*peak 71\.3% at/);
    expect(screen.text).toMatch(/[\u2801-\u28ff]/);
    if (rows >= 24) expect(screen.text).toMatch(/limit in +RAM ~5 h 40 m \(~?4 h 30 m – 7 h 20 m\)/);
    if (rows >= 24) expect(screen.text).toMatch(/Prometheus +MemtopLeak/);
    await snapshot('fleet-host');
  });

  test('a problem', async () => {
    await open({columns, rows});
    await screen.show({...screen.state, problem: 'Prometheus does not answer (connection refused)'});
    expect(screen.rows[1]).toContain('▲ NO DATA');
    if (columns >= 80) expect(screen.rows[1]).toContain('(connection refused), ');
    if (columns >= 80) expect(screen.rows[1]).toContain('again in 15 s');
    if (columns >= 120) expect(screen.rows[1]).toContain('figures of');
    expect(screen.text).toContain('97.4%');
    await snapshot('fleet-problem');
  });
});

test('the help lists the keys', async () => {
  await open({columns: 80, rows: 24});
  await screen.press('?');
  await expect(screen.text).toMatchFileSnapshot('../../screens/fleet-help-80x24.txt');
  await screen.press('q');
  expect(screen.endings).toEqual([]);
  expect(screen.text).not.toContain('┌ Keys');
});

test('before the first answer nothing is told as nought', async () => {
  await open({state: {reading: undefined, history: undefined, problem: undefined, nextAt: 0}});
  expect(screen.rows[0]).toContain('fleet');
  expect(screen.rows[1]).toContain('ASKING  prometheus.example:9090');
  expect(screen.rows[2]).toMatch(/^━ Pools by time to limit ━/);
  expect(screen.rows.slice(0, 6).join()).not.toMatch(/\b0\b/);
});

test('a GPU that is lost has no figures', async () => {
  const lost = {name: 'memtop_gpu_up', labels: {instance: 'a:9717', job: 'memtop', gpu: '0'}, value: 0};
  await open({state: stateOf([...pointsOf('a:9717', {}), lost], [])});
  expect(screen.rows[rowOf('GPU 0')]).toMatch(/GPU 0 +– +–$/);
});

test('old figures are muted: of one host, and of all where nobody answers', async () => {
  await open();
  const [fresh, stale] = [rowOf('atlas08 +RAM'), rowOf('atlas10 +RAM')];
  const muted = screen.color(2, stale);
  expect(screen.color(2, fresh)).not.toBe(muted);
  await screen.show({...screen.state, problem: 'gone'});
  expect(screen.color(2, fresh)).toBe(muted);
  await screen.show({...screen.state, problem: undefined});
  await screen.settle(60_000);
  expect(screen.rows[1]).toMatch(/NO DATA {2}no answer for 1 m/);
});

test('keys sort, filter and open, and the feed is told', async () => {
  await open();
  await screen.press('s');
  expect(screen.wishes.at(-1)).toMatchObject({sort: 'share', filter: ''});
  expect(screen.rows[2]).toContain('by share');
  expect(screen.rows[3]).toContain('atlas09');
  await screen.press('/', '0', '8');
  expect(screen.rows.at(-1)).toMatch(/^ \/08 +Enter keeps/);
  expect(screen.text).not.toContain('atlas07');
  await screen.press(ENTER, 'j', ENTER, 'z');
  expect(screen.wishes.at(-1)).toMatchObject({
    filter: '08',
    open: {target: {instance: '10.0.0.8:9717'}, spanMs: 6 * 3_600_000},
  });
  expect(screen.text).toContain('History 6 h');
  await screen.press('q', ESC, ESC);
  expect(screen.wishes.at(-1)).toMatchObject({filter: '', open: undefined});
  expect(screen.text).toContain('atlas07');
  await screen.press('/', 'n', 'o', 'n', 'e');
  expect(screen.rows[3]).toBe('  no host matches');
  await screen.press('\u0003');
  expect(screen.endings).toEqual(['interrupt']);
});

test('with a host open j and k go from host to host', async () => {
  await open();
  await screen.press(ENTER);
  expect(screen.rows[2]).toContain('atlas09');
  await screen.press('j');
  expect(screen.rows[2]).toContain('atlas07');
  await screen.press('j');
  expect(screen.text).toContain('down since');
  await screen.press('k', 'k', 'k');
  expect(screen.rows[2]).toContain('atlas09');
  await screen.press('q', 'q');
  expect(screen.endings).toEqual(['key']);
});

test('names from the net cannot reach the terminal as control sequences', async () => {
  const hostile = ['\u001b]0;owned\u0007', '\u001b[2J', '\u009b31m', '{red-fg}', '\u202e', '日本'].join('');
  const points = pointsOf(`${hostile}:1`, {host: hostile, alerts: [hostile], calls: [hostile]});
  await open({state: stateOf(points, [downRow('x')])});
  expect(screen.text).toContain('{red-fg}??');
  await screen.press('j', 'j', ENTER);
  expect(screen.text).toMatch(/firing +\{red-fg\}\?\?/);
  expect(screen.text).not.toContain('owned');
  expect(screen.rows[0]).toContain('memtop');
});

test('only ASCII goes out under LANG=C', async () => {
  await open({env: {TERM: 'xterm-256color', LANG: 'C'}});
  await screen.press('j', 'j', ENTER);
  const row = screen.state.reading?.rows[1];
  if (row !== undefined) await screen.show({...screen.state, history: historyOf(row)});
  expect(screen.text).toMatch(/^[\n -~]*$/);
  await expect(screen.text).toMatchFileSnapshot('../../screens/fleet-ascii-120x40.txt');
});

test('a screen that is too small says so', async () => {
  await open({columns: 39, rows: 11});
  expect(screen.rows[0]).toBe('1 critical of 5 · memtop needs 40x12');
});
