import {expect, test} from 'vitest';
import {formatStatistics, type StatisticsInput} from '../../src/core/statistics.ts';

const STATS: StatisticsInput = {
  memoryPercent: 64.2,
  usedMb: 2145,
  totalMb: 3341,
  availableMb: 1196,
  status: 'NORMAL',
  average: 58.3,
  peak: {percent: 74.5, timestamp: '2025-12-22T12:15:33.456Z'},
  trend: 'stable',
  readings: 12,
  alertCount: 0,
  monitoring: true,
  uptimeSeconds: 60.9,
  logFile: '/var/log/memory_monitor.log',
};

test('statistics have the shape that scripts and people know, to the letter', () => {
  expect(formatStatistics(STATS)).toBe(`\
======================================================================
MEMORY MONITOR STATISTICS
======================================================================
Current Memory: 64.2% (2145MB / 3341MB)
Available: 1196MB
Status: NORMAL

METRICS
----------------------------------------------------------------------
Average: 58.3%
Peak: 74.5% at 2025-12-22T12:15:33.456Z
Trend: STABLE
Readings: 12
Alerts Triggered: 0

Monitoring: True
Uptime: 0:01:00
Log File: /var/log/memory_monitor.log
======================================================================`);
});

test('what is not known is said so, in the same lines', () => {
  const unknown = {memoryPercent: undefined, usedMb: undefined, totalMb: undefined, availableMb: undefined};
  const text = formatStatistics({
    ...STATS,
    ...unknown,
    status: undefined,
    average: undefined,
    peak: undefined,
    trend: 'decreasing',
    readings: 0,
    monitoring: false,
    uptimeSeconds: 0,
    logFile: undefined,
  });
  expect(text.split('\n')).toHaveLength(formatStatistics(STATS).split('\n').length);
  for (const line of [
    'Current Memory: unknown',
    'Available: unknown',
    'Status: unknown',
    'Average: unknown',
    'Peak: unknown',
    'Trend: DECREASING',
    'Monitoring: False',
    'Uptime: 0:00:00',
    'Log File: None',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).not.toMatch(/undefined|NaN/);
});
