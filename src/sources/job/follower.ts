import {jobSessions, jobTree} from '../../core/job/job-tree.ts';
import {processKey} from '../../core/process-series.ts';
import {programName} from '../../core/program.ts';
import {
  type JobExit,
  type JobMember,
  type JobReading,
  type JobState,
  ok,
  type ProcessReading,
  type ProcessTable,
  type Reading,
} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {type SlowReading, slowReading} from '../slow-reading.ts';
import {type Claims, claimsOf} from './claims.ts';
import {type PssReading, pssNow, readPss} from './pss.ts';

/** What makes a process the job's from the start. */
export interface FollowOptions {
  /** What it is called, until its first process tells. */
  readonly name: string;
  /** The first processes, each by pid and start; absent where `matches` chooses. */
  readonly roots?: readonly Pick<ProcessReading, 'pid' | 'startKey'>[];
  /** Chooses first processes by what they are called, at every scan. */
  readonly matches?: (process: ProcessReading) => boolean;
  /** The cgroup that only the job is in, as a folder. */
  readonly cgroup?: string;
  /** A text that stands in the environment of all that the job starts. */
  readonly mark?: string;
}

/** PSS is summed up by the kernel page by page: it takes no more than a fiftieth of a core. */
const PSS_MS = 1000;
const PSS_REST = 50;

/** Follows a job: which processes are its at each scan, and what they hold together. */
export class JobFollower {
  readonly #host: Host;
  readonly #options: FollowOptions;
  readonly #claims: Claims;
  readonly #pss: SlowReading<PssReading>;
  readonly #roots: Set<string>;
  #former: ReadonlySet<string> = new Set();
  #sessions: ReadonlySet<number> = new Set();
  #members: readonly ProcessReading[] = [];
  /** CPU time of members that have ended, milliseconds. */
  #endedCpuMs = 0;
  #first: ProcessReading | undefined;
  #scannedAt: number | undefined;
  #hasSeenAny = false;
  #exit: JobExit | undefined;

  constructor(host: Host, options: FollowOptions) {
    this.#host = host;
    this.#options = options;
    this.#roots = new Set((options.roots ?? []).map(processKey));
    this.#claims = claimsOf(host, options);
    this.#pss = slowReading(host, PSS_MS, () => readPss(host, this.#members), PSS_REST);
  }

  /** The pids of its processes, as far as they are known. */
  get pids(): ReadonlySet<number> {
    return new Set([...(this.#options.roots ?? []), ...this.#members].map(({pid}) => pid));
  }

  /** Those that have left the session of the first one: a signal to its process group does not reach them. */
  get detachedPids(): readonly number[] {
    const session = this.#first?.sessionId;
    return this.#members.filter(({sessionId}) => sessionId !== session).map(({pid}) => pid);
  }

  /** The first of its processes, whose limits are the job's. */
  get pid(): number | undefined {
    return this.#first?.pid ?? this.#options.roots?.[0]?.pid;
  }

  /** Whether all its processes have ended, as far as could be seen. */
  get isOver(): boolean {
    return this.#exit !== undefined || (this.#hasSeenAny && this.#members.length === 0);
  }

  /** Told by whoever started the job; else its end is when none of its processes is seen any more. */
  noteExit(exit: JobExit): void {
    this.#exit = exit;
  }

  /** Takes in one scan of all processes. */
  update(table: ProcessTable): void {
    const {processes} = table;
    this.#scannedAt = table.at;
    this.#chooseRoots(processes);
    const claimed = this.#claims.among(processes, this.#former);
    const look = {processes, roots: this.#roots, former: this.#former, claimed, sessions: this.#sessions};
    const members = jobTree({...look, ownPid: this.#host.pid});
    this.#countEnded(members);
    this.#members = members;
    this.#former = new Set(members.map(processKey));
    this.#sessions = jobSessions(members, this.#sessions);
    this.#first =
      members.find((process) => this.#roots.has(processKey(process))) ?? this.#first ?? members[0];
    this.#hasSeenAny ||= members.length > 0;
    if (this.#hasSeenAny && members.length === 0) this.#exit ??= {at: table.at};
  }

  /** The job now; `undefined` before any of its processes was seen. */
  reading(): JobReading | undefined {
    const {name: given, roots = []} = this.#options;
    const pid = this.pid ?? roots[0]?.pid;
    if (pid === undefined) return undefined;
    // The next reading begins here where it is due; it never delays this one.
    const pss = this.#members.length === 0 ? this.#pss.peek() : this.#pss.latest();
    const first = this.#first;
    const name = first === undefined ? given : programName(first).title;
    const members = this.#members.map((process) => memberOf(process, pss));
    const together = pss && sumOf(pss, members);
    return {
      name,
      pid,
      ...(first?.startedAt !== undefined && {startedAt: first.startedAt}),
      state: this.#state(),
      ...(this.#scannedAt !== undefined && {scannedAt: this.#scannedAt}),
      members,
      ...(together !== undefined && {pss: together}),
      cpuMs: this.#endedCpuMs + this.#members.reduce((sum, {cpuMs = 0}) => sum + cpuMs, 0),
      ...(this.#exit !== undefined && {exit: this.#exit}),
    };
  }

  #state(): JobState {
    if (this.#exit !== undefined) return 'ended';
    const isStopped = this.#members.length > 0 && this.#members.every((member) => member.isStopped === true);
    return isStopped ? 'stopped' : 'running';
  }

  #chooseRoots(processes: readonly ProcessReading[]): void {
    const {matches} = this.#options;
    if (matches === undefined) return;
    for (const process of processes)
      if (process.pid !== this.#host.pid && matches(process)) this.#roots.add(processKey(process));
  }

  #countEnded(members: readonly ProcessReading[]): void {
    const living = new Set(members.map(processKey));
    for (const member of this.#members)
      if (!living.has(processKey(member))) this.#endedCpuMs += member.cpuMs ?? 0;
  }
}

function memberOf(process: ProcessReading, pss: Reading<PssReading> | undefined): JobMember {
  const {pid, startKey, rssBytes, cpuMs} = process;
  const read = pss?.status === 'ok' ? pss.value.members.get(processKey(process)) : undefined;
  const pssBytes = read && pssNow(read, rssBytes);
  return {
    pid,
    startKey,
    rssBytes,
    ...(pssBytes !== undefined && {pssBytes}),
    ...(cpuMs !== undefined && {cpuMs}),
  };
}

/** `undefined` while none of those that run now was read; one that has just started counts from the next reading. */
function sumOf(pss: Reading<PssReading>, members: readonly JobMember[]): JobReading['pss'] {
  if (pss.status !== 'ok') return pss;
  const known = members.flatMap(({pssBytes}) => pssBytes ?? []);
  if (known.length === 0 && members.length > 0) return undefined;
  return ok({at: pss.value.at, bytes: known.reduce((sum, one) => sum + one, 0)});
}
