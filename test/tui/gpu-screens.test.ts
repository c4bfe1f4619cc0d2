import {describe, expect, test} from 'vitest';
import {failed, type GpuReading, ok} from '../../src/core/sample.ts';
import {
  apu,
  gpu,
  lostGpu,
  type Machine,
  migGpu,
  NOW,
  noGpu,
  quarterHour,
  STILL,
  sampleAt,
  unifiedGpu,
} from './machine.ts';
import {open, screen} from './open-screen.ts';

const GIB = 2 ** 30;
const SIZES = [
  [120, 40],
  [80, 24],
] as const;

const gpus = (...percents: readonly number[]): readonly GpuReading[] =>
  percents.map((percent, index) =>
    gpu(percent, index, {temperatureCelsius: 65 + index, utilizationPercent: 98 - index}),
  );
const four = () => gpus(85, 85, 92.1, 85);
const eight = () => gpus(85, 85, 92.1, 85, 31.4, 85, 64, 100);

async function show(size: readonly [number, number], machine: Machine): Promise<void> {
  const [columns, rows] = size;
  await open({columns, rows, samples: quarterHour(machine)});
  for (const row of screen.rows) expect(row.length).toBeLessThanOrEqual(columns);
}

const snapshot = (state: string, [columns, rows]: readonly [number, number]) =>
  expect(screen.text).toMatchFileSnapshot(`../screens/${state}-${columns}x${rows}.txt`);

describe.each(SIZES)('at %ix%i', (...size) => {
  const isWide = size[0] === 120;

  test('without a GPU', async () => {
    await show(size, {gpus: noGpu});
    expect(screen.text).toMatch(/^ {2}GPU {2}no GPU found$/m);
    expect(screen.text).not.toContain('VRAM');
    await snapshot('gpus-0', size);
  });

  test('four GPUs', async () => {
    await show(size, {gpus: ok(four())});
    const row = isWide
      ? /^▲ GPU 2 RTX 3090 {4}92\.1%█+│[▌░]+ +22\.1 \/ 24\.0 GiB .* 96% {2}67 °C$/m
      : /^ {2}GPU 0 {2}85\.0%█+░?│░ 20\.4 GiB {2}98% 65° {2}▲ GPU 2 {2}92\.1%█+│░ 22\.1 GiB {2}96% 67°$/m;
    expect(screen.text).toMatch(row);
    if (!isWide) expect(screen.text).toContain('─ Memory ─ 24.0 GiB each ─');
    await snapshot('gpus-4', size);
  });

  test('eight GPUs', async () => {
    await show(size, {gpus: ok(eight())});
    const row = isWide
      ? /^▲ GPU 2 {2}92\.1%█+│░+ 22\.1 \/ 24\.0 GiB {2}96% 67 °C {4}GPU 6 {2}64\.0%█+▌?░+│░+ 15\.4 \/ 24\.0 GiB {2}92% 71 °C$/m
      : /^▲ GPU 2 {2}92\.1%█+│░ 22\.1 GiB {2}96% 67° {3,4}GPU 6 {2}64\.0%█+▌?░+│░ 15\.4 GiB {2}92% 71°$/m;
    expect(screen.text).toMatch(row);
    expect(screen.text).toMatch(/■ GPU 7 100\.0%/);
    expect(screen.text).toContain('─ Memory ─ 24.0 GiB each ─');
    await snapshot('gpus-8', size);
  });

  test('one of four lost', async () => {
    const lost = ok([...gpus(85), lostGpu(1), ...four().slice(2)]);
    await show(size, {gpus: ok(four())});
    await screen.feed(...[1, 2, 3].map((second) => sampleAt(NOW + second * 1000, {gpus: lost})));
    const row = isWide
      ? /GPU 1 RTX 3090 {4}85\.0%█+.* 20\.4 \/ 24\.0 GiB {2}lost at 14:02:10: fell off the bus$/m
      : /GPU 1 {2}85\.0%█+░?│░ lost at 14:02:10…/m;
    expect(screen.text).toMatch(row);
    await snapshot('gpus-lost', size);
  });

  test('one of four that was never read', async () => {
    await show(size, {gpus: ok([...gpus(85), lostGpu(1), ...four().slice(2)])});
    expect(screen.text).toMatch(/GPU 1 RTX 3090 {2}lost at 14:02/);
    await snapshot('gpus-never', size);
  });

  test('memory that RAM and GPU share', async () => {
    await show(size, {...STILL, gpus: ok([unifiedGpu()])});
    expect(screen.text).toMatch(/RAM unified +73\.8%.* 41\.3 \/ 56\.0 GiB {1,2}GPU 9\.1 GiB of it +34% +–/);
    expect(screen.text).not.toMatch(/^..GPU /m);
    await snapshot('unified', size);
  });

  test('an APU', async () => {
    await show(size, {gpus: ok([apu(40)])});
    expect(screen.text).toMatch(isWide ? / GPU 0 \+GTT 780M… / : / GPU 0 \+GTT 78… /);
    await snapshot('apu', size);
  });

  test('MIG instances', async () => {
    await show(size, {gpus: ok([1, 2, 13].map((instance) => migGpu(20 * (instance % 10), instance)))});
    for (const [label, share] of [
      ['GPU 0/1', '20.0%'],
      ['GPU 0/2', '40.0%'],
      ['GPU 0/13', '60.0%'],
    ])
      expect(screen.text).toMatch(new RegExp(`${label} .* ${share}`));
    await snapshot('mig', size);
  });

  test('sorted by VRAM, with what nobody can see', async () => {
    const hidden = 'it runs in another container';
    const processes = [
      {pid: 912, usedBytes: 1.7 * GIB},
      {pid: 31_337, usedBytes: 20.4 * GIB, hidden},
    ];
    await show(size, {gpus: ok([gpu(92.1, 0, {processes})])});
    await screen.press('s');
    expect(screen.text).toContain('VRAM▼');
    expect(screen.rows.find((row) => row.includes('postgres  '))).toMatch(/ 912 .* 1\.7 GiB/);
    const [first, second] = screen.rows.slice(screen.rows.findIndex((row) => row.includes('VRAM▼')) + 1);
    expect(first).toContain('postgres');
    expect(second).toBe(`  1 more on GPU 0 holds 20.4 GiB: ${hidden}`);
    await snapshot('by-vram', size);
  });

  test('the detail of a GPU', async () => {
    const processes = [
      {pid: 31_337, usedBytes: 20.4 * GIB, hidden: 'it runs in another container'},
      {pid: 912, usedBytes: 1.7 * GIB},
    ];
    const one = gpu(92.1, 0, {
      processes,
      uuid: 'GPU-8c2f1e9a-4b7d-4c61-9a53-0d2f6b1e7c34',
      vendor: 'NVIDIA',
      missing: {temperature: failed('the driver does not tell it')},
    });
    const {temperatureCelsius: _, ...cold} = one;
    await show(size, {gpus: ok([cold])});
    await screen.press('1', 'j', 'j', 'j', '\r');
    expect(screen.text).toMatch(/used +22\.1 GiB of 24\.0 GiB, 92\.1%/);
    expect(screen.text).toMatch(/temperature +the driver does not tell it/);
    expect(screen.text).toMatch(/uuid +GPU-8c2f1e9a-4b7d-4c61-9a53-0d2f6b1e7c34/);
    expect(screen.text).toMatch(/pid 31337 +20\.4 GiB {2}it runs in another container/);
    expect(screen.text).toMatch(/postgres \(912\) +1\.7 GiB/);
    await snapshot('gpu-detail', size);
  });
});

