import type {PoolFigures} from '../../core/frame.ts';
import type {LogReading} from '../../core/log/log-readings.ts';
import {poolInputs} from '../../core/pool-inputs.ts';
import type {MetricPoint} from './metric-point.ts';

export interface ReadPool {
  readonly id: string;
  readonly figures: PoolFigures;
}

const known = new WeakMap<LogReading, readonly ReadPool[]>();

/** The pools of a reading that could be read. Several metrics ask for them. */
export function readPools(reading: LogReading): readonly ReadPool[] {
  const pools = known.get(reading) ?? poolsOf(reading);
  known.set(reading, pools);
  return pools;
}

/** Share in use of each pool, to a hundredth of a percent as it is served live. */
export function usedShares(reading: LogReading): readonly MetricPoint[] {
  return readPools(reading).map(({id, figures}) => ({
    labels: [['pool', id]],
    value: Math.round(figures.percent * 100) / 10_000,
  }));
}

function poolsOf({sample, limit}: LogReading): readonly ReadPool[] {
  // Live /dev/shm is a pool from when it is half full; which line that was, one reading does not tell.
  const former = {ramDetail: undefined, hasSwap: false, hasShm: true};
  return poolInputs(sample, limit, former).flatMap(({id, reading}) =>
    reading.status === 'ok' ? [{id, figures: reading.value}] : [],
  );
}
