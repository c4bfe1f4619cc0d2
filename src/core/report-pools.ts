import type {Frame, PoolFigures, PoolKind} from './frame.ts';
import type {Trend} from './metrics.ts';
import type {PoolSeries} from './pool-series.ts';
import {SCAN_SLACK_MS, type SessionPeak} from './summary.ts';
import type {TopProcess} from './top-process.ts';

/** What a report says of one pool over a session. */
export interface ReportPool {
  readonly id: string;
  readonly kind: PoolKind;
  readonly label: string;
  /** How alerts call it. */
  readonly what: string;
  /** The limit in force or the GPU's name; empty where there is none. */
  readonly detail: string;
  readonly checks: number;
  /** At the end. Absent when it could not be read then; `missing` tells why. */
  readonly current?: PoolFigures;
  readonly missing?: string;
  readonly lastGood?: {readonly at: number; readonly percent: number};
  /** Over the session, weighted by time. */
  readonly averagePercent?: number;
  readonly peak?: ReportPeak;
  /** The threshold at the end. */
  readonly thresholdPercent: number;
  /** Time at or above the threshold that stood then; absent while readings speak for no time yet. */
  readonly aboveThreshold?: {readonly ms: number; readonly share: number};
  /** Time that readings speak for. */
  readonly observedMs: number;
  readonly trend?: {readonly direction: Trend; readonly checks: number};
  /** Alerts of the whole session, repeats and no longer kept ones among them. */
  readonly alertCount: number;
}

export interface ReportPeak {
  readonly at: number;
  readonly percent: number;
  readonly usedBytes: number;
  readonly totalBytes: number;
  /** The largest processes then; empty when processes were not read. */
  readonly top: readonly TopProcess[];
  /** When those were read, where that was not at the peak itself; wall clock. */
  readonly topAt?: number;
}

/** One pool as the session leaves it. `frame` is the last one. */
export function reportPool(series: PoolSeries, frame: Frame | undefined): ReportPool {
  const {id, kind, label, what, summary, metrics} = series;
  const {averagePercent, observedMs, aboveThresholdMs, peak} = summary;
  return {
    id,
    kind,
    label,
    what,
    detail: frame?.pools.find((pool) => pool.id === id)?.detail ?? '',
    checks: summary.checks,
    ...currentFacts(series, frame),
    ...(averagePercent !== undefined && {averagePercent}),
    ...(peak !== undefined && {peak: peakOf(peak)}),
    thresholdPercent: series.alert.thresholdPercent,
    ...(observedMs > 0 && {aboveThreshold: {ms: aboveThresholdMs, share: aboveThresholdMs / observedMs}}),
    observedMs,
    ...(metrics.size > 0 && {trend: {direction: metrics.trend, checks: metrics.size}}),
    alertCount: summary.alerts,
  };
}

function peakOf({topAt, ...peak}: SessionPeak): ReportPeak {
  const isOfThen = topAt === undefined || Math.abs(topAt - peak.at) <= SCAN_SLACK_MS;
  return isOfThen ? peak : {...peak, topAt};
}

function currentFacts(
  series: PoolSeries,
  frame: Frame | undefined,
): Pick<ReportPool, 'current' | 'missing' | 'lastGood'> {
  const pool = frame?.pools.find(({id}) => id === series.id);
  if (pool?.reading.status === 'ok') return {current: pool.reading.value};
  const {at, figures} = pool?.lastGood ?? {};
  return {
    missing:
      frame === undefined ? 'no check was made' : (pool?.reading.reason ?? 'it was not there at the end'),
    ...(at !== undefined && figures !== undefined && {lastGood: {at, percent: figures.percent}}),
  };
}
