import type {GpuReading, Reading} from '../../core/sample.ts';
import type {Host} from '../host.ts';

/** How the GPUs of one vendor are read. One vendor, one file; what reads, keeps its own beat. */
export interface GpuVendor {
  /** `NVIDIA`, `AMD`: as the readings name it. */
  readonly name: string;
  /**
   * Begins to read. Nothing here waits, and nothing throws.
   * @returns `undefined` where there is no sign of such a GPU
   */
  open(host: Host, options: GpuOptions): GpuReader | undefined | Promise<GpuReader | undefined>;
}

export interface GpuOptions {
  /** From one reading to the next, milliseconds, as far as the vendor's own pace allows. */
  readonly intervalMs: number;
}

export interface GpuReader {
  /**
   * The newest reading of each GPU, without waiting; a GPU that was seen and is not read now stays, with the reason
   * in `lost`. `undefined` before the first reading, and a reason where none can be had. Indexes are the vendor's own.
   */
  latest(): Reading<readonly GpuReading[]> | undefined;
  /** Resolves when the first reading is there, or why there is none. It never rejects. */
  readonly ready: Promise<void>;
  /** Ends all that was begun, at once. */
  close(): void;
}
