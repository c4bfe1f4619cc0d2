import {ruleLabel} from './alert-counts.ts';
import type {MetricSpec, Point, View} from './metric.ts';

/** Alerts as memtop itself raises them: rule is as in the log, and process for all rules on single processes. */
export const ALERT_METRICS = {
  memtop_alerts_total: {
    type: 'counter',
    help: 'Alerts raised since the start, reminders not counted.',
    labels: ['rule'],
    read: ({alerts}) => [...alerts.counts].map(([rule, value]) => ({labels: {rule}, value})),
  },
  memtop_alert_firing: {
    type: 'gauge',
    help: '1 where the alert of this rule is raised and not resolved, else 0.',
    labels: ['rule'],
    read: firing,
  },
  memtop_alert_threshold_ratio: {
    type: 'gauge',
    help: 'From which share in use on the pool is over its threshold, 0 to 1.',
    labels: ['pool'],
    read: ({frame: {pools}}) =>
      pools
        .filter(({thresholdPercent}) => Number.isFinite(thresholdPercent))
        .map(({id, thresholdPercent}) => ({labels: {pool: id}, value: thresholdPercent / 100})),
  },
} as const satisfies Record<string, MetricSpec>;

function firing({frame, alerts}: View): readonly Point[] {
  const now = new Set([
    ...frame.pools.filter((pool) => pool.firing).map(({id}) => id),
    ...frame.alerts.map(({ruleId}) => ruleLabel(ruleId)),
  ]);
  const rules = new Set([...alerts.counts.keys(), ...now]);
  return [...rules].map((rule) => ({labels: {rule}, value: Number(now.has(rule))}));
}
