import type {TimeTo} from '../leak/forecast.ts';
import {LEAK_STATES} from '../leak/verdict.ts';
import {statusOf} from '../level.ts';
import {LEAK_RULE} from '../rules/leak-rule.ts';
import type {FleetHost, FleetRow, FleetTarget} from './fleet.ts';
import type {FleetPoint} from './point.ts';
import {nameOf, shown, targetOf} from './targets.ts';

/** The metrics that rows are made of, but for those of which one of several is 1. */
export const ROW_METRICS = [
  'memtop_pool_used_ratio',
  'memtop_alert_threshold_ratio',
  'memtop_memory_used_bytes',
  'memtop_memory_available_bytes',
  'memtop_gpu_memory_used_bytes',
  'memtop_gpu_memory_total_bytes',
  'memtop_gpu_up',
  'memtop_leak_growth_bytes_per_second',
  'memtop_time_to_limit_seconds',
  'memtop_time_to_limit_low_seconds',
  'memtop_time_to_limit_high_seconds',
  'memtop_host_info',
  'memtop_build_info',
  'memtop_sample_timestamp_seconds',
  'memtop_sample_interval_seconds',
] as const;
type RowMetric = (typeof ROW_METRICS)[number];

/** Which pools are rows: RAM under the limit in force, and each GPU. */
const POOLS = /^(?:ram|gpu\d{1,4}(?:\/\d{1,3})?)$/;
const MOST_POOLS = 65;
/** As the alert MemtopStale has it. */
const STALE_MS = 60_000;
const STALE_INTERVALS = 3;

export interface HostRows {
  readonly host: FleetHost;
  readonly rows: readonly FleetRow[];
  readonly isStale: boolean;
}

/** Makes rows of the figures of any number of hosts. `at` is the wall clock of who asked. */
export function hostRows(points: readonly FleetPoint[], at: number): readonly HostRows[] {
  const byTarget = new Map<string, {readonly target: FleetTarget; readonly points: FleetPoint[]}>();
  for (const point of points) {
    const target = point.name === CALLS ? undefined : targetOf(point);
    if (target === undefined) continue;
    const known = byTarget.get(target.key) ?? {target, points: []};
    byTarget.set(target.key, known);
    known.points.push(point);
  }
  const calls = callsByHost(points);
  return [...byTarget.values()].map((own) =>
    rowsOfHost(own.target, own.points, at, calls.get(hostKey(own.target)) ?? []),
  );
}

const CALLS = 'ALERTS';

/** Alerts of Prometheus carry labels of their rules: what they are of is told by instance and job alone. */
function callsByHost(points: readonly FleetPoint[]): ReadonlyMap<string, readonly string[]> {
  const calls = new Map<string, readonly string[]>();
  for (const {name, labels} of points) {
    if (name !== CALLS) continue;
    const key = hostKey(labels);
    calls.set(key, [...new Set([...(calls.get(key) ?? []), shown(labels.alertname)])]);
  }
  return calls;
}

const hostKey = ({
  instance,
  job,
}: {
  readonly instance?: string | undefined;
  readonly job?: string | undefined;
}) => JSON.stringify([instance, job]);

/** Figures by name, then by what they are of: a pool, a GPU, or nothing. */
type Figures = ReadonlyMap<string, number>;

function rowsOfHost(
  target: FleetTarget,
  points: readonly FleetPoint[],
  at: number,
  calls: readonly string[],
): HostRows {
  const figures = figuresOf(points);
  const readAt = (figure(figures, 'memtop_sample_timestamp_seconds') ?? Number.NaN) * 1000;
  const about: FleetHost = {...aboutHost(target, points, at - readAt), calls};
  const intervalMs = (figure(figures, 'memtop_sample_interval_seconds') ?? 0) * 1000;
  const isStale = (about.ageMs ?? 0) > STALE_MS + STALE_INTERVALS * intervalMs;
  const verdicts = new Map(
    points
      .filter(({name, value}) => name === 'memtop_leak_verdict' && value === 1)
      .map(({labels}) => [labels.pool, labels.verdict]),
  );
  const rows = poolsOf(points).map((pool): FleetRow => {
    const percent = percentOf(figure(figures, 'memtop_pool_used_ratio', pool));
    const thresholdPercent = percentOf(figure(figures, 'memtop_alert_threshold_ratio', pool));
    return {
      key: `${target.key} ${pool}`,
      target,
      host: about.host,
      pool,
      percent,
      thresholdPercent,
      ...sizeOf(figures, pool),
      growthPerHour: perHour(figure(figures, 'memtop_leak_growth_bytes_per_second', pool)),
      verdict: LEAK_STATES.find((state) => state === verdicts.get(pool)),
      limitIn: limitIn(figures, pool),
      status:
        percent === undefined ? undefined : statusOf(percent, thresholdPercent ?? Number.POSITIVE_INFINITY),
      alerts: about.alerts.filter((rule) => alertPool(rule) === pool),
      isStale,
    };
  });
  return {host: about, rows, isStale};
}

