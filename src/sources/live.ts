import {
  type HostMemory,
  type LimitReading,
  type ProcessReading,
  type ProcessTable,
  type Reading,
  type Sample,
  unsupported,
} from '../core/sample.ts';
import type {KillResult, KillSignal, Source} from '../core/source.ts';
import {withDeadline} from './deadline.ts';
import type {GpuPart} from './gpu/gpus.ts';
import {GpuWatch} from './gpu/watch.ts';
import type {Host} from './host.ts';
import {killer} from './kill.ts';
import {openCgroups} from './memory/cgroup.ts';
import {readPressure, readSwapCounters} from './memory/linux.ts';
import {type PlatformReaders, platformReaders} from './platform.ts';
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
  /** How long `sample` waits for a scan that is due; for long intervals, whose last scan is old. @default 0 */
  readonly waitForScanMs?: number;
  /** `follow` reads GPUs from the start, `ask` only for `readGpus` and after `followGpus`. @default 'ask' */
  readonly gpus?: 'follow' | 'ask';
  /** From one reading of the GPUs to the next, in milliseconds, as far as their drivers keep to it. @default 1000 */
  readonly gpuIntervalMs?: number;
  /** How long the first sample waits for GPUs. @default 0 */
  readonly waitForGpusMs?: number;
}

export interface LiveSource extends Source {
  /** As `sample`, without waiting; `undefined` where the system's memory cannot be read at once (macOS). */
  sampleNow(): Sample | undefined;
  /** Scans the processes now and waits for it; for those who ask once. */
  scanProcesses(): Promise<Reading<ProcessTable>>;
  /** Reads GPUs from now on, until `close`. */
  followGpus(): void;
  /** The GPUs now: waits for a first reading, so long and no longer. */
  readGpus(withinMs: number): Promise<GpuPart>;
  kill(pid: number, startKey: string, signal: KillSignal): Promise<KillResult>;
}

/**
 * Reads this machine. A process scan keeps its own beat: `sample` takes the newest table there is, and waits for
 * the scan that is due only where `waitForScanMs` says so, and no longer than that.
 */
export function liveSource(host: Host, options: LiveOptions): LiveSource {
  const platform = platformReaders(host);
  const scans = processScans(host, platform, options);
  const gpus = new GpuWatch(host, options.gpuIntervalMs ?? 1000);
  const sampleAround = sampler(host, gpus, scans);
  let firstGpus = options.gpus === 'follow' ? gpus.begin() : undefined;
  return {
    hostName: host.hostName,
    async sample() {
      const [memory] = await Promise.all([platform.memory(), settledGpus(), scans.settled()]);
      return sampleAround(memory);
    },
    sampleNow: () => platform.memoryNow && sampleAround(platform.memoryNow()),
    processMemory: platform.processMemory,
    scanProcesses: scans.next,
    followGpus: () => void gpus.begin(),
    readGpus: (withinMs) => gpus.read(withinMs),
    kill: killer(host, {startKey: platform.startKey, find: scans.find}),
    close: async () => {
      gpus.close();
      host.close();
    },
  };

  async function settledGpus(): Promise<void> {
    if (firstGpus === undefined) return;
    await withDeadline(
      host,
      options.waitForGpusMs ?? 0,
      firstGpus.then(() => gpus.ready),
    );
    firstGpus = undefined;
  }
}

interface ProcessScans {
  /** The newest table, without waiting; `undefined` before the first, and where nobody scans by the beat. */
  latest(): Reading<ProcessTable> | undefined;
  /** Waits for the scan that is due, as long as was asked for. */
  settled(): Promise<unknown>;
  /** Scans now. */
  next(): Promise<Reading<ProcessTable>>;
  /** The process in the newest table. */
  find(pid: number): ProcessReading | undefined;
}

function processScans(host: Host, {scan, scanPace}: PlatformReaders, options: LiveOptions): ProcessScans {
  const {processes, processIntervalMs = scanPace.usualMs, waitForScanMs = 0} = options;
  const scans = slowReading(host, Math.max(scanPace.leastMs, processIntervalMs), scan);
  const isScanning = processes === 'scan';
  return {
    latest: () => (isScanning ? scans.latest() : undefined),
    settled: async () => isScanning && waitForScanMs > 0 && scans.latestWithin(waitForScanMs),
    next: async () => (processes === 'never' ? unsupported('the process list is turned off') : scans.next()),
    find(pid) {
      const table = isScanning ? scans.peek() : undefined;
      return table?.status === 'ok'
        ? table.value.processes.find((process) => process.pid === pid)
        : undefined;
    },
  };
}

type MemoryReading = Reading<HostMemory>;

function sampler(host: Host, gpus: GpuWatch, scans: ProcessScans): (memory: MemoryReading) => Sample {
  const extras = host.platform === 'linux' ? linuxExtras(host) : () => ({limits: []});
  return (memory) => {
    const total = memory.status === 'ok' ? memory.value.totalBytes : Number.POSITIVE_INFINITY;
    const quick = {
      at: host.now(),
      monotonicMs: host.monotonic(),
      memory,
      ...extras(total),
      ...gpus.latest(),
      self: host.ownCost(),
    };
    // Only now, so that a scan begun here does not delay the readings above.
    const processes = scans.latest();
    return {...quick, ...(processes ? {processes} : {})};
  };
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
