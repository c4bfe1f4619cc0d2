import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {linuxMemory, meminfoSizes, readPressure, readVmCounters} from '../../../src/sources/memory/linux.ts';
import {type FakeFile, FakeHost} from '../fake-host.ts';
import {fixture} from '../fixtures.ts';
import {mutated, numbersIn} from '../mutations.ts';

const CAPTURED = fixture('proc/meminfo');
const GIB = 2 ** 30;

function read(files: Record<string, FakeFile>, env: Record<string, string> = {}) {
  return linuxMemory(new FakeHost({files, env}))();
}

function meminfo(fields: Record<string, number>): Record<string, FakeFile> {
  const lines = Object.entries(fields).map(
    ([name, bytes]) => `${`${name}:`.padEnd(16)}${String(bytes / 1024).padStart(8)} kB\n`,
  );
  return {'/proc/meminfo': lines.join('')};
}

describe('meminfoSizes', () => {
  test('gives bytes by the names of the kernel, brackets included', () => {
    const sizes = meminfoSizes('MemTotal:       24683656 kB\nActive:  1 kB\nActive(file):       9560 kB\n');
    expect(['MemTotal', 'Active(file)', 'Active', 'file'].map(sizes)).toEqual([
      24683656 * 1024,
      9560 * 1024,
      1024,
      undefined,
    ]);
  });

  test('leaves out counts, which are no sizes, and what is no whole number', () => {
    const sizes = meminfoSizes(
      'HugePages_Total:       5\nHugepagesize:       2048 kB\nMemFree:  -5 kB\nCached: 1e3 kB\nShmem: kB\nDirty: 1234567890123456 kB\n',
    );
    const names = ['HugePages_Total', 'Hugepagesize', 'MemFree', 'Cached', 'Shmem', 'Dirty'];
    expect(names.map(sizes)).toEqual([undefined, 2048 * 1024, -5 * 1024, undefined, undefined, undefined]);
  });
});

