import {randomBytes} from 'node:crypto';
import {resolve} from 'node:path';
import {quote, type Values} from '../config/resolve.ts';
import {errorCode, errorMessage} from '../core/errors.ts';
import type {JobExit} from '../core/sample.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import {linkFlag} from '../sinks/foreign-link.ts';
import type {Host} from '../sources/host.ts';
import {JobFollower} from '../sources/job/follower.ts';
import {platformReaders} from '../sources/platform.ts';
import {
  givenCgroup,
  type JobCgroup,
  makeCgroup,
  type RunningJob,
  removeCgroup,
  send,
  startJob,
} from '../sources/real-job.ts';
import {Spool} from '../sources/real-spool.ts';
import {EXIT, UserError} from './exit.ts';
import {MARK_VARIABLE} from './mark-place.ts';

/** What stands in the environment of all that the job starts, so that it is known by it. */
const JOB_VARIABLE = 'MEMTOP_JOB';

export interface StartedJobOptions {
  readonly host: Host;
  readonly values: Values;
  /** The command, with its arguments behind it. */
  readonly words: readonly string[];
  /** Where its marks go. */
  readonly markPath: string | undefined;
  /** Whether its streams are memtop's own. */
  readonly hasTerminal: boolean;
  /** Whether it gets a session and process group of its own. */
  readonly isDetached: boolean;
}

/** A job that memtop has started: what it writes, whom to follow, and how to end it. */
export class StartedJob {
  readonly follower: JobFollower;
  readonly exited: Promise<JobExit>;
  /** The file that its output goes into, where that is not the terminal. */
  readonly spool: Spool | undefined;
  readonly pid: number;
  readonly #job: RunningJob;
  readonly #cgroup: JobCgroup | undefined;
  readonly #isDetached: boolean;
  #exit: JobExit | undefined;
  #asked = 0;
  #isHungUp = false;

  constructor(parts: {
    readonly job: RunningJob;
    readonly follower: JobFollower;
    readonly spool: Spool | undefined;
    readonly cgroup: JobCgroup | undefined;
    readonly isDetached: boolean;
  }) {
    const {job, follower, spool, cgroup, isDetached} = parts;
    this.#job = job;
    this.#cgroup = cgroup;
    this.#isDetached = isDetached;
    this.follower = follower;
    this.spool = spool;
    this.pid = job.pid;
    this.exited = job.exited.then((exit) => {
      this.#exit = exit;
      return exit;
    });
  }

  get exit(): JobExit | undefined {
    return this.#exit;
  }

  /** Passes a signal on; a second interrupt ends it for certain. @returns what was sent */
  signal(name: NodeJS.Signals): NodeJS.Signals {
    // A terminal that is gone tells so by a signal and by its end.
    if (name === 'SIGHUP' && this.#isHungUp) return name;
    this.#isHungUp ||= name === 'SIGHUP';
    if (name === 'SIGINT') this.#asked += 1;
    const sent = name === 'SIGINT' && this.#asked > 1 ? 'SIGKILL' : name;
    // A key of a terminal that both share has reached the job already.
    const isKey = !this.#isDetached && (sent === 'SIGINT' || sent === 'SIGQUIT');
    if (!isKey && this.#exit === undefined) this.#job.signal(sent);
    // Also those that have left its process group.
    if (sent === 'SIGKILL') for (const pid of this.follower.pids) send(pid, sent);
    return sent;
  }

  /** Asks all of it to end, and the second time makes it. @returns what was sent */
  stop(): NodeJS.Signals {
    this.#asked += 1;
    const name = this.#asked > 1 ? 'SIGKILL' : 'SIGTERM';
    if (name === 'SIGTERM') for (const pid of this.follower.detachedPids) send(pid, name);
    return this.signal(name);
  }

  /** What was made for it goes, but for what still lives on in it. `keep` leaves its output where it is. */
  close(keep: boolean): void {
    this.spool?.close({keep});
    if (this.#cgroup !== undefined) removeCgroup(this.#cgroup);
  }
}

/** Starts the command. @throws {UserError} with a shell's exit code where it cannot be started */
export async function startNewJob(options: StartedJobOptions): Promise<StartedJob> {
  const {host, values, words, markPath, hasTerminal, isDetached} = options;
  const [command = '', ...args] = words;
  const spool = hasTerminal ? undefined : openSpool(values.output);
  const cgroup = cgroupFor(values.cgroup);
  const token = `${host.pid}-${randomBytes(6).toString('hex')}`;
  const env = {
    ...process.env,
    [JOB_VARIABLE]: token,
    ...(markPath !== undefined && {[MARK_VARIABLE]: markPath}),
  };
  const output = spool?.writeFd ?? 'terminal';
  try {
    const job = await startJob({
      command,
      args,
      env,
      output,
      isDetached,
      ...(cgroup !== undefined && {cgroup}),
    });
    spool?.closeWriting();
    const follower = await followerOf(host, {pid: job.pid, command, token, cgroup});
    return new StartedJob({job, follower, spool, cgroup, isDetached});
  } catch (error) {
    spool?.close({keep: false});
    if (cgroup !== undefined) removeCgroup(cgroup);
    throw startProblem(command, error);
  }
}

async function followerOf(
  host: Host,
  job: {
    readonly pid: number;
    readonly command: string;
    readonly token: string;
    readonly cgroup: JobCgroup | undefined;
  },
): Promise<JobFollower> {
  const startKey = await platformReaders(host).startKey(job.pid);
  return new JobFollower(host, {
    name: job.command,
    roots: [{pid: job.pid, startKey: startKey ?? ''}],
    mark: `${JOB_VARIABLE}=${job.token}`,
    ...(job.cgroup !== undefined && {cgroup: job.cgroup.folder}),
  });
}

function openSpool(file: string | undefined): Spool {
  try {
    return new Spool(file, file === undefined ? 0 : linkFlag(resolve(file)));
  } catch (error) {
    const problem = errorCode(error) === 'ENOTFILE' ? 'it is no plain file' : fileProblem(error);
    throw new UserError(`the job's output cannot be written to ${file ?? 'a temporary file'}: ${problem}`);
  }
}

function cgroupFor(asked: string): JobCgroup | undefined {
  if (asked === 'off') return undefined;
  if (asked === 'auto') return makeCgroup();
  try {
    return givenCgroup(asked);
  } catch (error) {
    throw new UserError(
      `--cgroup: expected auto, off or the folder of a cgroup that a job can be put into, got ${asked}: ${errorMessage(error)}`,
    );
  }
}

/** As shells tell it: 127 where there is no such program, 126 where it cannot be run. */
function startProblem(command: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const code = errorCode(error);
  if (code === 'ENOENT' || command === '')
    return new UserError(`run: ${quote(command)}: not found`, EXIT.notFound);
  const reason = code === 'EACCES' ? 'not permitted to run it' : (code ?? errorMessage(error));
  return new UserError(`run: ${quote(command)}: ${reason}`, EXIT.notRunnable);
}
