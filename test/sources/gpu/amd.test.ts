import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {failed, type GpuReading, unsupported} from '../../../src/core/sample.ts';
import {amd} from '../../../src/sources/gpu/amd.ts';
import type {GpuReader} from '../../../src/sources/gpu/vendor.ts';
import {
  amdClient,
  amdgpu,
  card,
  type Files,
  GIB,
  IDS,
  open,
  PLAIN_FILE,
  XTX,
} from '../../fixtures/gpu/drm.ts';
import {FakeHost} from '../fake-host.ts';
import {mutated, numbersIn} from '../mutations.ts';

const MIB = 1024 ** 2;
const DEVICE = '/sys/class/drm/card0/device';
const XTX_CARD = card({
  vendor: '0x1002',
  device: '0x744c',
  driver: 'amdgpu',
  slot: XTX,
  files: {...amdgpu({total: 25_753_026_560, used: 3_221_225_472}), unique_id: 'f2c9a7f3b84e1d20\n'},
});
const DESKTOP: Files = {
  ...IDS,
  ...XTX_CARD,
  '/sys/class/drm/card0-HDMI-A-1/status': 'connected\n',
  '/sys/class/drm/version': 'drm 1.1.0 20060810\n',
  ...open(900, {3: PLAIN_FILE, 12: amdClient(41, 180_000, 9000)}),
  ...open(2100, {7: amdClient(52, 2_400_000, 40_000), 8: amdClient(52, 2_400_000, 40_000)}),
  // A child that inherited the compositor's file.
  ...open(2200, {12: amdClient(41, 180_000, 9000)}),
};

async function reader(files: Files): Promise<{host: FakeHost; amd: GpuReader}> {
  const host = new FakeHost({files});
  const opened = await amd.open(host, {intervalMs: 1000});
  if (!opened) throw new Error('no reader');
  await opened.ready;
  return {host, amd: opened};
}

function gpus({latest}: GpuReader): readonly GpuReading[] {
  const reading = latest();
  if (reading?.status !== 'ok') throw new Error(reading?.reason ?? 'nothing yet');
  return reading.value;
}

async function only(files: Files): Promise<GpuReading> {
  const [gpu, ...others] = gpus((await reader(files)).amd);
  expect(others).toEqual([]);
  return gpu ?? expect.fail('no GPU');
}

/** Goes on as the monitor does, asking every second. */
async function beats(host: FakeHost, gpu: GpuReader, count: number): Promise<void> {
  for (let beat = 0; beat < count; beat++) {
    gpu.latest();
    await host.advance(1000);
  }
}

