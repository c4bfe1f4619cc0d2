import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {openCgroups} from '../../../src/sources/memory/cgroup.ts';
import {type FakeFile, FakeHost} from '../fake-host.ts';
import {fixture} from '../fixtures.ts';
import {mutated, numbersIn} from '../mutations.ts';

const GIB = 2 ** 30;
const TOTAL = 256 * GIB;
const UNLIMITED_V1 = '9223372036854771712';
const ID = '3f2a9c71d0e84b55a1c2d3e4f5061728394a5b6c7d8e9f001122334455667788';
const V2_MOUNT =
  '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw\n';
const V1_MOUNT = '36 32 0:31 / /sys/fs/cgroup/memory rw,relatime shared:17 - cgroup cgroup rw,memory\n';

interface Group {
  max?: number | string;
  high?: number | string;
  current?: number;
  inactive?: number;
}

function v2Group(
  folder: string,
  {max = 'max', high = 'max', current = GIB, inactive = 0}: Group,
): Record<string, string> {
  return {
    [`${folder}/memory.max`]: `${max}\n`,
    [`${folder}/memory.high`]: `${high}\n`,
    [`${folder}/memory.current`]: `${current}\n`,
    [`${folder}/memory.stat`]: `anon 600\nfile 500\nkernel 90\nshmem 40\ninactive_anon 1\nactive_anon 2\ninactive_file ${inactive}\nactive_file 70\n`,
  };
}

function v1Group(
  folder: string,
  {max = UNLIMITED_V1, current = GIB, inactive = 0}: Group,
): Record<string, string> {
  return {
    [`${folder}/memory.limit_in_bytes`]: `${max}\n`,
    [`${folder}/memory.usage_in_bytes`]: `${current}\n`,
    [`${folder}/memory.stat`]: `cache 1\nrss 2\ninactive_file 3\nactive_file 4\nhierarchical_memory_limit ${max}\ntotal_cache 500\ntotal_rss 600\ntotal_shmem 40\ntotal_inactive_file ${inactive}\ntotal_active_file 70\n`,
  };
}

function machine(cgroup: string, mountinfo: string, ...groups: Record<string, FakeFile>[]): FakeHost {
  const files = {
    '/proc/self/cgroup': cgroup,
    '/proc/self/mountinfo': mountinfo,
    ...Object.assign({}, ...groups),
  };
  return new FakeHost({files});
}

