import {pathToFileURL} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {CHROMIUM, openPage, type Page} from './browser.ts';
import {launch, run, type Workplace, workplace} from './program.ts';

interface Pool {
  readonly label: string;
  readonly peak: {readonly percent: number};
}
interface Told {
  readonly pools: readonly Pool[];
  readonly marks: readonly {readonly note: string}[];
  readonly alerts: readonly unknown[];
}

const NOTE = '</script><script>throw 1</script>\u2028"&amp;';

/** Nothing here can be seen without a browser, and .ci/run installs one. */
describe.skipIf(CHROMIUM === undefined)('the page of a report, in Chromium', () => {
  let place: Workplace;
  let told: Told;
  let page: Page;
  const box = () =>
    page.value<{x: number; y: number; width: number; height: number}>(
      `(({x, y, width, height}) => ({x, y, width, height}))(document.querySelector('.holder svg').getBoundingClientRect())`,
    );
  const at = async (share: number) => {
    const {x, y, width, height} = await box();
    return [x + width * share, y + height * 0.5] as const;
  };
  const readout = () =>
    page.value<readonly (readonly string[])[]>(
      `[...document.querySelectorAll('.readout div')].map((row) => [...row.querySelectorAll('span')].map((cell) => cell.textContent))`,
    );
  const shown = () => page.value<string>(`document.querySelector('.shown').textContent`);
  const drawn = () =>
    page.value<readonly string[]>(
      `[...document.querySelectorAll('.holder g[data-name]')].map((curve) => curve.dataset.name)`,
    );

  beforeAll(async () => {
    place = workplace();
    const options = ['--gpus', '2', '--interval', '200ms', '--log', 'run.jsonl', '--threshold', '70'];
    const program = launch(['watch', '--demo', ...options, '--report', 'live.html'], place);
    await program.said('MEMORY ALERT');
    await run(['mark', NOTE, '--pid', String(program.pid)], place);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    program.kill('SIGTERM');
    await program.done;
    told = JSON.parse((await run(['report', '--json', 'run.jsonl'], place)).stdout) as Told;
    expect((await run(['report', '--output', 'run.html', 'run.jsonl'], place)).stdout).toBe('');
    page = await openPage({width: 1280, height: 900});
    await page.open(place.file('run.html'));
  }, 120_000);

  afterAll(async () => {
    await page?.close();
    place?.[Symbol.dispose]();
  });

  test('asks for nothing and complains of nothing', async () => {
    expect(page.requests).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect(await page.value('document.querySelector(".still").offsetHeight')).toBe(0);
    expect(await page.value('document.scripts.length')).toBe(2);
  });

  test('shows under the crosshair the figures that the JSON report has', async () => {
    const data = await page.value<{pools: {name: string; columns: (number[] | 0 | null)[]}[]; count: number}>(
      `JSON.parse(document.getElementById('chart-data').textContent)`,
    );
    expect(data.pools).toHaveLength(told.pools.length);
    for (const [index, pool] of told.pools.entries()) {
      const columns = data.pools[index]?.columns ?? [];
      const highest = Math.max(...columns.map((column) => (column ? (column[2] ?? 0) : 0)));
      expect(highest).toBeCloseTo(pool.peak.percent, 2);
      const peakAt = columns.findIndex((column) => column && column[2] === highest);
      const {x, y, width, height} = await box();
      const place = 66 + ((peakAt + 0.5) / data.count) * (950 - 66);
      await page.mouse('Moved', x + (place / 960) * width, y + height * 0.5);
      const row = (await readout())[index];
      expect(row?.[0]).toBe(data.pools[index]?.name);
      expect(row?.[1]).toContain(`${pool.peak.percent.toFixed(1)}%`);
    }
  });

  test('cuts no label off, and has a colour for each thing', async () => {
    // Within the picture, whose own units begin at 0; the still one stands in for a browser without scripts.
    const lefts = await page.value<readonly number[]>(
      `(() => {
        document.querySelector('.still').style.display = 'block';
        const lefts = [...document.querySelectorAll('text.axis')].map((label) => label.getBBox().x);
        document.querySelector('.still').style.display = '';
        return lefts;
      })()`,
    );
    expect(lefts.length).toBeGreaterThan(10);
    expect(Math.min(...lefts)).toBeGreaterThanOrEqual(0);
    const room = await page.value<number>(
      `(() => {
        const label = document.querySelector('.holder text.axis');
        const [text, before] = [label.textContent, label.getBBox()];
        label.textContent = '1000 MiB';
        const {width} = label.getBBox();
        label.textContent = text;
        return before.x + before.width - width;
      })()`,
    );
    expect(room).toBeGreaterThanOrEqual(0);
    const colors = await page.value<readonly string[]>(
      `[...document.querySelectorAll('.live .legend button')].map((button) => button.className)`,
    );
    expect(colors.length).toBeGreaterThan(5);
    expect(new Set(colors).size).toBe(colors.length);
  });

  test('zooms by dragging and by keys, and shows all again', async () => {
    const whole = await shown();
    await page.mouse('Moved', ...(await at(0.4)));
    await page.mouse('Pressed', ...(await at(0.4)));
    await page.mouse('Moved', ...(await at(0.7)));
    await page.mouse('Released', ...(await at(0.7)));
    const part = await shown();
    expect(part).not.toBe(whole);
    await page.value(`document.querySelector('.reset').click()`);
    expect(await shown()).toBe(whole);
    await page.value(`document.querySelector('.holder svg').focus()`);
    await page.key('+');
    expect(await shown()).not.toBe(whole);
    await page.key('ArrowRight');
    const first = await page.value<string>(`document.querySelector('.readout b').textContent`);
    await page.key('ArrowRight');
    expect(await page.value<string>(`document.querySelector('.readout b').textContent`)).not.toBe(first);
    await page.key('Escape');
    expect(await shown()).toBe(whole);
  });

  test('takes a curve away by its name in the legend, and gives it back', async () => {
    const names = await drawn();
    expect(names.slice(0, 3)).toEqual(['RAM', 'swap', 'GPU 0 VRAM']);
    const click = () => page.value(`document.querySelector('.live .legend button').click()`);
    await click();
    expect(await drawn()).toEqual(names.slice(1));
    expect(await page.value(`document.querySelector('.live .legend button').ariaPressed`)).toBe('false');
    await click();
    expect(await drawn()).toEqual(names);
  });

  test('tells a hostile note as text', async () => {
    expect(told.marks).toHaveLength(1);
    const labels = await page.value<readonly string[]>(
      `[...document.querySelectorAll('.holder title')].map((title) => title.textContent)`,
    );
    expect(labels.some((label) => label.includes('</script><script>throw 1</script>'))).toBe(true);
    expect(page.complaints).toEqual([]);
  });

  test('stands still on paper, and without a script', async () => {
    await page.send('Emulation.setEmulatedMedia', {media: 'print'});
    const heights = `[document.querySelector('.still').offsetHeight > 300, document.querySelector('.live').offsetHeight]`;
    expect(await page.value(heights)).toEqual([true, 0]);
    await page.send('Emulation.setEmulatedMedia', {media: ''});
    await page.send('Emulation.setScriptExecutionDisabled', {value: true});
    await page.open(place.file('run.html'));
    expect(await page.value(`document.querySelector('.still').offsetHeight > 300`)).toBe(true);
    await page.send('Emulation.setScriptExecutionDisabled', {value: false});
  });

  test('is the same page at the end of a live run', async () => {
    await page.open(place.file('live.html'));
    expect((await drawn()).slice(0, 3)).toEqual(['RAM', 'swap', 'GPU 0 VRAM']);
    expect((await drawn()).length).toBeGreaterThan(4);
    expect(page.requests.filter((url) => !url.startsWith(String(pathToFileURL(place.folder))))).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});
