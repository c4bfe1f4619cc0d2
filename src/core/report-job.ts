import type {JobEnding} from './job/job-ending.ts';
import type {FormerJob} from './job/job-story.ts';
import {type JobMeasure, jobCount} from './job/job-view.ts';
import type {JobState} from './sample.ts';
import type {Session} from './session.ts';

/** What a report says of the job that was followed. */
export interface ReportJob {
  readonly name: string;
  readonly pid: number;
  readonly state: JobState;
  readonly startedAt?: number;
  /** What it held when it was last seen, and most; absent where none of its processes ever was. */
  readonly held?: {readonly bytes: number; readonly measure: JobMeasure; readonly at?: number};
  readonly peak?: {readonly bytes: number; readonly at: number};
  readonly processes: number;
  readonly cpuMs?: number;
  readonly vramBytes?: number;
  /** How it ended; absent while it runs. */
  readonly ending?: JobEnding;
}

/** The jobs as the session leaves them: the one that was followed last, and those before it. */
export interface ReportJobs {
  /** Absent where none was followed. */
  readonly job?: ReportJob;
  /** The earliest first; absent where there was but one. */
  readonly earlierJobs?: readonly ReportJob[];
}

export function reportJobs(session: Session, endings: readonly JobEnding[]): ReportJobs {
  const {frame, job: story} = session;
  const {latest, former} = story;
  const isThere = frame?.job !== undefined;
  // The last of several runs may have followed none.
  const gone = latest === undefined || isThere ? former : [...former, latest];
  const last = isThere && latest !== undefined ? reportJob(session, endOf(latest, endings)) : undefined;
  const earlier = gone.map((job) => formerJob(job, endOf(job, endings)));
  const [job, earlierJobs] = last === undefined ? [earlier.at(-1), earlier.slice(0, -1)] : [last, earlier];
  return {
    ...(job !== undefined && {job}),
    ...(earlierJobs.length > 0 && {earlierJobs}),
  };
}

/** An exit is timed by another clock than the last look. */
const EXIT_SLACK_MS = 5000;

/** In containers every job may have the same pid. */
function endOf({pid, held}: FormerJob, endings: readonly JobEnding[]): JobEnding | undefined {
  const from = (held?.at ?? Number.NEGATIVE_INFINITY) - EXIT_SLACK_MS;
  return endings.find((ending) => ending.pid === pid && ending.exit.at >= from);
}

/** Of a job that is over there is what it was seen with, and how it ended, where anybody saw that. */
function formerJob({name, pid, state, held, peak}: FormerJob, ending: JobEnding | undefined): ReportJob {
  const {elapsedMs, exit, cpuMs} = ending ?? {};
  return {
    name,
    pid,
    state: ending === undefined ? state : 'ended',
    ...(exit !== undefined && elapsedMs !== undefined && {startedAt: exit.at - elapsedMs}),
    ...(held !== undefined && {held}),
    ...(cpuMs !== undefined && {cpuMs}),
    ...(peak !== undefined && {peak}),
    processes: ending === undefined ? (held?.processes ?? 0) : 0,
    ...(ending !== undefined && {ending}),
  };
}

function reportJob({frame, job: story}: Session, ending: JobEnding | undefined): ReportJob | undefined {
  const job = frame?.job;
  if (job === undefined) return undefined;
  const {reading, vramBytes} = job;
  const {name, pid, state, startedAt, cpuMs} = reading;
  const processes = jobCount(reading);
  const held = state === 'ended' || processes === 0 ? story.moments.at(-1) : job;
  return {
    name,
    pid,
    state,
    ...(startedAt !== undefined && {startedAt}),
    ...(held !== undefined && {held: {bytes: held.bytes, measure: held.measure}, cpuMs}),
    ...(story.peak !== undefined && {peak: story.peak}),
    processes,
    ...(vramBytes !== undefined && {vramBytes}),
    ...(ending !== undefined && {ending}),
  };
}
