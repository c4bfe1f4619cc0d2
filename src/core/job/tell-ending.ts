import type {OomKill} from '../rules/oom-kills.ts';
import type {JobReading} from '../sample.ts';
import type {Session} from '../session.ts';
import {riseOf} from './growth.ts';
import type {JobEnding} from './job-ending.ts';

/** A kill this long before the end, or after it, belongs to it: counters and exits are seen by different beats. */
const KILL_BEFORE_MS = 60_000;
const KILL_AFTER_MS = 5000;
const KILLED_CODE = 137;

/** How the job ended, from all that the session saw; `undefined` while it runs. */
export function tellEnding(
  {job: story, oomKills, ram, frame}: Session,
  job: JobReading,
): JobEnding | undefined {
  const {exit, startedAt} = job;
  if (exit === undefined) return undefined;
  const {peak} = story;
  const oom = killOf(oomKills, job, story.pids);
  const limitBytes = frame?.limit?.totalBytes;
  const rise = limitBytes === undefined ? undefined : riseOf(ram.history?.points() ?? [], limitBytes);
  const offsetMs = frame === undefined ? 0 : frame.at - frame.timelineMs;
  return {
    name: job.name,
    pid: job.pid,
    exit,
    ...(startedAt !== undefined && {elapsedMs: Math.max(0, exit.at - startedAt)}),
    ...(story.moments.length > 0 && {cpuMs: job.cpuMs}),
    ...(oom !== undefined && {oom}),
    ...(rise !== undefined && {rise: {ratePerHour: rise.ratePerHour, sinceAt: rise.since + offsetMs}}),
    // A killed process gives its memory back before it can be seen to have ended.
    moments: oom?.isVictim ? story.moments.filter(({at}) => at < oom.at) : story.moments,
    top: story.top,
    ...(peak !== undefined && {peak}),
  };
}

/** The latest kill around the end that can have been of this job. A job that ended well was not ended by one. */
function killOf(
  kills: readonly OomKill[],
  {pid, exit}: JobReading,
  pids: ReadonlySet<number>,
): JobEnding['oom'] {
  if (exit === undefined || exit.code === 0) return undefined;
  const near = kills.filter(({at}) => at >= exit.at - KILL_BEFORE_MS && at <= exit.at + KILL_AFTER_MS);
  const own = near.filter(({victim, isOwn}) => (victim === undefined ? isOwn : pids.has(victim.pid)));
  const kill = own.findLast(({victim}) => victim?.pid === pid) ?? own.at(-1);
  if (kill === undefined) return undefined;
  const wasKilled = exit.signal === 'SIGKILL' || exit.code === KILLED_CODE;
  const isVictim = wasKilled && (kill.victim === undefined || kill.victim.pid === pid);
  return {...kill, isVictim};
}
