import {processKey} from './process-series.ts';
import {programName} from './program.ts';
import type {GpuProcess, GpuReading, ProcessReading, ProcessTable, Reading} from './sample.ts';
import type {TopProcess} from './top-process.ts';

/** What one process holds of all GPUs' memory. */
export interface VramShare {
  readonly bytes: number;
  /** The GPUs that it holds memory of, as in `0` and `0/1`. */
  readonly gpus: readonly string[];
}

/** A pid that a driver names and that is no process to be seen from here. */
export interface HiddenShare extends GpuProcess {
  readonly gpu: string;
  readonly hidden: string;
}

/** Whose VRAM it is. */
export interface VramTable {
  /** By `processKey`. */
  readonly shares: ReadonlyMap<string, VramShare>;
  /** Why a process that has no share may hold VRAM all the same; absent where it holds none. */
  readonly unknown?: string;
  readonly hidden: readonly HiddenShare[];
}

/** A process that began this much after the driver named its pid is another one. Start times are told to the second. */
const REUSED_AFTER_MS = 2000;

/** How a GPU is named where only its number stands: `0`, and `0/1` for a MIG instance. */
export function gpuNumber({index, instance}: Pick<GpuReading, 'index' | 'instance'>): string {
  return instance === undefined ? String(index) : `${index}/${instance}`;
}

/** Joins what the drivers tell with the processes that can be seen; `undefined` where there is no GPU. */
export function vramTable(
  gpus: readonly GpuReading[],
  processes: Reading<ProcessTable> | undefined,
  at: number,
): VramTable | undefined {
  if (gpus.length === 0) return undefined;
  const named = new Set(gpus.flatMap((gpu) => (gpu.processes ?? []).map(({pid}) => pid)));
  const seen = seenByPid(processes, named);
  const shares = new Map<string, VramShare>();
  const hidden: HiddenShare[] = [];
  for (const gpu of gpus)
    for (const share of gpu.processes ?? []) {
      const process = share.hidden === undefined ? seen.get(share.pid) : undefined;
      if (process === undefined || isAnother(process, gpu.at ?? at))
        hidden.push({...share, gpu: gpuNumber(gpu), hidden: share.hidden ?? notSeen(processes)});
      else if (share.usedBytes !== undefined) add(shares, processKey(process), gpu, share.usedBytes);
    }
  const unknown = whyUnknown(gpus);
  return {shares, hidden, ...(unknown !== undefined && {unknown})};
}

/** Who holds most of one GPU's memory, as alerts and peaks name them; only processes that can be seen. */
export function topOnGpu(
  gpu: GpuReading,
  processes: Reading<ProcessTable> | undefined,
  {at, count}: {readonly at: number; readonly count: number},
): readonly TopProcess[] {
  const told = (gpu.processes ?? []).filter(({hidden}) => hidden === undefined);
  const seen = seenByPid(processes, new Set(told.map(({pid}) => pid)));
  const top = told.flatMap(({pid, usedBytes}): readonly TopProcess[] => {
    const process = seen.get(pid);
    if (process === undefined || usedBytes === undefined || isAnother(process, gpu.at ?? at)) return [];
    const name = programName(process).title;
    return [{pid, name, rssBytes: process.rssBytes, vramBytes: usedBytes}];
  });
  return top.slice(0, count);
}

/** The process that a driver means by a pid, where it can be seen from here and is not a later one. */
export function processOfPid(
  {pid, hidden}: GpuProcess,
  processes: Reading<ProcessTable> | undefined,
  at: number,
): ProcessReading | undefined {
  const process = hidden === undefined ? seenByPid(processes, new Set([pid])).get(pid) : undefined;
  return process === undefined || isAnother(process, at) ? undefined : process;
}

function seenByPid(processes: Reading<ProcessTable> | undefined, pids: ReadonlySet<number>) {
  const seen = new Map<number, ProcessReading>();
  if (processes?.status !== 'ok' || pids.size === 0) return seen;
  for (const process of processes.value.processes) if (pids.has(process.pid)) seen.set(process.pid, process);
  return seen;
}

function isAnother({startedAt}: ProcessReading, at: number): boolean {
  return startedAt !== undefined && startedAt > at + REUSED_AFTER_MS;
}

function notSeen(processes: Reading<ProcessTable> | undefined): string {
  if (processes?.status === 'ok') return processes.value.note ?? 'not among the processes that can be seen';
  return processes?.reason ?? 'processes were not read yet';
}

function add(shares: Map<string, VramShare>, key: string, gpu: GpuReading, bytes: number): void {
  const former = shares.get(key) ?? {bytes: 0, gpus: []};
  shares.set(key, {bytes: former.bytes + bytes, gpus: [...former.gpus, gpuNumber(gpu)]});
}

/** The first reason for which a share may be missing; of a GPU whose processes are all told there is none. */
function whyUnknown(gpus: readonly GpuReading[]): string | undefined {
  for (const {lost, missing, processes} of gpus) {
    const reason = lost?.reason ?? missing?.processes?.reason;
    if (reason !== undefined) return reason;
    const untold = processes?.find(({hidden, usedBytes}) => hidden !== undefined || usedBytes === undefined);
    if (untold !== undefined) return untold.hidden ?? 'the driver does not tell what its processes hold';
    if (processes === undefined) return 'the driver does not tell which processes hold its memory';
  }
  return undefined;
}
