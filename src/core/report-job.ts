import type {JobEnding} from './job/job-ending.ts';
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
  readonly held?: {readonly bytes: number; readonly measure: JobMeasure};
  readonly peak?: {readonly bytes: number; readonly at: number};
  readonly processes: number;
  readonly cpuMs?: number;
  readonly vramBytes?: number;
  /** How it ended; absent while it runs. */
  readonly ending?: JobEnding;
}

/** The job as the session leaves it; nothing where none was followed. */
export function reportJob(
  {frame, job: story}: Session,
  ending: JobEnding | undefined,
): ReportJob | undefined {
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
