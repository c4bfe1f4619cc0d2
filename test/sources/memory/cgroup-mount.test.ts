import fc from 'fast-check';
import {expect, test} from 'vitest';
import {findMemoryCgroup} from '../../../src/sources/memory/cgroup-mount.ts';
import {fixture} from '../fixtures.ts';
import {mutated} from '../mutations.ts';

const V2 =
  '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n';

test('takes version 2 where it is the only one', () => {
  expect(findMemoryCgroup('0::/user.slice/user-1000.slice\n', V2)).toEqual({
    version: 2,
    mountPoint: '/sys/fs/cgroup',
    mountRoot: '/',
    below: ['user.slice', 'user-1000.slice'],
  });
});

test('takes version 1 on a captured host that has both, since memory is bound to it', () => {
  const place = findMemoryCgroup(fixture('cgroup/v1-hybrid/cgroup'), fixture('cgroup/v1-hybrid/mountinfo'));
  expect(place).toMatchObject({version: 1, mountPoint: '/sys/fs/cgroup/memory', mountRoot: '/'});
  expect(place?.below[0]).toBe('batch');
});

test('takes version 2 on a hybrid host where version 1 has other controllers only', () => {
  const cgroup = '5:cpuset:/\n1:name=systemd:/init.scope\n0::/init.scope\n';
  const mountinfo = `40 30 0:35 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n${V2}`;
  expect(findMemoryCgroup(cgroup, mountinfo)).toMatchObject({version: 2, below: ['init.scope']});
});

test('finds memory among controllers that are mounted together', () => {
  const mountinfo = '40 30 0:35 / /sys/fs/cgroup/cpu,memory rw shared:9 - cgroup cgroup rw,cpu,memory\n';
  expect(findMemoryCgroup('4:cpu,memory:/batch/7\n', mountinfo)).toMatchObject({
    version: 1,
    below: ['batch', '7'],
  });
});

test('finds a docker container whose own group stands at the mount point', () => {
  const mountinfo = '40 30 0:35 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n';
  expect(findMemoryCgroup('4:memory:/docker/abc\n', mountinfo)).toMatchObject({
    mountRoot: '/docker/abc',
    below: [],
  });
  expect(findMemoryCgroup('4:memory:/docker/abc/worker\n', mountinfo)).toMatchObject({below: ['worker']});
});

test('does not take a group for its neighbour with a longer name', () => {
  const mountinfo = '40 30 0:35 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n';
  expect(findMemoryCgroup('4:memory:/docker/abc\n', mountinfo)).toBeUndefined();
});

test('follows a path above the namespace root where the mount begins there too', () => {
  const mountinfo = V2.replace('0:26 / ', '0:26 /.. ');
  expect(findMemoryCgroup('0::/../job_7\n', mountinfo)).toMatchObject({mountRoot: '/..', below: ['job_7']});
});

test('claims no limit for a process outside the part that is mounted', () => {
  expect(findMemoryCgroup('0::/../../user.slice\n', V2)).toBeUndefined();
});

test('takes the mount that shows the most levels', () => {
  const own = '40 30 0:35 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n';
  const host = '41 30 0:35 / /host/sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n';
  for (const mountinfo of [own + host, host + own]) {
    expect(findMemoryCgroup('4:memory:/docker/abc\n', mountinfo)).toMatchObject({
      mountPoint: '/host/sys/fs/cgroup/memory',
    });
  }
});

test('undoes the escapes of mountinfo', () => {
  const mountinfo = V2.replace('/sys/fs/cgroup', '/mnt/my\\040groups\\134x');
  expect(findMemoryCgroup('0::/a\n', mountinfo)?.mountPoint).toBe('/mnt/my groups\\x');
});

test('never throws and never climbs, whatever the files hold', () => {
  const cgroup = fixture('cgroup/v1-hybrid/cgroup');
  const mountinfo = fixture('cgroup/v1-hybrid/mountinfo');
  fc.assert(
    fc.property(mutated(cgroup), mutated(mountinfo), (ownText, mountText) => {
      const place = findMemoryCgroup(ownText, mountText);
      return place === undefined || (place.mountPoint.startsWith('/') && !place.below.includes('..'));
    }),
    {numRuns: 500},
  );
});
