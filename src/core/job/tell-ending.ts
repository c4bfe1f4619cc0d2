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
export function tellEnding(session: Session, job: JobReading): JobEnding | undefined {
  const {job: story, oomKills, frame} = session;
  const {exit, startedAt} = job;
  if (exit === undefined) return undefined;
  const {peak} = story;
  const oom = killOf(oomKills, job, story.pids);
  const offsetMs = frame === undefined ? 0 : frame.at - frame.timelineMs;
  const rise = riseBefore(session, Math.min(exit.at, oom?.at ?? exit.at), offsetMs);
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

/**
 * How RAM rose under the limit that bound the job then, which may be another one by now. What came after its end, or
 * after the kill, is memory that was given back.
 */
function riseBefore(session: Session, at: number, offsetMs: number): ReturnType<typeof riseOf> {
  const limit = session.job.limitBefore(at);
  if (limit === undefined) return undefined;
  const points = session.limitHistory(limit.id)?.points() ?? [];
  return riseOf(
    points.filter((point) => point.at + point.lengthMs <= at - offsetMs),
    limit.totalBytes,
  );
}

/** The latest kill around the end that can have been of this job. A job that ended well was not ended by one. */
function killOf(
  kills: readonly OomKill[],
  {pid, exit}: JobReading,
  pids: ReadonlySet<number>,
): JobEnding['oom'] {
  if (exit === undefined || exit.code === 0) return undefined;
  const near = kills.filter(({at}) => at >= exit.at - KILL_BEFORE_MS && at <= exit.at + KILL_AFTER_MS);
  // Of several that were killed at once the job's first process is told, else any of its others.
  const meant = near.map((kill) => {
    const victims = kill.victims?.filter((one) => pids.has(one.pid)) ?? [];
    const victim = victims.find((one) => one.pid === pid) ?? victims.at(-1);
    return victim === undefined ? kill : {...kill, victim};
  });
  const own = meant.filter(({victim, isOwn}) => (victim === undefined ? isOwn : pids.has(victim.pid)));
  const kill = own.findLast(({victim}) => victim?.pid === pid) ?? own.at(-1);
  if (kill === undefined) return undefined;
  const wasKilled = exit.signal === 'SIGKILL' || exit.code === KILLED_CODE;
  const isVictim = wasKilled && (kill.victim === undefined || kill.victim.pid === pid);
  return {...kill, isVictim};
}
