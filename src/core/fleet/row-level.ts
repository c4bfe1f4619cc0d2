import type {Status} from '../level.ts';
import type {FleetRow} from './fleet.ts';

/** A limit nearer than this is told as loudly as one that is reached. */
export const CRITICAL_SECONDS = 600;

/** How bad it is: by how full it is, and of RAM that rises by how soon it is full. */
export function rowLevel({status, limitIn, pool, verdict}: FleetRow): Status {
  const isRising = verdict === 'growing' || verdict === 'leak';
  const isRunningOut =
    pool === 'ram' && isRising && limitIn !== undefined && limitIn.ms < CRITICAL_SECONDS * 1000;
  if (status === 'CRITICAL' || isRunningOut) return 'CRITICAL';
  return verdict === 'leak' ? 'HIGH' : (status ?? 'NORMAL');
}

/** `RAM`, `GPU 0`: as pools are called on every screen. */
export function poolLabel(pool: string): string {
  return pool === 'ram' ? 'RAM' : pool.replace(/^gpu/, 'GPU ');
}
