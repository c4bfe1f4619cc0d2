import {
  type HostMemory,
  ok,
  type ProcessMemory,
  type ProcessTable,
  type Reading,
  unsupported,
} from '../core/sample.ts';
import type {Host} from './host.ts';
import {darwinMemory} from './memory/darwin.ts';
import {linuxMemory} from './memory/linux.ts';
import {windowsMemory} from './memory/windows.ts';
import {LinuxProcesses, processStartKey} from './processes/linux.ts';
import {processMemoryReader} from './processes/linux-memory.ts';
import type {ScanWish} from './processes/scan-plan.ts';
import {SystemInformationProcesses} from './processes/system-information.ts';

/** What one operating system can tell, and at what pace. */
export interface PlatformReaders {
  memory(): Promise<Reading<HostMemory>>;
  /** The same without waiting; absent where that cannot be had. */
  memoryNow?(): Reading<HostMemory>;
  /** All processes; those that the wish passes over may be some seconds old. */
  scan(wish?: ScanWish): Promise<Reading<ProcessTable>>;
  /** From the start of one scan to the next, in milliseconds: as it is unless asked otherwise, and at the least. */
  readonly scanPace: {readonly usualMs: number; readonly leastMs: number};
  /** When the process started, asked of the system now; `undefined` if it is gone. Rejects if that cannot be told. */
  startKey(pid: number): Promise<string | undefined>;
  processMemory(pid: number): Promise<Reading<ProcessMemory>>;
}

export function platformReaders(host: Host): PlatformReaders {
  const open = Object.hasOwn(PLATFORMS, host.platform)
    ? PLATFORMS[host.platform as keyof typeof PLATFORMS]
    : other;
  return open(host);
}

const PLATFORMS = {linux, darwin, win32} as const satisfies Partial<
  Record<NodeJS.Platform, (host: Host) => PlatformReaders>
>;

function linux(host: Host): PlatformReaders {
  const processes = new LinuxProcesses(host);
  return {
    ...atOnce(linuxMemory(host)),
    scan: (wish) => processes.scan(wish),
    scanPace: {usualMs: 1000, leastMs: 0},
    startKey: async (pid) => processStartKey(host, pid),
    processMemory: processMemoryReader(host),
  };
}

function darwin(host: Host): PlatformReaders {
  return {memory: darwinMemory(host), ...throughSystemInformation(host)};
}

function win32(host: Host): PlatformReaders {
  return {...atOnce(windowsMemory(host)), ...throughSystemInformation(host)};
}

// Systems nobody asked for yet: what the runtime tells is better than nothing.
function other(host: Host): PlatformReaders {
  const memory = () => {
    const {totalBytes, freeBytes} = host.runtimeMemory();
    return ok({totalBytes, availableBytes: freeBytes});
  };
  return {...atOnce(memory), ...throughSystemInformation(host)};
}

function atOnce(
  memoryNow: () => Reading<HostMemory>,
): Required<Pick<PlatformReaders, 'memory' | 'memoryNow'>> {
  return {memoryNow, memory: async () => memoryNow()};
}

function throughSystemInformation(host: Host): Omit<PlatformReaders, 'memory'> {
  const processes = new SystemInformationProcesses(host);
  return {
    scan: () => processes.scan(),
    scanPace: {usualMs: 10_000, leastMs: 10_000},
    async startKey(pid) {
      const table = await processes.scan();
      if (table.status !== 'ok') throw new Error(table.reason);
      return table.value.processes.find((process) => process.pid === pid)?.startKey;
    },
    processMemory: async () => unsupported('the memory of one process is not read in detail on this system'),
  };
}
