import {processKey} from '../process-series.ts';
import type {ProcessReading} from '../sample.ts';

export interface TreeLook {
  readonly processes: readonly ProcessReading[];
  /** Keys of the processes that the job began with. */
  readonly roots: ReadonlySet<string>;
  /** Keys of all that were its before: what was once the job's stays so, whoever its parent is now. */
  readonly former: ReadonlySet<string>;
  /** Keys that are known to be its by other marks: its cgroup, its environment. */
  readonly claimed?: ReadonlySet<string>;
  /** Sessions that only the job's processes can be in, by their leaders' pids. */
  readonly sessions?: ReadonlySet<number>;
  /** memtop itself, which is never part of what it follows, with all that it starts. */
  readonly ownPid: number;
}

/** The job's processes among all: its roots, what they started, and what detached itself, the largest first. */
export function jobTree(look: TreeLook): readonly ProcessReading[] {
  const {processes, ownPid} = look;
  const children = childrenOf(processes);
  const known = processes.filter((process) => isKnown(process, look));
  const members = withDescendants(known, children, (process) => process.pid !== ownPid);
  // A session may be memtop's as well, where that runs inside the job.
  const own = withDescendants(
    processes.filter(({pid}) => pid === ownPid),
    children,
    ({pid}) => !members.has(pid),
  );
  const inSession = processes.filter((process) => !own.has(process.pid) && isInSession(process, look));
  for (const [pid, process] of withDescendants(inSession, children, ({pid}) => !own.has(pid)))
    members.set(pid, process);
  return [...members.values()].sort((a, b) => b.rssBytes - a.rssBytes || a.pid - b.pid);
}

/** Sessions that members lead or are alone in from now on: one without any member left is forgotten. */
export function jobSessions(
  members: readonly ProcessReading[],
  former: ReadonlySet<number>,
): ReadonlySet<number> {
  const led = members.filter(({pid, sessionId}) => pid === sessionId).map(({pid}) => pid);
  const living = new Set(members.map(({sessionId}) => sessionId));
  return new Set([...led, ...[...former].filter((id) => living.has(id))]);
}

function withDescendants(
  from: readonly ProcessReading[],
  children: ReadonlyMap<number, readonly ProcessReading[]>,
  isMeant: (process: ProcessReading) => boolean,
): Map<number, ProcessReading> {
  const found = new Map<number, ProcessReading>();
  const waiting = [...from];
  for (let process = waiting.pop(); process !== undefined; process = waiting.pop()) {
    if (!isMeant(process) || found.has(process.pid)) continue;
    found.set(process.pid, process);
    waiting.push(...(children.get(process.pid) ?? []));
  }
  return found;
}

function isKnown(process: ProcessReading, {roots, former, claimed}: TreeLook): boolean {
  const key = processKey(process);
  return roots.has(key) || former.has(key) || claimed?.has(key) === true;
}

function isInSession({sessionId, pid}: ProcessReading, {sessions}: TreeLook): boolean {
  // Who leads a session of its own came into it by itself; only a pid used again could be meant.
  return sessionId !== undefined && sessionId !== pid && sessions?.has(sessionId) === true;
}

function childrenOf(processes: readonly ProcessReading[]): ReadonlyMap<number, readonly ProcessReading[]> {
  const children = new Map<number, ProcessReading[]>();
  for (const process of processes) {
    const known = children.get(process.parentPid);
    if (known === undefined) children.set(process.parentPid, [process]);
    else known.push(process);
  }
  return children;
}
