import type {Pool} from '../../core/frame.ts';
import {LEAK_STATES, type LeakVerdict} from '../../core/leak/verdict.ts';
import {timeToLimit} from '../../core/leak-words.ts';
import {type Labels, type MetricSpec, type Point, states, type View} from './metric.ts';

const POOL = ['pool'] as const;

/** The verdict on each pool and where it leads: pool is ram, job, gpu0, as in the log. */
export const LEAK_METRICS = {
  memtop_leak_verdict: {
    type: 'gauge',
    help: '1 at the verdict that the pool has now: learning, steady, growing, leak or falling; 0 at the others.',
    labels: ['pool', 'verdict'],
    read: (view) =>
      leaks(view).flatMap(({pool, leak}) =>
        states({pool: pool.id}, 'verdict', {all: LEAK_STATES, now: leak.state}),
      ),
  },
  memtop_leak_confidence_ratio: {
    type: 'gauge',
    help: 'How sure it is that the pool leaks, 0 to 1.',
    labels: POOL,
    read: (view) => ofLeaks(view, ({confidence}) => Number(confidence.toFixed(3))),
  },
  memtop_leak_growth_bytes_per_second: {
    type: 'gauge',
    help: 'Change of the floor of what the pool holds; absent where it stands.',
    labels: POOL,
    read: (view) => ofLeaks(view, ({ratePerHour: rate}) => rate && Math.round(rate / 3600)),
  },
  memtop_time_to_limit_seconds: {
    type: 'gauge',
    help: 'Forecast time until the pool is at its limit; absent where it would be a guess.',
    labels: POOL,
    read: (view) => ofLeaks(view, (leak) => seconds(timeToLimit(leak)?.ms)),
  },
  memtop_time_to_limit_low_seconds: {
    type: 'gauge',
    help: 'Lower end of the 80 % interval of the time to the limit.',
    labels: POOL,
    read: (view) => ofLeaks(view, (leak) => seconds(timeToLimit(leak)?.lowMs)),
  },
  memtop_time_to_limit_high_seconds: {
    type: 'gauge',
    help: 'Upper end of the 80 % interval of the time to the limit.',
    labels: POOL,
    read: (view) => ofLeaks(view, (leak) => seconds(timeToLimit(leak)?.highMs)),
  },
  memtop_time_to_threshold_seconds: {
    type: 'gauge',
    help: 'Forecast time until the pool is at the threshold of its alert.',
    labels: POOL,
    read: (view) => ofLeaks(view, ({forecast}) => seconds(forecast.toThreshold?.ms)),
  },
} as const satisfies Record<string, MetricSpec>;

interface PoolLeak {
  readonly pool: Pool;
  readonly leak: LeakVerdict;
}

/** What is not read now has no verdict now. */
function leaks({frame: {pools}}: View): readonly PoolLeak[] {
  return pools.flatMap((pool) =>
    pool.leak === undefined || pool.reading.status !== 'ok' ? [] : [{pool, leak: pool.leak}],
  );
}

function ofLeaks(view: View, figure: (leak: LeakVerdict) => number | undefined): readonly Point[] {
  return leaks(view).flatMap(({pool, leak}) => {
    const value = figure(leak);
    const labels: Labels = {pool: pool.id};
    return value === undefined ? [] : [{labels, value}];
  });
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : Math.round(ms / 1000);
}
