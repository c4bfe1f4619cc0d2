import {describe, expect, test} from 'vitest';
import type {GpuReading, Reading} from '../../../src/core/sample.ts';
import {nvidia} from '../../../src/sources/gpu/nvidia.ts';
import type {GpuReader} from '../../../src/sources/gpu/vendor.ts';
import {type FakeFile, FakeHost, type FakeHostOptions} from '../fake-host.ts';
import {appLine, gpuLine, LOST_GPU, MIG_DOCUMENT, MISMATCH, NO_DRIVER, UUIDS} from './smi-output.ts';

const MIB = 2 ** 20;
const SMI = '/usr/bin/nvidia-smi';

async function openReader(options: FakeHostOptions = {}, intervalMs = 1000) {
  const host = new FakeHost({env: {PATH: '/usr/bin'}, programs: [SMI], ...options});
  const reader = await nvidia.open(host, {intervalMs});
  if (reader === undefined) throw new Error('expected a reader');
  return {host, reader};
}

const programs = (host: FakeHost, kind: '--query-gpu' | '--query-compute-apps' | '-q') =>
  host.started.filter(({args}) => args[0]?.startsWith(kind));
const gpuStream = (host: FakeHost) => programs(host, '--query-gpu').at(-1);
const appStream = (host: FakeHost) => programs(host, '--query-compute-apps').at(-1);

function valuesOf(reader: GpuReader): readonly GpuReading[] {
  const reading = reader.latest();
  if (reading?.status !== 'ok') throw new Error(`expected GPUs, got ${JSON.stringify(reading)}`);
  return reading.value;
}

const reasonOf = (reading: Reading<unknown> | undefined) =>
  reading?.status === 'ok' ? 'ok' : reading?.reason;

describe('two programs are started once', () => {
  test('and asked to go on writing at the beat of the readings', async () => {
    const {host, reader} = await openReader({}, 2000);
    expect(host.started.map(({file, args}) => [file, ...args])).toEqual([
      [
        SMI,
        '--query-gpu=timestamp,memory.used,utilization.gpu,temperature.gpu,index,uuid,pci.bus_id,memory.total,mig.mode.current,name',
        '--format=csv,noheader,nounits',
        '--loop-ms=2000',
      ],
      [
        SMI,
        '--query-compute-apps=timestamp,gpu_uuid,pid,used_gpu_memory',
        '--format=csv,noheader,nounits',
        '--loop-ms=2000',
      ],
    ]);
    for (let second = 0; second < 60; second += 1) {
      gpuStream(host)?.write(gpuLine(0));
      await host.advance(1000);
      valuesOf(reader);
    }
    expect(host.started).toHaveLength(2);
    reader.close();
    expect(host.started.map(({isStopped}) => isStopped)).toEqual([true, true]);
  });

  test.each([
    [100, 1000],
    [5000, 5000],
    [300_000, 10_000],
  ])('every %i ms of readings, every %i ms of nvidia-smi', async (intervalMs, loopMs) => {
    const {host} = await openReader({}, intervalMs);
    expect(gpuStream(host)?.args).toContain(`--loop-ms=${loopMs}`);
  });
});

