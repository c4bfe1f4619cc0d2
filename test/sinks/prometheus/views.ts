import type {Sample} from '../../../src/core/sample.ts';
import {Session, type SessionOptions} from '../../../src/core/session.ts';
import {AlertCounts} from '../../../src/sinks/prometheus/alert-counts.ts';
import type {Labels, View} from '../../../src/sinks/prometheus/metric.ts';
import {familiesOf, type MetricName} from '../../../src/sinks/prometheus/metrics.ts';

/** What is served once these samples were read. */
export function viewOf(
  samples: readonly Sample[],
  {
    expected = [],
    top = 5,
    ...options
  }: SessionOptions & {readonly expected?: readonly string[]; readonly top?: number} = {},
): View {
  const session = new Session(options);
  const alerts = new AlertCounts(expected);
  session.onEvent((event) => alerts.note(event));
  for (const sample of samples) session.feed(sample);
  const {frame} = session;
  if (frame === undefined) throw new Error('no sample, no view');
  alerts.look(frame);
  const facts = {
    version: '1.2.3',
    hostName: 'atlas',
    platform: 'linux',
    startedAt: 1_000,
    intervalMs: 5000,
    top,
  };
  return {frame, alerts, facts};
}

/** The figures of one metric with their labels; none where it is not there. */
export function pointsOf(view: View, name: MetricName): readonly (readonly [Labels, number])[] {
  const points = familiesOf(view).find((family) => family.name === name)?.points ?? [];
  return points.map(({labels = {}, value}) => [labels, value] as const);
}

/** The figure of a metric that has no labels. */
export function figureOf(view: View, name: MetricName): number | undefined {
  return pointsOf(view, name)[0]?.[1];
}