describe('version 2', () => {
  const step = '/system.slice/slurmstepd.scope/job_42/step_0/user/task_0';
  const levels = step
    .split('/')
    .map((_, depth, parts) => parts.slice(0, depth + 1).join('/'))
    .slice(1);
  const job = '/sys/fs/cgroup/system.slice/slurmstepd.scope/job_42';

  function slurm(): FakeHost {
    const groups = levels.map((level) => v2Group(`/sys/fs/cgroup${level}`, {}));
    const limited = v2Group(job, {max: 64 * GIB, high: 60 * GIB, current: 20 * GIB, inactive: 5 * GIB});
    return machine(`0::${step}\n`, V2_MOUNT, ...groups, limited);
  }

  test('finds the limit of a Slurm job from inside its task', () => {
    expect(openCgroups(slurm()).read(TOTAL)).toEqual([
      {
        name: 'job_42',
        path: '/system.slice/slurmstepd.scope/job_42',
        version: 2,
        limitBytes: 64 * GIB,
        highBytes: 60 * GIB,
        currentBytes: 20 * GIB,
        inactiveFileBytes: 5 * GIB,
        activeFileBytes: 70,
        anonBytes: 600,
        shmemBytes: 40,
      },
    ]);
  });

  test('gives every limited level, the innermost first', () => {
    const host = slurm();
    host.files.set(`/sys/fs/cgroup${step}/memory.max`, `${8 * GIB}\n`);
    expect(
      openCgroups(host)
        .read(TOTAL)
        .map(({name}) => name),
    ).toEqual(['task_0', 'job_42']);
  });

  test('follows a limit that is changed and one that is lifted', () => {
    const host = slurm();
    const cgroups = openCgroups(host);
    cgroups.read(TOTAL);
    host.files.set(`${job}/memory.max`, `${32 * GIB}\n`);
    expect(cgroups.read(TOTAL)).toMatchObject([{limitBytes: 32 * GIB}]);
    host.files.set(`${job}/memory.max`, 'max\n');
    expect(cgroups.read(TOTAL)).toEqual([]);
  });

  test('takes a limit of all memory or more for none', () => {
    expect(openCgroups(slurm()).read(64 * GIB)).toEqual([]);
    expect(openCgroups(slurm()).read(64 * GIB + 1)).toHaveLength(1);
  });

  test('takes a limit of zero for none, as nothing could run under it', () => {
    const host = machine('0::/a\n', V2_MOUNT, v2Group('/sys/fs/cgroup/a', {max: 0}));
    expect(openCgroups(host).read(TOTAL)).toEqual([]);
  });

  test('shows the own limit of a docker container with a namespace', () => {
    const host = machine('0::/\n', V2_MOUNT, v2Group('/sys/fs/cgroup', {max: 4 * GIB}));
    expect(openCgroups(host).read(TOTAL)).toMatchObject([
      {name: 'container', path: '/', limitBytes: 4 * GIB},
    ]);
  });

  test('shows container and pod limits of Kubernetes', () => {
    const pod =
      '/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8d1e42f7_7f0a_4c55_9b1e_2f3a4b5c6d7e.slice';
    const container = `${pod}/cri-containerd-${ID}.scope`;
    const host = machine(
      `0::${container}\n`,
      V2_MOUNT,
      v2Group(`/sys/fs/cgroup${pod}`, {max: 10 * GIB}),
      v2Group(`/sys/fs/cgroup${container}`, {max: 8 * GIB}),
    );
    expect(
      openCgroups(host)
        .read(TOTAL)
        .map(({name, limitBytes}) => [name, limitBytes]),
    ).toEqual([
      ['containerd 3f2a9c', 8 * GIB],
      ['pod 8d1e42', 10 * GIB],
    ]);
  });

  test('shows a systemd-run slice though the root has no memory files', () => {
    const unit = '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run-u7.service';
    const host = machine(
      `0::${unit.slice('/sys/fs/cgroup'.length)}\n`,
      V2_MOUNT,
      v2Group(unit, {max: 2 * GIB}),
    );
    expect(openCgroups(host).read(TOTAL)).toMatchObject([{name: 'run-u7.service'}]);
  });

  test('keeps the inactive part within the whole while counters lag', () => {
    const host = machine(
      '0::/a\n',
      V2_MOUNT,
      v2Group('/sys/fs/cgroup/a', {max: GIB, current: 100, inactive: 200}),
    );
    expect(openCgroups(host).read(TOTAL)).toMatchObject([{currentBytes: 100, inactiveFileBytes: 100}]);
  });

  test('counts the whole charge as in use where memory.stat cannot be read', () => {
    const host = machine('0::/a\n', V2_MOUNT, v2Group('/sys/fs/cgroup/a', {max: GIB, current: 100}));
    host.files.delete('/sys/fs/cgroup/a/memory.stat');
    expect(openCgroups(host).read(TOTAL)).toMatchObject([{currentBytes: 100, inactiveFileBytes: 0}]);
  });

  test('finds its new group at once when the old one is gone', () => {
    const host = slurm();
    const cgroups = openCgroups(host);
    cgroups.read(TOTAL);
    for (const path of [...host.files.keys()]) if (path.startsWith(job)) host.files.delete(path);
    host.files.set('/proc/self/cgroup', '0::/other\n');
    for (const [path, text] of Object.entries(v2Group('/sys/fs/cgroup/other', {max: GIB})))
      host.files.set(path, text);
    expect(cgroups.read(TOTAL)).toMatchObject([{name: 'other'}]);
  });

  test('finds within half a minute that it was moved', async () => {
    const host = slurm();
    const cgroups = openCgroups(host);
    cgroups.read(TOTAL);
    host.files.set('/proc/self/cgroup', '0::/other\n');
    for (const [path, text] of Object.entries(v2Group('/sys/fs/cgroup/other', {max: GIB})))
      host.files.set(path, text);
    await host.advance(29_000);
    expect(cgroups.read(TOTAL)).toMatchObject([{name: 'job_42'}]);
    const before = host.closed;
    await host.advance(1_000);
    expect(cgroups.read(TOTAL)).toMatchObject([{name: 'other'}]);
    expect(host.closed, 'the files of the old group are let go').toBe(before + 1);
  });

  test('reads the list of mounts once only while nothing moves', async () => {
    const host = slurm();
    const cgroups = openCgroups(host);
    for (let beat = 0; beat < 100; beat++) {
      cgroups.read(TOTAL);
      await host.advance(1000);
    }
    expect(host.reads.filter((path) => path === '/proc/self/mountinfo')).toHaveLength(1);
    expect(host.reads.filter((path) => path === '/proc/self/cgroup')).toHaveLength(4);
  });
});

