import {errorLine, type LogLine} from './event-lines.ts';
import {isoTime, toMb} from './format.ts';
import type {Frame, PoolFigures} from './frame.ts';
import {gpuFields} from './gpu-fields.ts';
import type {HistoryPoint} from './history.ts';
import {jobFields} from './job/job-fields.ts';
import {leakFields, processLeakFields} from './leak-fields.ts';
import type {Trend} from './metrics.ts';
import type {LeakOf} from './process-leaks.ts';
import {largest, processKey} from './process-series.ts';
import {hiddenProgramName, type ProgramName, programName} from './program.ts';
import type {HostMemory, LimitReading, Pressure, ProcessReading, Sample} from './sample.ts';

/** Version of the log's format, written on every START line. It grows when a field changes its meaning. */
export const LOG_FORMAT = 1;

/** What a thinned line tells of the checks since the line before it. Percent of the limit in force. */
export interface SinceLast {
  readonly checks: number;
  readonly percentMin: number;
  readonly percentMean: number;
  readonly percentMax: number;
}

export interface CheckLineOptions {
  /** How many of the largest processes to write; none when 0. */
  readonly processes: number;
  readonly since?: SinceLast;
  /** Whether to write why there is no GPU, where there is none. @default false */
  readonly gpusMissing?: boolean;
  /** Whether a process leaks. @default nobody tells */
  readonly leakOf?: LeakOf;
  /** Whether secrets stay in command lines. @default false, they are hidden */
  readonly withSecrets?: boolean;
}

/** The line of one check; an ERROR line without the six figures when memory could not be read. */
export function checkLine(frame: Frame, options: CheckLineOptions): LogLine {
  const {reading, trend} = frame.ram;
  if (reading.status !== 'ok') return errorLine(frame.at, 'RAM', reading.reason);
  return {
    timestamp: isoTime(frame.at),
    ...basicFields(reading.value),
    trend,
    ...timelineField(frame),
    memory: {limit: frame.limit?.id ?? 'host', ...exactFields(reading.value)},
    ...(frame.host.status === 'ok' && {host: hostFields(frame.host.value)}),
    ...(frame.sample.limits.length > 0 && {limits: frame.sample.limits.map(limitFields)}),
    ...swapFields(frame),
    ...(frame.sample.swapCounters !== undefined && {swap_counters: snakeKeys(frame.sample.swapCounters)}),
    ...(frame.sample.shm !== undefined && {shm: snakeKeys(frame.sample.shm)}),
    ...(frame.job !== undefined && {job: jobFields(frame.job)}),
    ...leakFields(frame),
    ...(frame.pressure?.status === 'ok' && {pressure: pressureFields(frame.pressure.value)}),
    ...gpuFields(frame),
    ...(options.gpusMissing === true && frame.noGpuReason !== undefined && {gpus_missing: frame.noGpuReason}),
    ...(options.processes > 0 && processesField(frame, options)),
    ...(options.since !== undefined && {since_last: sinceFields(options.since)}),
  };
}

/** A line of the history in memory: the mean of a stretch, with its lowest and highest, in bytes of today's limit. */
export function historyLine(point: HistoryPoint, {totalBytes}: PoolFigures, trend: Trend): LogLine {
  const usedBytes = Math.round((point.mean / 100) * totalBytes);
  const figures = {percent: point.mean, usedBytes, totalBytes, availableBytes: totalBytes - usedBytes};
  const range = {percentMin: point.min, percentMean: point.mean, percentMax: point.max};
  return {
    timestamp: isoTime(point.at),
    ...basicFields(figures),
    trend,
    memory: exactFields(figures),
    since_last: {...rangeFields(range), seconds: point.lengthMs / 1000},
  };
}

