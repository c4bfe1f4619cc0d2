import {MemoryAlert} from '../../src/core/alert.ts';
import type {SessionEvent} from '../../src/core/event.ts';
import {PoolSeries, type PoolSeriesOptions} from '../../src/core/pool-series.ts';
import {failed, ok} from '../../src/core/sample.ts';
import {GIB, START} from './samples.ts';

/** One whose alert lasts, as everywhere but in the library's own monitor. */
export function open(more: Partial<PoolSeriesOptions> = {}): PoolSeries {
  return new PoolSeries({
    id: 'ram',
    kind: 'ram',
    label: 'RAM',
    what: 'RAM',
    threshold: {percent: 80},
    windowSize: 100,
    keepHistory: true,
    watchLeaks: false,
    ...more,
  });
}

/** One with the library's own alert, once per cooldown. */
export function openWithCooldown(cooldownSeconds = 60): PoolSeries {
  return open({memoryAlert: new MemoryAlert({cooldownSeconds})});
}

/** One check; no percent stands for a reading that failed. */
function feed(series: PoolSeries, second: number, percent: number | undefined): readonly SessionEvent[] {
  const totalBytes = 100 * GIB;
  const usedBytes = (percent ?? 0) * GIB;
  const at = START + second * 1000;
  return series.feed({
    at,
    clock: second * 1000,
    timelineMs: at,
    reading:
      percent === undefined
        ? failed('no answer')
        : ok({usedBytes, totalBytes, percent, availableBytes: totalBytes - usedBytes}),
    top: () => ({pid: 7, name: 'python train', rssBytes: GIB}),
  });
}

export function run(
  checks: readonly (readonly [second: number, percent: number | undefined])[],
  series = open(),
) {
  return checks.flatMap(([second, percent]) =>
    feed(series, second, percent).map((event) => ({second, ...event})),
  );
}

export const kinds = (events: readonly {second: number; kind: string}[]) =>
  events.map(({second, kind}) => `${second} ${kind}`);
