import {toMb} from './format.ts';
import type {Frame} from './frame.ts';
import {percentOf} from './limit.ts';
import {programName} from './program.ts';
import type {GpuFigure, GpuProcess, GpuReading, ProcessReading, ProcessTable, Reading} from './sample.ts';
import {safeText} from './text.ts';
import {processOfPid} from './vram.ts';

/** How the log calls each figure, which a missing one is told under. */
export const FIGURE_FIELDS: Readonly<Record<GpuFigure, string>> = {
  used: 'used_mb',
  total: 'total_mb',
  utilization: 'utilization',
  temperature: 'temperature_c',
  processes: 'processes',
};

/** The GPUs of a check as the log writes them; what is missing is absent, with the reason in `missing`. */
export function gpuFields({sample}: Pick<Frame, 'sample'>): object {
  const {gpus, gpuNotes, processes} = sample;
  if (gpus.status !== 'ok') return {};
  return {
    gpus: gpus.value.map((gpu) => gpuRecord(gpu, processes, sample.at)),
    ...(gpuNotes !== undefined && {gpu_notes: gpuNotes}),
  };
}

/** One GPU by the log's names; `at` is when it was read, where it does not tell itself. */
export function gpuRecord(gpu: GpuReading, table: Reading<ProcessTable> | undefined, at: number): object {
  const {index, instance, uuid, name, vendor, memory, processes, wiredLimitBytes} = gpu;
  return {
    index,
    ...(instance !== undefined && {instance}),
    ...(uuid !== undefined && {uuid}),
    name,
    ...(vendor !== undefined && {vendor}),
    ...(memory !== undefined && {memory}),
    ...figures(gpu),
    ...(wiredLimitBytes !== undefined && {wired_limit_mb: toMb(wiredLimitBytes)}),
    ...(processes !== undefined && {
      processes: processes.map((process) => oneProcess(process, processOfPid(process, table, gpu.at ?? at))),
    }),
    ...missingFields(gpu),
  };
}

function figures({usedBytes, totalBytes, utilizationPercent, temperatureCelsius}: GpuReading) {
  const isWhole = usedBytes !== undefined && totalBytes !== undefined && totalBytes > 0;
  return {
    ...(usedBytes !== undefined && {used_mb: toMb(usedBytes), used_bytes: usedBytes}),
    ...(totalBytes !== undefined && {total_mb: toMb(totalBytes), total_bytes: totalBytes}),
    ...(isWhole && {percent: percentOf(usedBytes, totalBytes)}),
    ...(utilizationPercent !== undefined && {utilization: utilizationPercent}),
    ...(temperatureCelsius !== undefined && {temperature_c: temperatureCelsius}),
  };
}

function oneProcess({pid, usedBytes, hidden}: GpuProcess, process: ProcessReading | undefined) {
  return {
    pid,
    ...(usedBytes !== undefined && {used_mb: toMb(usedBytes), used_bytes: usedBytes}),
    ...(process !== undefined && {name: safeText(programName(process).title)}),
    ...(hidden !== undefined && {hidden}),
  };
}

function missingFields({missing = {}, lost}: GpuReading) {
  if (lost !== undefined) return {missing: {all: lost.reason}};
  const reasons = Object.entries(missing).map(([figure, {reason}]) => [
    FIGURE_FIELDS[figure as GpuFigure],
    reason,
  ]);
  return reasons.length === 0 ? {} : {missing: Object.fromEntries(reasons)};
}
