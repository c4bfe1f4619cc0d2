/**
 * The raw readings. A sampler returns these and derives nothing: all of it is plain JSON, so a logged
 * sample and a live one go through the same functions.
 */

export const MISSING_STATUSES = ['unsupported', 'denied', 'failed'] as const;
export type MissingStatus = (typeof MISSING_STATUSES)[number];

/** A reading that could not be had, with a reason the user can act on. */
export interface Missing {
  readonly status: MissingStatus;
  readonly reason: string;
}

/** One attempt to read something. Missing is never zero. */
export type Reading<T> = {readonly status: 'ok'; readonly value: T} | Missing;

export const ok = <T>(value: T): Reading<T> => ({status: 'ok', value});
export const unsupported = (reason: string): Missing => ({status: 'unsupported', reason});
export const denied = (reason: string): Missing => ({status: 'denied', reason});
export const failed = (reason: string): Missing => ({status: 'failed', reason});

/** The machine's memory, in bytes. A field the system does not tell is absent. */
export interface HostMemory {
  readonly totalBytes: number;
  /** What new work can take without swapping: MemAvailable, with reclaimable ZFS ARC added. */
  readonly availableBytes: number;
  readonly freeBytes?: number;
  readonly buffersBytes?: number;
  /** Page cache with reclaimable slab, without shared memory. */
  readonly cachedBytes?: number;
  readonly activeFileBytes?: number;
  readonly shmemBytes?: number;
  /** ZFS ARC that the kernel would give back under pressure. Already inside `availableBytes`. */
  readonly arcBytes?: number;
  readonly swapTotalBytes?: number;
  readonly swapFreeBytes?: number;
  /** Windows: committed memory and its limit, physical memory and page files together. */
  readonly commitBytes?: number;
  readonly commitLimitBytes?: number;
}

/** A memory limit above this process: one cgroup of version 1 or 2 that has one. Bytes. */
export interface LimitReading {
  /** Short name for the screen: the last part of the path, as in `job_42`. */
  readonly name: string;
  /** The whole path inside its hierarchy, as in `/slurm/uid_1000/job_42`. */
  readonly path: string;
  readonly version: 1 | 2;
  readonly limitBytes: number;
  /** Where the kernel starts to throttle (v2 `memory.high`), when set. */
  readonly highBytes?: number;
  /** What is charged to it, page cache included (`memory.current`, `memory.usage_in_bytes`). */
  readonly currentBytes: number;
  readonly inactiveFileBytes: number;
  readonly activeFileBytes?: number;
  readonly anonBytes?: number;
  readonly shmemBytes?: number;
}

/** Pressure stall information: share of time, 0–100, that tasks waited for memory. */
export interface Pressure {
  readonly some10: number;
  readonly some60: number;
  readonly full10: number;
  readonly full60: number;
}

/** Pages moved from and to swap since boot. */
export interface SwapCounters {
  readonly inPages: number;
  readonly outPages: number;
}

/** What a GPU's memory is: its own, its own with system memory that it maps (an APU's GTT), or the machine's RAM. */
export const GPU_MEMORY_KINDS = ['vram', 'vram+gtt', 'unified'] as const;
export type GpuMemoryKind = (typeof GPU_MEMORY_KINDS)[number];

export const GPU_FIGURES = ['used', 'total', 'utilization', 'temperature', 'processes'] as const;
export type GpuFigure = (typeof GPU_FIGURES)[number];

/** What one process holds of one GPU's memory. */
export interface GpuProcess {
  readonly pid: number;
  /** Absent where the system does not tell. */
  readonly usedBytes?: number;
  /** Why this pid names no process that can be seen from here; it is then matched with none. */
  readonly hidden?: string;
}

/** One GPU, or one MIG instance of it. Figures the driver does not give are absent, with a reason in `missing`. */
export interface GpuReading {
  readonly index: number;
  /** The MIG instance on the GPU, as in `GPU 0/1`. */
  readonly instance?: number;
  readonly name: string;
  readonly uuid?: string;
  readonly vendor?: string;
  /** @default 'vram' */
  readonly memory?: GpuMemoryKind;
  /** Of unified memory: the GPU's share of RAM. */
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  readonly utilizationPercent?: number;
  readonly temperatureCelsius?: number;
  /** Apple Silicon: how much of RAM the GPU may hold at most, where that was set. */
  readonly wiredLimitBytes?: number;
  /** Who holds its memory, the largest first. */
  readonly processes?: readonly GpuProcess[];
  /** When it was read, wall clock, milliseconds; absent where that was with the sample. */
  readonly at?: number;
  readonly missing?: Readonly<Partial<Record<GpuFigure, Missing>>>;
  /** Why nothing of it can be read now; what stands beside it is what it was called. */
  readonly lost?: Missing;
}

