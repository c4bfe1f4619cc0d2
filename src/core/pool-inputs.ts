import {gpuReading, poolFigures, ramReading, swapReading} from './derive.ts';
import type {PoolFigures, PoolKind} from './frame.ts';
import {jobHeld} from './job/job-view.ts';
import {type Limit, percentOf} from './limit.ts';
import {
  type GpuReading,
  type JobReading,
  ok,
  type Reading,
  type Sample,
  type SharedMemory,
} from './sample.ts';
import {gpuNumber} from './vram.ts';

/** What one sample says of one pool. */
export interface PoolInput {
  readonly id: string;
  readonly kind: PoolKind;
  readonly label: string;
  readonly what: string;
  readonly detail: string;
  readonly reading: Reading<PoolFigures>;
  readonly gpu?: GpuReading;
  readonly unified?: readonly GpuReading[];
}

/** The followed job, RAM under the limit in force, swap where there is any, /dev/shm where it matters, then every GPU that has memory of its own. */
export function poolInputs(
  sample: Sample,
  limit: Limit | undefined,
  former: {readonly ramDetail: string | undefined; readonly hasSwap: boolean; readonly hasShm: boolean},
): readonly PoolInput[] {
  const gpus = sample.gpus.status === 'ok' ? sample.gpus.value : [];
  const unified = gpus.filter(({memory}) => memory === 'unified');
  const ram: PoolInput = {
    id: 'ram',
    kind: 'ram',
    label: 'RAM',
    what: 'RAM',
    detail: limit?.name ?? former.ramDetail ?? 'host',
    reading: ramReading(sample, limit),
    ...(unified.length > 0 && {unified}),
  };
  const swap = swapReading(sample.memory, former.hasSwap);
  const shm =
    sample.shm !== undefined && (former.hasShm || shmMatters(sample.shm)) ? [shmInput(sample.shm)] : [];
  return [
    ...(sample.job === undefined ? [] : [jobInput(sample.job, limit)]),
    ram,
    ...(swap === undefined
      ? []
      : [{id: 'swap', kind: 'swap', label: 'swap', what: 'swap', detail: '', reading: swap} as const]),
    ...shm,
    ...gpus.filter(({memory}) => memory !== 'unified').map(gpuInput),
  ];
}

/** What all processes of the job hold, against the limit that binds it. */
function jobInput(job: JobReading, limit: Limit | undefined): PoolInput {
  const held = jobHeld(job);
  const {measure, bytes} = held.status === 'ok' ? held.value : {measure: '', bytes: 0};
  const figures = jobFigures(bytes, limit);
  return {
    id: 'job',
    kind: 'job',
    label: 'job',
    what: 'job',
    detail: measure,
    reading: held.status === 'ok' ? ok(figures) : held,
  };
}

/** The job as a pool: what is left for it is left for all under the limit. */
export function jobFigures(usedBytes: number, limit: Limit | undefined): PoolFigures {
  const {totalBytes, availableBytes} = limit ?? {totalBytes: 0, availableBytes: 0};
  const percent = totalBytes > 0 ? percentOf(usedBytes, totalBytes) : 0;
  return {usedBytes, totalBytes, availableBytes, percent};
}

/** From here it can be what a job dies of: workers get a bus error where it is full. */
const SHM_SHARE = 50;

function shmMatters({usedBytes, totalBytes}: SharedMemory): boolean {
  return totalBytes > 0 && percentOf(usedBytes, totalBytes) >= SHM_SHARE;
}

function shmInput({usedBytes, totalBytes}: SharedMemory): PoolInput {
  const reading = ok(poolFigures(usedBytes, totalBytes));
  return {id: 'shm', kind: 'shm', label: 'shm', what: '/dev/shm', detail: '/dev/shm', reading};
}

function gpuInput(gpu: GpuReading): PoolInput {
  const number = gpuNumber(gpu);
  const label = `GPU ${number}`;
  return {
    id: `gpu${number}`,
    kind: 'gpu',
    label,
    what: `${label} VRAM`,
    detail: gpu.name,
    reading: gpuReading(gpu),
    gpu,
  };
}
