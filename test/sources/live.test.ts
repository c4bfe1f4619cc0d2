import {describe, expect, test} from 'vitest';
import {JobFollower} from '../../src/sources/job/follower.ts';
import {liveSource} from '../../src/sources/live.ts';
import {type FakeFile, FakeHost, procFiles} from './fake-host.ts';
import {fixture} from './fixtures.ts';

const GIB = 2 ** 30;

const FILES: Record<string, FakeFile> = {
  '/proc/meminfo': fixture('proc/meminfo'),
  '/proc/vmstat': fixture('proc/vmstat'),
  '/proc/pressure/memory': fixture('proc/pressure-memory'),
  '/proc/self/cgroup': '0::/job_7\n',
  '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
  '/sys/fs/cgroup/job_7/memory.max': `${8 * GIB}\n`,
  '/sys/fs/cgroup/job_7/memory.current': `${GIB}\n`,
  '/sys/fs/cgroup/job_7/memory.stat': 'inactive_file 100\n',
  '/proc/stat': 'btime 1772360000\n',
  '/etc/passwd': 'ada:x:1000:1000::/home/ada:/bin/bash\n',
  ...procFiles(300, {name: 'python', startTicks: 77}),
};

function linux(files: Record<string, FakeFile> = {}): FakeHost {
  return new FakeHost({files: {...FILES, ...files}, owners: {'/proc/300': 1000}});
}

describe('a sample', () => {
  test('holds memory, limits, pressure, swap traffic, GPUs and own cost at once', async () => {
    const host = linux();
    const sample = await liveSource(host, {processes: 'scan', gpus: 'follow'}).sample();
    expect(sample).toMatchObject({
      at: host.now(),
      monotonicMs: host.monotonic(),
      memory: {status: 'ok'},
      limits: [{name: 'job_7', limitBytes: 8 * GIB}],
      pressure: {status: 'ok'},
      swapCounters: {inPages: 0, outPages: 0},
      gpus: {status: 'unsupported', reason: 'no GPU found'},
      self: {rssBytes: 60_000_000, cpuMs: 1500},
    });
    expect(sample).not.toHaveProperty('processes');
  });

  test('is plain JSON', async () => {
    const host = linux();
    const source = liveSource(host, {processes: 'scan'});
    await source.scanProcesses();
    const sample = await source.sample();
    expect(JSON.parse(JSON.stringify(sample))).toEqual(sample);
  });

  test('still holds all else when memory cannot be read', async () => {
    const host = linux({'/proc/meminfo': {error: 'EACCES'}});
    expect(await liveSource(host, {processes: 'never'}).sample()).toMatchObject({
      memory: {status: 'denied'},
      limits: [{name: 'job_7'}],
      pressure: {status: 'ok'},
    });
  });

  test('never rejects, even where nothing at all can be read', async () => {
    for (const platform of ['linux', 'darwin', 'win32', 'freebsd'] as const) {
      const host = new FakeHost({platform});
      const sample = await liveSource(host, {processes: 'scan'}).sample();
      expect(sample.limits).toEqual([]);
      expect(sample.gpus.status).toBe('unsupported');
      expect(sample.memory.status).toBe(
        platform === 'linux' ? 'unsupported' : platform === 'darwin' ? 'failed' : 'ok',
      );
    }
  });

  test('looks for GPUs once', async () => {
    const host = linux({'/sys/class/drm/card0/device/vendor': '0x10de\n'});
    const source = liveSource(host, {processes: 'never', gpus: 'follow'});
    const reasons = [];
    for (let beat = 0; beat < 3; beat++) reasons.push((await source.sample()).gpus);
    const notFound = {status: 'unsupported', reason: 'no NVIDIA driver (nvidia-smi not found)'};
    expect(reasons).toEqual([notFound, notFound, notFound]);
    expect(host.reads.filter((path) => path === '/sys/class/drm/card0/device/vendor').length).toBeLessThan(6);
  });

  test('asks GPUs only when told to', async () => {
    const host = linux();
    const source = liveSource(host, {processes: 'never'});
    expect((await source.sample()).gpus).toEqual({
      status: 'unsupported',
      reason: 'GPUs are still being looked for',
    });
    expect(await source.readGpus(1000)).toEqual({gpus: {status: 'unsupported', reason: 'no GPU found'}});
    expect((await source.sample()).gpus.status).toBe('unsupported');
  });
});