describe('version 1', () => {
  const folder = '/sys/fs/cgroup/memory';

  test('gives nothing on a captured host without limits', () => {
    const host = machine(fixture('cgroup/v1-hybrid/cgroup'), fixture('cgroup/v1-hybrid/mountinfo'));
    const leaf = `${folder}${/memory:(.*)/.exec(fixture('cgroup/v1-hybrid/cgroup'))?.[1]}`;
    for (const file of ['memory.limit_in_bytes', 'memory.usage_in_bytes', 'memory.stat']) {
      host.files.set(`${leaf}/${file}`, fixture(`cgroup/v1-hybrid/${file}`));
    }
    const cgroups = openCgroups(host);
    expect(cgroups.read(TOTAL)).toEqual([]);
    expect(cgroups.read(Number.POSITIVE_INFINITY)).toEqual([]);
    host.files.set(`${leaf}/memory.limit_in_bytes`, '33554432\n');
    const usage = Number(fixture('cgroup/v1-hybrid/memory.usage_in_bytes'));
    expect(cgroups.read(TOTAL)).toMatchObject([{limitBytes: 33554432, currentBytes: usage, version: 1}]);
  });

  test('takes the figures of the group with all below it', () => {
    const host = machine(
      '4:memory:/batch\n',
      V1_MOUNT,
      v1Group(`${folder}/batch`, {max: 8 * GIB, inactive: 300}),
    );
    expect(openCgroups(host).read(TOTAL)).toEqual([
      {
        name: 'batch',
        path: '/batch',
        version: 1,
        limitBytes: 8 * GIB,
        currentBytes: GIB,
        inactiveFileBytes: 300,
        activeFileBytes: 70,
        anonBytes: 600,
        shmemBytes: 40,
      },
    ]);
  });

  test('finds the limit of a docker container where its group is the mount point', () => {
    const mountinfo = `661 658 0:31 /docker/${ID} /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:17 - cgroup cgroup rw,memory\n`;
    const host = machine(`4:memory:/docker/${ID}\n0::/\n`, mountinfo, v1Group(folder, {max: 2 * GIB}));
    expect(openCgroups(host).read(TOTAL)).toMatchObject([
      {name: 'docker 3f2a9c', path: `/docker/${ID}`, limitBytes: 2 * GIB},
    ]);
  });

  test('finds the limit of an LXC container above its init scope', () => {
    const host = machine(
      '9:memory:/lxc.payload.web1/init.scope\n',
      V1_MOUNT,
      v1Group(folder, {}),
      v1Group(`${folder}/lxc.payload.web1`, {max: GIB}),
      v1Group(`${folder}/lxc.payload.web1/init.scope`, {}),
    );
    expect(openCgroups(host).read(TOTAL)).toMatchObject([{name: 'lxc web1'}]);
  });

  test.each([UNLIMITED_V1, '9223372036854710272', '18446744073709551615'])('takes %s for no limit', (max) => {
    const host = machine('4:memory:/a\n', V1_MOUNT, v1Group(`${folder}/a`, {max}));
    expect(openCgroups(host).read(Number.POSITIVE_INFINITY)).toEqual([]);
  });
});

test('gives nothing, and does not throw, without /proc', () => {
  expect(openCgroups(new FakeHost()).read(TOTAL)).toEqual([]);
});

test('gives only sound figures whatever the files hold', () => {
  const group = v2Group('/sys/fs/cgroup/a', {max: GIB, high: GIB / 2, current: GIB / 4, inactive: GIB / 8});
  const changes = fc.record(
    Object.fromEntries(
      Object.entries(group).map(([path, text]) => [path, fc.oneof(fc.constant(text), mutated(text))]),
    ),
  );
  fc.assert(
    fc.property(changes, (files) => {
      const limits = openCgroups(machine('0::/a\n', V2_MOUNT, files)).read(TOTAL);
      return (
        limits.every((limit) => limit.limitBytes > 0 && limit.inactiveFileBytes <= limit.currentBytes) &&
        numbersIn(limits).every((figure) => figure >= 0 && Number.isFinite(figure))
      );
    }),
    {numRuns: 500},
  );
});

