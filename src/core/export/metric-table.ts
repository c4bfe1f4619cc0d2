import {gpuReading, swapReading} from '../derive.ts';
import {jobBytes, jobCount} from '../job/job-view.ts';
import {amountOf, fieldsOf, textOf} from '../log/log-fields.ts';
import type {LogReading} from '../log/log-readings.ts';
import type {GpuReading} from '../sample.ts';
import {cutEnd, safeText} from '../text.ts';
import {gpuNumber} from '../vram.ts';
import {processRows} from './process-columns.ts';
import {gpusOf} from './reading-columns.ts';

export type Labels = readonly (readonly [name: string, value: string])[];

/** One figure of a reading. */
export interface MetricPoint {
  readonly labels: Labels;
  readonly value: number | undefined;
}

export interface ExportMetric {
  /** A counter's name ends in `_total`. */
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly read: (reading: LogReading) => readonly MetricPoint[];
}

/** What a log has of the metrics that are served live, by the same names, labels and units. */
export const EXPORT_METRICS: Readonly<Record<string, ExportMetric>> = {
  memtop_memory_used_bytes: gauge(
    'RAM in use under the limit in force; used and available add up to that limit.',
    ({ram}) => one(ram.usedBytes),
  ),
  memtop_memory_available_bytes: gauge('RAM that is left under the limit in force.', ({ram}) =>
    one(ram.availableBytes),
  ),
  memtop_memory_cache_bytes: gauge(
    'Page cache under the limit in force, which is given back when memory is short.',
    ({ram}) => one(ram.cacheBytes),
  ),
  memtop_memory_limit_bytes: gauge(
    'Size of each limit: source is host for the machine, else the path of the cgroup.',
    (reading) => ofLimits(reading, ({totalBytes}) => totalBytes),
  ),
  memtop_memory_limit_used_bytes: gauge('RAM in use under each limit.', (reading) =>
    ofLimits(reading, ({usedBytes}) => usedBytes),
  ),
  memtop_memory_limit_in_force: gauge(
    '1 at the limit in force, the one with the fewest bytes left; 0 at the others.',
    (reading) => ofLimits(reading, ({id}) => Number(id === reading.limit?.id)),
  ),
  memtop_memory_pressure_ratio: gauge(
    'Share of time that some task, or all tasks (stall), waited for memory over the window, 0 to 1.',
    ofPressure,
  ),
  memtop_swap_used_bytes: gauge('Swap in use.', (reading) => one(swapOf(reading)?.usedBytes)),
  memtop_swap_total_bytes: gauge('Size of swap.', (reading) => one(swapOf(reading)?.totalBytes)),
  memtop_swap_in_pages_total: counter('Pages swapped in since the machine was started.', ({sample}) =>
    one(sample.swapCounters?.inPages),
  ),
  memtop_swap_out_pages_total: counter('Pages swapped out since the machine was started.', ({sample}) =>
    one(sample.swapCounters?.outPages),
  ),
  memtop_shm_used_bytes: gauge('/dev/shm in use, where workers share their batches.', ({sample}) =>
    one(sample.shm?.usedBytes),
  ),
  memtop_shm_total_bytes: gauge('Size of /dev/shm.', ({sample}) => one(sample.shm?.totalBytes)),
  memtop_gpu_up: gauge('1 where the GPU can be read, 0 where it is known and gives no answer.', (reading) =>
    ofGpus(reading, ({lost}) => Number(lost === undefined)),
  ),
  memtop_gpu_memory_used_bytes: gauge("VRAM in use; of unified memory the GPU's share of RAM.", (reading) =>
    ofGpus(reading, (gpu) => heldBy(gpu)?.usedBytes),
  ),
  memtop_gpu_memory_total_bytes: gauge('Size of the VRAM.', (reading) =>
    ofGpus(reading, (gpu) => heldBy(gpu)?.totalBytes),
  ),
  memtop_gpu_utilization_ratio: gauge('How busy the GPU is, 0 to 1.', (reading) =>
    ofGpus(reading, ({lost, utilizationPercent: percent}) =>
      lost === undefined && percent !== undefined ? percent / 100 : undefined,
    ),
  ),
  memtop_gpu_temperature_celsius: gauge('Temperature of the GPU.', (reading) =>
    ofGpus(reading, ({lost, temperatureCelsius}) => (lost === undefined ? temperatureCelsius : undefined)),
  ),
  memtop_leak_growth_bytes_per_second: gauge(
    'Change of the floor of what the pool holds; absent where it stands.',
    (reading) => ofLeaks(reading, ({growth_bytes_per_hour: rate}) => perSecond(rate)),
  ),
  memtop_time_to_limit_seconds: gauge(
    'Forecast time until the pool is at its limit; absent where it would be a guess.',
    (reading) => ofLeaks(reading, ({limit_in_seconds: seconds}) => amountOf(seconds)),
  ),
  memtop_job_memory_bytes: gauge(
    'What all processes of the followed job hold: measure is pss, or rss where that is all that can be read.',
    (reading) => {
      const {job} = reading.sample;
      if (job === undefined || jobCount(job) === 0) return [];
      const {bytes, measure} = jobBytes(job);
      return [{labels: [...nameOf(job.name), ['measure', measure.toLowerCase()]], value: bytes}];
    },
  ),
  memtop_job_gpu_memory_bytes: gauge('VRAM that the job holds of all GPUs.', (reading) =>
    ofJob(reading, ({sum}) => sum?.vramBytes),
  ),
  memtop_job_processes: gauge('How many processes the job has.', (reading) => ofJob(reading, jobCount)),
  memtop_job_cpu_seconds_total: counter('CPU time of all processes of the job.', (reading) =>
    ofJob(reading, () => {
      const cpuMs = amountOf(fieldsOf(reading.line.job)?.cpu_ms);
      return cpuMs === undefined ? undefined : cpuMs / 1000;
    }),
  ),
  memtop_process_resident_bytes: gauge(
    'Resident memory of the largest programs, the processes of one name and user together.',
    ofPrograms,
  ),
};

type Read = ExportMetric['read'];

function gauge(help: string, read: Read): ExportMetric {
  return {type: 'gauge', help, read};
}

function counter(help: string, read: Read): ExportMetric {
  return {type: 'counter', help, read};
}

function one(value: number | undefined): readonly MetricPoint[] {
  return [{labels: [], value}];
}

const MOST_LABEL = 80;

function label(text: string): string {
  return cutEnd(safeText(text).trim(), MOST_LABEL);
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

function ofLeaks(
  {line}: LogReading,
  value: (leak: Readonly<Record<string, unknown>>) => number | undefined,
): readonly MetricPoint[] {
  return Object.entries(fieldsOf(line.leak) ?? {}).flatMap(([pool, verdict]) => {
    const leak = fieldsOf(verdict);
    return leak === undefined ? [] : [{labels: [['pool', label(pool)]] as const, value: value(leak)}];
  });
}

function perSecond(rate: unknown): number | undefined {
  return typeof rate === 'number' && Number.isFinite(rate) ? Math.round(rate / 3600) : undefined;
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
