import {type GpuFigure, type GpuReading, type Missing, unsupported} from '../../core/sample.ts';
import {type ProcessList, UNIFIED_TOTAL} from './figure.ts';
import type {GpuLine} from './nvidia-csv.ts';
import type {MigInstance} from './nvidia-mig.ts';
import type {Trust} from './nvidia-processes.ts';

const VENDOR = 'NVIDIA';

/** Devices whose GPU has no memory but the machine's: nvidia-smi tells neither its size nor its use. */
const UNIFIED = /\b(GB10|Orin|Thor|Xavier|Tegra|nvgpu)\b/i;

export interface GpuMoment {
  readonly line: GpuLine;
  /** Wall clock, milliseconds. */
  readonly at: number;
  readonly lost: Missing | undefined;
}

type Writable<T> = {-readonly [K in keyof T]: T[K]};

/** What a line and a list of processes come to. It is built each turn for each GPU, so figure by figure. */
export function gpuReadingOf(moment: GpuMoment, list: ProcessList): GpuReading {
  const {line, lost} = moment;
  const {gpu, used, utilization, temperature} = line;
  const {total} = gpu;
  if (lost !== undefined) return {...identityOf(moment), lost};
  if ('missing' in total && UNIFIED.test(gpu.name)) return unifiedReading(moment, list);
  const reading: Writable<GpuReading> = identityOf(moment);
  const missing: Writable<Reasons> = {};
  if ('value' in used) reading.usedBytes = used.value;
  else missing.used = used.missing;
  if ('value' in total) reading.totalBytes = total.value;
  else missing.total = total.missing;
  if ('value' in utilization) reading.utilizationPercent = utilization.value;
  else missing.utilization = utilization.missing;
  if ('value' in temperature) reading.temperatureCelsius = temperature.value;
  else missing.temperature = temperature.missing;
  if (list.processes !== undefined) reading.processes = list.processes;
  if (list.missing !== undefined) missing.processes = list.missing;
  if (Object.keys(missing).length > 0) reading.missing = missing;
  return reading;
}

/** The GPU's share of RAM is what its processes hold, where all of them are told. */
function unifiedReading(moment: GpuMoment, {processes, missing}: ProcessList): GpuReading {
  const held = processes?.reduce((sum, {usedBytes = 0}) => sum + usedBytes, 0);
  return {
    ...identityOf(moment),
    memory: 'unified',
    ...(missing === undefined && held !== undefined && {usedBytes: held}),
    ...otherFigures(moment.line),
    ...(processes !== undefined && {processes}),
    missing: {
      ...otherReasons(moment.line),
      total: unsupported(UNIFIED_TOTAL),
      ...(missing !== undefined && {used: missing, processes: missing}),
    },
  };
}

/** A GPU that is cut into instances is told instance by instance: nothing else of it can be had. */
export function migReadings(
  moment: GpuMoment,
  instances: readonly MigInstance[],
  processesOf: Trust,
): readonly GpuReading[] {
  return instances.map(({index, usedBytes, totalBytes, processes}) => {
    const identity = {...identityOf(moment), instance: index, name: `${moment.line.gpu.name} MIG`};
    if (moment.lost !== undefined) return {...identity, lost: moment.lost};
    const list = processesOf(processes);
    const notTold = unsupported('a MIG instance does not tell it');
    return {
      ...identity,
      ...(usedBytes !== undefined && {usedBytes}),
      ...(totalBytes !== undefined && {totalBytes}),
      ...(list.processes !== undefined && {processes: list.processes}),
      ...reasons({
        ...(usedBytes === undefined && {used: notTold}),
        ...(totalBytes === undefined && {total: notTold}),
        utilization: notTold,
        temperature: notTold,
        ...(list.missing && {processes: list.missing}),
      }),
    };
  });
}

function identityOf({
  line: {gpu},
  at,
}: GpuMoment): Pick<GpuReading, 'index' | 'name' | 'vendor' | 'at' | 'uuid'> {
  const {index, name, uuid} = gpu;
  return uuid === '' ? {index, name, vendor: VENDOR, at} : {index, name, vendor: VENDOR, at, uuid};
}

function otherFigures({utilization, temperature}: GpuLine): Partial<GpuReading> {
  return {
    ...('value' in utilization && {utilizationPercent: utilization.value}),
    ...('value' in temperature && {temperatureCelsius: temperature.value}),
  };
}

function otherReasons({utilization, temperature}: GpuLine): Reasons {
  return {
    ...('missing' in utilization && {utilization: utilization.missing}),
    ...('missing' in temperature && {temperature: temperature.missing}),
  };
}

type Reasons = Readonly<Partial<Record<GpuFigure, Missing>>>;

function reasons(missing: Reasons): Pick<GpuReading, 'missing'> {
  for (const _ in missing) return {missing};
  return {};
}