describe('a desktop with a Radeon RX 7900 XTX', () => {
  test('has all figures and each client once', async () => {
    expect(await only(DESKTOP)).toEqual({
      index: 0,
      name: 'AMD Radeon RX 7900 XTX',
      uuid: 'f2c9a7f3b84e1d20',
      vendor: 'AMD',
      memory: 'vram',
      at: Date.parse('2026-03-01T12:00:00Z'),
      totalBytes: 25_753_026_560,
      usedBytes: 3_221_225_472,
      utilizationPercent: 37,
      temperatureCelsius: 52,
      processes: [
        {pid: 2100, usedBytes: 2_400_000 * 1024},
        {pid: 900, usedBytes: 180_000 * 1024},
      ],
    });
  });

  test.each([
    ['product_name', 'Radeon Pro W7900\n', 'Radeon Pro W7900'],
    ['product_name', '\n', 'AMD Radeon RX 7900 XTX'],
    ['product_name', 'x'.repeat(300), 'x'.repeat(120)],
    ['revision', '0xcc\n', 'AMD Radeon RX 7900 XT'],
    ['revision', '0x01\n', 'AMD GPU 744c'],
  ])('with %s %j is called %s', async (file, text, name) => {
    expect((await only({...DESKTOP, [`${DEVICE}/${file}`]: text})).name).toBe(name);
  });

  test('looks for its name once', async () => {
    const {host, amd: gpu} = await reader(DESKTOP);
    await beats(host, gpu, 5);
    expect(host.reads.filter((path) => path.endsWith('amdgpu.ids'))).toHaveLength(1);
    expect(host.reads.filter((path) => path.endsWith('gpu_metrics'))).toHaveLength(1);
    expect(host.reads.filter((path) => path.includes('HDMI') || path.includes('version'))).toEqual([]);
    expect(host.reads.filter((path) => path.endsWith('mem_info_vram_used'))).toHaveLength(5);
  });

  test.each([
    ['mem_info_vram_used', 'used'],
    ['mem_info_vram_total', 'total'],
    ['gpu_busy_percent', 'utilization'],
    ['hwmon/hwmon3/temp1_input', 'temperature'],
  ] as const)('without %s has the reason and all else', async (file, figure) => {
    const gone = await only({...DESKTOP, [`${DEVICE}/${file}`]: {error: 'ENOENT'}});
    expect(gone.missing).toEqual({[figure]: unsupported(`${DEVICE}/${file} is not there`)});
    const odd = await only({...DESKTOP, [`${DEVICE}/${file}`]: '-7\n'});
    expect(odd.missing).toEqual({[figure]: failed(`${DEVICE}/${file}: "-7" makes no sense`)});
    expect(Object.keys(odd).sort()).toEqual(Object.keys(gone).sort());
    expect(numbersIn(odd)).toHaveLength(numbersIn(await only(DESKTOP)).length - 1);
  });

  test.each([
    ['gpu_busy_percent', '101'],
    ['hwmon/hwmon3/temp1_input', '200001'],
  ])('does not believe %s of %s', async (file, text) => {
    const {missing} = await only({...DESKTOP, [`${DEVICE}/${file}`]: text});
    expect(Object.values(missing ?? {})).toEqual([failed(`${DEVICE}/${file}: "${text}" makes no sense`)]);
  });

  test('believes no more used than there is, but a moment of the counters', async () => {
    const used = (bytes: number) => only({...DESKTOP, [`${DEVICE}/mem_info_vram_used`]: String(bytes)});
    expect((await used(25_753_026_560 * 1.01)).usedBytes).toBe(25_753_026_560 * 1.01);
    const odd = await used(30 * GIB);
    expect(odd.usedBytes).toBeUndefined();
    expect(odd.missing?.used).toEqual(failed('30.0 GiB used of 24.0 GiB makes no sense'));
  });

  test('tells no temperature where there is no sensor', async () => {
    const files = Object.fromEntries(Object.entries(DESKTOP).filter(([path]) => !path.includes('hwmon')));
    expect((await only(files)).missing).toEqual({
      temperature: unsupported('the driver tells no temperature'),
    });
  });

  test('keeps the own processes beside the reason why there may be others', async () => {
    const reason = "other users' processes are not told without root";
    const denied = {'/proc/1/comm': 'systemd', '/proc/1/fdinfo': {error: 'EACCES'}};
    const some = await only({...DESKTOP, ...denied});
    expect(some.processes).toHaveLength(2);
    expect(some.missing).toEqual({processes: {status: 'denied', reason}});
    const none = await only({...XTX_CARD, ...denied});
    expect(none.processes).toBeUndefined();
    expect(none.missing).toEqual({processes: {status: 'denied', reason}});
  });

  test('tells no processes where the kernel does not', async () => {
    const old = amdClient(41, 1, 1).replace(/^drm-(total|resident|memory)-.*\n/gm, '');
    const {processes, missing} = await only({...XTX_CARD, ...open(900, {5: old})});
    expect(processes).toBeUndefined();
    expect(missing?.processes).toEqual(
      unsupported('this kernel does not tell what a process holds of the GPU'),
    );
  });
});

describe('an APU', () => {
  const phoenix = (format: number, total = 512 * MIB) =>
    card({
      vendor: '0x1002',
      device: '0x15bf',
      revision: 'c4',
      driver: 'amdgpu',
      slot: '0000:c1:00.0',
      files: amdgpu({total, used: 470 * MIB, gttTotal: 14 * GIB, gttUsed: 2 * GIB, format}),
    });
  const both = {memory: 'vram+gtt', totalBytes: 512 * MIB + 14 * GIB, usedBytes: 470 * MIB + 2 * GIB};

  test.each([2, 3])('counts what it maps of RAM, with the metrics of format %i', async (format) => {
    const client = amdClient(3, 1024, 2048, '0000:c1:00.0');
    expect(await only({...IDS, ...phoenix(format), ...open(800, {5: client})})).toMatchObject({
      ...both,
      name: 'AMD Radeon 780M Graphics',
      processes: [{pid: 800, usedBytes: 3 * MIB}],
    });
  });

  test('is known by its format also where its part of RAM is large', async () => {
    expect(await only(phoenix(3, 96 * GIB))).toMatchObject({memory: 'vram+gtt', totalBytes: 110 * GIB});
  });

  test('is known by its small VRAM where there are no metrics', async () => {
    const metrics = {[`${DEVICE}/gpu_metrics`]: {error: 'ENOENT'}};
    expect(await only({...phoenix(2), ...metrics})).toMatchObject(both);
    expect(await only({...phoenix(2, 2 * GIB), ...metrics})).toMatchObject({
      memory: 'vram',
      totalBytes: 2 * GIB,
    });
  });

  test('is known when it has woken', async () => {
    const status = `${DEVICE}/power/runtime_status`;
    const {host, amd: gpu} = await reader({...phoenix(3, 96 * GIB), [status]: 'suspended\n'});
    expect(gpus(gpu)).toMatchObject([{memory: 'vram'}]);
    host.files.set(status, 'active\n');
    await beats(host, gpu, 2);
    expect(gpus(gpu)).toMatchObject([{memory: 'vram+gtt'}]);
  });

  test('a small old card is none', async () => {
    expect(await only(phoenix(1))).toMatchObject({memory: 'vram', totalBytes: 512 * MIB});
  });
});

