import {jobTree} from '../job/job-tree.ts';
import {processKey} from '../process-series.ts';
import {JOB_STATES, type JobMember, type JobReading, ok} from '../sample.ts';
import {amountOf, countOf, type Fields, fieldsOf, listOf, textOf, timeOf, wordOf} from './log-fields.ts';
import {MOST_PROCESSES, processOf} from './log-processes.ts';

/** The followed job as a line tells it: a sum, whose processes are not yet known. `before` is its reading of the line before. */
export function jobOf(value: unknown, at: number, before: JobReading | undefined): JobReading | undefined {
  const job = fieldsOf(value);
  if (job === undefined) return undefined;
  const pid = countOf(job.pid);
  const state = wordOf(job.state, JOB_STATES);
  const processes = countOf(job.processes);
  if (pid === undefined || state === undefined || processes === undefined) return undefined;
  const bytes = amountOf(job.bytes);
  const isPss = job.measure === 'pss';
  const rssBytes = amountOf(job.rss_bytes) ?? (isPss ? undefined : bytes);
  // Processes of which nothing is told are as good as unseen.
  const isSeen = rssBytes !== undefined || (isPss && bytes !== undefined);
  const vramBytes = amountOf(job.vram_bytes);
  // How long one ran that has ended is told by its end.
  const startedAt = state === 'ended' ? undefined : timeOf(job.started_at);
  return {
    name: textOf(job.name) ?? 'job',
    pid,
    ...(startedAt !== undefined && {startedAt}),
    state,
    members: [],
    sum: {
      processes: isSeen ? processes : 0,
      rssBytes: rssBytes ?? 0,
      ...(vramBytes !== undefined && {vramBytes}),
    },
    ...(isPss && bytes !== undefined && {pss: ok({bytes, at: timeOf(job.pss_at) ?? at})}),
    cpuMs: amountOf(job.cpu_ms) ?? before?.cpuMs ?? 0,
  };
}

/** Whether the CPU time of a job must be taken from the reading before: it has ended. */
export function lacksTime(value: unknown): boolean {
  const job = fieldsOf(value);
  return job !== undefined && job.cpu_ms === undefined;
}

/** The job with its processes as far as the line names them; of a line that names none, those that were named last. */
export function withMembers(
  job: JobReading | undefined,
  {processes: value}: Fields,
  before: JobReading | undefined,
): JobReading | undefined {
  if (job?.sum === undefined || job.sum.processes === 0) return job;
  const former = before?.pid === job.pid ? before.members : [];
  const named = listOf(value, MOST_PROCESSES);
  return {...job, members: named.length === 0 ? former : membersAmong(named, job, former)};
}

/** Those that the line says are the job's; where it is from before lines said so, those that it can be told of by who started whom. */
function membersAmong(
  named: readonly Fields[],
  {pid}: JobReading,
  former: readonly JobMember[],
): readonly JobMember[] {
  const processes = named.flatMap((fields) => processOf(fields) ?? []);
  const roots = processes.filter((process) => process.pid === pid || process.parentPid === pid);
  const claimed = named.filter(({job}) => job === true).flatMap((fields) => processOf(fields) ?? []);
  const members = jobTree({
    processes,
    roots: new Set(roots.map(processKey)),
    former: new Set(former.map(processKey)),
    claimed: new Set(claimed.map(processKey)),
    ownPid: Number.NaN,
  });
  return members.map(({startKey, rssBytes, cpuMs, ...process}) => ({
    pid: process.pid,
    startKey,
    rssBytes,
    ...(cpuMs !== undefined && {cpuMs}),
  }));
}
