import {describe, expect, test} from 'vitest';
import {GPU_FIGURES, type GpuReading} from '../../../src/core/sample.ts';
import {LAST_RESORT, VENDORS} from '../../../src/sources/gpu/gpus.ts';
import type {GpuReader, GpuVendor} from '../../../src/sources/gpu/vendor.ts';
import {
  amdClient,
  amdgpu,
  card,
  GIB,
  IDS,
  intelClient,
  open as openFiles,
  XTX,
} from '../../fixtures/gpu/drm.ts';
import {FakeHost} from '../fake-host.ts';
import {appLine, gpuLine} from './smi-output.ts';

const MIB = 2 ** 20;
const SLOT = '0000:03:00.0';
const vendors: readonly GpuVendor[] = [
  ...new Set<GpuVendor>([...Object.values(VENDORS).flat(), LAST_RESORT]),
];

/** A machine that has such a GPU, and how its driver stops answering. */
interface Scene {
  readonly host: FakeHost;
  /** Lets the driver tell once more, where it does not wait to be asked. */
  tell(): void;
  hang(): void;
  /** Everything that was asked of the machine so far. */
  asked(): number;
}

const SCENES: Readonly<Record<string, () => Scene>> = {
  NVIDIA() {
    const host = new FakeHost({env: {PATH: '/usr/bin'}, programs: ['/usr/bin/nvidia-smi']});
    let isHanging = false;
    const tell = () => {
      if (isHanging) return;
      for (const program of host.started)
        program.write(program.args[0]?.startsWith('--query-gpu') ? gpuLine(0) : appLine(4711, '20480'));
    };
    return {
      host,
      tell,
      hang: () => {
        isHanging = true;
      },
      asked: () => host.started.length,
    };
  },
  AMD() {
    const files = {
      ...card({
        vendor: '0x1002',
        device: '0x744c',
        driver: 'amdgpu',
        slot: XTX,
        files: amdgpu({total: 24 * GIB, used: 9 * GIB}),
      }),
      ...IDS,
      ...openFiles(3100, {4: amdClient(27, 4_194_304, 1024)}),
    };
    return polled(new FakeHost({files}), '/sys/class/drm/card0/device/mem_info_vram_used');
  },
  Intel() {
    const files = {
      ...card({
        vendor: '0x8086',
        device: '0xe20b',
        driver: 'xe',
        slot: SLOT,
        files: {'tile0/physical_vram_size_bytes': '12884901888\n'},
      }),
      ...openFiles(3100, {4: intelClient('xe', SLOT, 'vram0', ['3145728 KiB', '4 GiB'])}),
    };
    return polled(new FakeHost({files}), '/sys/class/drm/card0/device/tile0/physical_vram_size_bytes');
  },
  Apple() {
    const stdout = `+-o AGXAcceleratorG14X  <class AGXAcceleratorG14X>
    {
      "model" = "Apple M2 Max"
      "PerformanceStatistics" = {"Device Utilization %"=12,"In use system memory"=4543037440}
    }
`;
    return answering('darwin', (isIoreg) => (isIoreg ? stdout : '0\n'));
  },
  graphics() {
    const cards = [
      {vendor: 'AMD', model: 'AMD Radeon RX 7600', vram: 2048, memoryUsed: 512, utilizationGpu: 3},
    ];
    let [calls, isHanging] = [0, false];
    const graphics = async () => {
      calls += 1;
      return isHanging ? new Promise<never>(() => {}) : cards;
    };
    const host = new FakeHost({platform: 'win32', graphics});
    return {
      host,
      tell: () => {},
      hang: () => {
        isHanging = true;
      },
      asked: () => calls,
    };
  },
};

function polled(host: FakeHost, file: string): Scene {
  return {host, tell: () => {}, hang: () => void host.stuck.add(file), asked: () => host.reads.length};
}

function answering(platform: NodeJS.Platform, answer: (isIoreg: boolean) => string): Scene {
  let [calls, isHanging] = [0, false];
  const host = new FakeHost({
    platform,
    runtimeMemory: {totalBytes: 64 * GIB, freeBytes: GIB},
    run: (file) => {
      calls += 1;
      if (isHanging) return new Promise<never>(() => {});
      return {status: 'exited', code: 0, stdout: answer(file.endsWith('ioreg')), stderr: ''};
    },
  });
  return {
    host,
    tell: () => {},
    hang: () => {
      isHanging = true;
    },
    asked: () => calls,
  };
}

