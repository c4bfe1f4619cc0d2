import {describe, expect, test} from 'vitest';
import {failed, type GpuReading, ok, unsupported} from '../../../src/core/sample.ts';
import {layoutOf} from '../../../src/tui/compose.ts';
import {memoryLines} from '../../../src/tui/panels/memory.ts';
import {apu, gpu, lostGpu, type Machine, migGpu, STILL, unifiedGpu} from '../machine.ts';
import {textOf} from '../rows.ts';
import {manyGpus, type Stage, stageOf, viewOf} from '../views.ts';

type Given = Parameters<typeof viewOf>[1];
const draw = (machine: Machine, given: Given = {}) => look(stageOf(machine), given);
const look = (stage: Stage, given: Given) => {
  const view = viewOf(stage, given);
  return textOf(memoryLines(view, layoutOf(view)));
};
const gpus = (...readings: readonly GpuReading[]): Machine => ({gpus: ok(readings)});
const rowsWith = (text: string | RegExp, lines: readonly string[]) =>
  lines.filter((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)));

describe('two GPUs in a row', () => {
  const one = gpu(92.1, 2, {utilizationPercent: 99, temperatureCelsius: 74});
  const machine = gpus(gpu(50), gpu(50, 1), one, gpu(50, 3), gpu(50, 4), gpu(50, 5));

  test.each([
    [120, 40, '▲ GPU 2  92.1%███████████████│░░ 22.1 / 24.0 GiB  99% 74 °C'],
    [80, 24, '▲ GPU 2  92.1%█████│░ 22.1 GiB  99% 74°'],
    [60, 20, '▲ GPU 2  92.1%████│░ 22.1 GiB'],
  ])('at %i columns each is drawn to its form', (width, height, half) => {
    const [row = ''] = rowsWith('GPU 2', draw(machine, {width, height}));
    expect(row.slice(0, half.length)).toBe(half);
    expect(row.slice(half.length)).toMatch(/^ {4}GPU 5 {2}50\.0%/);
    expect(row.length).toBe(width);
  });

  test.each([61, 79, 99, 101, 119, 121, 159])('at %i columns both are aligned', (width) => {
    const rows = rowsWith(/GPU \d/, draw(machine, {width, height: 40}));
    expect(rows.length).toBe(3);
    expect(new Set(rows.map((row) => row.indexOf('GPU', 10))).size).toBe(1);
    for (const row of rows) expect(row.length).toBe(width);
  });

  test('are filled downwards, and of an odd number the last stands alone', () => {
    const rows = rowsWith(/GPU \d/, draw({gpus: ok(manyGpus(7))}, {width: 80, height: 24}));
    expect(rows.map((row) => row.match(/GPU \d/g))).toEqual([
      ['GPU 0', 'GPU 4'],
      ['GPU 1', 'GPU 5'],
      ['GPU 2', 'GPU 6'],
      ['GPU 3'],
    ]);
  });

  test('tell the total once, where it is the same of all', () => {
    expect(draw(machine)[0]).toMatch(/^─ Memory ─ 24\.0 GiB each ─+ used \/ limit /);
    const mixed = gpus(...manyGpus(4), gpu(50, 4, {totalBytes: 80 * 2 ** 30}));
    expect(draw(mixed)[0]).not.toContain('each');
  });
});

test('numbers of two digits are never cut', () => {
  for (const [width, height] of [
    [120, 40],
    [80, 24],
    [60, 22],
    [40, 30],
  ] as const) {
    const twelve = draw({gpus: ok(manyGpus(12))}, {width, height}).join('\n');
    for (const name of ['GPU 1 ', 'GPU 10 ', 'GPU 11 ']) expect(twelve).toContain(name);
    const mig = draw(gpus(...[1, 12, 13].map((instance) => migGpu(40, instance))), {width, height}).join(
      '\n',
    );
    for (const name of ['GPU 0/1 ', 'GPU 0/12 ', 'GPU 0/13 ']) expect(mig).toContain(name);
  }
});