describe('a sample without waiting', () => {
  test('is the same on Linux, but for GPUs not found yet', async () => {
    const source = liveSource(linux(), {processes: 'never', gpus: 'follow'});
    const first = source.sampleNow();
    expect(first).toMatchObject({memory: {status: 'ok'}, gpus: {reason: 'GPUs are still being looked for'}});
    const waited = await source.sample();
    expect(waited).toMatchObject({gpus: {reason: 'no GPU found'}});
    expect(source.sampleNow()).toEqual(waited);
  });

  test('holds exact physical memory on Windows, and cannot be had on macOS', () => {
    const onPlatform = (platform: NodeJS.Platform) =>
      liveSource(new FakeHost({platform}), {processes: 'never'}).sampleNow();
    expect(onPlatform('win32')).toMatchObject({memory: {status: 'ok', value: {availableBytes: 6 * GIB}}});
    expect(onPlatform('darwin')).toBeUndefined();
  });
});

describe('the process scan', () => {
  test('is waited for where that was asked, and no longer than that', async () => {
    const host = linux();
    const source = liveSource(host, {processes: 'scan', waitForScanMs: 150});
    expect(await source.sample()).toMatchObject({
      processes: {status: 'ok', value: {processes: [{pid: 300}]}},
    });
    for (const [path, text] of Object.entries(procFiles(301, {name: 'slow'}))) host.files.set(path, text);
    host.stuck.add('/proc/301/cmdline');
    await host.advance(1000);
    const running = source.sample();
    await host.advance(150);
    expect(await running).toMatchObject({processes: {value: {processes: [{pid: 300}]}}});
  });

  test('is not waited for unless asked, and its table comes with the next sample', async () => {
    const host = linux();
    host.stuck.add('/proc/300/cmdline');
    const source = liveSource(host, {processes: 'scan'});
    expect(await source.sample()).not.toHaveProperty('processes');
    await host.advance(200);
    expect(await source.sample()).toMatchObject({
      processes: {status: 'ok', value: {processes: [{pid: 300, user: 'ada'}]}},
    });
  });

  test('keeps its own beat below that of the samples', async () => {
    const host = linux();
    const source = liveSource(host, {processes: 'scan', processIntervalMs: 5000});
    for (let beat = 0; beat < 20; beat++) {
      await source.sample();
      await host.advance(1000);
    }
    expect(host.reads.filter((path) => path === '/proc/300/stat')).toHaveLength(4);
  });

  test('looks at the idle too as soon as memory moves', async () => {
    const large = Array.from({length: 40}, (_, index) => procFiles(400 + index, {rssPages: 90_000}));
    const host = linux(Object.assign({}, ...large, procFiles(9000, {rssPages: 5})));
    const source = liveSource(host, {processes: 'scan'});
    const readsOfIdle = () => host.reads.filter((path) => path === '/proc/9000/stat').length;
    const second = async () => {
      await source.sample();
      await host.advance(1000);
    };
    for (let beat = 0; beat < 60; beat++) await second();
    expect(readsOfIdle()).toBeLessThan(15);
    const before = readsOfIdle();
    const available = /MemAvailable: +(\d+)/.exec(fixture('proc/meminfo'))?.[1] ?? '';
    const total = Number(/MemTotal: +(\d+)/.exec(fixture('proc/meminfo'))?.[1]);
    const left = Number(available) - Math.ceil(total * 0.02);
    host.files.set('/proc/meminfo', fixture('proc/meminfo').replace(available, String(left)));
    await second();
    expect(readsOfIdle()).toBe(before + 1);
  });

  test('is no faster than every 10 s where it is dear', async () => {
    let calls = 0;
    const processes = async () => {
      calls += 1;
      return {list: []};
    };
    const host = new FakeHost({platform: 'win32', systemInformation: {processes}});
    const source = liveSource(host, {processes: 'scan', processIntervalMs: 1000});
    for (let beat = 0; beat < 30; beat++) {
      await source.sample();
      await host.advance(1000);
    }
    expect(calls).toBe(3);
  });

  test('is done at once for those who ask once', async () => {
    const table = await liveSource(linux(), {processes: 'scan'}).scanProcesses();
    expect(table).toMatchObject({status: 'ok', value: {processes: [{pid: 300, args: ['python']}]}});
  });

  test('reads nothing of any process when turned off', async () => {
    const host = linux();
    const source = liveSource(host, {processes: 'never'});
    for (let beat = 0; beat < 3; beat++) {
      expect(await source.sample()).not.toHaveProperty('processes');
      await host.advance(1000);
    }
    expect(await source.scanProcesses()).toMatchObject({status: 'unsupported'});
    expect(host.reads.filter((path) => path.startsWith('/proc/300'))).toEqual([]);
  });
});

