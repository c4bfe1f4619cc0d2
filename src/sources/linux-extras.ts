import type {LimitReading, Sample, SharedMemory} from '../core/sample.ts';
import {seesAll} from './gpu/pid-space.ts';
import type {Host} from './host.ts';
import {openCgroups} from './memory/cgroup.ts';
import {readPressure, readVmCounters} from './memory/linux.ts';
import {hostCounter} from './memory/oom.ts';

const SHM = '/dev/shm';

export type LinuxExtras = Pick<Sample, 'pressure' | 'swapCounters' | 'shm' | 'oom'> & {
  readonly limits: readonly LimitReading[];
};

/** What Linux tells beside memory itself: limits, pressure, swap traffic, /dev/shm and the OOM killer's counters. */
export function linuxExtras(
  host: Host,
  pidOf: () => number | undefined,
): (memTotalBytes: number) => LinuxExtras {
  const cgroups = openCgroups(host, pidOf);
  // Inside a container the machine's count tells of other containers, too.
  const isWhole = seesAll(host);
  return (memTotalBytes) => {
    const limits = cgroups.read(memTotalBytes);
    const {swap, oomKills} = readVmCounters(host);
    const machine = isWhole && oomKills !== undefined ? [hostCounter(oomKills)] : [];
    const shm = readShm(host);
    return {
      limits,
      pressure: readPressure(host),
      ...(swap !== undefined && {swapCounters: swap}),
      ...(shm !== undefined && {shm}),
      oom: {counters: [...cgroups.oomCounters(), ...machine], victims: []},
    };
  };
}

function readShm(host: Host): SharedMemory | undefined {
  try {
    const {totalBytes, freeBytes} = host.fileSystem(SHM);
    return totalBytes > 0 ? {totalBytes, usedBytes: totalBytes - freeBytes} : undefined;
  } catch {
    // Not mounted: then nobody shares memory through it.
    return undefined;
  }
}
