import {toMb} from './format.ts';
import {limitsOf, percentOf} from './limit.ts';
import type {MemoryMetrics, MetricPeak, Trend} from './metrics.ts';
import {largest} from './process-series.ts';
import {programName} from './program.ts';
import {
  type GpuFigure,
  type GpuMemoryKind,
  type GpuProcess,
  type GpuReading,
  type HostMemory,
  ok,
  type ProcessReading,
  type Reading,
  type Sample,
} from './sample.ts';
import type {MemoryStatus} from './status.ts';
import {safeText} from './text.ts';

export interface TopProcessStatus {
  readonly pid: number;
  /** The program, an interpreter with its script: `python train`. */
  readonly name: string;
  /** RSS as a share of the machine's memory, 0–100. */
  readonly memoryPercent: number | undefined;
  readonly rssMb: number;
  /** The whole command line, `''` where it cannot be read. */
  readonly command: string;
  readonly user: string | undefined;
}

/** One limit above this process; the host is the first. MB. */
export interface LimitStatus {
  readonly name: string;
  readonly path: string;
  readonly totalMb: number;
  readonly usedMb: number;
  readonly availableMb: number;
}

/** The machine's memory, in MB of 1,048,576 bytes. A figure the system does not tell is absent. */
export interface SystemMemoryStatus {
  readonly totalMb: number;
  readonly usedMb: number;
  readonly availableMb: number;
  readonly freeMb?: number;
  readonly buffersMb?: number;
  readonly cachedMb?: number;
  readonly sharedMb?: number;
  readonly swapTotalMb?: number;
  readonly swapUsedMb?: number;
  readonly swapFreeMb?: number;
}

export interface DetailedStatus extends MemoryStatus {
  readonly memory: Reading<SystemMemoryStatus>;
  readonly limits: readonly LimitStatus[];
  readonly trend: Trend;
  readonly average: number | undefined;
  readonly peak: MetricPeak | undefined;
  /** The five with the most memory; empty, with a reason below, where processes cannot be read. */
  readonly topProcesses: readonly TopProcessStatus[];
  readonly topProcessesMissing?: string;
  readonly gpus: Reading<readonly GpuStatus[]>;
}

/** One GPU, or one MIG instance of it. A figure that is not told is absent, with the reason in `missing`. */
export interface GpuStatus {
  readonly index: number;
  readonly instance?: number;
  readonly uuid?: string;
  readonly name: string;
  readonly vendor?: string;
  /** `vram`; `vram+gtt` where an APU's mapped system memory counts; `unified` where its memory is RAM. */
  readonly memory: GpuMemoryKind;
  /** MB of 1,048,576 bytes. */
  readonly usedMb?: number;
  readonly totalMb?: number;
  /** Used share, 0–100, not rounded. */
  readonly percent?: number;
  /** Share of time in which it worked, 0–100. */
  readonly utilization?: number;
  readonly temperatureC?: number;
  /** Who holds its memory, the largest first; `hidden` says why a pid names no process to be seen from here. */
  readonly processes?: readonly GpuProcessStatus[];
  /** Reasons for what is absent; `all` where nothing of it can be read now. */
  readonly missing: Readonly<Partial<Record<GpuFigure | 'all', string>>>;
}

export interface GpuProcessStatus {
  readonly pid: number;
  readonly usedMb?: number;
  readonly hidden?: string;
}

const TOP = 5;

export function detailedStatus(status: MemoryStatus, sample: Sample, metrics: MemoryMetrics): DetailedStatus {
  const {memory, processes} = sample;
  const {trend, average, peak} = metrics;
  const total = memory.status === 'ok' ? memory.value.totalBytes : undefined;
  return {
    ...status,
    memory: memory.status === 'ok' ? ok(systemMemory(memory.value)) : memory,
    limits: limitsOf(memory, sample.limits).map(({name, id, totalBytes, usedBytes, availableBytes}) => ({
      name,
      path: id,
      totalMb: toMb(totalBytes),
      usedMb: toMb(usedBytes),
      availableMb: toMb(availableBytes),
    })),
    trend,
    average,
    peak,
    topProcesses: processes?.status === 'ok' ? topProcesses(processes.value.processes, total) : [],
    ...(processes !== undefined && processes.status !== 'ok' && {topProcessesMissing: processes.reason}),
    gpus: sample.gpus.status === 'ok' ? ok(sample.gpus.value.map(gpuStatus)) : sample.gpus,
  };
}

function gpuStatus(gpu: GpuReading): GpuStatus {
  const {index, instance, uuid, name, vendor, memory = 'vram', usedBytes, totalBytes} = gpu;
  const {utilizationPercent, temperatureCelsius, processes, missing = {}, lost} = gpu;
  const reasons = Object.entries(missing).map(([figure, {reason}]) => [figure, reason]);
  return {
    index,
    ...(instance !== undefined && {instance}),
    ...(uuid !== undefined && {uuid}),
    name,
    ...(vendor !== undefined && {vendor}),
    memory,
    ...inMb('usedMb', usedBytes),
    ...inMb('totalMb', totalBytes),
    ...(usedBytes !== undefined && totalBytes !== undefined && {percent: percentOf(usedBytes, totalBytes)}),
    ...(utilizationPercent !== undefined && {utilization: utilizationPercent}),
    ...(temperatureCelsius !== undefined && {temperatureC: temperatureCelsius}),
    ...(processes !== undefined && {processes: processes.map(gpuProcessStatus)}),
    missing: lost === undefined ? Object.fromEntries(reasons) : {all: lost.reason},
  };
}

function gpuProcessStatus({pid, usedBytes, hidden}: GpuProcess): GpuProcessStatus {
  return {pid, ...inMb('usedMb', usedBytes), ...(hidden !== undefined && {hidden})};
}

function systemMemory(memory: HostMemory): SystemMemoryStatus {
  const {totalBytes, availableBytes, swapTotalBytes, swapFreeBytes} = memory;
  return {
    totalMb: toMb(totalBytes),
    usedMb: toMb(totalBytes - availableBytes),
    availableMb: toMb(availableBytes),
    ...inMb('freeMb', memory.freeBytes),
    ...inMb('buffersMb', memory.buffersBytes),
    ...inMb('cachedMb', memory.cachedBytes),
    ...inMb('sharedMb', memory.shmemBytes),
    ...inMb('swapTotalMb', swapTotalBytes),
    ...inMb('swapFreeMb', swapFreeBytes),
    ...(swapTotalBytes !== undefined &&
      swapFreeBytes !== undefined && {swapUsedMb: toMb(swapTotalBytes - swapFreeBytes)}),
  };
}

function inMb<K extends string>(key: K, bytes: number | undefined): Partial<Record<K, number>> {
  return bytes === undefined ? {} : ({[key]: toMb(bytes)} as Record<K, number>);
}

function topProcesses(
  processes: readonly ProcessReading[],
  totalBytes: number | undefined,
): readonly TopProcessStatus[] {
  return largest(processes, TOP).map((process) => ({
    pid: process.pid,
    name: programName(process).title,
    memoryPercent: totalBytes === undefined ? undefined : percentOf(process.rssBytes, totalBytes),
    rssMb: toMb(process.rssBytes),
    command: safeText(process.command ?? ''),
    user: process.user,
  }));
}
