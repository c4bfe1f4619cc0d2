import {errorCode} from '../../core/errors.ts';
import {failed, ok, type ProcessMemory, type Reading} from '../../core/sample.ts';
import {withDeadline} from '../deadline.ts';
import {missingFile} from '../errors.ts';
import type {Host} from '../host.ts';
import {kibibytesIn} from '../memory/counter.ts';

const ROLLUP_DEADLINE_MS = 1000;

type Pss = Pick<ProcessMemory, 'pssBytes'>;

/**
 * Tells what one process's memory is made of. PSS is absent where only the process's owner may see it, and while
 * the PSS of a process that is stuck on its memory lock is still waited for.
 */
export function processMemoryReader(host: Host): (pid: number) => Promise<Reading<ProcessMemory>> {
  const readPss = pssReader(host);
  return async (pid) => {
    const path = `/proc/${pid}/status`;
    let status: string;
    try {
      status = host.readNow(path);
    } catch (error) {
      const code = errorCode(error);
      return code === 'ENOENT' || code === 'ESRCH'
        ? failed(`process ${pid} has ended`)
        : missingFile(path, error);
    }
    return ok({...fromStatus(status), ...(await readPss(pid))});
  };
}

const STATUS_FIELDS = {
  rssBytes: 'VmRSS',
  rssAnonBytes: 'RssAnon',
  rssFileBytes: 'RssFile',
  rssShmemBytes: 'RssShmem',
  swapBytes: 'VmSwap',
  peakRssBytes: 'VmHWM',
} as const satisfies Partial<Record<keyof ProcessMemory, string>>;

function fromStatus(text: string): ProcessMemory {
  const sizes = Object.entries(STATUS_FIELDS).flatMap(([field, name]) => {
    const bytes = kibibytesIn(text, name);
    return bytes === undefined ? [] : [[field, bytes] as const];
  });
  const threads = /^Threads:\s+(\d{1,9})$/m.exec(text)?.[1];
  return {...Object.fromEntries(sizes), ...(threads === undefined ? {} : {threads: Number(threads)})};
}

// A read that hangs holds one of the few threads that all of this program's file work shares: one at most.
function pssReader(host: Host): (pid: number) => Promise<Pss> {
  let isReading = false;
  return async (pid) => {
    if (isReading) return {};
    isReading = true;
    const reading = host.read(`/proc/${pid}/smaps_rollup`).finally(() => {
      isReading = false;
    });
    try {
      const rollup = await withDeadline(host, ROLLUP_DEADLINE_MS, reading);
      const pssBytes = rollup.status === 'done' ? kibibytesIn(rollup.value, 'Pss') : undefined;
      return pssBytes === undefined ? {} : {pssBytes};
    } catch {
      // Another user's process, or a kernel before 4.14: RSS must do.
      return {};
    }
  };
}