describe('linuxMemory', () => {
  test('takes what this kernel says is available', () => {
    const reading = read({'/proc/meminfo': CAPTURED});
    const sizes = meminfoSizes(CAPTURED);
    expect(reading).toMatchObject({
      status: 'ok',
      value: {
        totalBytes: sizes('MemTotal'),
        availableBytes: sizes('MemAvailable'),
        freeBytes: sizes('MemFree'),
        shmemBytes: sizes('Shmem'),
        activeFileBytes: sizes('Active(file)'),
      },
    });
  });

  test('counts reclaimable slab as cache and shared memory not', () => {
    const files = meminfo({
      MemTotal: 8 * GIB,
      MemAvailable: 4 * GIB,
      Cached: 3 * GIB,
      SReclaimable: GIB,
      Shmem: 2 * GIB,
    });
    expect(read(files)).toMatchObject({value: {cachedBytes: 2 * GIB}});
  });

  test('never gives a cache below zero', () => {
    const files = meminfo({MemTotal: 8 * GIB, MemAvailable: 4 * GIB, Cached: GIB, Shmem: 2 * GIB});
    expect(read(files)).toMatchObject({value: {cachedBytes: 0}});
  });

  test('estimates what is available on a kernel that does not tell', () => {
    const files = meminfo({
      MemTotal: 8 * GIB,
      MemFree: GIB,
      Buffers: GIB / 2,
      Cached: 2 * GIB,
      SReclaimable: GIB / 4,
      Shmem: GIB / 8,
    });
    expect(read(files)).toMatchObject({value: {availableBytes: (1 + 0.5 + 2 + 0.25 - 0.125) * GIB}});
  });

  test('leaves out swap figures that contradict each other', () => {
    const reading = read(meminfo({MemTotal: 8 * GIB, MemAvailable: GIB, SwapTotal: GIB, SwapFree: 2 * GIB}));
    expect(reading).toEqual({status: 'ok', value: {totalBytes: 8 * GIB, availableBytes: GIB}});
  });

  test('tells a missing permission', () => {
    expect(read({'/proc/meminfo': {error: 'EACCES'}})).toEqual({
      status: 'denied',
      reason: '/proc/meminfo: permission denied',
    });
  });

  test.each([
    ['no total', {MemFree: GIB}, '/proc/meminfo gives no usable MemTotal'],
    ['a total of zero', {MemTotal: 0, MemAvailable: 0}, '/proc/meminfo gives no usable MemTotal'],
    ['no free memory', {MemTotal: GIB}, '/proc/meminfo gives neither MemAvailable nor MemFree'],
    [
      'less than none',
      {MemTotal: GIB, MemAvailable: -1024},
      '/proc/meminfo gives less than no available memory',
    ],
    [
      'more than all',
      {MemTotal: GIB, MemAvailable: 2 * GIB},
      '/proc/meminfo gives more available memory than there is',
    ],
  ])('fails on %s', (_, fields, reason) => {
    expect(read(meminfo(fields))).toEqual({status: 'failed', reason});
  });

  describe('ZFS', () => {
    const arcstats = (size: number, least: number) =>
      `13 1 0x01 123 33456 7045613 99\nname                            type data\nhits                            4    99\nc_min                           4    ${least}\nc_max                           4    ${8 * GIB}\nsize                            4    ${size}\ncompressed_size                 4    77\n`;
    const files = {
      ...meminfo({MemTotal: 16 * GIB, MemAvailable: 4 * GIB}),
      '/proc/spl/kstat/zfs/arcstats': arcstats(6 * GIB, GIB),
    };

    test('adds the part of the ARC that the kernel gets back', () => {
      expect(read(files)).toMatchObject({value: {availableBytes: 9 * GIB, arcBytes: 5 * GIB}});
    });

    test('never makes more available than there is', () => {
      const all = {...files, '/proc/spl/kstat/zfs/arcstats': arcstats(30 * GIB, GIB)};
      expect(read(all)).toMatchObject({value: {availableBytes: 16 * GIB, arcBytes: 12 * GIB}});
    });

    test('adds nothing while the ARC is at its least', () => {
      const least = {...files, '/proc/spl/kstat/zfs/arcstats': arcstats(GIB / 2, GIB)};
      expect(read(least)).toEqual({status: 'ok', value: {totalBytes: 16 * GIB, availableBytes: 4 * GIB}});
    });

    test.each<[string, Record<string, FakeFile>, Record<string, string>]>([
      ['docker', {'/.dockerenv': ''}, {}],
      ['podman', {'/run/.containerenv': ''}, {}],
      ['systemd-nspawn', {}, {container: 'systemd-nspawn'}],
      [
        'LXC',
        {'/proc/self/mountinfo': '640 630 0:47 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n'},
        {},
      ],
    ])('adds nothing inside %s', (_, marks, env) => {
      expect(read({...files, ...marks}, env)).toMatchObject({value: {availableBytes: 4 * GIB}});
    });

    const ARCSTATS = '/proc/spl/kstat/zfs/arcstats';
    const MOUNTINFO = '/proc/self/mountinfo';
    async function readings(host: FakeHost, seconds: number) {
      const memory = linuxMemory(host);
      for (let second = 0; second < seconds; second++) {
        memory();
        await host.advance(1000);
      }
      return (path: string) => host.reads.filter((read) => read === path).length;
    }

    test('is looked for again every half minute, not with each reading', async () => {
      const timesRead = await readings(new FakeHost({files: {'/proc/meminfo': CAPTURED}}), 90);
      expect(timesRead(ARCSTATS)).toBe(3);
      expect(timesRead(MOUNTINFO)).toBe(0);
    });

    test('is found when it is loaded later', async () => {
      const host = new FakeHost({files: meminfo({MemTotal: 16 * GIB, MemAvailable: 4 * GIB})});
      const memory = linuxMemory(host);
      expect(memory()).not.toHaveProperty('value.arcBytes');
      host.files.set(ARCSTATS, arcstats(6 * GIB, GIB));
      await host.advance(30_000);
      expect(memory()).toMatchObject({value: {arcBytes: 5 * GIB}});
    });

    test('looks once for a container around it, and reads nothing of ZFS inside one', async () => {
      const outside = await readings(new FakeHost({files: {...files, [MOUNTINFO]: ''}}), 9);
      expect([outside(ARCSTATS), outside(MOUNTINFO)]).toEqual([9, 1]);
      const inside = await readings(new FakeHost({files, env: {container: 'lxc'}}), 9);
      expect(inside(ARCSTATS)).toBe(1);
    });
  });

  test('gives only sound figures, or a reason, whatever the file holds', () => {
    fc.assert(
      fc.property(mutated(CAPTURED), (text) => {
        const reading = read({'/proc/meminfo': text});
        if (reading.status !== 'ok') return reading.reason.length > 0;
        const {totalBytes, availableBytes} = reading.value;
        return (
          availableBytes <= totalBytes &&
          numbersIn(reading.value).every((bytes) => bytes >= 0 && Number.isFinite(bytes))
        );
      }),
      {numRuns: 500},
    );
  });
});

