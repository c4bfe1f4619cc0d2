import type {Status} from './level.ts';
import type {MetricPeak, MetricReading, Trend} from './metrics.ts';

/** Memory under the limit in force. Figures are `undefined` only while memory could never be read. */
export interface MemoryStatus {
  /** Used share of the limit in force, 0–100, not rounded. */
  readonly memoryPercent: number | undefined;
  /** Whole MB of 1,048,576 bytes, like the two below. */
  readonly usedMb: number | undefined;
  readonly availableMb: number | undefined;
  readonly totalMb: number | undefined;
  readonly status: Status | undefined;
  readonly monitoring: boolean;
  /** Since `start()`; 0 when stopped. */
  readonly uptimeSeconds: number;
}

export interface MemoryStats {
  /** Of the window, oldest first. */
  readonly readings: readonly MetricReading[];
  /** Mean of the window, percent. */
  readonly average: number | undefined;
  readonly peak: MetricPeak | undefined;
  readonly trend: Trend;
  /** Checks of the window that raised an alert. */
  readonly alertCount: number;
  /** Seconds since `start()`. */
  readonly uptime: number;
}
