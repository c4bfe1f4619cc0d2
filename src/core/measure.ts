import {formatBytes, formatDuration, formatPercent, formatThreshold} from './format.ts';

/** What a figure that alerts speak of is counted in. */
export const UNITS = ['percent', 'bytes', 'bytes per hour', 'pages per second', 'seconds', 'count'] as const;
export type Unit = (typeof UNITS)[number];

/** What there is no threshold for: one kill is one too many, and so is a leak of any pace. */
const UNBOUNDED: ReadonlySet<Unit> = new Set(['bytes per hour', 'count']);

/** Whether alerts in this unit have a threshold that is worth telling. */
export function isBounded(unit: Unit): boolean {
  return !UNBOUNDED.has(unit);
}

/** A figure with its unit: `85.0%`, `71.0 GiB`, `1204 pages/s`, `8 m`, `2`. */
export function formatMeasure(value: number, unit: Unit): string {
  return WRITE[unit](value);
}

/** The same where it is a threshold, as it was given: `80%`. */
export function formatBound(value: number, unit: Unit): string {
  return unit === 'percent' ? formatThreshold(value) : formatMeasure(value, unit);
}

const WRITE: Readonly<Record<Unit, (value: number) => string>> = {
  percent: formatPercent,
  bytes: formatBytes,
  'bytes per hour': (value) => `${formatBytes(value)}/h`,
  'pages per second': (value) => `${Math.round(value)} pages/s`,
  seconds: (value) => formatDuration(value * 1000),
  count: String,
};