test.each([
  [60, 20],
  [40, 12],
] as const)('eight GPUs at %ix%i', async (...size) => {
  await show(size, {gpus: ok(eight())});
  if (size[0] === 60)
    expect(screen.text).toMatch(/^▲ GPU 2 {2}92\.1%█+│░ 22\.1 GiB {4}GPU 6 {2}64\.0%█+▌?░+│░ 15\.4 GiB$/m);
  else expect(screen.text).toMatch(/^■ GPU 7 100\.0%/m);
  await snapshot('gpus-8', size);
});

test('twelve GPUs where there is room for few: the fullest, and what the last row stands for', async () => {
  await show([40, 18], {gpus: ok(gpus(...Array.from({length: 12}, (_, index) => 10 + index * 7)))});
  expect(screen.text).toContain('+ 5 more GPUs, fullest 38.0%');
  expect(screen.text).not.toMatch(/GPU 4 /);
  await screen.press('1', ...Array(5).fill('j'));
  expect(screen.text).toMatch(/▸GPU 2 {3}24\.0%/);
  expect(screen.text).toContain('+ 5 more GPUs, fullest 45.0%');
  expect(screen.text).toMatch(/GPU 11 {2}87\.0%/);
  await snapshot('gpus-12', [40, 18]);
});

test('the cursor walks down the first column, then the second', async () => {
  await show([120, 40], {gpus: ok(eight())});
  await screen.press('1', 'j', 'j', 'j', 'j', 'j', 'j', 'j');
  const row = screen.rows.find((one) => one.includes('GPU 0')) ?? '';
  expect(row).toMatch(/^ {2}GPU 0 .* ▸GPU 4 {2}31\.4%/);
  const at = row.indexOf('▸');
  const y = screen.rows.indexOf(row);
  expect(screen.cell(at + 1, y).isInverse).toBe(true);
  expect(screen.cell(3, y).isInverse).toBe(false);
});