describe('lines', () => {
  test('become GPUs in order, with whose memory it is', async () => {
    const {host, reader} = await openReader();
    expect(reader.latest()).toBeUndefined();
    appStream(host)?.write(
      appLine(4711, '20480') + appLine(812, '1024', {uuid: UUIDS[1], time: '2026/11/24 03:12:44.140'}),
    );
    gpuStream(host)?.write(gpuLine(1, {time: '2026/11/24 03:12:44.129'}) + gpuLine(0));
    await host.advance(700);
    await reader.ready;
    expect(valuesOf(reader)).toEqual([
      {
        index: 0,
        name: 'NVIDIA GeForce RTX 3090',
        vendor: 'NVIDIA',
        uuid: UUIDS[0],
        at: host.now() - 700,
        usedBytes: 20_891 * MIB,
        totalBytes: 24_576 * MIB,
        utilizationPercent: 97,
        temperatureCelsius: 66,
        processes: [{pid: 4711, usedBytes: 20_480 * MIB}],
      },
      expect.objectContaining({index: 1, processes: [{pid: 812, usedBytes: 1024 * MIB}]}),
    ]);
  });

  test('are put together from any pieces, and others are passed over', async () => {
    const {host, reader} = await openReader();
    const text = `WARNING: infoROM is corrupted\r\n${gpuLine(0)}Warnung: etwas, mit, Kommas\n${gpuLine(1)}`;
    for (const piece of text) gpuStream(host)?.write(piece);
    expect(valuesOf(reader).map(({index}) => index)).toEqual([0, 1]);
  });

  test('of a newer turn take the place of the list before, and silence ends it', async () => {
    const {host, reader} = await openReader();
    const pids = () => valuesOf(reader)[0]?.processes?.map(({pid}) => pid);
    const turn = async (second: number, apps: readonly number[]) => {
      const time = `2026/11/24 03:12:0${second}.131`;
      for (const pid of apps) appStream(host)?.write(appLine(pid, '100', {time}));
      gpuStream(host)?.write(gpuLine(0));
      await host.advance(1000);
    };
    await turn(0, [1, 2]);
    expect(pids()).toEqual([1, 2]);
    await turn(1, [2, 3]);
    expect(pids()).toEqual([2, 3]);
    await turn(2, []);
    expect(pids()).toEqual([2, 3]);
    await turn(3, []);
    await turn(4, []);
    expect(pids()).toEqual([]);
  });

  test('that never come of processes mean that nobody computes, once the first would be there', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(0));
    expect(valuesOf(reader)[0]?.missing?.processes?.reason).toBe('waiting for the first list');
    await host.advance(1600);
    gpuStream(host)?.write(gpuLine(0));
    expect(valuesOf(reader)[0]).toMatchObject({processes: []});
    expect(valuesOf(reader)[0]?.missing).toBeUndefined();
  });
});

describe('a GPU without a line', () => {
  test('in three intervals tells how old its figures are, while others go on', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(0) + gpuLine(1));
    for (let second = 0; second < 4; second += 1) {
      await host.advance(1000);
      gpuStream(host)?.write(gpuLine(0));
    }
    const [first, second] = valuesOf(reader);
    expect(first).toMatchObject({usedBytes: 20_891 * MIB});
    expect(second).toMatchObject({index: 1, lost: {status: 'failed', reason: 'no answer for 4 s'}});
    expect(second?.usedBytes).toBeUndefined();
    gpuStream(host)?.write(gpuLine(1));
    expect(valuesOf(reader)[1]?.lost).toBeUndefined();
  });

  test('because all hangs: it is killed and started anew, and tells when', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(0));
    await host.advance(12_000);
    expect(valuesOf(reader)[0]?.lost?.reason).toBe('no answer for 12 s');
    await host.advance(4000);
    expect(valuesOf(reader)[0]?.lost?.reason).toBe('no answer for 16 s, trying again in 1 s');
    expect(programs(host, '--query-gpu').map(({isStopped}) => isStopped)).toEqual([true]);
    await host.advance(1000);
    valuesOf(reader);
    expect(programs(host, '--query-gpu').map(({isStopped}) => isStopped)).toEqual([true, false]);
    gpuStream(host)?.write(gpuLine(0));
    expect(valuesOf(reader)[0]?.lost).toBeUndefined();
  });

  test('that fell off the bus is left out of what is asked, so that the others are read', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(0) + gpuLine(1));
    gpuStream(host)?.write(LOST_GPU);
    gpuStream(host)?.end(15);
    valuesOf(reader);
    expect(gpuStream(host)?.args).toContain('--id=00000000:01:00.0');
    gpuStream(host)?.write(gpuLine(0));
    expect(valuesOf(reader).map(({lost}) => lost?.reason)).toEqual([
      undefined,
      expect.stringMatching(/^lost at \d\d:\d\d:\d\d: fell off the bus$/),
    ]);
  });
});

