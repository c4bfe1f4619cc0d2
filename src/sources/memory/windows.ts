import {failed, type HostMemory, ok, type Reading} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {slowReading} from '../slow-reading.ts';
import {swapOf} from './darwin.ts';

const SWAP_EVERY_MS = 30_000;
const COMMIT_EVERY_MS = 10_000;
// PowerShell alone takes a second to start on a busy machine.
const COMMIT_DEADLINE_MS = 8_000;
const COMMIT_QUERY =
  'Get-CimInstance Win32_OperatingSystem | Select-Object TotalVirtualMemorySize,FreeVirtualMemory | ConvertTo-Json -Compress';

type Commit = Pick<HostMemory, 'commitBytes' | 'commitLimitBytes'>;
type Swap = Pick<HostMemory, 'swapTotalBytes' | 'swapFreeBytes'>;

/** Memory of Windows: physical memory each time, page files and commit charge as of their own, slower beats. */
export function windowsMemory(host: Host): () => Reading<HostMemory> {
  const swap = slowReading(host, SWAP_EVERY_MS, () => readSwap(host));
  const commit = slowReading(host, COMMIT_EVERY_MS, () => readCommit(host));
  return () => {
    const {totalBytes, freeBytes} = host.runtimeMemory();
    if (!(totalBytes > 0) || !(freeBytes >= 0) || freeBytes > totalBytes) {
      return failed('Windows gave no usable figures of physical memory');
    }
    // What Windows calls free includes its standby cache: it is what is available.
    const physical = {totalBytes, availableBytes: freeBytes};
    return ok({...physical, ...known(swap.latest()), ...known(commit.latest())});
  };
}

function known<T extends object>(reading: Reading<T> | undefined): Partial<T> {
  return reading?.status === 'ok' ? reading.value : {};
}

async function readSwap(host: Host): Promise<Reading<Swap>> {
  const {mem} = await host.systemInformation();
  const {swaptotal, swapfree} = await mem();
  return ok(swapOf(swaptotal, swapfree));
}

async function readCommit(host: Host): Promise<Reading<Commit>> {
  const args = ['-NoProfile', '-NonInteractive', '-Command', COMMIT_QUERY];
  const result = await host.run('powershell.exe', args, {timeoutMs: COMMIT_DEADLINE_MS});
  if (result.status !== 'exited') return failed(`powershell.exe: ${result.reason}`);
  return parseCommit(result.stdout);
}

/** The answer of `Win32_OperatingSystem`, whose "virtual memory" is the commit limit, in KiB. */
export function parseCommit(stdout: string): Reading<Commit> {
  let answer: unknown;
  try {
    // A byte order mark may come first.
    answer = JSON.parse(stdout.replace(/^\uFEFF/, ''));
  } catch {
    return failed('powershell.exe gave no JSON');
  }
  const limit = sizeIn(answer, 'TotalVirtualMemorySize');
  const free = sizeIn(answer, 'FreeVirtualMemory');
  if (limit === undefined || free === undefined || free > limit)
    return failed('powershell.exe gave no commit charge');
  return ok({commitBytes: (limit - free) * 1024, commitLimitBytes: limit * 1024});
}

function sizeIn(answer: unknown, name: string): number | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const size: unknown = Reflect.get(answer, name);
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
