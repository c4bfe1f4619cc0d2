import {formatBytes, formatClock, formatPair, formatPercent, formatThreshold} from '../../core/format.ts';
import type {Pool} from '../../core/frame.ts';
import type {GpuReading} from '../../core/sample.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {type Line, span, wrap} from '../line.ts';
import type {View} from '../view.ts';
import {titleLine} from './detail-title.ts';
import {gpuFacts} from './gpu-detail.ts';
import {evidenceText, verdictText} from './leak-lines.ts';

/** Used, left, cache, average, peak, trend, and every limit on the way up with the tightest marked. */
export function poolDetail(view: View, pool: Pool): readonly Line[] {
  const {pools} = view.frame;
  const place = `${pools.indexOf(pool) + 1} of ${pools.length} · `;
  return [titleLine(view, poolTitle(pool), place), ...poolFacts(view, pool)];
}

export function poolTitle({label, detail}: Pool): string {
  return `${label} ${cutEnd(safeText(detail), 40)}`.trim();
}

export function poolFacts(view: View, pool: Pool): readonly Line[] {
  const {frame} = view;
  if (pool.gpu !== undefined) return gpuFacts(view, pool, pool.gpu);
  const figures = pool.reading.status === 'ok' ? pool.reading.value : pool.lastGood?.figures;
  if (figures === undefined)
    return [[span(`  ${pool.reading.status === 'ok' ? '' : safeText(pool.reading.reason)}`, 'warn')]];
  const bytes = (value: number | undefined) => (value === undefined ? '–' : formatBytes(value));
  const share = (value: number | undefined) => (value === undefined ? '–' : formatPercent(value));
  const host = frame.host.status === 'ok' && pool.kind === 'ram' ? frame.host.value : undefined;
  const facts: readonly (readonly [string, string])[] = [
    ['used', `${bytes(figures.usedBytes)} of ${bytes(figures.totalBytes)}, ${share(figures.percent)}`],
    ['left', bytes(figures.availableBytes)],
    ...(figures.cacheBytes === undefined
      ? []
      : [['cache', `${bytes(figures.cacheBytes)}, given back when needed`] as const]),
    ...(host?.buffersBytes === undefined ? [] : [['buffers', bytes(host.buffersBytes)] as const]),
    ...(host?.shmemBytes === undefined
      ? []
      : [['shared', `${bytes(host.shmemBytes)}, /dev/shm and tmpfs among it`] as const]),
    ...(host?.arcBytes === undefined
      ? []
      : [['ZFS ARC', `${bytes(host.arcBytes)}, given back when needed`] as const]),
    ...(host?.commitBytes === undefined
      ? []
      : [['commit', `${bytes(host.commitBytes)} of ${bytes(host.commitLimitBytes)}`] as const]),
    ...(pool.unified ?? []).map((gpu) => ['GPU', unifiedText(gpu)] as const),
    ...leakFacts(view, pool),
    ['average', share(pool.average)],
    ['peak', pool.peak === undefined ? '–' : `${share(pool.peak.percent)} at ${formatClock(pool.peak.at)}`],
    ['trend', pool.trend],
    ['threshold', formatThreshold(pool.thresholdPercent)],
  ];
  const rows = facts.flatMap(([name, value]) => factRows(name, value, view.width));
  return [...rows, ...(pool.kind === 'ram' ? limitLines(view) : [])];
}

/** What is too long goes on in the next row. */
function factRows(name: string, value: string, width: number): readonly Line[] {
  const texts = wrap(value, width - FACT_NAME - 3);
  return texts.map((text, index) => [
    span(`  ${(index === 0 ? name : '').padEnd(FACT_NAME)}`, 'muted'),
    span(text),
  ]);
}

const FACT_NAME = 12;

/** Its verdict and why, in words. */
function leakFacts(view: View, {leak}: Pool): readonly (readonly [name: string, value: string])[] {
  if (leak === undefined) return [];
  return [
    ['verdict', verdictText(view, leak)],
    ['evidence', evidenceText(view, leak)],
  ];
}

/** `Apple M2 · 9.1 GiB of it · 34% · 48 °C`. */
function unifiedText(gpu: GpuReading): string {
  const {name, usedBytes, utilizationPercent, temperatureCelsius, wiredLimitBytes, missing} = gpu;
  const parts = [
    safeText(name),
    usedBytes === undefined ? safeText(missing?.used?.reason ?? '') : `${formatBytes(usedBytes)} of it`,
    wiredLimitBytes === undefined ? '' : `at most ${formatBytes(wiredLimitBytes)}`,
    utilizationPercent === undefined ? '' : `${Math.round(utilizationPercent)}%`,
    temperatureCelsius === undefined ? '' : `${Math.round(temperatureCelsius)} °C`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function limitLines({frame, width}: View): readonly Line[] {
  const rows = frame.limits.map((limit): Line => {
    const isTightest = limit.id === frame.limit?.id;
    const text = `${formatPair(limit.usedBytes, limit.totalBytes)}  ${formatBytes(limit.availableBytes).padStart(8)} left  `;
    const id = cutEnd(safeText(limit.id), Math.max(8, width - text.length - 16));
    return [
      span(isTightest ? '▸ ' : '  ', 'accent'),
      span(text),
      span(id),
      span(isTightest ? '  in force' : '', 'accent'),
    ];
  });
  return [[span('  limits', 'muted')], ...rows];
}
