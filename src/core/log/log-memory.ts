import {failed, type HostMemory, type LimitReading, ok, type Sample} from '../sample.ts';
import {amountOf, amountsOf, type Fields, fieldsOf, listOf, megabytesOf, textOf} from './log-fields.ts';

const MOST_LIMITS = 64;

const HOST = {
  totalBytes: 'total_bytes',
  availableBytes: 'available_bytes',
  freeBytes: 'free_bytes',
  buffersBytes: 'buffers_bytes',
  cachedBytes: 'cached_bytes',
  activeFileBytes: 'active_file_bytes',
  shmemBytes: 'shmem_bytes',
  arcBytes: 'arc_bytes',
  swapTotalBytes: 'swap_total_bytes',
  swapFreeBytes: 'swap_free_bytes',
  commitBytes: 'commit_bytes',
  commitLimitBytes: 'commit_limit_bytes',
} as const satisfies Record<keyof HostMemory, string>;

const LIMIT = {
  limitBytes: 'limit_bytes',
  highBytes: 'high_bytes',
  currentBytes: 'current_bytes',
  inactiveFileBytes: 'inactive_file_bytes',
  activeFileBytes: 'active_file_bytes',
  anonBytes: 'anon_bytes',
  shmemBytes: 'shmem_bytes',
} as const satisfies Record<Exclude<keyof LimitReading, 'name' | 'path' | 'version'>, string>;

const EXACT = {
  usedBytes: 'used_bytes',
  totalBytes: 'total_bytes',
  availableBytes: 'available_bytes',
  cachedBytes: 'cache_bytes',
} as const;

/**
 * Memory as one line tells it: of the host and of every limit, else the figures of what was in force, else the
 * six fields that every log has. Nothing where there is no figure to use.
 */
export function memoryOf(line: Fields): Pick<Sample, 'memory' | 'limits'> | undefined {
  const host = hostOf(line.host);
  const limits = listOf(line.limits, MOST_LIMITS).flatMap((limit) => limitOf(limit) ?? []);
  if (host === undefined && limits.length > 0) return {memory: failed('not in the log'), limits};
  const memory = host ?? exactOf(line.memory) ?? basicOf(line);
  return memory && {memory: ok({...memory, ...swapOf(line, memory)}), limits};
}

function hostOf(value: unknown): HostMemory | undefined {
  const host = amountsOf(fieldsOf(value) ?? {}, HOST);
  const {totalBytes, availableBytes} = host;
  if (totalBytes === undefined || availableBytes === undefined || totalBytes <= 0) return undefined;
  return {...host, totalBytes, availableBytes};
}

function limitOf(fields: Fields): LimitReading | undefined {
  const {limitBytes, currentBytes, inactiveFileBytes, ...more} = amountsOf(fields, LIMIT);
  const [name, path] = [textOf(fields.name), textOf(fields.path)];
  if (name === undefined || path === undefined || limitBytes === undefined || limitBytes <= 0)
    return undefined;
  if (currentBytes === undefined || inactiveFileBytes === undefined) return undefined;
  const version = fields.version === 1 ? 1 : 2;
  return {name, path, version, limitBytes, currentBytes, inactiveFileBytes, ...more};
}

function exactOf(value: unknown): HostMemory | undefined {
  const {cachedBytes, ...figures} = amountsOf(fieldsOf(value) ?? {}, EXACT);
  const memory = wholeOf(figures);
  return memory && {...memory, ...(cachedBytes !== undefined && {cachedBytes})};
}

function basicOf(line: Fields): HostMemory | undefined {
  return wholeOf({
    usedBytes: megabytesOf(line.used_mb),
    totalBytes: megabytesOf(line.total_mb),
    availableBytes: megabytesOf(line.available_mb),
    percent: amountOf(line.percent),
  });
}

/** The figures as far as they are told: used before percent, percent before what is available. */
export function wholeOf(told: {
  readonly usedBytes?: number | undefined;
  readonly totalBytes?: number | undefined;
  readonly availableBytes?: number | undefined;
  readonly percent?: number | undefined;
}): HostMemory | undefined {
  const {usedBytes, availableBytes, percent} = told;
  const totalBytes = told.totalBytes ?? totalOf(usedBytes, availableBytes, percent);
  if (totalBytes === undefined || !(totalBytes > 0)) return undefined;
  const share = percent === undefined ? undefined : Math.round((percent / 100) * totalBytes);
  const used = usedBytes ?? share ?? (availableBytes === undefined ? undefined : totalBytes - availableBytes);
  if (used === undefined) return undefined;
  return {totalBytes, availableBytes: Math.min(totalBytes, Math.max(0, totalBytes - used))};
}

function totalOf(
  usedBytes: number | undefined,
  availableBytes: number | undefined,
  percent: number | undefined,
): number | undefined {
  if (usedBytes === undefined) return undefined;
  if (availableBytes !== undefined) return usedBytes + availableBytes;
  return percent === undefined || percent === 0 ? undefined : Math.round((usedBytes / percent) * 100);
}

/** Swap, where it stands beside the host's figures and not among them. */
function swapOf({swap}: Fields, {swapTotalBytes}: HostMemory) {
  const {totalBytes, usedBytes} = amountsOf(fieldsOf(swap) ?? {}, EXACT);
  if (swapTotalBytes !== undefined || totalBytes === undefined || usedBytes === undefined) return {};
  return {swapTotalBytes: totalBytes, swapFreeBytes: Math.max(0, totalBytes - usedBytes)};
}
