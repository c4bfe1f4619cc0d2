import {formatBytes} from '../../core/format.ts';
import {failed, type GpuFigure, type GpuProcess, type GpuReading, type Missing} from '../../core/sample.ts';

// The counters of what is used and of what there is are not read at one moment.
const SLACK = 1.02;

/** Why a GPU without memory of its own has no total. */
export const UNIFIED_TOTAL = "its memory is the machine's RAM";

/** A figure that is there, or why it is missing. */
export type Figure = {readonly value: number} | {readonly missing: Missing};

export type Figures = Readonly<Record<Exclude<GpuFigure, 'processes'>, Figure>>;

/** Who holds the memory of a GPU, or why that is not known; both where it is known in part. */
export interface ProcessList {
  readonly processes?: readonly GpuProcess[];
  readonly missing?: Missing;
}

/** Puts the figures that are there into a reading, and the reasons of all others into its `missing`. */
export function withFigures(
  gpu: GpuReading,
  figures: Figures,
  {processes, missing}: ProcessList,
): GpuReading {
  const {total, utilization, temperature} = figures;
  const used = within(figures.used, total);
  const reasons: Partial<Record<GpuFigure, Missing>> = {
    ...('missing' in used && {used: used.missing}),
    ...('missing' in total && {total: total.missing}),
    ...('missing' in utilization && {utilization: utilization.missing}),
    ...('missing' in temperature && {temperature: temperature.missing}),
    ...(missing && {processes: missing}),
  };
  return {
    ...gpu,
    ...('value' in used && {usedBytes: used.value}),
    ...('value' in total && {totalBytes: total.value}),
    ...('value' in utilization && {utilizationPercent: utilization.value}),
    ...('value' in temperature && {temperatureCelsius: temperature.value}),
    ...(processes && {processes}),
    ...(Object.keys(reasons).length > 0 && {missing: reasons}),
  };
}

/** A number that makes sense: plain digits, and not above `most`. The reason tells what else was there. */
export function numberFigure(what: string, text: string, most = Number.MAX_SAFE_INTEGER): Figure {
  const digits = text.trim();
  const value = /^\d{1,16}(\.\d{1,20})?$/.test(digits) ? Number(digits) : Number.NaN;
  if (value <= most) return {value};
  return {missing: failed(`${what}: ${JSON.stringify(digits.slice(0, 24))} makes no sense`)};
}

/** Both together, or why one of them is missing. */
export function added(one: Figure, other: Figure): Figure {
  if ('missing' in one) return one;
  return 'missing' in other ? other : {value: one.value + other.value};
}

/** A name that the system gives, at most 120 characters. */
export function nameFrom(text: string): string {
  return text.trim().slice(0, 120).trim();
}

function within(used: Figure, total: Figure): Figure {
  if (!('value' in used) || !('value' in total) || used.value <= total.value * SLACK) return used;
  return {missing: failed(`${formatBytes(used.value)} used of ${formatBytes(total.value)} makes no sense`)};
}
