import {errorCode} from '../../core/errors.ts';
import {
  failed,
  type HostMemory,
  ok,
  type Pressure,
  type Reading,
  type SwapCounters,
  unsupported,
} from '../../core/sample.ts';
import {missingFile} from '../errors.ts';
import type {Host} from '../host.ts';
import {counterIn, figureBehind, SIZE} from './counter.ts';
import {arcReader} from './zfs-arc.ts';

const MEMINFO = '/proc/meminfo';
const PRESSURE = '/proc/pressure/memory';
const MOST_OF_SHARE = 12;

/** Sizes by the kernel's names, bytes; nothing for what is not told, or is a count. */
export type Sizes = (name: string) => number | undefined;

/** The sizes of `/proc/meminfo`. */
export function meminfoSizes(text: string): Sizes {
  return (name) => {
    const kibibytes = figureBehind(text, `${name}:`, SIZE);
    return kibibytes === undefined ? undefined : kibibytes * 1024;
  };
}

/** The machine's memory from `/proc/meminfo`. Inside LXC with lxcfs it is the container's. */
export function linuxMemory(host: Host): () => Reading<HostMemory> {
  const reclaimableArc = arcReader(host);
  return () => readMeminfo(host, reclaimableArc);
}

function readMeminfo(host: Host, reclaimableArc: () => number): Reading<HostMemory> {
  let text: string;
  try {
    text = host.readAgain(MEMINFO);
  } catch (error) {
    return missingFile(MEMINFO, error);
  }
  const sizes = meminfoSizes(text);
  const totalBytes = sizes('MemTotal');
  if (totalBytes === undefined || totalBytes <= 0) return failed(`${MEMINFO} gives no usable MemTotal`);
  const availableBytes = sizes('MemAvailable') ?? estimateAvailable(sizes);
  if (availableBytes === undefined) return failed(`${MEMINFO} gives neither MemAvailable nor MemFree`);
  if (availableBytes < 0) return failed(`${MEMINFO} gives less than no available memory`);
  if (availableBytes > totalBytes) return failed(`${MEMINFO} gives more available memory than there is`);
  return ok({...details(sizes, totalBytes), ...withArc(reclaimableArc(), totalBytes, availableBytes)});
}

/** Memory pressure of the whole system (PSI). */
export function readPressure(host: Host): Reading<Pressure> {
  let text: string;
  try {
    text = host.readAgain(PRESSURE);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return unsupported('this kernel has no pressure information');
    if (code === 'EOPNOTSUPP' || code === 'ENOTSUP') {
      return unsupported('pressure information is off in this kernel (psi=1 at boot turns it on)');
    }
    return missingFile(PRESSURE, error);
  }
  const some10 = share(text, 'some', 'avg10');
  const some60 = share(text, 'some', 'avg60');
  const full10 = share(text, 'full', 'avg10');
  const full60 = share(text, 'full', 'avg60');
  if (some10 === undefined || some60 === undefined || full10 === undefined || full60 === undefined) {
    return failed(`${PRESSURE} cannot be understood`);
  }
  return ok({some10, some60, full10, full60});
}

/** What `/proc/vmstat` counts since boot; what the kernel does not count is absent. */
export interface VmCounters {
  readonly swap?: SwapCounters;
  readonly oomKills?: number;
}

/** Swap traffic and OOM kills of the whole machine. */
export function readVmCounters(host: Host): VmCounters {
  let text: string;
  try {
    text = host.readAgain('/proc/vmstat');
  } catch {
    // These are an extra: without the counters they are simply not shown.
    return {};
  }
  const inPages = counterIn(text, 'pswpin');
  const outPages = counterIn(text, 'pswpout');
  const oomKills = counterIn(text, 'oom_kill');
  return {
    ...(inPages !== undefined && outPages !== undefined && {swap: {inPages, outPages}}),
    ...(oomKills !== undefined && {oomKills}),
  };
}

// Kernels before 3.14 have no MemAvailable. Shared memory is counted in Cached but cannot be dropped.
function estimateAvailable(sizes: Sizes): number | undefined {
  const free = sizes('MemFree');
  if (free === undefined) return undefined;
  return free + size(sizes, 'Buffers') + (cache(sizes) ?? 0);
}

function cache(sizes: Sizes): number | undefined {
  const cached = sizes('Cached');
  if (cached === undefined) return undefined;
  return Math.max(0, cached + size(sizes, 'SReclaimable') - size(sizes, 'Shmem'));
}

function size(sizes: Sizes, name: string): number {
  return Math.max(0, sizes(name) ?? 0);
}

function details(sizes: Sizes, totalBytes: number): Partial<HostMemory> {
  const part = (name: string) => plausible(sizes(name), totalBytes);
  return present({
    freeBytes: part('MemFree'),
    buffersBytes: part('Buffers'),
    cachedBytes: plausible(cache(sizes), totalBytes),
    activeFileBytes: part('Active(file)'),
    shmemBytes: part('Shmem'),
    ...swap(sizes),
  });
}

function swap(sizes: Sizes): {swapTotalBytes?: number; swapFreeBytes?: number} {
  const total = plausible(sizes('SwapTotal'), Number.MAX_SAFE_INTEGER);
  const free = plausible(sizes('SwapFree'), total ?? 0);
  return total === undefined || free === undefined ? {} : {swapTotalBytes: total, swapFreeBytes: free};
}

function plausible(bytes: number | undefined, most: number): number | undefined {
  return bytes !== undefined && bytes >= 0 && bytes <= most ? bytes : undefined;
}

type Present<T> = {[K in keyof T]?: Exclude<T[K], undefined>};

function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

// The kernel counts the ARC as used, though ZFS gives it back down to `c_min`.
function withArc(
  reclaimableBytes: number,
  totalBytes: number,
  availableBytes: number,
): Pick<HostMemory, 'totalBytes' | 'availableBytes' | 'arcBytes'> {
  const arcBytes = Math.min(reclaimableBytes, totalBytes - availableBytes);
  if (arcBytes <= 0) return {totalBytes, availableBytes};
  return {totalBytes, availableBytes: availableBytes + arcBytes, arcBytes};
}

/** A line is `some avg10=0.12 avg60=0.05 avg300=0.00 total=12`. */
function share(text: string, line: 'some' | 'full', field: 'avg10' | 'avg60'): number | undefined {
  const start = text.startsWith(line) ? 0 : text.indexOf(`\n${line} `) + 1;
  if (start === 0 && !text.startsWith(`${line} `)) return undefined;
  const end = text.indexOf('\n', start);
  const name = ` ${field}=`;
  const at = text.indexOf(name, start);
  if (at < 0 || (end >= 0 && at > end)) return undefined;
  const found = /^\d+(?:\.\d+)?/.exec(text.slice(at + name.length, at + name.length + MOST_OF_SHARE))?.[0];
  const percent = Number(found ?? Number.NaN);
  return percent >= 0 && percent <= 100 ? percent : undefined;
}
