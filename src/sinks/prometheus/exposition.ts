import type {RegistryContentType} from 'prom-client';
import type {Labels} from './metric.ts';
import type {Family} from './metrics.ts';

export const FORMATS = ['prometheus', 'openmetrics'] as const;
export type Format = (typeof FORMATS)[number];

/** Writes metrics as text. */
export interface Writer {
  readonly contentTypes: Readonly<Record<Format, string>>;
  write(families: readonly Family[], format: Format): Promise<string>;
}

/** Loads the library that knows the formats; it is not loaded where nobody is served. */
export async function loadWriter(): Promise<Writer> {
  const {Counter, Gauge, Registry, prometheusContentType, openMetricsContentType} = await import(
    'prom-client'
  );
  const contentTypes = {prometheus: prometheusContentType, openmetrics: openMetricsContentType};
  return {
    contentTypes,
    write(families, format) {
      // A registry of its own for each text: what is gone leaves no series behind.
      const registry = new Registry<RegistryContentType>();
      registry.setContentType(contentTypes[format]);
      for (const {name, spec, points} of families) {
        const options = {name, help: spec.help, labelNames: spec.labels, registers: [registry]};
        const put = spec.type === 'counter' ? counted(new Counter(options)) : set(new Gauge(options));
        for (const {labels = {}, value} of points) put(labels, value);
      }
      return registry.metrics();
    },
  };
}

type Put = (labels: Labels, value: number) => void;

function set(gauge: {set(labels: Labels, value: number): void}): Put {
  return (labels, value) => gauge.set(labels, value);
}

/** A counter of the library only steps up, and begins at 0. */
function counted(counter: {inc(labels: Labels, value: number): void}): Put {
  return (labels, value) => counter.inc(labels, value);
}
