import type {Frame, PoolFigures} from './frame.ts';
import type {JobCpu} from './job/job-cpu.ts';
import {type JobView, jobCount, jobView} from './job/job-view.ts';
import {type Limit, percentOf} from './limit.ts';
import {largest, processKey} from './process-series.ts';
import {programName} from './program.ts';
import {
  failed,
  type GpuReading,
  type HostMemory,
  ok,
  type ProcessTable,
  type Reading,
  type Sample,
  type SwapCounters,
  unsupported,
} from './sample.ts';
import type {TopProcess} from './top-process.ts';
import {type VramTable, vramTable} from './vram.ts';

/** The largest processes of a sample as alerts and peaks name them; with `among`, of the job's. */
export function topOf(
  {processes, job}: {readonly [N in 'processes' | 'job']?: Sample[N] | undefined},
  count: number,
  among: 'all' | 'job' = 'all',
): readonly TopProcess[] {
  if (processes?.status !== 'ok') return [];
  const keys = new Set(among === 'job' ? job?.members.map(processKey) : []);
  const all = processes.value.processes;
  const chosen = among === 'all' ? all : all.filter((process) => keys.has(processKey(process)));
  return largest(chosen, count).map((process) => ({
    pid: process.pid,
    name: programName(process).title,
    rssBytes: process.rssBytes,
  }));
}

export function ramReading(sample: Sample, limit: Limit | undefined): Reading<PoolFigures> {
  if (limit === undefined) return sample.memory.status === 'ok' ? failed('no limit known') : sample.memory;
  // Under a cgroup's limit the host's own figures may be missing and RAM still be known.
  return ok(limitFigures(limit));
}

/** RAM as a pool under one limit. */
export function limitFigures({usedBytes, totalBytes, availableBytes, cacheBytes}: Limit): PoolFigures {
  const percent = percentOf(usedBytes, totalBytes);
  if (cacheBytes === undefined) return {usedBytes, totalBytes, availableBytes, percent};
  return {usedBytes, totalBytes, availableBytes, percent, cacheBytes};
}

/** Figures of a pool of which what is not used is left. `totalBytes` is more than 0. */
export function poolFigures(usedBytes: number, totalBytes: number): PoolFigures {
  const availableBytes = totalBytes - usedBytes;
  return {usedBytes, totalBytes, availableBytes, percent: percentOf(usedBytes, totalBytes)};
}

/** Swap stands in the same file as RAM; where it was seen before, it is missing together with it. */
export function swapReading(memory: Reading<HostMemory>, isKnown: boolean): Reading<PoolFigures> | undefined {
  if (memory.status !== 'ok') return isKnown ? memory : undefined;
  const {swapTotalBytes: totalBytes, swapFreeBytes: availableBytes} = memory.value;
  if (totalBytes === undefined || availableBytes === undefined || totalBytes <= 0) return undefined;
  return ok(poolFigures(totalBytes - availableBytes, totalBytes));
}

export function gpuReading({usedBytes, totalBytes, missing, lost}: GpuReading): Reading<PoolFigures> {
  if (lost !== undefined) return lost;
  if (usedBytes === undefined || totalBytes === undefined || totalBytes <= 0)
    return missing?.used ?? missing?.total ?? unsupported('the driver does not tell its VRAM');
  return ok(poolFigures(usedBytes, totalBytes));
}

/** Pages swapped since the sample before. */
export function swapRateOf(
  {swapCounters: now, monotonicMs}: Sample,
  before: {readonly monotonicMs: number; readonly swapCounters?: SwapCounters | undefined} | undefined,
): Frame['swapRate'] {
  if (now === undefined || before?.swapCounters === undefined || monotonicMs <= before.monotonicMs)
    return undefined;
  const seconds = (monotonicMs - before.monotonicMs) / 1000;
  return {
    inPerSecond: (now.inPages - before.swapCounters.inPages) / seconds,
    outPerSecond: (now.outPages - before.swapCounters.outPages) / seconds,
  };
}

