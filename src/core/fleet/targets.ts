import {cutEnd, safeText} from '../text.ts';
import type {FleetTarget} from './fleet.ts';
import type {FleetPoint} from './point.ts';

const LONGEST_NAME = 80;

/** Labels that a metric itself has, or a query gives it; all others tell whose figure it is. */
const OF_METRICS: ReadonlySet<string> = new Set([
  'pool',
  'verdict',
  'rule',
  'gpu',
  'uuid',
  'name',
  'host',
  'exported_host',
  'platform',
  'version',
  'alertname',
  'alertstate',
  'severity',
  'reading',
  'source',
  'rank',
]);

/** Whose figure it is; nothing where that is not told. */
export function targetOf({labels}: Pick<FleetPoint, 'labels'>): FleetTarget | undefined {
  const {instance, job} = labels;
  if (instance === undefined) return undefined;
  const own = Object.entries(labels).filter(([name]) => !OF_METRICS.has(name));
  return {key: JSON.stringify(own.toSorted()), instance, job};
}

/** A label as it is shown: one line, not endless. */
export function shown(text: string | undefined): string {
  return cutEnd(safeText(text ?? '').trim(), LONGEST_NAME);
}

/** How a host is called that does not tell its name: the usual port says nothing. */
export function nameOf({instance}: FleetTarget): string {
  return shown(instance.replace(/:9717$/, '')) || '?';
}
