import {describe, expect, test} from 'vitest';
import {type Layout, type LayoutInput, layoutFor, widthClassOf} from '../../src/tui/layout.ts';

const input = (more: Partial<LayoutInput> = {}): LayoutInput => ({
  width: 120,
  height: 40,
  top: 5,
  pools: 3,
  gpus: 1,
  hasPressure: true,
  hasJob: false,
  hasOutput: false,
  focus: 'processes',
  ...more,
});

/** Rows that a layout fills: status and footer always, and what it asks for between. */
function rowsOf({
  header,
  rules,
  pools,
  pressure,
  lane,
  plot,
  axis,
  processes,
  alerts,
  output,
  jobRule,
  sideBySide,
}: Layout): number {
  const memory = (rules ? 1 : 0) + (jobRule ? 1 : 0) + pools + (pressure ? 1 : 0);
  const history = plot > 0 ? plot + (axis ? 2 : 0) + (lane ? 1 : 0) : 0;
  const alertRows = alerts + (rules && alerts > 0 ? 1 : 0);
  const outputRows = output > 0 ? output + 1 : 0;
  const lower = sideBySide ? Math.max(processes + 1, alertRows) : processes + 1 + alertRows;
  return (header ? 1 : 0) + 2 + memory + history + lower + outputRows;
}

type Job = Pick<LayoutInput, 'hasJob' | 'hasOutput' | 'focus'>;
const NO_JOB: Job = {hasJob: false, hasOutput: false, focus: 'processes'};

/** Layouts whose rows are not exactly those there are, or that leave out what must be seen. */
function wrongLayouts(job: Job, tops: readonly number[]): readonly unknown[] {
  const wrong: unknown[] = [];
  for (const width of [40, 60, 80, 120, 160, 300])
    for (let height = 12; height <= 100; height += 1)
      for (let pools = 1; pools <= 12; pools += 1)
        for (const top of tops)
          for (const gpus of new Set([0, Math.min(1, pools - 1), Math.floor(pools / 2), pools - 1])) {
            const hasPressure = (pools + top) % 2 === 0;
            const layout = layoutFor(input({...job, width, height, pools, gpus, top, hasPressure}));
            const counts = [layout.pools, layout.plot, layout.processes, layout.alerts, layout.output];
            const isWhole = counts.every((count) => Number.isInteger(count) && count >= 0);
            const isSane =
              layout.pools >= 1 && layout.pools <= pools && layout.processes >= 1 && isSeen(layout, job);
            if (rowsOf(layout) !== height || !isWhole || !isSane || layout.plot > 24)
              wrong.push({width, height, pools, gpus, top, layout});
          }
  return wrong.slice(0, 3);
}

test('the rows are exactly those there are, at every size, for any pools and any --top', () => {
  expect(
    wrongLayouts(
      NO_JOB,
      Array.from({length: 20}, (_, index) => index + 1),
    ),
  ).toEqual([]);
}, 60_000);

test.each<Job>([
  {hasJob: true, hasOutput: false, focus: 'memory'},
  {hasJob: true, hasOutput: true, focus: 'processes'},
  {hasJob: true, hasOutput: true, focus: 'output'},
  {hasJob: true, hasOutput: true, focus: 'alerts'},
])(
  'so they are with a job: %j',
  (job) => {
    expect(wrongLayouts(job, [1, 5, 14])).toEqual([]);
  },
  20_000,
);

test.each([
  [300, 100],
  [100, 100],
  [99, 80],
  [80, 80],
  [79, 60],
  [60, 60],
  [59, 40],
  [40, 40],
])('%i columns are drawn as for %i', (width, widthClass) => expect(widthClassOf(width)).toBe(widthClass));

/** Of alerts and output there is at least a row, but for what stands in the place of the other. */
function isSeen({alerts, output}: Layout, {hasOutput, focus}: Job): boolean {
  if (!hasOutput) return alerts >= 1 && output === 0;
  return focus === 'alerts' ? alerts >= 1 : alerts + output >= 1;
}

