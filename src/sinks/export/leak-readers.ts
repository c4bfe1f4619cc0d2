import {LEAK_STATES} from '../../core/leak/verdict.ts';
import {amountOf, type Fields, fieldsOf, wordOf} from '../../core/log/log-fields.ts';
import type {LogReading} from '../../core/log/log-readings.ts';
import type {LEAK_METRICS} from '../prometheus/leak-metrics.ts';
import {label} from '../prometheus/metric.ts';
import type {Labels, MetricPoint, ReadMetric} from './metric-point.ts';
import {readPools} from './pool-readers.ts';

/** The run's own verdicts, as its log tells them. */
export const LEAK_READERS = {
  memtop_leak_verdict: (reading) =>
    leaksOf(reading).flatMap(({labels, leak}) => {
      const now = wordOf(leak.verdict, LEAK_STATES);
      if (now === undefined) return [];
      return LEAK_STATES.map((state) => ({
        labels: [...labels, ['verdict', state]] as Labels,
        value: Number(state === now),
      }));
    }),
  // The log leaves out what is 0.
  memtop_leak_confidence_ratio: (reading) =>
    ofLeaks(reading, ({verdict, confidence}) =>
      wordOf(verdict, LEAK_STATES) === undefined ? undefined : Math.min(1, amountOf(confidence) ?? 0),
    ),
  memtop_leak_growth_bytes_per_second: (reading) =>
    ofLeaks(reading, ({growth_bytes_per_hour: rate}) => perSecond(rate)),
  memtop_time_to_limit_seconds: (reading) =>
    ofLeaks(reading, ({limit_in_seconds: seconds}) => amountOf(seconds)),
  memtop_time_to_limit_low_seconds: (reading) =>
    ofLeaks(reading, ({limit_in_interval: interval}) => endOf(interval, 0)),
  memtop_time_to_limit_high_seconds: (reading) =>
    ofLeaks(reading, ({limit_in_interval: interval}) => endOf(interval, 1)),
  memtop_time_to_threshold_seconds: (reading) =>
    ofLeaks(reading, ({threshold_in_seconds: seconds}) => amountOf(seconds)),
} as const satisfies Record<keyof typeof LEAK_METRICS, ReadMetric>;

/** What is not read now has no verdict now. */
function leaksOf(reading: LogReading): readonly {readonly labels: Labels; readonly leak: Fields}[] {
  const leaks = fieldsOf(reading.line.leak);
  if (leaks === undefined) return [];
  return readPools(reading).flatMap(({id}) => {
    const leak = fieldsOf(leaks[id]);
    return leak === undefined ? [] : [{labels: [['pool', label(id)]] as const, leak}];
  });
}

function ofLeaks(reading: LogReading, value: (leak: Fields) => number | undefined): readonly MetricPoint[] {
  return leaksOf(reading).map(({labels, leak}) => ({labels, value: value(leak)}));
}

function perSecond(rate: unknown): number | undefined {
  return typeof rate === 'number' && Number.isFinite(rate) ? Math.round(rate / 3600) : undefined;
}

function endOf(interval: unknown, index: 0 | 1): number | undefined {
  return Array.isArray(interval) ? amountOf(interval[index]) : undefined;
}
