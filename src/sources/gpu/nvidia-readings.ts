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

/** What a line and a list of processes come to. */
export function gpuReadingOf(moment: GpuMoment, list: ProcessList): GpuReading {
  const {line, lost} = moment;
  if (lost !== undefined) return {...identityOf(moment), lost};
  const isUnified = line.totalBytes === undefined && UNIFIED.test(line.name);
  return {
    ...identityOf(moment),
    ...(isUnified ? unifiedFigures(list) : memoryFigures(line)),
    ...otherFigures(line),
    ...(list.processes !== undefined && {processes: list.processes}),
    ...reasons({
      ...without(line.missing, isUnified ? ['used', 'total'] : []),
      ...unifiedReasons(isUnified, list),
      ...(list.missing && {processes: list.missing}),
    }),
  };
}

/** A GPU that is cut into instances is told instance by instance: nothing else of it can be had. */
export function migReadings(
  moment: GpuMoment,
  instances: readonly MigInstance[],
  trust: Trust,
): readonly GpuReading[] {
  return instances.map(({index, usedBytes, totalBytes, processes}) => {
    const identity = {...identityOf(moment), instance: index, name: `${moment.line.name} MIG`};
    if (moment.lost !== undefined) return {...identity, lost: moment.lost};
    const list = trust(processes);
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

function identityOf({line, at}: GpuMoment): Pick<GpuReading, 'index' | 'name' | 'vendor' | 'at' | 'uuid'> {
  const {index, name, uuid} = line;
  return {index, name, vendor: VENDOR, at, ...(uuid !== '' && {uuid})};
}

function memoryFigures({usedBytes, totalBytes}: GpuLine): Partial<GpuReading> {
  return {...(usedBytes !== undefined && {usedBytes}), ...(totalBytes !== undefined && {totalBytes})};
}

function otherFigures({utilizationPercent, temperatureCelsius}: GpuLine): Partial<GpuReading> {
  return {
    ...(utilizationPercent !== undefined && {utilizationPercent}),
    ...(temperatureCelsius !== undefined && {temperatureCelsius}),
  };
}

/** The GPU's share of RAM is what its processes hold, where all of them are told. */
function unifiedFigures({processes, missing}: ProcessList): Partial<GpuReading> {
  const isTold = missing === undefined && processes !== undefined;
  const usedBytes = processes?.reduce((sum, process) => sum + (process.usedBytes ?? 0), 0);
  return {memory: 'unified', ...(isTold && usedBytes !== undefined && {usedBytes})};
}

function unifiedReasons(isUnified: boolean, {missing}: ProcessList): GpuReading['missing'] {
  if (!isUnified) return {};
  const total = unsupported(UNIFIED_TOTAL);
  return {total, ...(missing !== undefined && {used: missing})};
}

type Reasons = Readonly<Partial<Record<GpuFigure, Missing>>>;

function without(missing: Reasons, figures: readonly GpuFigure[]): Reasons {
  return Object.fromEntries(
    Object.entries(missing).filter(([figure]) => !figures.some((one) => one === figure)),
  );
}

function reasons(missing: Reasons | undefined): Pick<GpuReading, 'missing'> {
  return missing === undefined || Object.keys(missing).length === 0 ? {} : {missing};
}
