import {ALERT_METRICS} from './alert-metrics.ts';
import {GPU_METRICS} from './gpu-metrics.ts';
import {JOB_METRICS} from './job-metrics.ts';
import {LEAK_METRICS} from './leak-metrics.ts';
import {MEMORY_METRICS} from './memory-metrics.ts';
import type {MetricSpec, Point, View} from './metric.ts';
import {OWN_METRICS} from './own-metrics.ts';
import {PROCESS_METRICS} from './process-metrics.ts';

/** Every metric there is: names, help, types and labels, for /metrics and for the README. */
export const METRICS = {
  ...MEMORY_METRICS,
  ...GPU_METRICS,
  ...LEAK_METRICS,
  ...ALERT_METRICS,
  ...JOB_METRICS,
  ...PROCESS_METRICS,
  ...OWN_METRICS,
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

/** A metric with what there is to tell of it. */
export interface Family {
  readonly name: MetricName;
  readonly spec: MetricSpec;
  readonly points: readonly Point[];
}

/** All that is known at one moment; a metric of which nothing is known is not there. */
export function familiesOf(view: View): readonly Family[] {
  return METRIC_NAMES.map((name): Family => {
    const spec: MetricSpec = METRICS[name];
    return {name, spec, points: spec.read(view).filter(({value}) => Number.isFinite(value))};
  }).filter(({points}) => points.length > 0);
}