test('a server with eight MI300X has them in order', async () => {
  const cards = [10, 2, 1, 3, 4, 5, 6, 7].map((number, nth) =>
    card({
      number,
      vendor: '0x1002',
      device: '0x74a1',
      driver: 'amdgpu',
      slot: `0000:${number}5:00.0`.replace('105', 'a5'),
      files: {...amdgpu({total: 192 * GIB, used: nth * GIB}), product_name: 'AMD Instinct MI300X OAM\n'},
    }),
  );
  const list = gpus((await reader(Object.assign({}, ...cards))).amd);
  expect(list.map(({index, usedBytes = -1}) => [index, usedBytes / GIB])).toEqual([
    [0, 2],
    [1, 1],
    [2, 3],
    [3, 4],
    [4, 5],
    [5, 6],
    [6, 7],
    [7, 0],
  ]);
  expect(new Set(list.map(({name}) => name))).toEqual(new Set(['AMD Instinct MI300X OAM']));
});

test('a sleeping card is not woken', async () => {
  const {host, amd: gpu} = await reader({...DESKTOP, [`${DEVICE}/power/runtime_status`]: 'suspended\n'});
  expect(gpus(gpu)).toMatchObject([
    {
      usedBytes: 3_221_225_472,
      missing: {utilization: unsupported('asleep'), temperature: unsupported('asleep')},
    },
  ]);
  const waking = /gpu_busy_percent|temp1_input|gpu_metrics/;
  expect(host.reads.filter((path) => waking.test(path))).toEqual([]);
  host.files.set(`${DEVICE}/power/runtime_status`, 'active\n');
  await beats(host, gpu, 2);
  expect(gpus(gpu)[0]).toMatchObject({utilizationPercent: 37, temperatureCelsius: 52});
});

test.each([
  ['radeon', 'its driver is radeon; only amdgpu tells the VRAM'],
  [undefined, 'no driver is loaded for it; amdgpu tells its VRAM'],
])('a card with the driver %s is there without figures', async (driver, reason) => {
  const files = card({vendor: '0x1002', device: '0x6779', driver, slot: XTX});
  expect(await only(files)).toMatchObject({name: 'AMD GPU 6779', vendor: 'AMD', lost: unsupported(reason)});
});

