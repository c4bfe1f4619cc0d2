import {topOf} from '../derive.ts';
import type {HeldByJob} from '../figure-reading.ts';
import type {Frame} from '../frame.ts';
import type {Limit} from '../limit.ts';
import type {JobState} from '../sample.ts';
import type {TopProcess} from '../top-process.ts';
import {JobCpu} from './job-cpu.ts';
import type {JobMoment} from './job-ending.ts';
import {type JobView, jobCount} from './job-view.ts';

const MOST_MOMENTS = 10;
const MOST_TOP = 5;
const MOST_PIDS = 10_000;
const MOST_FORMER = 100;

export type StoryLimit = Pick<Limit, 'id' | 'totalBytes'>;

interface JobBounds {
  readonly limit: StoryLimit | undefined;
  /** Used share of that limit. */
  readonly ramPercent: number | undefined;
  /** The clock that never steps, milliseconds. */
  readonly clock: number;
}

/** A job that another one came after, as it was seen last. */
export interface FormerJob {
  readonly name: string;
  readonly pid: number;
  readonly state: JobState;
  readonly held?: JobMoment;
  readonly peak?: {readonly bytes: number; readonly at: number};
}

/** The last of a job, so that its end can be told from before it. */
export class JobStory {
  #cpu = new JobCpu();
  #former: readonly FormerJob[] = [];
  /** Who it is, as it was read last. */
  #job: Omit<FormerJob, 'held' | 'peak'> | undefined;
  readonly #moments: JobMoment[] = [];
  /** The limit in force at each of them. */
  readonly #limits: (StoryLimit | undefined)[] = [];
  /** Every pid that it was ever seen with, so that a victim can be told to be its. */
  readonly #pids = new Set<number>();
  #top: readonly TopProcess[] = [];
  #peakBytes = 0;
  #peakAt: number | undefined;

  /** The jobs before this one, the earliest first: a log may be of several runs. */
  get former(): readonly FormerJob[] {
    return this.#former;
  }

  /** The job itself, as it was seen last. */
  get latest(): FormerJob | undefined {
    const held = this.#moments.at(-1);
    const {peak} = this;
    return this.#job && {...this.#job, ...(held !== undefined && {held}), ...(peak !== undefined && {peak})};
  }

  /** The last looks in which it had any process, oldest first. */
  get moments(): readonly JobMoment[] {
    return this.#moments;
  }

  /** Its largest processes when it was last seen. */
  get top(): readonly TopProcess[] {
    return this.#top;
  }

  /** The pids of its processes so far, the latest ten thousand. */
  get pids(): ReadonlySet<number> {
    return this.#pids;
  }

  /** The most that all its processes held together. */
  get peak(): {readonly bytes: number; readonly at: number} | undefined {
    return this.#peakAt === undefined ? undefined : {bytes: this.#peakBytes, at: this.#peakAt};
  }

  /** The limit that bound it at the last look before then. */
  limitBefore(at: number): StoryLimit | undefined {
    const index = this.#moments.findLastIndex((moment) => moment.at < at);
    return this.#limits[index];
  }

  /** Takes in one check. */
  feed({job, sample, ram, limit}: Pick<Frame, 'job' | 'sample' | 'ram' | 'limit'>): void {
    if (job === undefined) return;
    const {members, state, name, pid} = job.reading;
    const isOver = this.#job?.state === 'ended' && state !== 'ended';
    if (this.#job !== undefined && (pid !== this.#job.pid || isOver)) this.#beginAnew();
    this.#job = {name, pid, state};
    const processes = jobCount(job.reading);
    // What is left of it after its end says nothing of before.
    if (processes === 0 || state === 'ended') return;
    this.#remember(members);
    const {bytes, measure} = job;
    const ramPercent = ram.reading.status === 'ok' ? ram.reading.value.percent : undefined;
    this.hold(sample.at, {bytes, measure, processes}, {limit, ramPercent, clock: sample.monotonicMs});
    const top = topOf(sample, MOST_TOP, 'job');
    // A scan made for an alert may be newer than the job's own, and find it gone.
    if (top.length > 0) this.#top = top;
  }

  /** CPU that it uses. */
  get cpu(): JobCpu {
    return this.#cpu;
  }

  /** It has ended: what comes next is another job. */
  end(): void {
    if (this.#job !== undefined) this.#job = {...this.#job, state: 'ended'};
  }

  /** Takes in what it held at one moment, and what bound it then. */
  hold(at: number, held: HeldByJob, {limit, ramPercent, clock}: JobBounds): void {
    const {bytes, measure, processes, cpuMs} = held;
    if (processes === 0) return;
    // Its figures alone tell no state: what holds memory behind an end is another job.
    if (this.#job?.state === 'ended') {
      this.#beginAnew();
      this.#job = {...this.#job, state: 'running'};
    }
    if (cpuMs !== undefined) this.#cpu.take({cpuMs}, clock);
    const moment = {at, bytes, measure, processes, ...(ramPercent !== undefined && {ramPercent})};
    this.#moments.push(moment);
    this.#limits.push(limit);
    if (this.#moments.length > MOST_MOMENTS) {
      this.#moments.shift();
      this.#limits.shift();
    }
    if (bytes <= this.#peakBytes) return;
    this.#peakBytes = bytes;
    this.#peakAt = at;
  }

  #beginAnew(): void {
    if (this.latest !== undefined) this.#former = [...this.#former, this.latest].slice(-MOST_FORMER);
    this.#cpu = new JobCpu();
    this.#moments.length = 0;
    this.#limits.length = 0;
    this.#pids.clear();
    this.#top = [];
    this.#peakBytes = 0;
    this.#peakAt = undefined;
  }

  #remember(members: JobView['reading']['members']): void {
    for (const {pid} of members) this.#pids.add(pid);
    for (const pid of this.#pids) {
      if (this.#pids.size <= MOST_PIDS) return;
      this.#pids.delete(pid);
    }
  }
}
