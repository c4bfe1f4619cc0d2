import {processKey} from '../../core/process-series.ts';
import type {ProcessReading} from '../../core/sample.ts';
import type {Host} from '../host.ts';

/** What is the job's by other marks than its parents. */
export interface Claims {
  /** Keys of processes that are the job's; `former` are those that are known to be anyway. */
  among(processes: readonly ProcessReading[], former: ReadonlySet<string>): ReadonlySet<string>;
}

/** Reads of environments for one scan: a machine that starts thousands of programs a second is not followed by these. */
const MOST_READS = 50;

/**
 * Finds what has detached itself from the job between two scans: in its cgroup, or by a text that stands in the
 * environment of all that it starts. Each process is asked once.
 */
export function claimsOf(
  host: Host,
  {cgroup, mark}: {readonly cgroup?: string; readonly mark?: string},
): Claims {
  if (host.platform !== 'linux' || (cgroup === undefined && mark === undefined))
    return {among: () => new Set()};
  let asked = new Map<string, boolean>();
  return {
    among(processes, former) {
      const inCgroup = cgroup === undefined ? undefined : pidsIn(host, cgroup);
      // The cgroup knows all that are in it: where it can be read nobody else need be asked.
      const asking = inCgroup === undefined ? mark : undefined;
      const answers = new Map<string, boolean>();
      const unknown: ProcessReading[] = [];
      for (const process of processes) {
        const key = processKey(process);
        const known = former.has(key) || asked.get(key);
        if (known === undefined && asking !== undefined) unknown.push(process);
        else answers.set(key, known ?? false);
      }
      for (const process of newestFirst(unknown).slice(0, MOST_READS))
        answers.set(processKey(process), isMarked(host, process, asking));
      asked = answers;
      const claimed = processes.filter((process) => inCgroup?.has(process.pid) === true);
      const marked = [...answers].filter(([, isOurs]) => isOurs).map(([key]) => key);
      return new Set([...claimed.map(processKey), ...marked]);
    },
  };
}

/** What the job has started is younger than most. */
function newestFirst(processes: readonly ProcessReading[]): readonly ProcessReading[] {
  return processes.toSorted((a, b) => Number(b.startKey) - Number(a.startKey));
}

function isMarked(host: Host, {pid}: ProcessReading, mark: string | undefined): boolean {
  try {
    return `\0${host.readNow(`/proc/${pid}/environ`)}`.includes(`\0${mark}\0`);
  } catch {
    // Another user's, or ended.
    return false;
  }
}

/** All pids in a cgroup and below it are wanted; below it only those that were told as parents' children are. */
function pidsIn(host: Host, folder: string): ReadonlySet<number> | undefined {
  try {
    return new Set(host.readNow(`${folder}/cgroup.procs`).split('\n').filter(Boolean).map(Number));
  } catch {
    // It was removed: the job's processes are known by other marks then.
    return undefined;
  }
}
