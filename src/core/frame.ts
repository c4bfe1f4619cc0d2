import type {JobView} from './job/job-view.ts';
import type {LeakVerdict} from './leak/verdict.ts';
import type {Status} from './level.ts';
import type {Limit} from './limit.ts';
import type {Trend} from './metrics.ts';
import type {FiringAlert} from './rules/rule.ts';
import type {GpuReading, HostMemory, Pressure, ProcessTable, Reading, Sample, SelfReading} from './sample.ts';
import type {VramTable} from './vram.ts';

export const POOL_KINDS = ['job', 'ram', 'swap', 'shm', 'gpu'] as const;
export type PoolKind = (typeof POOL_KINDS)[number];

export interface PoolFigures {
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly availableBytes: number;
  /** Used share, 0–100, not rounded. */
  readonly percent: number;
  readonly cacheBytes?: number;
}

/** One pool of memory at one moment: the followed job's, RAM under the limit in force, swap, /dev/shm, a GPU's VRAM. */
export interface Pool {
  readonly id: string;
  readonly kind: PoolKind;
  /** `job`, `RAM`, `swap`, `shm`, `GPU 0`. */
  readonly label: string;
  /** What stands beside the label: the limit in force, the GPU's name. Not yet safe for a terminal. */
  readonly detail: string;
  /** `job`, `RAM`, `swap`, `/dev/shm`, `GPU 0 VRAM`: how alerts call it. */
  readonly what: string;
  readonly reading: Reading<PoolFigures>;
  /** The last good figures with their time, when the reading is missing now. */
  readonly lastGood?: {readonly at: number; readonly figures: PoolFigures};
  /** Infinite where it is off. */
  readonly thresholdPercent: number;
  /** Of the latest good reading; `NORMAL` before the first. */
  readonly status: Status;
  readonly firing: boolean;
  readonly silenced: boolean;
  /** For how long its alert has been firing, milliseconds. */
  readonly firingMs?: number;
  /** Of the metrics window. */
  readonly average?: number;
  readonly peak?: {readonly percent: number; readonly at: number};
  readonly trend: Trend;
  /** Whether it leaks, and when it is at its limit; of RAM, a GPU's VRAM and the followed job, where leaks are looked for. */
  readonly leak?: LeakVerdict;
  /** Of a GPU's pool. */
  readonly gpu?: GpuReading;
  /** Of RAM where GPUs have no memory but that: they, each with its share of it. */
  readonly unified?: readonly GpuReading[];
}

/** One moment as every sink reads it: the raw sample and all that was derived from it. */
export interface Frame {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds on a line that never goes back, equal to the wall clock while that does not step. */
  readonly timelineMs: number;
  readonly sample: Sample;
  readonly ram: Pool;
  /** The followed job first, then RAM, swap where there is any, /dev/shm where it matters, then GPUs by index. */
  readonly pools: readonly Pool[];
  /** Why there is no GPU pool, when there is none. */
  readonly noGpuReason?: string;
  /** Whose VRAM it is; `undefined` where there is no GPU. Worked out when first asked for. */
  readonly vram: VramTable | undefined;
  /** The limit in force and the others, host first. */
  readonly limit?: Limit;
  readonly limits: readonly Limit[];
  readonly host: Reading<HostMemory>;
  readonly pressure?: Reading<Pressure>;
  /** Swapped in and out since the last check, pages a second. */
  readonly swapRate?: {readonly inPerSecond: number; readonly outPerSecond: number};
  readonly processes?: Reading<ProcessTable>;
  /** The job that is followed. */
  readonly job?: JobView;
  /** Alerts on something else than a pool that fire now, the worst first. */
  readonly alerts: readonly FiringAlert[];
  readonly self?: SelfReading & {readonly cpuPercent?: number};
}
