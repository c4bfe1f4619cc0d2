import type {Frame, PoolFigures, PoolKind} from '../../core/frame.ts';
import type {Pressure} from '../../core/sample.ts';
import {label, labelled, type MetricSpec, one, type Point} from './metric.ts';

/** Pools by their share, RAM under the limit in force, every limit, swap, /dev/shm, pressure and kills. */
export const MEMORY_METRICS = {
  memtop_pool_used_ratio: {
    type: 'gauge',
    help: 'Share in use of each pool, 0 to 1: ram (of the limit in force), swap, shm, job, gpu0.',
    labels: ['pool'],
    read: ({frame: {pools}}) =>
      pools.flatMap(({id, reading}) =>
        reading.status === 'ok' ? labelled({pool: id}, share(reading.value.percent)) : [],
      ),
  },
  memtop_memory_used_bytes: {
    type: 'gauge',
    help: 'RAM in use under the limit in force; used and available add up to that limit.',
    labels: [],
    read: ({frame}) => one(figures(frame, 'ram')?.usedBytes),
  },
  memtop_memory_available_bytes: {
    type: 'gauge',
    help: 'RAM that is left under the limit in force.',
    labels: [],
    read: ({frame}) => one(figures(frame, 'ram')?.availableBytes),
  },
  memtop_memory_cache_bytes: {
    type: 'gauge',
    help: 'Page cache under the limit in force, which is given back when memory is short.',
    labels: [],
    read: ({frame}) => one(figures(frame, 'ram')?.cacheBytes),
  },
  memtop_memory_limit_bytes: {
    type: 'gauge',
    help: 'Size of each limit: source is host for the machine, else the path of the cgroup.',
    labels: ['source'],
    read: ({frame}) => ofLimits(frame, ({totalBytes}) => totalBytes),
  },
  memtop_memory_limit_used_bytes: {
    type: 'gauge',
    help: 'RAM in use under each limit.',
    labels: ['source'],
    read: ({frame}) => ofLimits(frame, ({usedBytes}) => usedBytes),
  },
  memtop_memory_limit_in_force: {
    type: 'gauge',
    help: '1 at the limit in force, the one with the fewest bytes left; 0 at the others.',
    labels: ['source'],
    read: ({frame}) => ofLimits(frame, ({id}) => Number(id === frame.limit?.id)),
  },
  memtop_memory_pressure_ratio: {
    type: 'gauge',
    help: 'Share of time that some task, or all tasks (stall), waited for memory over the window, 0 to 1.',
    labels: ['stall', 'window'],
    read: ({frame: {pressure}}) => (pressure?.status === 'ok' ? ofPressure(pressure.value) : []),
  },
  memtop_swap_used_bytes: {
    type: 'gauge',
    help: 'Swap in use.',
    labels: [],
    read: ({frame}) => one(figures(frame, 'swap')?.usedBytes),
  },
  memtop_swap_total_bytes: {
    type: 'gauge',
    help: 'Size of swap.',
    labels: [],
    read: ({frame}) => one(figures(frame, 'swap')?.totalBytes),
  },
  memtop_swap_in_pages_total: {
    type: 'counter',
    help: 'Pages swapped in since the machine was started.',
    labels: [],
    read: ({frame}) => one(frame.sample.swapCounters?.inPages),
  },
  memtop_swap_out_pages_total: {
    type: 'counter',
    help: 'Pages swapped out since the machine was started.',
    labels: [],
    read: ({frame}) => one(frame.sample.swapCounters?.outPages),
  },
  memtop_shm_used_bytes: {
    type: 'gauge',
    help: '/dev/shm in use, where workers share their batches.',
    labels: [],
    read: ({frame}) => one(frame.sample.shm?.usedBytes),
  },
  memtop_shm_total_bytes: {
    type: 'gauge',
    help: 'Size of /dev/shm.',
    labels: [],
    read: ({frame}) => one(frame.sample.shm?.totalBytes),
  },
  memtop_oom_kills_total: {
    type: 'counter',
    help: "Kills by the kernel's OOM killer: of the machine since it was started, of a cgroup since it was made.",
    labels: ['source'],
    read: ({frame}) =>
      (frame.sample.oom?.counters ?? []).map(({id, kills}) => ({labels: {source: label(id)}, value: kills})),
  },
} as const satisfies Record<string, MetricSpec>;

function figures({pools}: Frame, kind: PoolKind): PoolFigures | undefined {
  const reading = pools.find((pool) => pool.kind === kind)?.reading;
  return reading?.status === 'ok' ? reading.value : undefined;
}

/** Told to a hundredth of a percent: more would be noise that Prometheus keeps. */
function share(percent: number): number {
  return Math.round(percent * 100) / 10_000;
}

function ofLimits({limits}: Frame, value: (limit: Frame['limits'][number]) => number): readonly Point[] {
  return limits.map((limit) => ({labels: {source: label(limit.id)}, value: value(limit)}));
}

function ofPressure({some10, some60, full10, full60}: Pressure): readonly Point[] {
  const rows = [
    ['some', '10s', some10],
    ['some', '60s', some60],
    ['full', '10s', full10],
    ['full', '60s', full60],
  ] as const;
  return rows.map(([stall, window, percent]) => ({labels: {stall, window}, value: percent / 100}));
}
