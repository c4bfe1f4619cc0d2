import {
  failed,
  ok,
  type Pressure,
  type Sample,
  type SharedMemory,
  type SwapCounters,
  unsupported,
} from '../sample.ts';
import {amountOf, amountsOf, countOf, type Fields, fieldsOf, textOf} from './log-fields.ts';
import {gpusOf} from './log-gpus.ts';
import {jobOf, withMembers} from './log-job.ts';
import {memoryOf} from './log-memory.ts';
import {processesOf} from './log-processes.ts';

export interface LogLook {
  /** When the line was written, wall clock, and its place on a line that never goes back; milliseconds. */
  readonly at: number;
  readonly monotonicMs: number;
  /** The sample of the line before. */
  readonly before: Sample | undefined;
}

const MOST_NOTES = 16;

const PRESSURE = {
  some10: 'some_avg10',
  some60: 'some_avg60',
  full10: 'full_avg10',
  full60: 'full_avg60',
} as const satisfies Record<keyof Pressure, string>;

/**
 * The sample that a line of a check was derived from, as far as the log keeps it: the way back from `checkLine`.
 * Processes, and why there is no GPU, stand in a line only when they change, and are those of the line before
 * else. Nothing where the line has no figure of memory to use.
 */
export function sampleOfLine(line: Fields, {at, monotonicMs, before}: LogLook): Sample | undefined {
  const memory = memoryOf(line);
  if (memory === undefined) return undefined;
  const job = withMembers(jobOf(line.job, at, before?.job), line, before?.job);
  return {
    at,
    monotonicMs,
    ...memory,
    ...pressureOf(line),
    ...swapCountersOf(line),
    ...graphicsOf(line, before),
    processes: tableOf(line, at, before),
    ...(job !== undefined && {job}),
    ...shmOf(line),
  };
}

/** The sample of a check at which memory could not be read; of all else the latest goes on to stand. */
export function failedSample(reason: string, {at, monotonicMs, before}: LogLook): Sample {
  return {
    gpus: unsupported(NO_GPU),
    ...before,
    at,
    monotonicMs,
    memory: failed(reason),
    limits: [],
  };
}

const NO_GPU = 'the log tells of none';

function graphicsOf(line: Fields, before: Sample | undefined): Pick<Sample, 'gpus' | 'gpuNotes'> {
  const gpus = gpusOf(line.gpus);
  if (gpus === undefined) {
    const former = before === undefined || before.gpus.status === 'ok' ? undefined : before.gpus.reason;
    return {gpus: unsupported(textOf(line.gpus_missing) ?? former ?? NO_GPU)};
  }
  const told: readonly unknown[] = Array.isArray(line.gpu_notes) ? line.gpu_notes.slice(0, MOST_NOTES) : [];
  const gpuNotes = told.flatMap((note) => textOf(note) ?? []);
  return {gpus: ok(gpus), ...(gpuNotes.length > 0 && {gpuNotes})};
}

function tableOf(
  {processes}: Fields,
  at: number,
  before: Sample | undefined,
): NonNullable<Sample['processes']> {
  const table = processesOf(processes, at);
  return table === undefined ? (before?.processes ?? unsupported('the log names no processes')) : ok(table);
}

function pressureOf({pressure}: Fields): Pick<Sample, 'pressure'> {
  const {some10, some60, full10, full60} = amountsOf(fieldsOf(pressure) ?? {}, PRESSURE);
  if (some10 === undefined || some60 === undefined || full10 === undefined || full60 === undefined) return {};
  return {pressure: ok({some10, some60, full10, full60})};
}

function swapCountersOf({swap_counters: value}: Fields): Pick<Sample, 'swapCounters'> {
  const counters = fieldsOf(value) ?? {};
  const inPages = countOf(counters.in_pages);
  const outPages = countOf(counters.out_pages);
  if (inPages === undefined || outPages === undefined) return {};
  return {swapCounters: {inPages, outPages} satisfies SwapCounters};
}

function shmOf({shm: value}: Fields): Pick<Sample, 'shm'> {
  const shm = fieldsOf(value) ?? {};
  const usedBytes = amountOf(shm.used_bytes);
  const totalBytes = amountOf(shm.total_bytes);
  if (usedBytes === undefined || totalBytes === undefined || totalBytes <= 0) return {};
  return {shm: {usedBytes, totalBytes} satisfies SharedMemory};
}