describe('a GPU that is gone', () => {
  test('before the first line does not keep the others from being read', async () => {
    const files = {
      '/proc/driver/nvidia/gpus/0000:01:00.0/information': '',
      '/proc/driver/nvidia/gpus/0000:02:00.0/information': '',
    };
    const {host, reader} = await openReader({files});
    gpuStream(host)?.write(LOST_GPU);
    gpuStream(host)?.end(15);
    reader.latest();
    expect(gpuStream(host)?.args).toContain('--id=0000:01:00.0');
    gpuStream(host)?.write(gpuLine(0));
    expect(valuesOf(reader)).toMatchObject([
      {index: 0, usedBytes: 20_891 * MIB},
      {index: 1, name: 'NVIDIA GPU at 0000:02:00.0', lost: {reason: 'fell off the bus'}},
    ]);
    appStream(host)?.end(15);
    await host.advance(1100);
    reader.latest();
    expect(appStream(host)?.args).toContain('--id=00000000:01:00.0');
  });

  test('and comes back is read again', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(1));
    gpuStream(host)?.write(LOST_GPU);
    gpuStream(host)?.end(15);
    expect(valuesOf(reader)[0]?.lost?.reason).toContain('fell off the bus');
    await host.advance(1500);
    reader.latest();
    gpuStream(host)?.write(gpuLine(1));
    expect(valuesOf(reader)[0]?.lost).toBeUndefined();
  });
});

describe('before any line', () => {
  test.each([
    [18, MISMATCH, 'driver and library differ, restart needed'],
    [9, NO_DRIVER, 'no NVIDIA driver running'],
    [6, 'No devices were found\n', 'the NVIDIA driver finds no GPU'],
    [1, '', 'nvidia-smi ended with 1'],
  ])('an end with %i is told, and tried again later and later', async (code, said, reason) => {
    const {host, reader} = await openReader();
    const starts: number[] = [];
    for (let second = 0; second < 200; second += 1) {
      const program = gpuStream(host);
      if (program !== undefined && !program.hasEnded) {
        starts.push(second);
        program.write(said);
        program.end(code);
      }
      expect(reasonOf(reader.latest())).toBe(reason);
      await host.advance(1000);
      reader.latest();
    }
    await reader.ready;
    expect(starts).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
  });

  test('a program that hangs at its start is told with its age, and RAM does not wait for it', async () => {
    const {host, reader} = await openReader();
    expect(reader.latest()).toBeUndefined();
    await host.advance(4000);
    expect(reasonOf(reader.latest())).toBe('nvidia-smi gives no answer for 4 s');
    await host.advance(12_000);
    reader.latest();
    expect(gpuStream(host)?.isStopped).toBe(true);
    expect(reasonOf(reader.latest())).toBe('nvidia-smi gives no answer for 16 s, trying again in 1 s');
  });

  test('one that cannot be run is told', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.fail('failed', 'not permitted to run it');
    expect(reasonOf(reader.latest())).toBe('nvidia-smi: not permitted to run it');
  });

  test('an older one that does not know a field is asked without it', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write('Field "mig.mode.current" is not a valid field to query.\n');
    gpuStream(host)?.end(2);
    reader.latest();
    expect(gpuStream(host)?.args[0]).toBe(
      '--query-gpu=timestamp,memory.used,utilization.gpu,temperature.gpu,index,uuid,pci.bus_id,memory.total,name',
    );
    gpuStream(host)?.write(
      '2026/11/24 03:12:44.127, 100, 3, 41, 0, GPU-1, 00000000:01:00.0, 8192, Tesla K40m\n',
    );
    expect(valuesOf(reader)).toMatchObject([{name: 'Tesla K40m', usedBytes: 100 * MIB}]);
  });

  test.each<[string, Record<string, FakeFile>]>([
    ['the driver lists one', {'/proc/driver/nvidia/gpus/0000:01:00.0/information': ''}],
    ['a container was given one', {'/dev/nvidia0': '', '/dev/nvidiactl': ''}],
    ['only the bus shows it', {'/sys/class/drm/card0/device/vendor': '0x10de\n'}],
  ])('without nvidia-smi, %s: that is told', async (_, files) => {
    const {reader} = await openReader({programs: [], files});
    expect(reader.latest()).toEqual({
      status: 'unsupported',
      reason: 'no NVIDIA driver (nvidia-smi not found)',
    });
  });

  test.each<[Record<string, FakeFile>]>([
    [{}],
    [{'/dev/nvidiactl': ''}],
    [{'/sys/class/drm/card0/device/vendor': '0x1002'}],
  ])('without nvidia-smi and any sign of a GPU there is nothing to read: %j', async (files) => {
    const host = new FakeHost({env: {PATH: '/usr/bin'}, files});
    expect(await nvidia.open(host, {intervalMs: 1000})).toBeUndefined();
  });
});