export interface StartFacts {
  readonly version: string;
  readonly host: string;
  readonly platform: string;
  readonly pid: number;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What bounds memory when a log begins. */
export interface StartLimits {
  readonly hostTotalBytes?: number;
  readonly limits: readonly LimitReading[];
}

export function limitsAtStart({memory, limits}: Pick<Sample, 'memory' | 'limits'>): StartLimits {
  return {limits, ...(memory.status === 'ok' && {hostTotalBytes: memory.value.totalBytes})};
}

export function startLine(at: number, facts: StartFacts, {hostTotalBytes, limits}: StartLimits): LogLine {
  const {version, host, platform, pid, options} = facts;
  return {
    timestamp: isoTime(at),
    event_type: 'START',
    message: 'Memory monitor started',
    format: LOG_FORMAT,
    memtop: version,
    host_name: host,
    platform,
    pid,
    options,
    ...(hostTotalBytes !== undefined && {host_total_bytes: hostTotalBytes}),
    limits: limits.map(limitFields),
  };
}

export function stopLine(at: number, reason: string): LogLine {
  return {timestamp: isoTime(at), event_type: 'STOP', message: 'Memory monitor stopped', reason};
}

/** The processes a line names, so that a log can be thinned while they do not change. */
export function topKey(frame: Frame, count: number): string {
  if (frame.processes?.status !== 'ok') return '';
  return largest(frame.processes.value.processes, count).map(processKey).join(' ');
}

/** The figures older readers know, with their names and types: strings, whole MB of 1,048,576 bytes. */
function basicFields({percent, usedBytes, totalBytes, availableBytes}: PoolFigures) {
  return {
    percent: percent.toFixed(1),
    used_mb: String(toMb(usedBytes)),
    available_mb: String(toMb(availableBytes)),
    total_mb: String(toMb(totalBytes)),
  };
}

/** The place on a line that never goes back, where the wall clock was set back since the start. */
function timelineField({at, timelineMs}: Frame): LogLine {
  return Math.abs(timelineMs - at) >= STEP_MS ? {timeline_ms: Math.round(timelineMs)} : {};
}

const STEP_MS = 1000;

function exactFields({usedBytes, totalBytes, availableBytes, cacheBytes}: PoolFigures) {
  return {
    used_bytes: usedBytes,
    available_bytes: availableBytes,
    total_bytes: totalBytes,
    ...(cacheBytes !== undefined && {cache_bytes: cacheBytes}),
  };
}

function hostFields(memory: HostMemory) {
  return snakeKeys(memory);
}

function limitFields(limit: LimitReading) {
  return snakeKeys(limit);
}

function pressureFields({some10, some60, full10, full60}: Pressure) {
  return {some_avg10: some10, some_avg60: some60, full_avg10: full10, full_avg60: full60};
}

function swapFields(frame: Frame) {
  const pool = frame.pools.find(({kind}) => kind === 'swap');
  if (pool?.reading.status !== 'ok') return {};
  const {usedBytes, totalBytes, percent} = pool.reading.value;
  return {swap: {used_bytes: usedBytes, total_bytes: totalBytes, percent: Number(percent.toFixed(3))}};
}

/** The largest processes of a check. */
export function processesField(
  frame: Frame,
  {
    processes: count,
    leakOf,
    withSecrets = false,
  }: Pick<CheckLineOptions, 'processes' | 'leakOf' | 'withSecrets'>,
) {
  if (frame.processes?.status !== 'ok') return {};
  const ofJob = new Set(frame.job?.reading.members.map(processKey));
  const processes = largest(frame.processes.value.processes, count).map((process) => ({
    ...processFields(process, withSecrets ? programName(process) : hiddenProgramName(process)),
    ...(ofJob.has(processKey(process)) && {job: true}),
    ...processLeakFields(leakOf?.(processKey(process)), frame.at - frame.timelineMs),
  }));
  return {processes};
}

function processFields(process: ProcessReading, {title, rest}: ProgramName) {
  return {
    pid: process.pid,
    parent_pid: process.parentPid,
    start_key: process.startKey,
    name: title,
    ...(rest !== '' && {arguments: rest}),
    ...(process.user !== undefined && {user: process.user}),
    rss_bytes: process.rssBytes,
    ...(process.cpuMs !== undefined && {cpu_ms: process.cpuMs}),
  };
}

function sinceFields({checks, ...range}: SinceLast) {
  return {checks, ...rangeFields(range)};
}

function rangeFields({percentMin, percentMean, percentMax}: Omit<SinceLast, 'checks'>) {
  const round = (percent: number) => Number(percent.toFixed(3));
  return {
    percent_min: round(percentMin),
    percent_mean: round(percentMean),
    percent_max: round(percentMax),
  };
}

/** `totalBytes` becomes `total_bytes`: the log's names follow its first fields. */
function snakeKeys(record: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