describe('kills by the OOM killer', () => {
  const countersOf = (host: FakeHost) => {
    const cgroups = openCgroups(host);
    cgroups.read(TOTAL);
    return cgroups.oomCounters();
  };
  const events = (folder: string, kills: number, hits: number) => ({
    [`${folder}/memory.events`]: `low 0\nhigh 1\nmax 22\noom ${hits}\noom_kill ${kills}\noom_group_kill 0\n`,
    [`${folder}/memory.events.local`]: `low 0\nhigh 0\nmax 9\noom ${hits}\noom_kill ${kills}\n`,
  });

  test('of version 2 are counted in each level, the innermost first, with its limit and how often that was hit', () => {
    const host = machine(
      '0::/slurm/job_42/step\n',
      V2_MOUNT,
      v2Group('/sys/fs/cgroup/slurm/job_42/step', {}),
      events('/sys/fs/cgroup/slurm/job_42/step', 2, 0),
      v2Group('/sys/fs/cgroup/slurm/job_42', {max: 90 * GIB}),
      events('/sys/fs/cgroup/slurm/job_42', 2, 3),
      v2Group('/sys/fs/cgroup/slurm', {}),
      {'/sys/fs/cgroup/slurm/memory.events': 'oom_kill 5\n'},
    );
    expect(countersOf(host)).toEqual([
      {scope: 'cgroup', id: '/slurm/job_42/step', name: 'step', kills: 2, limitHits: 0},
      {scope: 'cgroup', id: '/slurm/job_42', name: 'job_42', kills: 2, limitHits: 3, limitBytes: 90 * GIB},
      {scope: 'cgroup', id: '/slurm', name: 'slurm', kills: 5},
    ]);
  });

  test('of version 1 are counted since the kernels that do', () => {
    const job = '/sys/fs/cgroup/memory/slurm/job_42';
    const host = machine(
      '9:memory:/slurm/job_42\n',
      V1_MOUNT,
      v1Group(job, {max: 90 * GIB}),
      {
        [`${job}/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 4\n',
        [`${job}/memory.failcnt`]: '57\n',
      },
      v1Group('/sys/fs/cgroup/memory/slurm', {}),
      {'/sys/fs/cgroup/memory/slurm/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\n'},
      v1Group('/sys/fs/cgroup/memory', {}),
    );
    expect(countersOf(host)).toEqual([
      {scope: 'cgroup', id: '/slurm/job_42', name: 'job_42', kills: 4, limitHits: 57, limitBytes: 90 * GIB},
    ]);
  });

  test('are none where nothing tells, and none before the first look', () => {
    const host = machine('0::/a\n', V2_MOUNT, v2Group('/sys/fs/cgroup/a', {}));
    expect(countersOf(host)).toEqual([]);
    expect(openCgroups(host).oomCounters()).toEqual([]);
  });

  test('whatever is in the files, no figure is more than was written there', () => {
    fc.assert(
      fc.property(mutated('low 0\noom 3\noom_kill 17\n'), (text) => {
        const host = machine('0::/a\n', V2_MOUNT, v2Group('/sys/fs/cgroup/a', {max: GIB}), {
          '/sys/fs/cgroup/a/memory.events': text,
          '/sys/fs/cgroup/a/memory.events.local': text,
        });
        return numbersIn(countersOf(host)).every((figure) => Number.isSafeInteger(figure) && figure >= 0);
      }),
      {numRuns: 500},
    );
  });
});

describe("a followed job's limits", () => {
  const own = v2Group('/sys/fs/cgroup/own', {max: 64 * GIB});
  const job = v2Group('/sys/fs/cgroup/job_42', {max: 32 * GIB});

  test('are those of its process, once that is known', () => {
    let pid: number | undefined;
    const host = machine('0::/own\n', V2_MOUNT, own, job, {'/proc/812/cgroup': '0::/job_42\n'});
    const cgroups = openCgroups(host, () => pid);
    const names = () => cgroups.read(TOTAL).map(({name}) => name);
    expect(names()).toEqual(['own']);
    pid = 812;
    expect(names()).toEqual(['job_42']);
  });

  test('stay known when it has ended, for its story', async () => {
    const host = machine('0::/own\n', V2_MOUNT, own, job, {'/proc/812/cgroup': '0::/job_42\n'});
    const cgroups = openCgroups(host, () => 812);
    expect(cgroups.read(TOTAL)).toMatchObject([{name: 'job_42'}]);
    host.files.delete('/proc/812/cgroup');
    await host.advance(60_000);
    expect(cgroups.read(TOTAL)).toMatchObject([{name: 'job_42', limitBytes: 32 * GIB}]);
  });
});