describe('kill', () => {
  test('asks the kernel again who has the pid', async () => {
    const host = linux();
    const source = liveSource(host, {processes: 'scan'});
    await source.scanProcesses();
    expect(await source.kill(300, '77', 'SIGTERM')).toEqual({status: 'sent'});
    for (const [path, text] of Object.entries(procFiles(300, {name: 'sshd', startTicks: 99})))
      host.files.set(path, text);
    expect(await source.kill(300, '77', 'SIGTERM')).toEqual({status: 'gone'});
    expect(host.signals).toEqual([{pid: 300, signal: 'SIGTERM'}]);
  });

  test('names the owner from the newest table', async () => {
    const host = linux();
    host.killError = 'EPERM';
    const source = liveSource(host, {processes: 'scan'});
    await source.scanProcesses();
    expect(await source.kill(300, '77', 'SIGTERM')).toEqual({
      status: 'denied',
      reason: 'not permitted: python (300) belongs to ada',
    });
  });

  test('sends nothing on macOS when processes cannot be listed', async () => {
    const host = new FakeHost({platform: 'darwin', systemInformation: {processes: async () => ({list: []})}});
    const result = await liveSource(host, {processes: 'scan'}).kill(300, '2026-03-01 11:40:07', 'SIGTERM');
    expect(result).toEqual({status: 'failed', reason: 'the system listed no processes'});
    expect(host.signals).toEqual([]);
  });
});

test('close closes the files that were kept open', async () => {
  const host = linux();
  const source = liveSource(host, {processes: 'never'});
  await source.sample();
  const before = host.closed;
  await source.close();
  expect(host.closed).toBe(before + 1);
});