function figuresOf(points: readonly FleetPoint[]): Figures {
  return new Map(
    points.map(({name, labels: {pool, gpu}, value}) => [
      `${name} ${pool ?? (gpu === undefined ? '' : `gpu${gpu}`)}`,
      value,
    ]),
  );
}

function figure(figures: Figures, name: RowMetric, pool = ''): number | undefined {
  return figures.get(`${name} ${pool}`);
}

/** RAM first, then GPUs by their numbers; a lost GPU has no figures and is there all the same. */
function poolsOf(points: readonly FleetPoint[]): readonly string[] {
  const named = points.flatMap(({labels: {pool, gpu}}) => pool ?? (gpu === undefined ? [] : `gpu${gpu}`));
  const others = [...new Set(named)].filter((pool) => POOLS.test(pool) && pool !== 'ram').sort(byNumber);
  return ['ram', ...others].slice(0, MOST_POOLS);
}

export const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', {numeric: true});

function percentOf(ratio: number | undefined): number | undefined {
  return ratio === undefined ? undefined : Math.round(ratio * 10_000) / 100;
}

function perHour(perSecond: number | undefined): number | undefined {
  return perSecond === undefined ? undefined : perSecond * 3600;
}

function sizeOf(figures: Figures, pool: string): Pick<FleetRow, 'usedBytes' | 'totalBytes'> {
  if (pool !== 'ram')
    return {
      usedBytes: figure(figures, 'memtop_gpu_memory_used_bytes', pool),
      totalBytes: figure(figures, 'memtop_gpu_memory_total_bytes', pool),
    };
  const usedBytes = figure(figures, 'memtop_memory_used_bytes');
  const left = figure(figures, 'memtop_memory_available_bytes');
  return {
    usedBytes,
    totalBytes: usedBytes === undefined || left === undefined ? undefined : usedBytes + left,
  };
}

function limitIn(figures: Figures, pool: string): TimeTo | undefined {
  const seconds = figure(figures, 'memtop_time_to_limit_seconds', pool);
  if (seconds === undefined || seconds < 0) return undefined;
  const low = figure(figures, 'memtop_time_to_limit_low_seconds', pool) ?? seconds;
  const high = figure(figures, 'memtop_time_to_limit_high_seconds', pool) ?? seconds;
  return {ms: seconds * 1000, lowMs: low * 1000, highMs: high * 1000};
}

/** Which pool's row tells of an alert. */
function alertPool(rule: string): string {
  const pool = rule.startsWith(LEAK_RULE) ? rule.slice(LEAK_RULE.length) : rule;
  return POOLS.test(pool) ? pool : 'ram';
}

function aboutHost(
  target: FleetTarget,
  points: readonly FleetPoint[],
  ageMs: number,
): Omit<FleetHost, 'calls'> {
  const labels = (name: RowMetric) => points.find((point) => point.name === name)?.labels;
  const info = labels('memtop_host_info');
  const version = labels('memtop_build_info')?.version;
  const firing = points
    .filter(({name, value}) => name === 'memtop_alert_firing' && value === 1)
    .map(({labels: {rule}}) => shown(rule));
  return {
    target,
    host: shown(info?.exported_host ?? info?.host) || nameOf(target),
    version: version === undefined ? undefined : shown(version),
    ageMs: Number.isFinite(ageMs) ? Math.max(0, ageMs) : undefined,
    alerts: [...new Set(firing)],
  };
}
