import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {denied, failed, type GpuReading, unsupported} from '../../../src/core/sample.ts';
import {intel} from '../../../src/sources/gpu/intel.ts';
import type {GpuReader} from '../../../src/sources/gpu/vendor.ts';
import {card, type Files, GIB, intelClient, open} from '../../fixtures/gpu/drm.ts';
import {FakeHost} from '../fake-host.ts';
import {mutated, numbersIn} from '../mutations.ts';

const SLOT = '0000:03:00.0';
const INTEGRATED = card({vendor: '0x8086', device: '0xa780', driver: 'i915', slot: '0000:00:02.0'});
const A770: Files = {
  ...INTEGRATED,
  ...card({number: 1, vendor: '0x8086', device: '0x56a0', driver: 'i915', slot: SLOT}),
  '/sys/class/drm/card1/lmem_total_bytes': '17079205888\n',
  ...open(3100, {4: intelClient('i915', SLOT, 'local0', ['3277 MiB', '5 GiB'])}),
};
const B580: Files = {
  ...card({
    vendor: '0x8086',
    device: '0xe20b',
    driver: 'xe',
    slot: SLOT,
    files: {'tile0/physical_vram_size_bytes': '12884901888\n', 'tile0/gt0/id': '0'},
  }),
  ...open(3100, {4: intelClient('xe', SLOT, 'vram0', ['52428 KiB', '1 GiB'])}),
};
const TILES = '/sys/class/drm/card0/device';

async function reader(files: Files): Promise<{host: FakeHost; intel: GpuReader}> {
  const host = new FakeHost({files});
  const opened = await intel.open(host, {intervalMs: 1000});
  if (!opened) throw new Error('no reader');
  await opened.ready;
  return {host, intel: opened};
}

function gpus({latest}: GpuReader): readonly GpuReading[] {
  const reading = latest();
  if (reading?.status !== 'ok') throw new Error(reading?.reason ?? 'nothing yet');
  return reading.value;
}

async function only(files: Files): Promise<GpuReading> {
  const [gpu, ...others] = gpus((await reader(files)).intel);
  expect(others).toEqual([]);
  return gpu ?? expect.fail('no GPU');
}

describe('an Arc A770 with i915', () => {
  test('tells what it has and who holds it, and why not how much is used', async () => {
    expect(await only(A770)).toEqual({
      index: 0,
      name: 'Intel GPU 56a0',
      vendor: 'Intel',
      memory: 'vram',
      at: Date.parse('2026-03-01T12:00:00Z'),
      totalBytes: 17_079_205_888,
      processes: [{pid: 3100, usedBytes: 3277 * 2 ** 20}],
      missing: {
        used: denied('used VRAM is told only with CAP_PERFMON; the processes seen hold 3.2 GiB'),
        utilization: unsupported('i915 does not tell utilisation'),
        temperature: unsupported('the temperature is not read from i915'),
      },
    });
  });

  test('tells no size where the kernel does not', async () => {
    const {'/sys/class/drm/card1/lmem_total_bytes': _, ...others} = A770;
    const {totalBytes, missing} = await only(others);
    expect(totalBytes).toBeUndefined();
    expect(missing?.total).toEqual(unsupported("this kernel's i915 does not tell how much VRAM there is"));
  });

  test('tells the odd size', async () => {
    const path = '/sys/class/drm/card1/lmem_total_bytes';
    const {totalBytes, missing} = await only({...A770, [path]: '16 GB'});
    expect(totalBytes).toBeUndefined();
    expect(missing?.total).toEqual(failed(`${path}: "16 GB" makes no sense`));
  });

  test('has the name that the board gives it', async () => {
    expect((await only({...A770, '/sys/class/drm/card1/device/label': 'Slot 1\n'})).name).toBe('Slot 1');
  });

  test('says nothing of processes where none is seen', async () => {
    const {'/proc/3100/fdinfo/4': _, ...nobody} = A770;
    const gpu = await only({...nobody, '/proc/1/comm': 'systemd', '/proc/1/fdinfo': {error: 'EACCES'}});
    expect(gpu.processes).toBeUndefined();
    expect(gpu.missing).toMatchObject({
      used: denied('used VRAM is told only with CAP_PERFMON'),
      processes: denied("other users' processes are not told without root"),
    });
  });
});