describe('what Linux tells beside', () => {
  const EVENTS = '/sys/fs/cgroup/job_7/memory.events';
  const shm = {'/dev/shm': {totalBytes: 8 * GIB, freeBytes: 6 * GIB}};

  test('is how much of /dev/shm is used, where it is mounted', async () => {
    const mounted = new FakeHost({files: FILES, fileSystems: shm});
    expect((await liveSource(mounted, {processes: 'never'}).sample()).shm).toEqual({
      totalBytes: 8 * GIB,
      usedBytes: 2 * GIB,
    });
    expect(await liveSource(linux(), {processes: 'never'}).sample()).not.toHaveProperty('shm');
  });

  test("is the OOM killer's count, of the machine only where all of it can be seen", async () => {
    const vmstat = 'pswpin 1\npswpout 2\noom_kill 9\n';
    const files = {...FILES, '/proc/vmstat': vmstat, [EVENTS]: 'oom_kill 2\n'};
    const cgroup = {scope: 'cgroup', id: '/job_7', name: 'job_7', kills: 2, limitBytes: 8 * GIB};
    const counters = async (links: Record<string, string>) =>
      (await liveSource(new FakeHost({files, links}), {processes: 'never'}).sample()).oom?.counters;
    expect(await counters({'/proc/self/ns/pid': 'pid:[4026531836]'})).toEqual([
      cgroup,
      {scope: 'host', id: 'host', name: 'host', kills: 9},
    ]);
    expect(await counters({'/proc/self/ns/pid': 'pid:[4026532999]'})).toEqual([cgroup]);
  });

  test('is who was killed, asked of the kernel log only when a counter has risen, with a scan of who is left', async () => {
    const log =
      '[ 99.500000] Memory cgroup out of memory: Killed process 301 (python) total-vm:9kB, anon-rss:7kB, file-rss:1kB, shmem-rss:0kB\n';
    const asked: string[] = [];
    const host = new FakeHost({
      files: {...FILES, [EVENTS]: 'oom_kill 2\n', '/proc/uptime': '100.00 1\n'},
      run: (file) => {
        if (file === 'dmesg') asked.push(file);
        return {status: 'exited', code: 0, stdout: log, stderr: ''};
      },
    });
    const source = liveSource(host, {processes: 'scan'});
    expect((await source.sample()).oom?.victims).toEqual([]);
    await host.advance(500);
    expect((await source.sample()).oom?.victims).toEqual([]);
    expect(asked).toEqual([]);
    host.files.set(EVENTS, 'oom_kill 3\n');
    const scans = host.reads.filter((path) => path === '/proc/300/stat').length;
    const sample = await source.sample();
    expect(sample.oom?.victims).toEqual([{pid: 301, name: 'python', rssBytes: 8 * 1024}]);
    expect(host.reads.filter((path) => path === '/proc/300/stat').length).toBe(scans + 1);
    expect(sample.processes?.status).toBe('ok');
    expect(asked).toEqual(['dmesg']);
    expect((await source.sample()).oom?.victims).toEqual([]);
  });
});

describe('a followed job', () => {
  const jobFiles = {
    ...procFiles(812, {parent: 4242, startTicks: 500, session: 812}),
    ...procFiles(813, {parent: 812, startTicks: 501, session: 812}),
    '/proc/812/cgroup': '0::/job_42\n',
    '/sys/fs/cgroup/job_42/memory.max': `${4 * GIB}\n`,
    '/sys/fs/cgroup/job_42/memory.current': `${GIB}\n`,
    '/sys/fs/cgroup/job_42/memory.stat': 'inactive_file 0\n',
  };
  const attached = (host: FakeHost) =>
    new JobFollower(host, {name: 'train', roots: [{pid: 812, startKey: '500'}]});

  test('is part of the sample, with its own limits in place of ours', async () => {
    const host = linux(jobFiles);
    const source = liveSource(host, {processes: 'scan', job: attached(host)});
    await source.scanProcesses();
    const sample = await source.sample();
    expect(sample.limits).toMatchObject([{name: 'job_42', limitBytes: 4 * GIB}]);
    expect(sample.job).toMatchObject({pid: 812, state: 'running'});
    expect(sample.job?.members.map(({pid}) => pid)).toEqual([812, 813]);
    expect(JSON.parse(JSON.stringify(sample))).toEqual(sample);
  });

  test('is scanned for alone by the beat, with all others when somebody asks', async () => {
    const host = linux(jobFiles);
    const source = liveSource(host, {processes: 'scan', job: attached(host)});
    await source.scanProcesses();
    const statsOf300 = () => host.reads.filter((path) => path === '/proc/300/stat').length;
    const before = statsOf300();
    await host.advance(1000);
    await source.sample();
    await host.settle();
    expect(statsOf300()).toBe(before);
    await source.scanProcesses();
    expect(statsOf300()).toBe(before + 1);
  });

  test('that has ended is told as such', async () => {
    const host = linux(jobFiles);
    const source = liveSource(host, {processes: 'scan', job: attached(host)});
    await source.scanProcesses();
    for (const pid of [812, 813]) host.files.delete(`/proc/${pid}/stat`);
    await source.scanProcesses();
    expect((await source.sample()).job).toMatchObject({state: 'ended', members: [], exit: {at: host.now()}});
  });
});
