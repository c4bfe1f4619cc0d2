import type {Frame} from '../../core/frame.ts';
import type {Reading} from '../../core/sample.ts';
import {label, labelled, type MetricSpec, one, type Point} from './metric.ts';

/** What memtop says of itself. Names that begin with process_ are those that every exporter has. */
export const OWN_METRICS = {
  memtop_sample_timestamp_seconds: {
    type: 'gauge',
    help: 'When the latest reading was made, seconds since the epoch; a scrape makes none.',
    labels: [],
    read: ({frame}) => [{value: frame.at / 1000}],
  },
  memtop_sample_interval_seconds: {
    type: 'gauge',
    help: 'Time between two readings.',
    labels: [],
    read: ({facts}) => [{value: facts.intervalMs / 1000}],
  },
  memtop_reading_ok: {
    type: 'gauge',
    help: '1 where the reading was made, 0 where it failed or was denied; absent where the system has no such thing.',
    labels: ['reading'],
    read: ({frame}) => readings(frame),
  },
  memtop_build_info: {
    type: 'gauge',
    help: 'Always 1, with the version of memtop.',
    labels: ['version'],
    read: ({facts}) => labelled({version: facts.version}, 1),
  },
  memtop_host_info: {
    type: 'gauge',
    help: 'Always 1, with the name of the host and its platform.',
    labels: ['host', 'platform'],
    read: ({facts}) => labelled({host: label(facts.hostName), platform: facts.platform}, 1),
  },
  process_start_time_seconds: {
    type: 'gauge',
    help: 'When memtop was started, seconds since the epoch.',
    labels: [],
    read: ({facts}) => [{value: facts.startedAt / 1000}],
  },
  process_resident_memory_bytes: {
    type: 'gauge',
    help: 'Resident memory of memtop itself.',
    labels: [],
    read: ({frame}) => one(frame.self?.rssBytes),
  },
  process_cpu_seconds_total: {
    type: 'counter',
    help: 'CPU time of memtop itself.',
    labels: [],
    read: ({frame}) => one(frame.self && frame.self.cpuMs / 1000),
  },
} as const satisfies Record<string, MetricSpec>;

function readings({ram, sample, pressure, processes}: Frame): readonly Point[] {
  const all: readonly (readonly [string, Reading<unknown> | undefined])[] = [
    ['memory', ram.reading],
    ['gpus', sample.gpus],
    ['pressure', pressure],
    ['processes', processes],
  ];
  return all.flatMap(([reading, result]) =>
    result === undefined || result.status === 'unsupported'
      ? []
      : [{labels: {reading}, value: Number(result.status === 'ok')}],
  );
}