describe('a B580 with xe', () => {
  test('tells what it has and who holds it', async () => {
    expect(await only(B580)).toMatchObject({
      name: 'Intel GPU e20b',
      totalBytes: 12 * GIB,
      processes: [{pid: 3100, usedBytes: 52_428 * 1024}],
      missing: {used: denied('used VRAM is told only with CAP_PERFMON; the processes seen hold 51 MiB')},
    });
  });

  test('has the memory of all its tiles, or the reason why one is not known', async () => {
    const second = `${TILES}/tile1/physical_vram_size_bytes`;
    expect((await only({...B580, [second]: '12884901888\n'})).totalBytes).toBe(24 * GIB);
    const odd = await only({...B580, [second]: {error: 'EIO'}});
    expect(odd.totalBytes).toBeUndefined();
    expect(odd.missing?.total).toEqual(failed(`${second}: EIO`));
  });

  test('tells no size where the kernel does not', async () => {
    const {[`${TILES}/tile0/physical_vram_size_bytes`]: _, ...others} = B580;
    expect((await only(others)).missing?.total).toEqual(
      unsupported("this kernel's xe does not tell how much VRAM there is"),
    );
  });

  test('stays when it is gone, and when its driver hangs', async () => {
    const {host, intel: gpu} = await reader(B580);
    const hanging = `${TILES}/tile0/physical_vram_size_bytes`;
    host.stuck.add(hanging);
    for (let beat = 0; beat < 5; beat++) {
      gpu.latest();
      await host.advance(1000);
    }
    const name = {index: 0, name: 'Intel GPU e20b', vendor: 'Intel', memory: 'vram', at: expect.any(Number)};
    expect(gpus(gpu)).toEqual([{...name, lost: failed('no answer for 5 s')}]);
    for (const path of [...host.files.keys()]) if (path.startsWith('/sys')) host.files.delete(path);
    host.release(hanging);
    await host.advance(60_000);
    gpu.latest();
    await host.settle();
    expect(gpus(gpu)).toEqual([{...name, lost: failed('the card is gone')}]);
  });
});

test.each([
  ['the integrated one only', INTEGRATED],
  [
    'a card without one of its drivers',
    card({vendor: '0x8086', device: '0x56a0', driver: undefined, slot: SLOT}),
  ],
  ['a card of AMD', card({vendor: '0x1002', device: '0x744c', driver: 'amdgpu', slot: SLOT})],
  ['no card', {}],
])('there is none: %s', async (_, files) => {
  expect(await intel.open(new FakeHost({files}), {intervalMs: 1000})).toBeUndefined();
});

test('gives only sound figures whatever the files hold', async () => {
  const second = card({
    number: 2,
    vendor: '0x8086',
    device: '0xe20b',
    driver: 'xe',
    slot: '0000:04:00.0',
    files: {'tile0/physical_vram_size_bytes': '12884901888\n'},
  });
  const texts = Object.entries({...A770, ...second}).filter(([path]) => !/\/(vendor|uevent)$/.test(path));
  const changes = fc.record(
    Object.fromEntries(
      texts.map(([path, text]) => [path, fc.oneof(fc.constant(String(text)), mutated(String(text)))]),
    ),
  );
  await fc.assert(
    fc.asyncProperty(changes, async (files) => {
      const list = gpus((await reader({...A770, ...second, ...files})).intel);
      expect(list).toHaveLength(2);
      for (const number of numbersIn(list))
        expect(Number.isFinite(number) && number >= 0, String(number)).toBe(true);
      for (const {processes = [], totalBytes = Number.POSITIVE_INFINITY} of list)
        for (const {usedBytes = 0} of processes) expect(usedBytes).toBeLessThanOrEqual(totalBytes);
    }),
    {numRuns: 300},
  );
});
