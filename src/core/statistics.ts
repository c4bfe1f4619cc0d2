import {formatPercent, formatUptime} from './format.ts';
import type {Status} from './level.ts';
import type {MetricPeak, Trend} from './metrics.ts';

export interface StatisticsInput {
  readonly memoryPercent: number | undefined;
  readonly usedMb: number | undefined;
  readonly totalMb: number | undefined;
  readonly availableMb: number | undefined;
  readonly status: Status | undefined;
  readonly average: number | undefined;
  readonly peak: MetricPeak | undefined;
  readonly trend: Trend;
  readonly readings: number;
  readonly alertCount: number;
  readonly monitoring: boolean;
  readonly uptimeSeconds: number;
  readonly logFile: string | undefined;
}

const WIDTH = 70;
const UNKNOWN = 'unknown';

/** The statistics of a monitor's window, in the fixed shape that scripts and people know. */
export function formatStatistics(stats: StatisticsInput): string {
  const {memoryPercent, usedMb, totalMb, availableMb, average, peak} = stats;
  const current =
    memoryPercent === undefined ? UNKNOWN : `${formatPercent(memoryPercent)} (${usedMb}MB / ${totalMb}MB)`;
  return [
    '='.repeat(WIDTH),
    'MEMORY MONITOR STATISTICS',
    '='.repeat(WIDTH),
    `Current Memory: ${current}`,
    `Available: ${availableMb === undefined ? UNKNOWN : `${availableMb}MB`}`,
    `Status: ${stats.status ?? UNKNOWN}`,
    '',
    'METRICS',
    '-'.repeat(WIDTH),
    `Average: ${average === undefined ? UNKNOWN : formatPercent(average)}`,
    `Peak: ${peak === undefined ? UNKNOWN : `${formatPercent(peak.percent)} at ${peak.timestamp}`}`,
    `Trend: ${stats.trend.toUpperCase()}`,
    `Readings: ${stats.readings}`,
    `Alerts Triggered: ${stats.alertCount}`,
    '',
    `Monitoring: ${stats.monitoring ? 'True' : 'False'}`,
    `Uptime: ${formatUptime(stats.uptimeSeconds)}`,
    `Log File: ${stats.logFile ?? 'None'}`,
    '='.repeat(WIDTH),
  ].join('\n');
}
