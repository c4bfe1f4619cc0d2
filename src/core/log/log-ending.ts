import type {JobEnding, JobMoment} from '../job/job-ending.ts';
import {JOB_MEASURES} from '../job/job-view.ts';
import type {TopProcess} from '../top-process.ts';
import {amountOf, countOf, type Fields, fieldsOf, lengthOf, listOf, textOf, timeOf} from './log-fields.ts';

const MOST_MOMENTS = 100;

/** How a job ended, from its line: the way back from `endingFields`. `at` is when the line was written. */
export function endingOf(line: Fields, at: number): JobEnding {
  const [code, signal] = [countOf(line.exit_code), textOf(line.signal)];
  const [elapsedMs, cpuMs] = [lengthOf(line.elapsed_seconds), amountOf(line.cpu_ms)];
  const oom = oomOf(fieldsOf(line.oom));
  const rise = riseOf(fieldsOf(line.rise));
  const peak = fieldsOf(line.peak) ?? {};
  const [peakAt, peakBytes] = [timeOf(peak.at), amountOf(peak.bytes)];
  return {
    name: textOf(line.name) ?? 'job',
    pid: countOf(line.pid) ?? 0,
    exit: {
      at: timeOf(line.ended_at) ?? at,
      ...(code !== undefined && {code}),
      ...(signal !== undefined && {signal}),
    },
    ...(elapsedMs !== undefined && {elapsedMs}),
    ...(cpuMs !== undefined && {cpuMs}),
    ...(oom !== undefined && {oom}),
    ...(rise !== undefined && {rise}),
    moments: listOf(line.last_samples, MOST_MOMENTS).flatMap((moment) => momentOf(moment) ?? []),
    top: listOf(line.largest, MOST_MOMENTS).flatMap((process) => processOf(process) ?? []),
    ...(peakAt !== undefined && peakBytes !== undefined && {peak: {at: peakAt, bytes: peakBytes}}),
  };
}

function momentOf(fields: Fields): JobMoment | undefined {
  const [at, bytes, processes] = [timeOf(fields.at), amountOf(fields.bytes), countOf(fields.processes)];
  const measure = JOB_MEASURES.find((one) => one.toLowerCase() === fields.measure);
  const ramPercent = amountOf(fields.percent);
  if (at === undefined || bytes === undefined || processes === undefined || measure === undefined)
    return undefined;
  return {at, bytes, measure, processes, ...(ramPercent !== undefined && {ramPercent})};
}

function processOf(fields: Fields): TopProcess | undefined {
  const [pid, name, rssBytes] = [countOf(fields.pid), textOf(fields.name), amountOf(fields.rss_bytes)];
  if (pid === undefined || name === undefined || rssBytes === undefined) return undefined;
  return {pid, name, rssBytes};
}

function riseOf(rise: Fields | undefined): JobEnding['rise'] {
  const [ratePerHour, sinceAt] = [amountOf(rise?.bytes_per_hour), timeOf(rise?.since)];
  return ratePerHour === undefined || sinceAt === undefined ? undefined : {ratePerHour, sinceAt};
}

function oomOf(oom: Fields | undefined): JobEnding['oom'] {
  const [at, kills] = [timeOf(oom?.at), countOf(oom?.kills)];
  if (oom === undefined || at === undefined || kills === undefined) return undefined;
  const victim = fieldsOf(oom.victim);
  const [pid, name, bytes] = [countOf(victim?.pid), textOf(victim?.name), amountOf(victim?.rss_bytes)];
  const bound = fieldsOf(oom.limit);
  const [limitName, limitBytes] = [textOf(bound?.name), amountOf(bound?.bytes)];
  const limit =
    limitName === undefined || limitBytes === undefined ? undefined : {name: limitName, bytes: limitBytes};
  return {
    at,
    kills,
    // That of a limit of its own; the log does not tell it apart otherwise.
    isOwn: limit !== undefined && limit.name !== 'host',
    isVictim: oom.killed_the_job === true,
    ...(pid !== undefined &&
      name !== undefined && {victim: {pid, name, ...(bytes !== undefined && {bytes})}}),
    ...(limit !== undefined && {limit}),
  };
}
