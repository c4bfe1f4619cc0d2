import {describe, expect, test} from 'vitest';
import {LogReadings} from '../../../src/core/log/log-readings.ts';
import {checkLine} from '../../../src/core/log-lines.ts';
import {ok} from '../../../src/core/sample.ts';
import {METRIC_READERS} from '../../../src/sinks/export/metric-readers.ts';
import {LEAK_METRICS} from '../../../src/sinks/prometheus/leak-metrics.ts';
import type {View} from '../../../src/sinks/prometheus/metric.ts';
import {sampleAt} from '../../core/samples.ts';
import {gpu, lostGpu, NOW, sampleAt as wholeSample} from '../../tui/machine.ts';
import {pointsOf, viewOf} from '../prometheus/views.ts';

const LEAKS = Object.keys(LEAK_METRICS) as readonly (keyof typeof LEAK_METRICS)[];
const NAMES = ['memtop_pool_used_ratio', ...LEAKS] as const;

/** What the log of a frame gives. */
function exportedOf({frame}: View, name: (typeof NAMES)[number]) {
  const reading = new LogReadings(undefined).take(JSON.stringify(checkLine(frame, {processes: 0})));
  if (typeof reading === 'string') return expect.unreachable(reading);
  return METRIC_READERS[name](reading)
    .filter(({value}) => value !== undefined)
    .map(({labels, value}) => [Object.fromEntries(labels), value]);
}

const hours = (perMinute: number) =>
  Array.from({length: 24 * 60 + 1}, (_, minute) => sampleAt(minute * 60, 20 + minute * perMinute));
const VIEWS = [
  ['what leaks', viewOf(hours(1 / 30))],
  ['what stands', viewOf(hours(0))],
  ['a job, GPUs, swap and /dev/shm', viewOf([wholeSample(NOW, {shmPercent: 60})])],
  [
    'a GPU that was lost',
    viewOf([
      wholeSample(NOW, {gpus: ok([gpu(50, 0), gpu(40, 1)])}),
      wholeSample(NOW + 1000, {shmPercent: 60, gpus: ok([gpu(50, 0), lostGpu(1)])}),
    ]),
  ],
] as const;

describe('an export has from the log what is served live', () => {
  test.each(VIEWS)('of %s', (_, view) => {
    for (const name of NAMES) expect([name, exportedOf(view, name)]).toEqual([name, pointsOf(view, name)]);
  });

  test('with every verdict, its forecast and its interval', () => {
    for (const name of LEAKS) expect([name, exportedOf(VIEWS[0][1], name).length]).not.toEqual([name, 0]);
  });
});
