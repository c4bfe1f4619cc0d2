import type {HostMemory, LimitReading, Reading} from './sample.ts';

/** A bound on memory, with what is used and left under it. Bytes; `used + available = total`. */
export interface Limit {
  /** `host`, or the cgroup's whole path. */
  readonly id: string;
  readonly kind: 'host' | 'cgroup';
  /** `host`, or the last part of the cgroup's path. */
  readonly name: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly availableBytes: number;
  /** Page cache charged here, active file pages (a model's mapped weights) included. */
  readonly cacheBytes?: number;
}

const MIN_LEAD_BYTES = 64 * 1024 * 1024;
const LEAD_SHARE = 0.01;

/** Host and cgroups as limits of one shape, the host first. */
export function limitsOf(memory: Reading<HostMemory>, limits: readonly LimitReading[]): readonly Limit[] {
  return [...hostLimits(memory), ...limits.map(limitOf)];
}

/**
 * The limit in force: the one with the fewest bytes left. The former one stays until another leads it by
 * 64 MiB or 1 % of its size, so that two close limits do not take turns.
 */
export function limitInForce(limits: readonly Limit[], formerId: string | undefined): Limit | undefined {
  if (limits.length <= 1) return limits[0];
  const tightest = limits.reduce<Limit | undefined>(
    (best, limit) => (best === undefined || limit.availableBytes < best.availableBytes ? limit : best),
    undefined,
  );
  const former = limits.find(({id}) => id === formerId);
  if (tightest === undefined || former === undefined) return tightest;
  const lead = Math.max(MIN_LEAD_BYTES, former.totalBytes * LEAD_SHARE);
  return former.availableBytes - tightest.availableBytes > lead ? tightest : former;
}

/** Used share of a limit, 0–100 and over where the kernel lets it be over. */
export function percentOf(usedBytes: number, totalBytes: number): number {
  return (usedBytes / totalBytes) * 100;
}

/** What the host's own figures say of it. */
export function hostLimit(totalBytes: number, availableBytes: number, cacheBytes?: number): Limit {
  const usedBytes = totalBytes - availableBytes;
  const [id, kind, name] = ['host', 'host', 'host'] as const;
  // Two objects written out: to spread one of figures costs more than all else of a reading.
  if (cacheBytes === undefined) return {id, kind, name, totalBytes, availableBytes, usedBytes};
  return {id, kind, name, totalBytes, availableBytes, usedBytes, cacheBytes};
}

/** Used is the working set, as `docker stats` and kubelet count it: charged memory less inactive file cache. */
export function cgroupLimit(
  {id, name}: Pick<Limit, 'id' | 'name'>,
  totalBytes: number,
  currentBytes: number,
  inactiveFileBytes: number,
  activeFileBytes: number,
): Limit {
  const usedBytes = Math.min(totalBytes, Math.max(0, currentBytes - inactiveFileBytes));
  const availableBytes = totalBytes - usedBytes;
  const cacheBytes = inactiveFileBytes + activeFileBytes;
  return {id, kind: 'cgroup', name, totalBytes, usedBytes, availableBytes, cacheBytes};
}

function hostLimits(memory: Reading<HostMemory>): readonly Limit[] {
  if (memory.status !== 'ok') return [];
  const {totalBytes, availableBytes, cachedBytes} = memory.value;
  return [hostLimit(totalBytes, availableBytes, cachedBytes)];
}

function limitOf(reading: LimitReading): Limit {
  const {path: id, name, limitBytes, currentBytes, inactiveFileBytes, activeFileBytes = 0} = reading;
  return cgroupLimit({id, name}, limitBytes, currentBytes, inactiveFileBytes, activeFileBytes);
}
