import {gpuReading, swapReading} from '../../core/derive.ts';
import {processRows} from '../../core/export/process-columns.ts';
import {gpusOf} from '../../core/export/reading-columns.ts';
import {jobBytes, jobCount} from '../../core/job/job-view.ts';
import {amountOf, fieldsOf, textOf} from '../../core/log/log-fields.ts';
import type {LogReading} from '../../core/log/log-readings.ts';
import type {GpuReading} from '../../core/sample.ts';
import {gpuNumber} from '../../core/vram.ts';
import {label} from '../prometheus/metric.ts';
import type {MetricName} from '../prometheus/metrics.ts';
import {LEAK_READERS} from './leak-readers.ts';
import type {Labels, MetricPoint, ReadMetric} from './metric-point.ts';
import {usedShares} from './pool-readers.ts';

/** Of the metrics that are served live, those that a log has figures of; name, type and help stand in their table. */
export const METRIC_READERS = {
  memtop_pool_used_ratio: usedShares,
  memtop_memory_used_bytes: ({ram}) => one(ram.usedBytes),
  memtop_memory_available_bytes: ({ram}) => one(ram.availableBytes),
  memtop_memory_cache_bytes: ({ram}) => one(ram.cacheBytes),
  memtop_memory_limit_bytes: (reading) => ofLimits(reading, ({totalBytes}) => totalBytes),
  memtop_memory_limit_used_bytes: (reading) => ofLimits(reading, ({usedBytes}) => usedBytes),
  memtop_memory_limit_in_force: (reading) => ofLimits(reading, ({id}) => Number(id === reading.limit?.id)),
  memtop_memory_pressure_ratio: ofPressure,
  memtop_swap_used_bytes: (reading) => one(swapOf(reading)?.usedBytes),
  memtop_swap_total_bytes: (reading) => one(swapOf(reading)?.totalBytes),
  memtop_swap_in_pages_total: ({sample}) => one(sample.swapCounters?.inPages),
  memtop_swap_out_pages_total: ({sample}) => one(sample.swapCounters?.outPages),
  memtop_shm_used_bytes: ({sample}) => one(sample.shm?.usedBytes),
  memtop_shm_total_bytes: ({sample}) => one(sample.shm?.totalBytes),
  memtop_gpu_up: (reading) => ofGpus(reading, ({lost}) => Number(lost === undefined)),
  memtop_gpu_memory_used_bytes: (reading) => ofGpus(reading, (gpu) => heldBy(gpu)?.usedBytes),
  memtop_gpu_memory_total_bytes: (reading) => ofGpus(reading, (gpu) => heldBy(gpu)?.totalBytes),
  memtop_gpu_utilization_ratio: (reading) =>
    ofGpus(reading, ({lost, utilizationPercent: percent}) =>
      lost === undefined && percent !== undefined ? percent / 100 : undefined,
    ),
  memtop_gpu_temperature_celsius: (reading) =>
    ofGpus(reading, ({lost, temperatureCelsius}) => (lost === undefined ? temperatureCelsius : undefined)),
  ...LEAK_READERS,
  memtop_job_memory_bytes: (reading) => {
    const {job} = reading.sample;
    if (job === undefined || jobCount(job) === 0) return [];
    const {bytes, measure} = jobBytes(job);
    return [{labels: [...nameOf(job.name), ['measure', measure.toLowerCase()]], value: bytes}];
  },
  memtop_job_gpu_memory_bytes: (reading) => ofJob(reading, ({sum}) => sum?.vramBytes),
  memtop_job_processes: (reading) => ofJob(reading, jobCount),
  memtop_job_cpu_seconds_total: (reading) =>
    ofJob(reading, () => {
      const cpuMs = amountOf(fieldsOf(reading.line.job)?.cpu_ms);
      return cpuMs === undefined ? undefined : cpuMs / 1000;
    }),
  memtop_process_resident_bytes: ofPrograms,
} as const satisfies Partial<Record<MetricName, ReadMetric>>;

export const EXPORTED_METRICS = Object.keys(METRIC_READERS) as readonly (keyof typeof METRIC_READERS)[];

function one(value: number | undefined): readonly MetricPoint[] {
  return [{labels: [], value}];
}

function nameOf(name: string): Labels {
  return [['name', label(name)]];
}

function ofLimits({limits}: LogReading, value: (limit: LogReading['limits'][number]) => number) {
  return limits.map((limit) => ({labels: [['source', label(limit.id)]] as Labels, value: value(limit)}));
}

function ofPressure({sample: {pressure}}: LogReading): readonly MetricPoint[] {
  if (pressure?.status !== 'ok') return [];
  const {some10, some60, full10, full60} = pressure.value;
  const rows = [
    ['some', '10s', some10],
    ['some', '60s', some60],
    ['full', '10s', full10],
    ['full', '60s', full60],
  ] as const;
  return rows.map(([stall, window, percent]) => ({
    labels: [
      ['stall', stall],
      ['window', window],
    ],
    value: percent / 100,
  }));
}

function swapOf({sample: {memory}}: LogReading) {
  const reading = swapReading(memory, false);
  return reading?.status === 'ok' ? reading.value : undefined;
}

function ofGpus({sample}: LogReading, value: (gpu: GpuReading) => number | undefined) {
  return gpusOf(sample).map((gpu) => {
    const {uuid, name} = gpu;
    const labels: Labels = [
      ['gpu', gpuNumber(gpu)],
      ...(uuid === undefined ? [] : [['uuid', label(uuid)] as const]),
      ['name', label(name)],
    ];
    return {labels, value: value(gpu)};
  });
}

function heldBy(gpu: GpuReading) {
  const reading = gpuReading(gpu);
  return reading.status === 'ok' ? reading.value : undefined;
}

function ofJob(
  {sample: {job}}: LogReading,
  value: (job: NonNullable<LogReading['sample']['job']>) => number | undefined,
): readonly MetricPoint[] {
  return job === undefined ? [] : [{labels: nameOf(job.name), value: value(job)}];
}

/** The processes of one name and user together, as they stand in this line. */
function ofPrograms(reading: LogReading): readonly MetricPoint[] {
  const programs = new Map<string, {labels: Labels; value: number}>();
  for (const {fields} of processRows(reading)) {
    const [name, user] = [label(textOf(fields.name) ?? ''), label(textOf(fields.user) ?? '')];
    const program = programs.get(`${user}\n${name}`) ?? {
      labels: [['name', name], ...(user === '' ? [] : [['user', user] as const])],
      value: 0,
    };
    program.value += amountOf(fields.rss_bytes) ?? 0;
    programs.set(`${user}\n${name}`, program);
  }
  return [...programs.values()];
}