const SELF_CPU_MS = 5000;

/** Own CPU as a moving figure over the last seconds, so that one busy moment does not flicker. */
function selfOf({self, monotonicMs}: Sample, before: Frame | undefined): Frame['self'] {
  if (self === undefined) return undefined;
  if (before?.self === undefined) return self;
  const elapsed = monotonicMs - before.sample.monotonicMs;
  if (elapsed <= 0) return before.self;
  const now = ((self.cpuMs - before.self.cpuMs) / elapsed) * 100;
  const weight = before.self.cpuPercent === undefined ? 1 : Math.min(1, elapsed / SELF_CPU_MS);
  return {...self, cpuPercent: (before.self.cpuPercent ?? now) * (1 - weight) + now * weight};
}

interface FrameParts extends Pick<Frame, 'sample' | 'timelineMs' | 'ram' | 'pools' | 'limits' | 'alerts'> {
  readonly limit: Limit | undefined;
  readonly swapRate: Frame['swapRate'];
  /** The followed job's, up to the check before. */
  readonly jobCpu: JobCpu;
}

type Building<T> = {-readonly [N in keyof T]: T[N]};

/**
 * The frame of a sample, with what only shows beside the frame before it: rates, own cost. Few checks are looked at by
 * anybody: whose VRAM it is costs only those, and with a job those that follow it.
 */
export function frameOf({limit, swapRate, jobCpu, ...parts}: FrameParts, before: Frame | undefined): Frame {
  const {sample, timelineMs, ram, pools, limits, alerts} = parts;
  const {at, memory: host, gpus, pressure, processes} = sample;
  const vram = lazyVram(sample);
  // Written out: to spread objects of figures costs more than all else of a check.
  const frame: Building<Frame> = {
    sample,
    timelineMs,
    ram,
    pools,
    limits,
    alerts,
    at,
    host,
    get vram() {
      return vram();
    },
  };
  const self = selfOf(sample, before);
  if (gpus.status !== 'ok') frame.noGpuReason = gpus.reason;
  if (limit !== undefined) frame.limit = limit;
  if (pressure !== undefined) frame.pressure = pressure;
  if (swapRate !== undefined) frame.swapRate = swapRate;
  if (processes !== undefined) frame.processes = processes;
  if (self !== undefined) frame.self = self;
  const job = jobOf(sample, vram, jobCpu);
  if (job !== undefined) frame.job = job;
  return frame;
}

/** The same frame with other views of its pools, after a threshold was changed or an alert silenced. */
export function withPools(frame: Frame, views: Pick<Frame, 'ram' | 'pools' | 'alerts'>): Frame {
  const vram = () => frame.vram;
  return Object.defineProperties({...frame, ...views}, {vram: {get: vram, enumerable: true}});
}

/** The same frame with who was there then. */
export function withProcesses(frame: Frame, table: ProcessTable): Frame {
  const processes = ok(table);
  const sample = {...frame.sample, processes};
  const vram = lazyVram(sample);
  return Object.defineProperties({...frame, sample, processes}, {vram: {get: vram, enumerable: true}});
}

function lazyVram({gpus, processes, at}: Sample): () => VramTable | undefined {
  let table: VramTable | undefined | 'unknown' = 'unknown';
  return () => {
    if (table === 'unknown') table = gpus.status === 'ok' ? vramTable(gpus.value, processes, at) : undefined;
    return table;
  };
}

function jobOf(
  {job, at, monotonicMs}: Sample,
  vram: () => VramTable | undefined,
  cpu: JobCpu,
): JobView | undefined {
  if (job === undefined) return undefined;
  // Where none of its processes can be seen its CPU time is not known, and not 0.
  if (jobCount(job) > 0) cpu.take(job, monotonicMs);
  return jobView(job, {at, vram: vram(), cpuPercent: cpu.percent});
}