async function opened(vendor: GpuVendor) {
  const scene = SCENES[vendor.name]?.();
  if (scene === undefined) throw new Error(`no machine to try ${vendor.name} on`);
  const reader = await vendor.open(scene.host, {intervalMs: 1000});
  if (reader === undefined) throw new Error(`${vendor.name} finds no GPU`);
  for (let turn = 0; turn < 3; turn += 1) {
    scene.tell();
    reader.latest();
    await scene.host.advance(1000);
  }
  scene.tell();
  await reader.ready;
  return {...scene, reader};
}

function gpusOf(reader: GpuReader): readonly GpuReading[] {
  const reading = reader.latest();
  if (reading?.status !== 'ok') throw new Error(`expected GPUs, got ${JSON.stringify(reading)}`);
  return reading.value;
}

const FIELD = {
  used: 'usedBytes',
  total: 'totalBytes',
  utilization: 'utilizationPercent',
  temperature: 'temperatureCelsius',
  processes: 'processes',
} as const;

test('every vendor is tried', () => {
  expect(vendors.map(({name}) => name).sort()).toEqual(Object.keys(SCENES).sort());
});

describe.each(vendors.map((vendor) => [vendor.name, vendor] as const))('%s', (name, vendor) => {
  test('is not there on a machine without such a GPU', async () => {
    const platform = name === 'Apple' ? 'linux' : name === 'graphics' ? 'linux' : 'freebsd';
    const host = new FakeHost({platform, env: {PATH: '/usr/bin'}});
    expect(await vendor.open(host, {intervalMs: 1000})).toBeUndefined();
    expect(host.started).toEqual([]);
  });

  test('tells what comes back the same from JSON', async () => {
    const {reader} = await opened(vendor);
    const reading = reader.latest();
    expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
    expect(reading?.status).toBe('ok');
  });

  test('tells bytes, percent and degrees, and when they were read', async () => {
    const {reader, host} = await opened(vendor);
    for (const gpu of gpusOf(reader)) {
      expect(gpu.usedBytes ?? GIB).toBeGreaterThan(100 * MIB);
      expect(gpu.totalBytes ?? GIB).toBeGreaterThan(100 * MIB);
      expect(gpu.totalBytes ?? GIB).toBeLessThan(1024 * GIB);
      expect(gpu.utilizationPercent ?? 1).toBeGreaterThan(0);
      expect(gpu.utilizationPercent ?? 1).toBeLessThanOrEqual(100);
      expect(gpu.temperatureCelsius ?? 40).toBeGreaterThan(20);
      expect(gpu.temperatureCelsius ?? 40).toBeLessThan(120);
      for (const {usedBytes} of gpu.processes ?? []) expect(usedBytes ?? GIB).toBeGreaterThan(100 * MIB);
      expect(Math.abs(host.now() - (gpu.at ?? 0))).toBeLessThanOrEqual(30_000);
    }
  });

  test('gives each figure or the reason why it is missing, never both and never neither', async () => {
    const {reader} = await opened(vendor);
    for (const gpu of gpusOf(reader))
      for (const figure of GPU_FIGURES) {
        const isThere = gpu[FIELD[figure]] !== undefined;
        const reason = gpu.missing?.[figure]?.reason ?? '';
        expect([figure, isThere || reason.length > 5], reason).toEqual([figure, true]);
        if (figure !== 'processes') expect([figure, isThere && reason !== '']).toEqual([figure, false]);
      }
  });

  test('tells how old its figures are once the driver gives no answer, and waits for nothing', async () => {
    const {reader, host, hang} = await opened(vendor);
    hang();
    for (let second = 0; second < 200; second += 1) {
      reader.latest();
      await host.advance(1000);
    }
    for (const gpu of gpusOf(reader)) {
      expect(gpu.lost).toMatchObject({status: 'failed', reason: expect.stringMatching(/^no answer for \d/)});
      expect(gpu.usedBytes).toBeUndefined();
      expect(gpu.name).not.toBe('');
    }
  });

  test('asks nothing more once it is closed', async () => {
    const {reader, host, asked} = await opened(vendor);
    reader.close();
    reader.close();
    await host.advance(5000);
    const before = asked();
    for (let second = 0; second < 100; second += 1) {
      reader.latest();
      await host.advance(1000);
    }
    expect(asked()).toBe(before);
    expect(host.started.every(({isStopped, hasEnded}) => isStopped || hasEnded)).toBe(true);
  });
});