describe('what cannot be had', () => {
  test('is a dash for a figure with a reason, and nothing for one that does not apply', () => {
    expect(rowsWith('GPU 0/1', draw(gpus(migGpu(40, 1))))[0]).toMatch(/steady +– +– $/);
    const {utilizationPercent: _, temperatureCelsius: __, ...bare} = gpu(40);
    expect(rowsWith('GPU 0', draw(gpus(bare)))[0]).toMatch(/steady *$/);
  });

  test('of a GPU that was never read is the reason, cut with a sign of it', () => {
    expect(rowsWith('GPU 0', draw(gpus(lostGpu(0))))[0]?.trimEnd()).toBe(
      '  GPU 0 RTX 3090  lost at 14:02:10: fell off the bus',
    );
    const half = gpus(lostGpu(0), ...manyGpus(4).slice(1));
    expect(rowsWith('GPU 0', draw(half, {width: 60, height: 24}))[0]).toMatch(
      /^ {2}GPU 0 {2}lost at 14:02:10: f… /,
    );
  });

  test('a GPU of 100 °C keeps its cells', () => {
    const hot = gpus(...[0, 1, 2, 3, 4].map((index) => gpu(50, index, {temperatureCelsius: 100})));
    expect(rowsWith('GPU 0', draw(hot))[0]).toContain('  94% 100°C    GPU 3');
    expect(rowsWith('GPU 0', draw(hot, {width: 80, height: 24}))[0]).toContain('  94% 100    GPU 3');
  });
});

describe('unified memory', () => {
  test('is one row that says what the GPU holds of it', () => {
    const machine = {...STILL, ...gpus(unifiedGpu())};
    const lines = draw(machine);
    expect(lines[1]).toMatch(/^ {2}RAM unified .* 41\.3 \/ 56\.0 GiB {2}GPU 9\.1 GiB of it +34% +– *$/);
    expect(draw(machine, {width: 80, height: 24})[1]).toMatch(/ GPU 9\.1 GiB of it +34% +–/);
    expect(draw(machine, {width: 60, height: 24})[1]).not.toContain('GPU');
  });

  test('gives way to growth, which matters more', () => {
    const [, ram] = draw(gpus(unifiedGpu()));
    expect(ram).toMatch(/ 41\.3 \/ 56\.0 GiB {5}\+35 GiB {2}growing +~25 m +34% +–/);
  });

  test('says why that is not known where there is room', () => {
    const {usedBytes: _, ...untold} = unifiedGpu({missing: {used: failed('ioreg was not found')}});
    const machine = {...STILL, ...gpus(untold)};
    expect(draw(machine)[1]).toContain('ioreg was not found');
    expect(draw(machine, {width: 80, height: 24})[1]).not.toContain('ioreg');
  });
});

test('an APU says that its memory is not only its own', () => {
  expect(rowsWith('GPU 0', draw(gpus(apu(40))))[0]).toContain('  GPU 0 +GTT 780M…  40.0%');
});

describe('where there is room for few', () => {
  const twelve = stageOf({gpus: ok(manyGpus(12))});
  const shown = (ui = {}) => look(twelve, {width: 58, height: 18, ui: {focus: 'memory', ...ui}});

  test('the fullest are shown in their order, and what is not shown is counted', () => {
    const lines = shown();
    expect(lines.at(-1)?.trim()).toMatch(/^\+ 5 more GPUs, fullest \d\d\.\d%$/);
    expect(rowsWith(/GPU \d/, lines).length).toBe(7);
  });

  test('the one under the cursor is brought into view', () => {
    for (let index = 0; index < 12; index += 1)
      expect(rowsWith('▸', shown({cursors: {memory: `gpu${index}`}}))[0]).toContain(`GPU ${index} `);
  });

  test('under 18 rows too', () => {
    const lines = look(twelve, {width: 40, height: 12, ui: {focus: 'memory', cursors: {memory: 'gpu3'}}});
    expect(lines.length).toBe(2);
    expect(lines[1]).toContain('▸GPU 3 ');
  });
});

test('a GPU whose driver tells no memory has a row all the same', () => {
  const {usedBytes: _, totalBytes: __, ...bare} = gpu(40);
  const untold = {...bare, missing: {used: unsupported('the driver does not tell it')}};
  expect(rowsWith('GPU 0', draw(gpus(untold)))[0]).toContain('the driver does not tell it');
});
