import {
  type HostMemory,
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
import type {JobFollower} from './job/follower.ts';
import {killer} from './kill.ts';
import {linuxExtras} from './linux-extras.ts';
import {OomWatch} from './memory/oom.ts';
import {type PlatformReaders, platformReaders} from './platform.ts';
import type {ScanWish} from './processes/scan-plan.ts';
import {slowReading} from './slow-reading.ts';

/** Of the machine's memory: so much since all processes were read. */
const RESTLESS_SHARE = 0.01;

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
  /** The job that is followed; its limits stand in place of memtop's own. */
  readonly job?: JobFollower;
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
  const sampleAround = sampler(host, gpus, scans, options.job);
  const oom = new OomWatch(host);
  let firstGpus = options.gpus === 'follow' ? gpus.begin() : undefined;
  return {
    hostName: host.hostName,
    async sample() {
      const [memory] = await Promise.all([platform.memory(), settledGpus(), scans.settled()]);
      scans.noteMemory(memory);
      const sample = sampleAround(memory);
      return oom.note(sample.oom?.counters ?? []) ? withVictims(sample) : sample;
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

  /** Somebody was killed: who, and who is left. */
  async function withVictims(sample: Sample): Promise<Sample> {
    const [victims, processes] = await Promise.all([oom.victims(), scans.next()]);
    return {...sample, processes, oom: {counters: sample.oom?.counters ?? [], victims}};
  }

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
  /** What is left of the machine's memory tells when all processes are to be looked at. */
  noteMemory(memory: MemoryReading): void;
  /** Scans now. */
  next(): Promise<Reading<ProcessTable>>;
  /** The process in the newest table. */
  find(pid: number): ProcessReading | undefined;
}

function processScans(host: Host, {scan, scanPace}: PlatformReaders, options: LiveOptions): ProcessScans {
  const {processes, processIntervalMs = scanPace.usualMs, waitForScanMs = 0, job} = options;
  const usualWish = restless();
  let memory: MemoryReading | undefined;
  // Who asks for a scan by itself wants to know of all processes, also of those that are not followed.
  let isAsked = false;
  const scans = slowReading(host, Math.max(scanPace.leastMs, processIntervalMs), async () => {
    const wish = isAsked ? 'all' : (job?.pids ?? usualWish(memory));
    isAsked = false;
    const table = await scan(wish);
    if (table.status === 'ok') job?.update(table.value);
    return table;
  });
  const isScanning = processes === 'scan';
  return {
    latest: () => (isScanning ? scans.latest() : undefined),
    settled: async () => isScanning && waitForScanMs > 0 && scans.latestWithin(waitForScanMs),
    noteMemory(reading) {
      memory = reading;
    },
    async next() {
      if (processes === 'never') return unsupported('the process list is turned off');
      isAsked = true;
      return scans.next();
    },
    find(pid) {
      const table = isScanning ? scans.peek() : undefined;
      return table?.status === 'ok'
        ? table.value.processes.find((process) => process.pid === pid)
        : undefined;
    },
  };
}

type MemoryReading = Reading<HostMemory>;

/** Somebody has taken or given back memory, and it may be one that was idle until now: then all are read. */
function restless(): (memory: MemoryReading | undefined) => ScanWish {
  let availableBytes: number | undefined;
  return (memory) => {
    if (memory?.status !== 'ok') return 'changing';
    const {value} = memory;
    const change = Math.abs(value.availableBytes - (availableBytes ?? Number.POSITIVE_INFINITY));
    if (change < value.totalBytes * RESTLESS_SHARE) return 'changing';
    ({availableBytes} = value);
    return 'all';
  };
}

function sampler(
  host: Host,
  gpus: GpuWatch,
  scans: ProcessScans,
  job: JobFollower | undefined,
): (memory: MemoryReading) => Sample {
  const extras = host.platform === 'linux' ? linuxExtras(host, () => job?.pid) : () => ({limits: []});
  return (memory) => {
    const total = memory.status === 'ok' ? memory.value.totalBytes : Number.POSITIVE_INFINITY;
    const self = host.ownCost();
    const quick = {
      at: host.now(),
      monotonicMs: host.monotonic(),
      memory,
      ...extras(total),
      ...gpus.latest(),
      ...(self !== undefined && {self}),
    };
    // Only now, so that a scan begun here does not delay the readings above.
    const processes = scans.latest();
    const followed = job?.reading();
    return {
      ...quick,
      ...(processes !== undefined && {processes}),
      ...(followed !== undefined && {job: followed}),
    };
  };
}
