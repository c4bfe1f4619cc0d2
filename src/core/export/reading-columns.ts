import {gpuReading, swapReading} from '../derive.ts';
import {jobBytes, jobCount} from '../job/job-view.ts';
import {LEAK_STATES} from '../leak/verdict.ts';
import {amountOf, fieldsOf, wordOf} from '../log/log-fields.ts';
import type {LogReading} from '../log/log-readings.ts';
import type {GpuReading} from '../sample.ts';
import {gpuNumber} from '../vram.ts';
import {type ExportColumn, figure, moment, text, whole} from './column.ts';

type Row = LogReading;

/** A row for each reading: what every log may have. Names are those of the log's fields. */
export const READING_COLUMNS: readonly ExportColumn<Row>[] = [
  moment('timestamp', ({at}) => at),
  figure('percent', ({ram}) => ram.percent),
  whole('used_bytes', ({ram}) => ram.usedBytes),
  whole('available_bytes', ({ram}) => ram.availableBytes),
  whole('total_bytes', ({ram}) => ram.totalBytes),
  whole('cache_bytes', ({ram}) => ram.cacheBytes),
  text('limit', ({limit}) => limit?.id),
  whole('host_total_bytes', (row) => hostOf(row)?.totalBytes),
  whole('host_available_bytes', (row) => hostOf(row)?.availableBytes),
  whole('swap_used_bytes', (row) => swapOf(row)?.usedBytes),
  whole('swap_total_bytes', (row) => swapOf(row)?.totalBytes),
  whole('swap_in_pages', ({sample}) => sample.swapCounters?.inPages),
  whole('swap_out_pages', ({sample}) => sample.swapCounters?.outPages),
  whole('shm_used_bytes', ({sample}) => sample.shm?.usedBytes),
  whole('shm_total_bytes', ({sample}) => sample.shm?.totalBytes),
  figure('pressure_some_avg10_percent', (row) => pressureOf(row)?.some10),
  figure('pressure_some_avg60_percent', (row) => pressureOf(row)?.some60),
  figure('pressure_full_avg10_percent', (row) => pressureOf(row)?.full10),
  figure('pressure_full_avg60_percent', (row) => pressureOf(row)?.full60),
  text('job_name', ({sample}) => sample.job?.name),
  whole('job_pid', ({sample}) => sample.job?.pid),
  text('job_state', ({sample}) => sample.job?.state),
  whole('job_processes', ({sample}) => sample.job && jobCount(sample.job)),
  text('job_measure', (row) => heldOf(row)?.measure.toLowerCase()),
  whole('job_bytes', (row) => heldOf(row)?.bytes),
  whole('job_vram_bytes', ({sample}) => sample.job?.sum?.vramBytes),
  whole('job_cpu_ms', ({line}) => amountOf(fieldsOf(line.job)?.cpu_ms)),
  text('leak_verdict', (row) => wordOf(leakOf(row)?.verdict, LEAK_STATES)),
  figure('leak_growth_bytes_per_hour', (row) => rateOf(leakOf(row)?.growth_bytes_per_hour)),
  figure('leak_limit_in_seconds', (row) => amountOf(leakOf(row)?.limit_in_seconds)),
];

/** Those of one GPU, by its number: `0`, and `0/1` of a MIG instance, which are called `gpu0_1_…`. */
export function gpuColumns(number: string): readonly ExportColumn<Row>[] {
  const name = `gpu${number.replace('/', '_')}`;
  const gpuOf = ({sample}: Row) => gpusOf(sample).find((gpu) => gpuNumber(gpu) === number);
  const held = (row: Row) => {
    const gpu = gpuOf(row);
    const reading = gpu && gpuReading(gpu);
    return reading?.status === 'ok' ? reading.value : undefined;
  };
  const alive = (row: Row) => {
    const gpu = gpuOf(row);
    return gpu?.lost === undefined ? gpu : undefined;
  };
  return [
    text(`${name}_name`, (row) => gpuOf(row)?.name),
    whole(`${name}_used_bytes`, (row) => held(row)?.usedBytes),
    whole(`${name}_total_bytes`, (row) => held(row)?.totalBytes),
    figure(`${name}_percent`, (row) => held(row)?.percent),
    figure(`${name}_utilization_percent`, (row) => alive(row)?.utilizationPercent),
    figure(`${name}_temperature_c`, (row) => alive(row)?.temperatureCelsius),
  ];
}

/** The GPUs of a reading. */
export function gpusOf({gpus}: LogReading['sample']): readonly GpuReading[] {
  return gpus.status === 'ok' ? gpus.value : [];
}

function hostOf({sample: {memory}, line}: Row) {
  // Of a log of six fields the machine is not known apart from what was in force.
  return memory.status === 'ok' && fieldsOf(line.host) !== undefined ? memory.value : undefined;
}

function swapOf({sample: {memory}}: Row) {
  const reading = swapReading(memory, false);
  return reading?.status === 'ok' ? reading.value : undefined;
}

function pressureOf({sample: {pressure}}: Row) {
  return pressure?.status === 'ok' ? pressure.value : undefined;
}

/** What the job holds, where any of its processes was seen. */
function heldOf({sample: {job}}: Row) {
  return job === undefined || jobCount(job) === 0 ? undefined : jobBytes(job);
}

/** The verdict on RAM that the run itself came to. */
function leakOf({line}: Row) {
  return fieldsOf(fieldsOf(line.leak)?.ram);
}

/** A pace, which is below 0 of what falls. */
function rateOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
