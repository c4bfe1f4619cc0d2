import type {JobReading} from '../sample.ts';

/** What a check tells of the job's CPU time; `scannedAt` where it is known when that was read. */
export type CpuReading = Pick<JobReading, 'cpuMs' | 'scannedAt'>;

/** Without any growth in so long the job is idle. */
const IDLE_MS = 2500;
/** Processes are scanned about so often: after a pause, what came since can have been used in so long. */
const SCAN_MS = 1000;

/** CPU that the followed job uses, from check to check: scans are rarer than checks, and between two the last figure stands. */
export class JobCpu {
  #before: CpuReading | undefined;
  /** On the clock that never steps: the check before, and the last at which there was more CPU time. */
  #seenAt = 0;
  #grownAt = 0;
  #percent: number | undefined;

  /** Percent of one core; nothing until there are two scans. */
  get percent(): number | undefined {
    return this.#percent;
  }

  /** Takes in one check. Twice the same is once. */
  take(reading: CpuReading, clock: number): void {
    const before = this.#before;
    if (before === undefined) this.#grownAt = clock;
    else if (clock > this.#seenAt && !isSameScan(before, reading)) this.#compare(before, reading, clock);
    this.#before = reading;
    this.#seenAt = clock;
  }

  #compare(before: CpuReading, reading: CpuReading, clock: number): void {
    const growth = reading.cpuMs - before.cpuMs;
    const elapsedMs = this.#elapsed(before, reading, clock);
    if (growth > 0 && elapsedMs > 0) {
      this.#percent = (growth / elapsedMs) * 100;
      this.#grownAt = clock;
    } else if (reading.scannedAt !== undefined || clock - this.#grownAt > IDLE_MS) this.#percent = 0;
  }

  /** From scan to scan; where nobody tells when those were, from growth to growth. */
  #elapsed(before: CpuReading, reading: CpuReading, clock: number): number {
    if (before.scannedAt !== undefined && reading.scannedAt !== undefined)
      return reading.scannedAt - before.scannedAt;
    const sinceGrowth = clock - this.#grownAt;
    return this.#percent === 0 ? Math.min(sinceGrowth, Math.max(clock - this.#seenAt, SCAN_MS)) : sinceGrowth;
  }
}

function isSameScan(before: CpuReading, {scannedAt}: CpuReading): boolean {
  return scannedAt !== undefined && scannedAt === before.scannedAt;
}
