import {expect, test} from 'vitest';
import {cgroupName} from '../../../src/sources/memory/cgroup-name.ts';

const ID = '3f2a9c71d0e84b55a1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899'.slice(0, 64);

test.each([
  ['/slurm/uid_1000/job_42', 'job_42'],
  ['/user.slice/user-1000.slice/user@1000.service/app.slice/run-u7.service', 'run-u7.service'],
  [`/docker/${ID}`, 'docker 3f2a9c'],
  [`/system.slice/docker-${ID}.scope`, 'docker 3f2a9c'],
  [`/kubepods.slice/kubepods-burstable.slice/x.slice/cri-containerd-${ID}.scope`, 'containerd 3f2a9c'],
  [`/kubepods.slice/x.slice/crio-${ID}.scope`, 'crio 3f2a9c'],
  [`/machine.slice/libpod-${ID}.scope`, 'podman 3f2a9c'],
  [
    `/system.slice/containerd.service/kubepods-besteffort-pod6f1c.slice:cri-containerd:${ID}`,
    'containerd 3f2a9c',
  ],
  [`/kubepods/burstable/pod8d1e42f7-7f0a-4c55-9b1e-2f3a4b5c6d7e/${ID}`, 'container 3f2a9c'],
  ['/kubepods/burstable/pod8d1e42f7-7f0a-4c55-9b1e-2f3a4b5c6d7e', 'pod 8d1e42'],
  ['/kubepods.slice/kubepods-burstable-pod8d1e42f7_7f0a_4c55_9b1e_2f3a4b5c6d7e.slice', 'pod 8d1e42'],
  [`/ecs/${ID.slice(0, 32)}/${ID.slice(0, 32)}-1234567890`, 'container 3f2a9c'],
  ['/lxc.payload.web1', 'lxc web1'],
  ['/lxc/web1', 'web1'],
  ['/', 'container'],
  ['/..', 'container'],
  ['/podcasts', 'podcasts'],
])('%s is called %s', (path, name) => {
  expect(cgroupName(path)).toBe(name);
});
