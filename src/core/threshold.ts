import {formatThreshold} from './format.ts';

/** From where an alert is raised: a share of the pool, 0–100, or so many bytes in use. */
export type Threshold = {readonly percent: number} | {readonly bytes: number};

/** A threshold that may be left out. */
export type MaybeThreshold = Threshold | 'off';

/** The threshold of all GPUs, and of single ones by their numbers, `0` and `0/1`. */
export interface VramThresholds {
  readonly all: Threshold;
  readonly byGpu: Readonly<Record<string, Threshold>>;
}

/** As it would be given: `90%`, `90%,1=80%`. */
export function writeVramThresholds({all, byGpu}: VramThresholds): string {
  return [writeThreshold(all), ...singles(byGpu)].join(',');
}

/** Those of single GPUs alone, as in `1=80%`. */
export function writeGpuThresholds({byGpu}: VramThresholds): string {
  return singles(byGpu).join(',');
}

function singles(byGpu: VramThresholds['byGpu']): readonly string[] {
  return Object.entries(byGpu).map(([gpu, threshold]) => `${gpu}=${writeThreshold(threshold)}`);
}

/** A threshold as a share of a pool of this size; one beyond the pool is all of it. While the size is unknown it is all, too. */
export function thresholdPercent(threshold: Threshold, totalBytes: number | undefined): number {
  if ('percent' in threshold) return threshold.percent;
  if (totalBytes === undefined || totalBytes <= 0) return 100;
  return Math.min(100, (threshold.bytes / totalBytes) * 100);
}

const UNITS = [
  ['TB', 1000 ** 4],
  ['TiB', 1024 ** 4],
  ['GB', 1000 ** 3],
  ['GiB', 1024 ** 3],
  ['MB', 1000 ** 2],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
  ['B', 1],
] as const;

/** As it would be given: `off`, or the threshold. */
export function writeMaybeThreshold(threshold: MaybeThreshold): string {
  return threshold === 'off' ? threshold : writeThreshold(threshold);
}

/** As it would be given: `80%`, `19.2GB`. A size is written in the largest unit that takes it without rounding. */
export function writeThreshold(threshold: Threshold): string {
  if ('percent' in threshold) return formatThreshold(threshold.percent);
  const {bytes} = threshold;
  const [name, unit] = UNITS.find(([, size]) => bytes >= size && isShort(bytes / size)) ?? ['B', 1];
  return `${bytes / unit}${name}`;
}

function isShort(figure: number): boolean {
  return /^\d+(\.\d{1,2})?$/.test(String(figure));
}