describe('in a container', () => {
  const links = {'/proc/self/ns/pid': 'pid:[4026532281]'};
  const feed = async (host: FakeHost) => {
    gpuStream(host)?.write(gpuLine(0));
    appStream(host)?.write(appLine(4711, '20480'));
    await host.advance(200);
  };

  test('a pid of the host is no process here, though one has that number', async () => {
    const files = {'/proc/4711/fd/0': '', '/proc/4711/fd/5': ''};
    const {host, reader} = await openReader({links: {...links, '/proc/4711/fd/5': '/dev/null'}, files});
    await feed(host);
    valuesOf(reader);
    await host.settle();
    expect(valuesOf(reader)[0]).toMatchObject({
      processes: [{pid: 4711, usedBytes: 20_480 * MIB, hidden: 'its pid is not of this container'}],
      missing: {
        processes: {status: 'unsupported', reason: 'VRAM of processes is hidden inside this container'},
      },
    });
  });

  test('a pid whose process here holds the device is that process', async () => {
    const files = {'/proc/4711/fd/5': ''};
    const {host, reader} = await openReader({links: {...links, '/proc/4711/fd/5': '/dev/nvidia0'}, files});
    await feed(host);
    valuesOf(reader);
    await host.settle();
    expect(valuesOf(reader)[0]?.processes).toEqual([{pid: 4711, usedBytes: 20_480 * MIB}]);
    expect(valuesOf(reader)[0]?.missing).toBeUndefined();
  });

  test('one pid that is not of here makes all of them doubtful', async () => {
    const files = {'/proc/4711/fd/5': ''};
    const {host, reader} = await openReader({links: {...links, '/proc/4711/fd/5': '/dev/nvidia0'}, files});
    appStream(host)?.write(appLine(31_337, '100'));
    await feed(host);
    valuesOf(reader);
    await host.settle();
    expect(valuesOf(reader)[0]?.processes?.map(({hidden}) => hidden !== undefined)).toEqual([true, true]);
  });

  test('no process told does not mean that there is none', async () => {
    const {host, reader} = await openReader({links});
    gpuStream(host)?.write(gpuLine(0));
    await host.advance(1600);
    gpuStream(host)?.write(gpuLine(0));
    expect(valuesOf(reader)[0]?.processes).toBeUndefined();
    expect(valuesOf(reader)[0]?.missing?.processes?.reason).toBe(
      'VRAM of processes is hidden inside this container',
    );
  });
});

