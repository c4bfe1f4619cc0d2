import type {Pool} from '../core/frame.ts';
import type {TimeTo} from '../core/leak/forecast.ts';
import {isRising, type LeakVerdict} from '../core/leak/verdict.ts';
import {timeToLimit} from '../core/leak-words.ts';
import type {Status} from '../core/level.ts';

/** A limit nearer than this is told as loudly as one that is reached. */
const CRITICAL_MS = 10 * 60_000;

/**
 * Time to the limit of what rises; nothing where that would be a guess. Of VRAM the floor's growth alone is asked:
 * each model that is loaded fills a GPU within seconds, and stops.
 */
export function limitAhead({leak, reading, kind}: Pool): TimeTo | undefined {
  if (leak === undefined || reading.status !== 'ok' || !isRising(leak)) return undefined;
  return kind === 'gpu' ? leak.forecast.toLimit : timeToLimit(leak);
}

/** Whether a pool is at its limit within minutes. */
export function isRunningOut(pool: Pool): boolean {
  const ahead = limitAhead(pool);
  return ahead !== undefined && pool.kind !== 'gpu' && ahead.ms < CRITICAL_MS;
}

/** The same in one word, a leak that is not full told as such. */
export function conditionOf(pool: Pool): Status | 'LEAK' {
  return pool.status === 'NORMAL' && isLeaking(pool) && !isRunningOut(pool) ? 'LEAK' : levelOf(pool);
}

/** Growth an hour, as the time to the limit goes by it; nothing where it does not move. */
export function paceOf({leak, kind}: Pool): number | undefined {
  return (kind === 'gpu' ? undefined : leak?.fastExhaustion?.ratePerHour) ?? leak?.ratePerHour;
}

export function isLeaking({leak}: {readonly leak?: LeakVerdict | undefined}): boolean {
  return leak?.state === 'leak';
}

/** How bad it is, by how full it is and by where it goes. */
export function levelOf(pool: Pool): Status {
  if (pool.status === 'CRITICAL' || isRunningOut(pool)) return 'CRITICAL';
  return isLeaking(pool) ? 'HIGH' : pool.status;
}

/** Whether growth an hour is told: of what rises, leaks or falls. */
export function hasPace(leak: LeakVerdict | undefined): leak is LeakVerdict & {readonly ratePerHour: number} {
  return leak?.ratePerHour !== undefined;
}
