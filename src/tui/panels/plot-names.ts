import {formatThreshold} from '../../core/format.ts';
import type {Pool} from '../../core/frame.ts';
import {isBucket, rowOf} from '../chart.ts';
import {fit, type Span, span, widthOf} from '../line.ts';
import type {Plot, Series} from '../plot.ts';

export function thresholdsAt({series, scale, rows}: Plot, row: number): readonly Pool[] {
  return series
    .map(({pool}) => pool)
    .filter(
      ({thresholdPercent}) =>
        thresholdPercent >= scale.low &&
        thresholdPercent <= scale.high &&
        rowOf(thresholdPercent, scale, rows) === row,
    );
}

/** The names of lines that end in this row, else of a threshold; a threshold's row keeps its name. */
export function nameAt(plot: Plot, row: number): readonly Span[] {
  if (plot.nameWidth === 0) return [];
  const thresholds = thresholdsAt(plot, row);
  if (thresholds.length > 0) {
    return [span(` ${thresholdName(thresholds, plot.nameWidth - 1)}`, 'threshold')];
  }
  return fit(namesOf(namedRows(plot).get(row) ?? []), plot.nameWidth);
}

/** `90% VRAM 80% RAM`, or as much of it as stands there whole. */
function thresholdName(pools: readonly Pool[], room: number): string {
  const names = pools.map(
    ({kind, thresholdPercent}) => `${formatThreshold(thresholdPercent)} ${kind === 'gpu' ? 'VRAM' : 'RAM'}`,
  );
  const last = names.at(-1) ?? '';
  const texts = [[...new Set(names)].join(' '), last, last.split(' ')[0] ?? ''];
  return texts.find(({length}) => length <= room) ?? '';
}

/** Which lines are named in which row: where they end, else beside it, and not at all before a name is cut. */
function namedRows(plot: Plot): ReadonlyMap<number, readonly Series[]> {
  const rows = new Map<number, readonly Series[]>();
  for (const series of [...plot.series].reverse()) {
    const hasRoom = (row: number) =>
      row >= 0 &&
      row < plot.rows &&
      thresholdsAt(plot, row).length === 0 &&
      widthOf(namesOf([...(rows.get(row) ?? []), series])) <= plot.nameWidth;
    const row = rowsByItsEnd(plot, series).find(hasRoom);
    if (row !== undefined) rows.set(row, [...(rows.get(row) ?? []), series]);
  }
  return rows;
}

function namesOf(here: readonly Series[]): readonly Span[] {
  const gpus = here.filter(({pool}) => pool.kind === 'gpu');
  const others = here
    .filter(({pool}) => pool.kind !== 'gpu')
    .map(({pool, role}) => span(` ${pool.label}`, role));
  return gpus[0] === undefined
    ? others
    : [span(` ${gpuNames(gpus.map(({pool}) => pool))}`, gpus[0].role), ...others];
}

/** The row where a line ends, then those beside it; of a threshold's row, first the side on which the line lies. */
function rowsByItsEnd(plot: Plot, {columns}: Series): readonly number[] {
  const last = columns.findLast(isBucket);
  if (last === undefined) return [];
  const row = rowOf(last.mean, plot.scale, plot.rows);
  const [threshold] = thresholdsAt(plot, row);
  const isBelow = threshold !== undefined && last.mean < threshold.thresholdPercent;
  return isBelow ? [row, row + 1, row - 1] : [row, row - 1, row + 1];
}

/** Lines that end on one row share a name: `GPU 0,1,3`. */
function gpuNames(pools: readonly Pool[]): string {
  return `GPU ${pools
    .map(({gpu}) => gpu?.index ?? 0)
    .sort((a, b) => a - b)
    .join(',')}`;
}