describe('memory that is not its own', () => {
  test.each(['NVIDIA GB10', 'Orin (nvgpu)', 'NVIDIA Thor'])(
    'of %s is RAM, with what processes hold of it',
    async (name) => {
      const {host, reader} = await openReader();
      gpuStream(host)?.write(gpuLine(0, {name, total: '[N/A]', used: '[N/A]'}));
      appStream(host)?.write(appLine(4711, '9000') + appLine(4712, '300'));
      await host.advance(200);
      expect(valuesOf(reader)[0]).toMatchObject({
        memory: 'unified',
        usedBytes: 9300 * MIB,
        missing: {total: {reason: "its memory is the machine's RAM"}},
      });
      expect(valuesOf(reader)[0]?.totalBytes).toBeUndefined();
    },
  );

  test('of any other GPU that does not tell its size is missing', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(0, {total: '[N/A]', used: '[N/A]'}));
    expect(valuesOf(reader)[0]?.memory).toBeUndefined();
    expect(valuesOf(reader)[0]?.missing?.total?.reason).toBe('this GPU does not tell its VRAM');
  });

  test.each([
    [
      'linux',
      'not told which',
      {'/proc/sys/kernel/osrelease': '5.15.153.1-microsoft-standard-WSL2\n'},
      'WSL does not tell which processes hold VRAM',
    ],
  ] as const)('on WSL (%s) an empty list is %s', async (_, __, files, reason) => {
    const {host, reader} = await openReader({files});
    gpuStream(host)?.write(gpuLine(0));
    await host.advance(1600);
    gpuStream(host)?.write(gpuLine(0));
    expect(valuesOf(reader)[0]?.missing?.processes?.reason).toBe(reason);
  });

  test('under WDDM what a process holds is not told', async () => {
    const file = 'C:\\Windows\\System32\\nvidia-smi.exe';
    const {host, reader} = await openReader({platform: 'win32', env: {}, programs: [file]});
    gpuStream(host)?.write(gpuLine(0));
    appStream(host)?.write(appLine(4711, '[N/A]'));
    await host.advance(200);
    expect(valuesOf(reader)[0]).toMatchObject({
      processes: [{pid: 4711}],
      missing: {processes: {status: 'unsupported', reason: 'WDDM does not tell what a process holds'}},
    });
  });
});

describe('MIG', () => {
  test('instances take the place of their GPU, asked for by a third program', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(0, {mig: 'Enabled', used: '[Insufficient Permissions]', util: '[N/A]'}));
    expect(reader.latest()).toBeUndefined();
    const [documents] = programs(host, '-q');
    expect(documents?.args).toEqual(['-q', '-x', '--loop-ms=5000']);
    documents?.write(MIG_DOCUMENT.slice(0, 700));
    documents?.write(MIG_DOCUMENT.slice(700));
    await reader.ready;
    expect(valuesOf(reader).map(({index, instance, usedBytes}) => [index, instance, usedBytes])).toEqual([
      [0, 0, 13_456 * MIB],
      [0, 1, 9012 * MIB],
      [0, 2, 12 * MIB],
    ]);
    expect(valuesOf(reader)[0]).toMatchObject({processes: [{pid: 4711}], missing: {utilization: {}}});
    await host.advance(1000);
    gpuStream(host)?.write(gpuLine(0, {mig: 'Enabled'}));
    expect(programs(host, '-q')).toHaveLength(1);
    reader.close();
    expect(documents?.isStopped).toBe(true);
  });

  test('whose documents stop are not told as those of now', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(0, {mig: 'Enabled'}));
    programs(host, '-q')[0]?.write(MIG_DOCUMENT);
    for (let second = 0; second < 16; second += 1) {
      await host.advance(1000);
      gpuStream(host)?.write(gpuLine(0, {mig: 'Enabled'}));
    }
    expect(valuesOf(reader)[0]).toMatchObject({instance: 0, lost: {reason: 'no answer for 16 s'}});
  });

  test('without a document the GPU is shown whole', async () => {
    const {host, reader} = await openReader();
    gpuStream(host)?.write(gpuLine(0, {mig: 'Enabled'}));
    for (let second = 0; second < 6; second += 1) {
      await host.advance(1000);
      gpuStream(host)?.write(gpuLine(0, {mig: 'Enabled'}));
    }
    await reader.ready;
    expect(valuesOf(reader)).toMatchObject([{index: 0, usedBytes: 20_891 * MIB}]);
  });
});
