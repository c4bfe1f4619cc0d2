import {FIGURE_FIELDS} from '../gpu-fields.ts';
import {failed, GPU_MEMORY_KINDS, type GpuProcess, type GpuReading} from '../sample.ts';
import {
  amountOf,
  amountsOf,
  countOf,
  type Fields,
  fieldsOf,
  listOf,
  megabytesOf,
  textOf,
  wordOf,
} from './log-fields.ts';

const [MOST_GPUS, MOST_INSTANCES] = [128, 16];
const MOST_PROCESSES = 1000;

const AMOUNTS = {utilizationPercent: 'utilization', temperatureCelsius: 'temperature_c'} as const;

/** The GPUs of a line; nothing where it tells of none. */
export function gpusOf(value: unknown): readonly GpuReading[] | undefined {
  const gpus = listOf(value, MOST_GPUS).flatMap((fields) => gpuOf(fields) ?? []);
  return gpus.length === 0 ? undefined : gpus;
}

/** One GPU of a line; nothing where its number cannot be told. */
export function gpuOf(fields: Fields): GpuReading | undefined {
  const index = countOf(fields.index, MOST_GPUS - 1);
  if (index === undefined) return undefined;
  const instance = countOf(fields.instance, MOST_INSTANCES - 1);
  const memory = wordOf(fields.memory, GPU_MEMORY_KINDS);
  const wiredLimitBytes = megabytesOf(fields.wired_limit_mb);
  return {
    index,
    ...(instance !== undefined && {instance}),
    name: textOf(fields.name) ?? 'GPU',
    ...namesOf(fields),
    ...(memory !== undefined && {memory}),
    ...bytesOf(fields),
    ...amountsOf(fields, AMOUNTS),
    ...(wiredLimitBytes !== undefined && {wiredLimitBytes}),
    ...(Array.isArray(fields.processes) && {processes: processesOf(fields.processes)}),
    ...missingOf(fieldsOf(fields.missing)),
  };
}

function namesOf(fields: Fields): Pick<GpuReading, 'uuid' | 'vendor'> {
  const [uuid, vendor] = [textOf(fields.uuid), textOf(fields.vendor)];
  return {...(uuid !== undefined && {uuid}), ...(vendor !== undefined && {vendor})};
}

/** The exact bytes, else those of the whole MB. */
function bytesOf(fields: Fields): Pick<GpuReading, 'usedBytes' | 'totalBytes'> {
  const bytes = (name: 'used' | 'total') =>
    amountOf(fields[`${name}_bytes`]) ?? megabytesOf(fields[`${name}_mb`]);
  const [usedBytes, totalBytes] = [bytes('used'), bytes('total')];
  return {...(usedBytes !== undefined && {usedBytes}), ...(totalBytes !== undefined && {totalBytes})};
}

function processesOf(value: unknown): readonly GpuProcess[] {
  return listOf(value, MOST_PROCESSES).flatMap((fields): readonly GpuProcess[] => {
    const pid = countOf(fields.pid);
    const {usedBytes} = bytesOf(fields);
    const hidden = textOf(fields.hidden);
    if (pid === undefined) return [];
    return [{pid, ...(usedBytes !== undefined && {usedBytes}), ...(hidden !== undefined && {hidden})}];
  });
}

/** A log keeps the reason and not of which kind it was. */
function missingOf(missing: Fields | undefined): Pick<GpuReading, 'missing' | 'lost'> {
  if (missing === undefined) return {};
  const all = textOf(missing.all);
  if (all !== undefined) return {lost: failed(all)};
  const reasons = Object.entries(FIGURE_FIELDS).flatMap(([figure, name]) => {
    const reason = textOf(missing[name]);
    return reason === undefined ? [] : [[figure, failed(reason)] as const];
  });
  return reasons.length === 0 ? {} : {missing: Object.fromEntries(reasons)};
}