describe('readPressure', () => {
  const pressureOf = (file: FakeFile) => readPressure(new FakeHost({files: {'/proc/pressure/memory': file}}));

  test('reads both lines', () => {
    const text =
      'some avg10=12.50 avg60=3.25 avg300=1.00 total=12345\nfull avg10=7.75 avg60=2.00 avg300=0.50 total=999\n';
    expect(pressureOf(text)).toEqual({
      status: 'ok',
      value: {some10: 12.5, some60: 3.25, full10: 7.75, full60: 2},
    });
  });

  test('reads what this kernel gives', () => {
    expect(pressureOf(fixture('proc/pressure-memory')).status).toBe('ok');
  });

  test('says so when the kernel has none', () => {
    expect(readPressure(new FakeHost())).toEqual({
      status: 'unsupported',
      reason: 'this kernel has no pressure information',
    });
  });

  test('says so when it is turned off', () => {
    expect(pressureOf({error: 'EOPNOTSUPP'})).toMatchObject({
      status: 'unsupported',
      reason: expect.stringContaining('psi=1'),
    });
  });

  test('gives shares of 0 to 100, or a reason, whatever the file holds', () => {
    fc.assert(
      fc.property(mutated(fixture('proc/pressure-memory')), (text) => {
        const reading = pressureOf(text);
        return (
          reading.status !== 'ok' || numbersIn(reading.value).every((share) => share >= 0 && share <= 100)
        );
      }),
    );
  });
});

describe('readVmCounters', () => {
  test('reads pages in and out of swap', () => {
    const files = {'/proc/vmstat': 'nr_free_pages 1\npswpin 17\npswpout 4096\npswpoutx 3\n'};
    expect(readVmCounters(new FakeHost({files}))).toEqual({swap: {inPages: 17, outPages: 4096}});
  });

  test('reads the counters of this kernel', () => {
    expect(readVmCounters(new FakeHost({files: {'/proc/vmstat': fixture('proc/vmstat')}}))).toEqual({
      swap: {inPages: 0, outPages: 0},
      oomKills: 0,
    });
  });

  test('gives nothing without swap in the kernel, nor where one of its two counters is missing', () => {
    for (const text of ['nr_free_pages 1\n', 'pswpin 17\n', ''])
      expect(readVmCounters(new FakeHost({files: {'/proc/vmstat': text}}))).toEqual({});
    expect(readVmCounters(new FakeHost())).toEqual({});
  });

  test('reads how often the OOM killer struck, and no counter that is only called alike', () => {
    const read = (text: string) => readVmCounters(new FakeHost({files: {'/proc/vmstat': text}}));
    expect(read('nr_free_pages 1\noom_kill 3\n')).toEqual({oomKills: 3});
    expect(read('thp_oom_kill 3\noom_kill_group 4\noom_kill x\n')).toEqual({});
  });
});
