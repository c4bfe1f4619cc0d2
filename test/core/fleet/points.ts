import type {FleetPoint} from '../../../src/core/fleet/point.ts';

export const AT = Date.UTC(2026, 10, 22, 14, 32, 7);
const GIB = 1024 ** 3;

export interface HostFacts {
  readonly host?: string;
  readonly ram?: number;
  readonly gpus?: readonly number[];
  readonly limitInSeconds?: number;
  readonly growth?: number;
  readonly verdict?: string;
  readonly alerts?: readonly string[];
  readonly calls?: readonly string[];
  readonly ageSeconds?: number;
}

/** What a host tells, as Prometheus passes it on. */
export function pointsOf(instance: string, facts: HostFacts): readonly FleetPoint[] {
  const {
    host,
    ram = 50,
    gpus = [],
    limitInSeconds,
    growth,
    verdict = 'steady',
    alerts = [],
    calls = [],
  } = facts;
  const point = (name: string, value: number, labels: Readonly<Record<string, string>> = {}): FleetPoint => ({
    name,
    value,
    labels: {instance, job: 'memtop', ...labels},
  });
  const pool = {pool: 'ram'};
  return [
    ...(host === undefined ? [] : [point('memtop_host_info', 1, {host, platform: 'linux'})]),
    point('memtop_build_info', 1, {version: '0.1.0'}),
    point('memtop_sample_timestamp_seconds', AT / 1000 - (facts.ageSeconds ?? 4)),
    point('memtop_sample_interval_seconds', 5),
    point('memtop_pool_used_ratio', ram / 100, pool),
    point('memtop_alert_threshold_ratio', 0.8, pool),
    point('memtop_memory_used_bytes', (ram / 100) * 56 * GIB),
    point('memtop_memory_available_bytes', (1 - ram / 100) * 56 * GIB),
    point('memtop_leak_verdict', 1, {...pool, verdict}),
    point('memtop_leak_verdict', 0, {...pool, verdict: 'falling'}),
    ...(growth === undefined
      ? []
      : [point('memtop_leak_growth_bytes_per_second', (growth * GIB) / 3600, pool)]),
    ...(limitInSeconds === undefined
      ? []
      : [
          point('memtop_time_to_limit_seconds', limitInSeconds, pool),
          point('memtop_time_to_limit_low_seconds', limitInSeconds * 0.8, pool),
          point('memtop_time_to_limit_high_seconds', limitInSeconds * 1.3, pool),
        ]),
    ...gpus.flatMap((percent, index) => [
      point('memtop_pool_used_ratio', percent / 100, {pool: `gpu${index}`}),
      point('memtop_alert_threshold_ratio', 0.9, {pool: `gpu${index}`}),
      point('memtop_gpu_memory_used_bytes', (percent / 100) * 24 * GIB, {
        gpu: `${index}`,
        uuid: 'u',
        name: 'RTX',
      }),
      point('memtop_gpu_memory_total_bytes', 24 * GIB, {gpu: `${index}`, uuid: 'u', name: 'RTX'}),
    ]),
    ...alerts.map((rule) => point('memtop_alert_firing', 1, {rule})),
    ...calls.map((alertname) => point('ALERTS', 1, {alertname, alertstate: 'firing', team: 'ml'})),
  ];
}
