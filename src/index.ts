/** memtop's library: memory checks in the background, metrics, alerts and a log. */

export type {MonitorOptions, MonitorSettings} from './config/monitor-options.ts';
export {type AlertCallback, type AlertInfo, MemoryAlert, type MemoryAlertOptions} from './core/alert.ts';
export type {
  DetailedStatus,
  LimitStatus,
  SystemMemoryStatus,
  TopProcessStatus,
} from './core/detailed-status.ts';
export {
  LastingAlert,
  type LastingAlertCallback,
  type LastingAlertInfo,
  type LastingAlertOptions,
} from './core/lasting-alert.ts';
export type {Reason as LeakReason} from './core/leak/climb-tests.ts';
export {LeakDetector, type LeakDetectorOptions, type LeakReading} from './core/leak/detector.ts';
export {leakEvidence} from './core/leak/evidence.ts';
export type {TimeTo} from './core/leak/forecast.ts';
export {
  type Interval as LeakInterval,
  LEAK_STATES,
  type LeakFacts,
  type LeakForecast,
  type LeakState,
  type LeakVerdict,
} from './core/leak/verdict.ts';
export type {LeakStatus, TimeToStatus} from './core/leak-status.ts';
export {STATUSES, type Status} from './core/level.ts';
export {UNITS, type Unit} from './core/measure.ts';
export {
  MemoryMetrics,
  type MemoryMetricsOptions,
  type MetricPeak,
  type MetricReading,
  TRENDS,
  type Trend,
} from './core/metrics.ts';
export type {Missing, MissingStatus, Reading} from './core/sample.ts';
export type {MemoryStats, MemoryStatus} from './core/status.ts';
export {SimpleMemoryMonitor} from './monitor/monitor.ts';
export type {LeakCallback} from './monitor/monitor-leak.ts';
export {getMonitor} from './monitor/shared-monitor.ts';
