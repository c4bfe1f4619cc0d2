export const STATUSES = ['NORMAL', 'HIGH', 'CRITICAL'] as const;
export type Status = (typeof STATUSES)[number];

const CRITICAL_PERCENT = 95;

/** From where a pool is critical: the larger of 95 % and halfway between the threshold and 100 %. */
export function criticalPercent(thresholdPercent: number): number {
  return Math.max(CRITICAL_PERCENT, (thresholdPercent + 100) / 2);
}

/** `NORMAL` below the threshold, `HIGH` at or above it, `CRITICAL` from `criticalPercent`. */
export function statusOf(percent: number, thresholdPercent: number): Status {
  if (percent < thresholdPercent) return 'NORMAL';
  return percent >= criticalPercent(thresholdPercent) ? 'CRITICAL' : 'HIGH';
}
