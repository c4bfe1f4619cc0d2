import {failed, type HostMemory, ok, type Reading} from '../../core/sample.ts';
import type {Host, SystemMemory} from '../host.ts';
import {slowReading} from '../slow-reading.ts';

// Each call starts three small programs.
const EVERY_MS = 1000;
const WAIT_MS = 500;

/** Memory of a Mac: what is available is all that is not anonymous, wired or compressed. */
export function darwinMemory(host: Host): () => Promise<Reading<HostMemory>> {
  const beat = slowReading(host, EVERY_MS, async () =>
    toHostMemory(await (await host.systemInformation()).mem()),
  );
  return async () =>
    (await beat.latestWithin(WAIT_MS)) ?? failed(`vm_stat gave no answer within ${WAIT_MS} ms`);
}

function toHostMemory(memory: SystemMemory): Reading<HostMemory> {
  const {total, available, free, swaptotal, swapfree} = memory;
  if (!isSize(total) || total === 0) return failed('vm_stat gave no total memory');
  if (!isSize(available) || available > total)
    return failed('vm_stat gave no usable figure of available memory');
  return ok({
    totalBytes: total,
    availableBytes: available,
    ...(isSize(free) && free <= total ? {freeBytes: free} : {}),
    ...swapOf(swaptotal, swapfree),
  });
}

/** Swap, when both figures make sense together. */
export function swapOf(total: number, free: number): {swapTotalBytes?: number; swapFreeBytes?: number} {
  return isSize(total) && isSize(free) && free <= total ? {swapTotalBytes: total, swapFreeBytes: free} : {};
}

function isSize(bytes: number): boolean {
  return Number.isFinite(bytes) && bytes >= 0;
}
