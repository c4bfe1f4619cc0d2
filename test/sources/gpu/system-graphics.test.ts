import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {failed, type GpuReading, unsupported} from '../../../src/core/sample.ts';
import {systemGraphics} from '../../../src/sources/gpu/system-graphics.ts';
import type {GpuReader} from '../../../src/sources/gpu/vendor.ts';
import type {SystemGraphics} from '../../../src/sources/host.ts';
import {FakeHost} from '../fake-host.ts';
import {mutated, numbersIn} from '../mutations.ts';

const GIB = 2 ** 30;
const RADEON: SystemGraphics = {
  vendor: 'Advanced Micro Devices, Inc.',
  model: 'AMD Radeon RX 7600',
  vram: 4095,
};
const FULL: SystemGraphics = {
  vendor: 'NVIDIA',
  model: 'NVIDIA GeForce RTX 3060',
  vram: 4095,
  memoryTotal: 12_288,
  memoryUsed: 1536,
  utilizationGpu: 7,
  temperatureGpu: 44,
};

async function opened(
  graphics: () => Promise<readonly SystemGraphics[]>,
  platform: NodeJS.Platform = 'win32',
): Promise<{host: FakeHost; gpu: GpuReader}> {
  const host = new FakeHost({platform, graphics});
  const gpu = await systemGraphics.open(host, {intervalMs: 1000});
  if (!gpu) throw new Error('no reader');
  await gpu.ready;
  return {host, gpu};
}

async function list(
  cards: readonly SystemGraphics[],
  platform?: NodeJS.Platform,
): Promise<readonly GpuReading[]> {
  const reading = (await opened(async () => cards, platform)).gpu.latest();
  if (reading?.status !== 'ok') throw new Error(reading?.reason);
  return reading.value;
}

test('tells all that the library does', async () => {
  expect(await list([FULL])).toEqual([
    {
      index: 0,
      name: 'NVIDIA GeForce RTX 3060',
      vendor: 'NVIDIA',
      memory: 'vram',
      at: Date.parse('2026-03-01T12:00:00Z'),
      totalBytes: 12 * GIB,
      usedBytes: 1.5 * GIB,
      utilizationPercent: 7,
      temperatureCelsius: 44,
      missing: {processes: unsupported('Windows does not tell what a process holds of the GPU')},
    },
  ]);
});

test('says why each figure is missing', async () => {
  const [gpu] = await list([RADEON]);
  expect(gpu?.missing).toEqual({
    used: unsupported('the system does not tell how much is in use'),
    total: unsupported('Windows does not tell sizes of 4 GiB and more here'),
    utilization: unsupported('Windows does not tell utilisation'),
    temperature: unsupported('Windows does not tell its temperature'),
    processes: unsupported('Windows does not tell what a process holds of the GPU'),
  });
  expect(numbersIn(gpu)).toEqual([0, gpu?.at]);
});

describe('its size', () => {
  test.each([
    ['win32', 4094, 4094 * 2 ** 20],
    ['win32', 4095, undefined],
    ['win32', 8192, undefined],
    ['freebsd', 8192, 8 * GIB],
    ['win32', 0, undefined],
    ['win32', null, undefined],
    ['win32', -1, undefined],
  ] as const)('on %s from %s MiB is %s', async (platform, vram, bytes) => {
    const [gpu] = await list([{...RADEON, vram}], platform);
    expect(gpu?.totalBytes).toBe(bytes);
    expect(gpu?.missing?.total === undefined).toBe(bytes !== undefined);
  });

  test('has a reason of its own where nothing is told', async () => {
    const [gpu] = await list([{...RADEON, vram: null}], 'freebsd');
    expect(gpu?.missing?.total).toEqual(unsupported('the system does not tell how much memory it has'));
  });
});

test.each([
  [{memoryUsed: 0}, 'used', unsupported('the system does not tell how much is in use')],
  [{memoryUsed: '12'}, 'used', unsupported('the system does not tell how much is in use')],
  [{memoryUsed: 20_480}, 'used', failed('20.0 GiB used of 12.0 GiB makes no sense')],
  [{memoryTotal: -4}, 'total', failed('memory: "-4" makes no sense')],
  [{utilizationGpu: 300}, 'utilization', failed('utilisation: "300" makes no sense')],
  [{temperatureGpu: Number.NaN}, 'temperature', failed('temperature: "NaN" makes no sense')],
] as const)('%j is a reason', async (change, figure, reason) => {
  const [gpu] = await list([{...FULL, ...change}]);
  expect(gpu?.missing?.[figure]).toEqual(reason);
});

