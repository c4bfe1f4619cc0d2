import type {PoolFigures} from './frame.ts';
import type {JobMeasure} from './job/job-view.ts';
import type {Limit} from './limit.ts';
import type {Pressure, SwapCounters} from './sample.ts';

/** A reading that differs from the latest frame in figures alone. */
export interface FigureReading {
  /** The same limits as the frame's, as they stand now. */
  readonly limits: readonly Limit[];
  /** The same pools as the frame's under the limit in force; nothing where they cannot be told. */
  readonly pools: (limit: Limit) => readonly PoolFigures[] | undefined;
  readonly job: HeldByJob | undefined;
  readonly stall: Stall | undefined;
  readonly swapCounters: SwapCounters | undefined;
}

/** How long tasks waited for memory, percent of the last 10 s. */
export type Stall = Pick<Pressure, 'some10' | 'full10'>;

/** What the followed job holds. */
export interface HeldByJob {
  readonly bytes: number;
  readonly measure: JobMeasure;
  readonly processes: number;
  /** CPU time of all its processes so far, milliseconds. */
  readonly cpuMs?: number;
}