/** One process as the table needs it. */
export interface ProcessReading {
  readonly pid: number;
  readonly parentPid: number;
  /** When it started, in the platform's own unit: with the pid it names one process for ever. */
  readonly startKey: string;
  /** Start, milliseconds since the epoch, when known. */
  readonly startedAt?: number;
  /** The session it belongs to, by its leader's pid, where the system has such. */
  readonly sessionId?: number;
  /** Whether it is stopped, as by SIGSTOP, where the system tells. */
  readonly isStopped?: boolean;
  /** The program's short name (Linux: comm), not yet made safe for a terminal. */
  readonly name: string;
  /** The whole command line, arguments parted by single spaces. Absent until read. */
  readonly command?: string;
  /** The arguments as the program got them. Absent until read, or where the system has only a string. */
  readonly args?: readonly string[];
  readonly user?: string;
  readonly rssBytes: number;
  /** User and system CPU time so far, in milliseconds. */
  readonly cpuMs?: number;
}

/** All processes that can be seen, at one moment. */
export interface ProcessTable {
  readonly at: number;
  readonly processes: readonly ProcessReading[];
  /** Something the reader should know of it, as in "other users' processes are hidden (hidepid)". */
  readonly note?: string;
}

/** What one process's memory is made of, read only when its detail is open. Bytes. */
export interface ProcessMemory {
  readonly rssBytes?: number;
  readonly rssAnonBytes?: number;
  readonly rssFileBytes?: number;
  readonly rssShmemBytes?: number;
  readonly pssBytes?: number;
  readonly swapBytes?: number;
  readonly peakRssBytes?: number;
  readonly threads?: number;
}

/** One process of the job that is followed. */
export interface JobMember {
  readonly pid: number;
  readonly startKey: string;
  readonly rssBytes: number;
  /** Its proportional share: what it maps with others is counted in parts. Brought up to date by what RSS grew by since. Absent until read, or where that is denied. */
  readonly pssBytes?: number;
  readonly cpuMs?: number;
}

export const JOB_STATES = ['running', 'stopped', 'ended'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** How the job's first process ended: by itself with a code, or by a signal; neither where nobody could tell. */
export interface JobExit {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly code?: number;
  /** As in `SIGKILL`. */
  readonly signal?: string;
}

/** What a job's processes come to where they themselves are not known, as in a log. Bytes. */
export interface JobSum {
  readonly processes: number;
  readonly rssBytes: number;
  /** What they hold of all GPUs' memory, where that is known. */
  readonly vramBytes?: number;
}

/** The job that is followed: a process with all that it started, also what detached itself. */
export interface JobReading {
  /** What it is called: `python train`. Not yet safe for a terminal. */
  readonly name: string;
  /** Its first process. */
  readonly pid: number;
  readonly startedAt?: number;
  readonly state: JobState;
  /** When they were read, wall clock, milliseconds. */
  readonly scannedAt?: number;
  /** Its processes, the largest first. */
  readonly members: readonly JobMember[];
  /** Stands in for `members`, which are none then. */
  readonly sum?: JobSum;
  /** The sum of all members' PSS, and when that was read last; why there is none, where it cannot be read. Absent until tried. */
  readonly pss?: Reading<{readonly bytes: number; readonly at: number}>;
  /** CPU time of all its processes so far, those that ended counted with what they were last seen with. */
  readonly cpuMs: number;
  readonly exit?: JobExit;
}

/** How much of a file system in memory is used; `/dev/shm` is where workers share their batches. Bytes. */
export interface SharedMemory {
  readonly usedBytes: number;
  readonly totalBytes: number;
}

/** How often the kernel's OOM killer has struck: on the machine since boot, or in one cgroup since that was made. */
export interface OomCounter {
  readonly scope: 'host' | 'cgroup';
  /** `host`, or the cgroup's whole path. */
  readonly id: string;
  /** `host`, or a short name as in `job_42`. */
  readonly name: string;
  readonly kills: number;
  /** How often its own limit was hit and nothing could be reclaimed; absent where the kernel does not tell. */
  readonly limitHits?: number;
  readonly limitBytes?: number;
}

/** Whom the kernel says it has killed, and for which cgroup's limit. */
export interface OomVictim {
  readonly pid: number;
  readonly name: string;
  /** What it held: anonymous, file and shared pages. */
  readonly rssBytes?: number;
  /** The cgroup whose limit was hit, as a path; absent where it was the machine's memory. */
  readonly limitPath?: string;
}

export interface OomReading {
  readonly counters: readonly OomCounter[];
  /** Of the kills since the sample before, where the kernel's log can be read. */
  readonly victims: readonly OomVictim[];
}

/** memtop's own cost. */
export interface SelfReading {
  readonly rssBytes: number;
  /** User and system CPU time of this process so far, in milliseconds. */
  readonly cpuMs: number;
}

/** Everything read in one beat. Slow readers put in their latest value with its own time. */
export interface Sample {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  /** A clock that never steps, in milliseconds; only differences mean anything. */
  readonly monotonicMs: number;
  readonly memory: Reading<HostMemory>;
  readonly limits: readonly LimitReading[];
  readonly pressure?: Reading<Pressure>;
  readonly swapCounters?: SwapCounters;
  readonly gpus: Reading<readonly GpuReading[]>;
  /** Why GPUs of some vendor are missing while others are read. */
  readonly gpuNotes?: readonly string[];
  /** Absent until the first scan has ended; then the latest, for as long as no newer one is there. */
  readonly processes?: Reading<ProcessTable>;
  readonly job?: JobReading;
  readonly shm?: SharedMemory;
  readonly oom?: OomReading;
  readonly self?: SelfReading;
}