test.each([
  {vendor: 'Microsoft', model: 'Microsoft Basic Display Adapter'},
  {vendor: 'Microsoft', model: 'Microsoft Basic Render Driver'},
  {vendor: 'Microsoft', model: 'Microsoft Remote Display Adapter'},
  {vendor: 'Microsoft', model: 'Microsoft Hyper-V Video'},
  {vendor: 'VMware, Inc.', model: 'SVGA 3D'},
  {vendor: 'Parallels', model: 'Display Adapter (WDDM)'},
  {vendor: 'Citrix Systems', model: 'Indirect Display Adapter'},
  {vendor: 'x', model: 'Virtual Desktop Monitor'},
  {vendor: '', model: ''},
  {vendor: 7, model: null},
])('leaves out %j', async (card) => {
  expect(await list([card, FULL])).toMatchObject([{index: 0, name: 'NVIDIA GeForce RTX 3060'}]);
  expect((await opened(async () => [card])).gpu.latest()).toEqual(unsupported('no GPU found'));
});

test('is called by its vendor where it has no model', async () => {
  expect(await list([{...FULL, model: ''}])).toMatchObject([{name: 'NVIDIA'}]);
});

test('keeps what was seen: alike ones apart, one that is gone, and all while the system gives no answer', async () => {
  let answer = async () => [FULL, FULL, RADEON];
  const {host, gpu} = await opened(() => answer());
  const next = async () => {
    await host.advance(30_000);
    gpu.latest();
    await host.settle();
    return gpu.latest();
  };
  answer = async () => [FULL, RADEON];
  expect(await next()).toMatchObject({
    value: [{index: 0, usedBytes: 1.5 * GIB}, {index: 1, lost: failed('the card is gone')}, {index: 2}],
  });
  answer = () => Promise.reject(new Error('no answer within 20 s'));
  const lost = failed('no answer within 20 s');
  expect(await next()).toMatchObject({value: [{lost}, {lost}, {lost}]});
  answer = async () => [FULL, FULL, RADEON];
  expect(JSON.stringify(await next())).not.toContain('lost');
});

test('asks every half minute, and no more after it was closed', async () => {
  const asked: number[] = [];
  const host: FakeHost = new FakeHost({
    platform: 'win32',
    graphics: async () => {
      asked.push(host.monotonic());
      return [FULL];
    },
  });
  const gpu = (await systemGraphics.open(host, {intervalMs: 1000})) ?? expect.fail('no reader');
  for (let second = 0; second < 100; second++) {
    gpu.latest();
    await host.advance(1000);
  }
  expect(asked).toEqual([0, 30_000, 60_000, 90_000]);
  gpu.close();
  await host.advance(60_000);
  gpu.latest();
  expect(asked).toHaveLength(4);
});

test('gives the reason where the library fails at once', async () => {
  const {gpu} = await opened(() => Promise.reject(new Error('no list of graphics cards')));
  expect(gpu.latest()).toEqual(failed('no list of graphics cards'));
});

test.each(['linux', 'darwin'] as const)('is not for %s', (platform) => {
  expect(systemGraphics.open(new FakeHost({platform}), {intervalMs: 1000})).toBeUndefined();
});

test('gives only sound figures whatever the library says', async () => {
  const odd = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.constant(null),
    mutated('AMD Radeon'),
    fc.constant(undefined),
  );
  const card = fc.record(
    Object.fromEntries(Object.entries(FULL).map(([key, value]) => [key, fc.oneof(fc.constant(value), odd)])),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(card, {maxLength: 4}),
      fc.constantFrom('win32' as const, 'freebsd' as const),
      async (cards, platform) => {
        const readings = await list([...cards, FULL], platform);
        for (const number of numbersIn(readings))
          expect(Number.isFinite(number) && number >= 0, String(number)).toBe(true);
        for (const {usedBytes = 0, totalBytes = Number.POSITIVE_INFINITY} of readings)
          expect(usedBytes).toBeLessThanOrEqual(totalBytes * 1.02);
      },
    ),
    {numRuns: 500},
  );
});
