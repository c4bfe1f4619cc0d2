import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {JobExit} from '../core/sample.ts';
import {findMemoryCgroup} from './memory/cgroup-mount.ts';

export interface JobStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where standard output and error go; `terminal` leaves all three streams as memtop's own are. */
  readonly output: number | 'terminal';
  /** Whether it gets a session and process group of its own, so that signals reach all of it and no key does. */
  readonly isDetached: boolean;
  /** The cgroup to start it in. */
  readonly cgroup?: JobCgroup;
}

export interface RunningJob {
  readonly pid: number;
  /** Resolves when its first process has ended. */
  readonly exited: Promise<JobExit>;
  /** Sends a signal to its process group, or to its first process where it shares memtop's. */
  signal(name: NodeJS.Signals): void;
}

/** A cgroup of the job's, as a folder, and the one that memtop is in. */
export interface JobCgroup {
  readonly folder: string;
  readonly ownFolder: string;
  /** Whether it was made for this job, and goes with it. */
  readonly isMade: boolean;
}

/**
 * Starts a command directly, its arguments untouched. It lives on when memtop dies.
 * @throws {Error} with a `code` where it cannot be started
 */
export async function startJob(start: JobStart): Promise<RunningJob> {
  const {command, args, env, output, isDetached, cgroup} = start;
  // Who is started is where its starter is: so no moment passes in which it could start something outside.
  const leave = cgroup === undefined ? () => {} : enter(cgroup);
  try {
    const child = spawn(command, [...args], {
      stdio: output === 'terminal' ? 'inherit' : ['ignore', output, output],
      detached: isDetached,
      env: {...env},
    });
    const exited = new Promise<JobExit>((resolve) => {
      child.on('exit', (code, signal) =>
        resolve({at: Date.now(), ...(code !== null && {code}), ...(signal !== null && {signal})}),
      );
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve).once('error', reject);
    });
    child.on('error', () => {});
    child.unref();
    const {pid = -1} = child;
    return {pid, exited, signal: (name) => send(isDetached ? -pid : pid, name)};
  } finally {
    leave();
  }
}

/** A cgroup below memtop's own; `undefined` where none can be made. */
export function makeCgroup(): JobCgroup | undefined {
  const ownFolder = ownCgroup();
  if (ownFolder === undefined) return undefined;
  removeLeftovers(ownFolder);
  const folder = join(ownFolder, `${PREFIX}${process.pid}`);
  try {
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  const cgroup = {folder, ownFolder, isMade: true};
  try {
    enter(cgroup)();
    return cgroup;
  } catch {
    removeCgroup(cgroup);
    return undefined;
  }
}

/** A cgroup that is there already. @throws {Error} where nothing can be put into it */
export function givenCgroup(folder: string): JobCgroup {
  const cgroup = {folder, ownFolder: ownCgroup() ?? folder, isMade: false};
  if (!existsSync(join(folder, PROCS))) throw new Error('it has no cgroup.procs');
  enter(cgroup)();
  return cgroup;
}

/** Takes away one that was made. What still runs in it keeps it. */
export function removeCgroup({folder, isMade}: JobCgroup): void {
  if (!isMade) return;
  try {
    rmdirSync(folder);
  } catch {
    // Something of the job lives on in it; the next memtop that is started here takes it away.
  }
}

const PREFIX = 'memtop-job-';
const PROCS = 'cgroup.procs';

/** Moves memtop into it. @returns what moves it back */
function enter({folder, ownFolder}: JobCgroup): () => void {
  const pid = String(process.pid);
  writeFileSync(join(folder, PROCS), pid);
  return () => writeFileSync(join(ownFolder, PROCS), pid);
}

function ownCgroup(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const place = findMemoryCgroup(
      readFileSync('/proc/self/cgroup', 'utf8'),
      readFileSync('/proc/self/mountinfo', 'utf8'),
    );
    return place && [place.mountPoint, ...place.below].join('/');
  } catch {
    // No cgroups here.
    return undefined;
  }
}

/** Empty ones of memtops that were killed. */
function removeLeftovers(ownFolder: string): void {
  for (const name of namesIn(ownFolder)) {
    const pid = Number(name.slice(PREFIX.length));
    if (!name.startsWith(PREFIX) || isAlive(pid)) continue;
    removeCgroup({folder: join(ownFolder, name), ownFolder, isMade: true});
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether there is a process with this pid that may be signalled. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Sends a signal to a process, or to a group by its negative number. */
export function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended by itself in between.
  }
}