describe('what goes wrong meanwhile', () => {
  const second = card({
    number: 1,
    vendor: '0x1002',
    device: '0x744c',
    driver: 'amdgpu',
    slot: '0000:0c:00.0',
    files: amdgpu({total: 24 * GIB, used: GIB}),
  });
  const name = {
    index: 0,
    name: 'AMD Radeon RX 7900 XTX',
    uuid: 'f2c9a7f3b84e1d20',
    vendor: 'AMD',
    memory: 'vram',
  };

  test('a card that is gone stays, the other keeps its number, and it can come back', async () => {
    const {host, amd: gpu} = await reader({...DESKTOP, ...second});
    const files = [...host.files].filter(([path]) => path.startsWith('/sys/class/drm/card0/'));
    for (const [path] of files) host.files.delete(path);
    await beats(host, gpu, 2);
    expect(gpus(gpu)).toEqual([
      {...name, at: expect.any(Number), lost: failed('the card is gone')},
      expect.objectContaining({index: 1, usedBytes: GIB}),
    ]);
    for (const [path, text] of files) host.files.set(path, text);
    await beats(host, gpu, 2);
    expect(gpus(gpu)[0]).toMatchObject({...name, usedBytes: 3_221_225_472});
    expect(gpus(gpu).map(({lost}) => lost)).toEqual([undefined, undefined]);
  });

  test('a read that hangs is told after three beats, and forgotten when it comes back', async () => {
    const {host, amd: gpu} = await reader({...DESKTOP, ...second});
    const path = `${DEVICE}/mem_info_vram_used`;
    host.stuck.add(path);
    await beats(host, gpu, 3);
    expect(gpus(gpu).map(({lost}) => lost)).toEqual([undefined, undefined]);
    await beats(host, gpu, 9);
    const lost = failed('no answer for 12 s');
    expect(gpus(gpu)).toEqual([
      {...name, at: expect.any(Number), lost},
      expect.objectContaining({index: 1, lost}),
    ]);
    host.release(path);
    await host.settle();
    expect(gpus(gpu)).toMatchObject([{usedBytes: 3_221_225_472}, {usedBytes: GIB}]);
    expect(gpus(gpu).map((reading) => reading.lost)).toEqual([undefined, undefined]);
  });

  test('a first read that hangs is told too', async () => {
    const host = new FakeHost({files: DESKTOP});
    host.stuck.add(`${DEVICE}/mem_info_vram_total`);
    const gpu = await amd.open(host, {intervalMs: 1000});
    expect(gpu?.latest()).toBeUndefined();
    await host.advance(4000);
    expect(gpu?.latest()).toEqual(failed('no answer for 4 s'));
  });

  test('a driver that hangs at a process keeps no figure of the card', async () => {
    const {host, amd: gpu} = await reader(DESKTOP);
    host.stuck.add('/proc/2100/fdinfo/7');
    host.files.set(`${DEVICE}/mem_info_vram_used`, '7');
    await beats(host, gpu, 40);
    expect(gpus(gpu)).toMatchObject([
      {usedBytes: 7, missing: {processes: {status: 'failed', reason: 'no answer for 30 s'}}},
    ]);
  });

  test('a folder that cannot be listed is the reason for all that were seen', async () => {
    const {host, amd: gpu} = await reader(DESKTOP);
    host.files.set('/sys/class/drm', {error: 'EIO'});
    await beats(host, gpu, 2);
    expect(gpus(gpu)).toMatchObject([{...name, lost: failed('EIO: /sys/class/drm')}]);
  });

  test('nothing is read after it was closed', async () => {
    const {host, amd: gpu} = await reader(DESKTOP);
    gpu.close();
    host.reads.length = 0;
    await beats(host, gpu, 5);
    expect(host.reads).toEqual([]);
    expect(gpus(gpu)).toMatchObject([{usedBytes: 3_221_225_472}]);
  });
});

test.each([
  ['no graphics folder', 'linux', {}],
  [
    'a card of Intel',
    'linux',
    card({vendor: '0x8086', device: '0x56a0', driver: 'i915', slot: '0000:03:00.0'}),
  ],
  ['another system', 'win32', XTX_CARD],
] as const)('there is none: %s', async (_, platform, files) => {
  expect(await amd.open(new FakeHost({platform, files}), {intervalMs: 1000})).toBeUndefined();
});

test('a card whose driver does not answer at all is not waited for', async () => {
  const host = new FakeHost({files: DESKTOP});
  host.stuck.add(`${DEVICE}/uevent`);
  const opening = amd.open(host, {intervalMs: 1000});
  await host.advance(1000);
  const gpu = await opening;
  await host.advance(4000);
  expect(gpu?.latest()).toEqual(failed('no answer for 4 s'));
});

test('gives only sound figures whatever the files hold', async () => {
  const apu = card({
    number: 1,
    vendor: '0x1002',
    device: '0x15bf',
    driver: 'amdgpu',
    slot: '0000:c1:00.0',
    files: amdgpu({total: 512 * MIB, used: 470 * MIB, gttTotal: 14 * GIB, format: 2}),
  });
  const texts = Object.entries({...DESKTOP, ...apu}).filter(([path]) => !path.endsWith('/vendor'));
  const changes = fc.record(
    Object.fromEntries(
      texts.map(([path, text]) => [path, fc.oneof(fc.constant(String(text)), mutated(String(text)))]),
    ),
  );
  await fc.assert(
    fc.asyncProperty(changes, async (files) => {
      const vendors = Object.fromEntries(
        [0, 1].map((n) => [`/sys/class/drm/card${n}/device/vendor`, '0x1002\n']),
      );
      const list = gpus((await reader({...files, ...vendors})).amd);
      expect(list).toHaveLength(2);
      for (const number of numbersIn(list))
        expect(Number.isFinite(number) && number >= 0, String(number)).toBe(true);
      for (const {usedBytes = 0, totalBytes = Number.POSITIVE_INFINITY} of list)
        expect(usedBytes).toBeLessThanOrEqual(totalBytes * 1.02);
    }),
    {numRuns: 300},
  );
});