describe('a job', () => {
  const at = (width: number, height: number, more: Partial<LayoutInput> = {}) =>
    layoutFor(input({width, height, pools: 4, hasJob: true, hasOutput: true, ...more}));

  test('has a rule of its own where there is room for one, and its output between processes and alerts', () => {
    expect(at(120, 40)).toMatchObject({jobRule: true, output: 7, alerts: 4, processes: 5});
    expect(at(120, 60)).toMatchObject({jobRule: true, output: 8, alerts: 4});
    expect(at(80, 24)).toMatchObject({jobRule: false, output: 5, alerts: 0, processes: 3});
    expect(at(60, 20)).toMatchObject({jobRule: false, output: 2, alerts: 1, processes: 3});
    expect(at(40, 12, {pools: 2})).toMatchObject({jobRule: false, output: 0, alerts: 1, processes: 3});
  });

  test('gives its place to alerts in low screens while the eyes are there', () => {
    expect(at(80, 24, {focus: 'alerts', pools: 2, gpus: 0})).toMatchObject({output: 0, alerts: 5});
    expect(at(80, 24, {focus: 'alerts'}).output).toBe(0);
    expect(at(120, 40, {focus: 'alerts'})).toMatchObject({output: 7, alerts: 4});
  });

  // Five rows are asked for and two are too many: all but one are taken, and history has them.
  test('gives alerts as many rows as there are', () => {
    const {alerts, plot} = at(80, 24, {focus: 'alerts', pools: 3, gpus: 0});
    expect([alerts, plot]).toEqual([4, 4]);
  });

  test('that is only followed has no output', () => {
    expect(at(120, 40, {hasOutput: false})).toMatchObject({jobRule: true, output: 0, alerts: 6});
  });
});

describe('the four designed sizes', () => {
  test('120x40', () =>
    expect(layoutFor(input())).toMatchObject({
      header: true,
      rules: true,
      pressure: true,
      lane: true,
      axis: true,
      pools: 3,
      plot: 16,
      processes: 5,
      alerts: 6,
      sideBySide: false,
    }));
  test('80x24', () =>
    expect(layoutFor(input({width: 80, height: 24}))).toMatchObject({
      header: true,
      rules: true,
      pressure: false,
      lane: false,
      plot: 6,
      processes: 5,
      alerts: 2,
    }));
  test('60x20', () =>
    expect(layoutFor(input({width: 60, height: 20}))).toMatchObject({
      header: true,
      rules: false,
      plot: 5,
      processes: 5,
      alerts: 1,
    }));
  test('40x12', () =>
    expect(layoutFor(input({width: 40, height: 12, pools: 2}))).toMatchObject({
      header: false,
      rules: false,
      axis: false,
      pools: 2,
      plot: 3,
      processes: 3,
      alerts: 1,
    }));
});

test('from 160 columns alerts stand beside the processes, where they have a rule', () => {
  expect(layoutFor(input({width: 160})).sideBySide).toBe(true);
  expect(layoutFor(input({width: 159})).sideBySide).toBe(false);
  expect(layoutFor(input({width: 200, height: 20})).sideBySide).toBe(false);
});

test('where room is short the later panes give way first, then history, last of all pools', () => {
  const at = (pools: number) => layoutFor(input({width: 80, height: 24, pools, gpus: 0}));
  expect(at(4)).toMatchObject({plot: 5, alerts: 2, processes: 5});
  expect(at(6)).toMatchObject({alerts: 1, processes: 5});
  expect(at(8)).toMatchObject({alerts: 1, processes: 3});
  expect(at(12)).toMatchObject({plot: 0, pools: 12});
  expect(layoutFor(input({height: 12, pools: 12, gpus: 0}))).toMatchObject({
    plot: 0,
    processes: 3,
    alerts: 1,
  });
});

describe('GPUs', () => {
  const at = (width: number, height: number, gpus: number) =>
    layoutFor(input({width, height, pools: gpus + 2, gpus}));

  test('have a row each up to four, under 36 rows up to two; more stand in two columns', () => {
    expect(at(120, 40, 4)).toMatchObject({gpuColumns: 1, pools: 6});
    expect(at(120, 40, 5)).toMatchObject({gpuColumns: 2, pools: 5});
    expect(at(80, 24, 2)).toMatchObject({gpuColumns: 1, pools: 4});
    expect(at(80, 24, 3)).toMatchObject({gpuColumns: 2, pools: 4});
    expect(at(80, 24, 8)).toMatchObject({gpuColumns: 2, pools: 6, plot: 4, alerts: 1, processes: 5});
  });

  test('stand in one column under 60 columns, and share rows before anything else gives way', () => {
    expect(at(59, 24, 8)).toMatchObject({gpuColumns: 1, pools: 10});
    expect(at(60, 24, 8).gpuColumns).toBe(2);
    const low = layoutFor(input({width: 80, height: 18, pools: 4, gpus: 2}));
    expect(low).toMatchObject({gpuColumns: 2, pools: 3, plot: 4, processes: 4});
  });

  test('are the last to lose rows, when even two columns are too many', () => {
    expect(at(40, 18, 12)).toMatchObject({gpuColumns: 1, pools: 10, plot: 0, processes: 3});
    expect(at(60, 18, 12)).toMatchObject({gpuColumns: 2, pools: 8, plot: 0});
  });
});

test('a tall screen gives the plot up to 24 rows, then the processes', () => {
  expect(layoutFor(input({height: 48})).plot).toBe(24);
  expect(layoutFor(input({height: 60}))).toMatchObject({plot: 24, processes: 17});
});
