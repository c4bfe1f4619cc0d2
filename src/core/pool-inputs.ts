import {gpuReading, ramReading, swapReading} from './derive.ts';
import type {PoolFigures, PoolKind} from './frame.ts';
import type {Limit} from './limit.ts';
import type {GpuReading, Reading, Sample} from './sample.ts';
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

/** RAM under the limit in force, swap where there is any, then every GPU that has memory of its own. */
export function poolInputs(
  sample: Sample,
  limit: Limit | undefined,
  former: {readonly ramDetail: string | undefined; readonly hasSwap: boolean},
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
  return [
    ram,
    ...(swap === undefined
      ? []
      : [{id: 'swap', kind: 'swap', label: 'swap', what: 'swap', detail: '', reading: swap} as const]),
    ...gpus.filter(({memory}) => memory !== 'unified').map(gpuInput),
  ];
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
