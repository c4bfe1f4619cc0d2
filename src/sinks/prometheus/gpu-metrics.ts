import type {GpuReading} from '../../core/sample.ts';
import {gpuNumber} from '../../core/vram.ts';
import {type Labels, label, type MetricSpec, type Point, type View} from './metric.ts';

const GPU_LABELS = ['gpu', 'uuid', 'name'] as const;

/** Each GPU, or each MIG instance: gpu is its number, as in 0 and 0/1. */
export const GPU_METRICS = {
  memtop_gpu_up: {
    type: 'gauge',
    help: '1 where the GPU can be read, 0 where it is known and gives no answer.',
    labels: GPU_LABELS,
    read: (view) =>
      gpusOf(view).map((gpu) => ({labels: labelsOf(gpu), value: Number(gpu.lost === undefined)})),
  },
  memtop_gpu_memory_used_bytes: {
    type: 'gauge',
    help: "VRAM in use; of unified memory the GPU's share of RAM.",
    labels: GPU_LABELS,
    read: (view) => figures(view, ({usedBytes}) => usedBytes),
  },
  memtop_gpu_memory_total_bytes: {
    type: 'gauge',
    help: 'Size of the VRAM.',
    labels: GPU_LABELS,
    read: (view) => figures(view, ({totalBytes}) => totalBytes),
  },
  memtop_gpu_utilization_ratio: {
    type: 'gauge',
    help: 'How busy the GPU is, 0 to 1.',
    labels: GPU_LABELS,
    read: (view) => figures(view, ({utilizationPercent: percent}) => percent && percent / 100),
  },
  memtop_gpu_temperature_celsius: {
    type: 'gauge',
    help: 'Temperature of the GPU.',
    labels: GPU_LABELS,
    read: (view) => figures(view, ({temperatureCelsius}) => temperatureCelsius),
  },
} as const satisfies Record<string, MetricSpec>;

function gpusOf({frame: {sample}}: View): readonly GpuReading[] {
  return sample.gpus.status === 'ok' ? sample.gpus.value : [];
}

/** A figure of each GPU that tells it; what a lost one said last is no figure of now. */
function figures(view: View, figure: (gpu: GpuReading) => number | undefined): readonly Point[] {
  return gpusOf(view).flatMap((gpu) => {
    const value = gpu.lost === undefined ? figure(gpu) : undefined;
    return value === undefined ? [] : [{labels: labelsOf(gpu), value}];
  });
}

function labelsOf(gpu: GpuReading): Labels {
  return {
    gpu: gpuNumber(gpu),
    ...(gpu.uuid !== undefined && {uuid: label(gpu.uuid)}),
    name: label(gpu.name),
  };
}
