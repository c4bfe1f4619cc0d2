import {
  type GpuReading,
  type HostMemory,
  type LimitReading,
  type ProcessTable,
  type Reading,
  type Sample,
  unsupported,
} from '../core/sample.ts';
import type {KillResult, KillSignal, Source} from '../core/source.ts';
import {detectGpus} from './gpu/presence.ts';
import type {Host} from './host.ts';
import {killer} from './kill.ts';
import {openCgroups} from './memory/cgroup.ts';
import {readPressure, readSwapCounters} from './memory/linux.ts';
import {platformReaders} from './platform.ts';
import {slowReading} from './slow-reading.ts';

export interface LiveOptions {
  /** `ask` scans only for `scanProcesses`; `never` leaves processes alone altogether. */
  readonly processes: 'scan' | 'ask' | 'never';
  /**
   * From the start of one process scan to the next, in milliseconds. After a scan that took long the rest is ten
   * times as long, so that scans take no more than a tenth of a core.
   * @default 1000, and 10000 where a scan is dear (macOS, Windows)
   */
  readonly processIntervalMs?: number;
  /** How long `sample` waits for the scan that it starts; for long intervals, whose last scan is old. @default 0 */
  readonly waitForScanMs?: number;
}

export interface LiveSource extends Source {
  /** As `sample`, without waiting; `undefined` where the system's memory cannot be read at once (macOS). */
  sampleNow(): Sample | undefined;
  /** Scans the processes now and waits for it; for those who ask once. */
  scanProcesses(): Promise<Reading<ProcessTable>>;
  kill(pid: number, startKey: string, signal: KillSignal): Promise<KillResult>;
}

/** Reads this machine. A process scan keeps its own beat and is never waited for. */
export function liveSource(host: Host, options: LiveOptions): LiveSource {
  const platform = platformReaders(host);
  const {usualMs, leastMs} = platform.scanPace;
  const everyMs = Math.max(leastMs, options.processIntervalMs ?? usualMs);
  const scans = slowReading(host, everyMs, platform.scan);
  const linux = host.platform === 'linux' ? linuxExtras(host) : undefined;
  let gpus: Reading<readonly GpuReading[]> = unsupported('GPUs are still being looked for');
  const gpuSearch = detectGpus(host).then((found) => {
    gpus = found;
  });
  const isScanning = options.processes === 'scan';
  const kill = killer(host, {
    startKey: platform.startKey,
    find: (pid) => {
      const table = isScanning ? scans.peek() : undefined;
      return table?.status === 'ok'
        ? table.value.processes.find((process) => process.pid === pid)
        : undefined;
    },
  });

  return {
    hostName: host.hostName,
    async sample() {
      const {waitForScanMs = 0} = options;
      const scan = isScanning && waitForScanMs > 0 ? scans.latestWithin(waitForScanMs) : undefined;
      const [memory] = await Promise.all([platform.memory(), gpuSearch, scan]);
      return sampleAround(memory);
    },
    sampleNow: () => platform.memoryNow && sampleAround(platform.memoryNow()),
    processMemory: platform.processMemory,
    scanProcesses: async () =>
      options.processes !== 'never' ? scans.next() : unsupported('the process list is turned off'),
    kill,
    close: async () => host.close(),
  };

  function sampleAround(memory: Reading<HostMemory>): Sample {
    const total = memory.status === 'ok' ? memory.value.totalBytes : Number.POSITIVE_INFINITY;
    const quick = {
      at: host.now(),
      monotonicMs: host.monotonic(),
      memory,
      ...(linux?.(total) ?? {limits: []}),
      gpus,
      self: host.ownCost(),
    };
    // Only now, so that a scan begun here does not delay the readings above.
    const processes = isScanning ? scans.latest() : undefined;
    return {...quick, ...(processes ? {processes} : {})};
  }
}

type LinuxExtras = Pick<Sample, 'pressure' | 'swapCounters'> & {readonly limits: readonly LimitReading[]};

function linuxExtras(host: Host): (memTotalBytes: number) => LinuxExtras {
  const cgroups = openCgroups(host);
  return (memTotalBytes) => {
    const swapCounters = readSwapCounters(host);
    return {
      limits: cgroups.read(memTotalBytes),
      pressure: readPressure(host),
      ...(swapCounters ? {swapCounters} : {}),
    };
  };
}
