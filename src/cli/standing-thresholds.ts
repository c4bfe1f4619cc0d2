import type {GivenThresholds} from '../core/pool-thresholds.ts';
import type {Session} from '../core/session.ts';
import type {MaybeThreshold} from '../core/threshold.ts';

/** The thresholds of a session as they stand now, for one that goes on from there. */
export function standingThresholds(session: Session): GivenThresholds {
  const standing = (id: string): Record<string, MaybeThreshold> => {
    const percent = session.pool(id)?.alert.thresholdPercent;
    if (percent === undefined) return {};
    return {[id]: Number.isFinite(percent) ? {percent} : 'off'};
  };
  return {
    ...standing('ram'),
    ...standing('swap'),
    ...standing('shm'),
    ...standing('job'),
    gpu: session.vramThresholds,
  };
}
