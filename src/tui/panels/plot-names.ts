import {formatThreshold} from '../../core/format.ts';
import type {Pool, PoolKind} from '../../core/frame.ts';
import {isBucket, rowOf} from '../chart.ts';
import {gpuList, poolNumber} from '../gpu-names.ts';
import {fit, type Span, span, widthOf} from '../line.ts';
import type {Plot, Series} from '../plot.ts';

export function thresholdsAt({thresholds, scale, rows}: Plot, row: number): readonly Pool[] {
  if (thresholds.length === 0) return thresholds;
  return thresholds.filter(
    ({thresholdPercent}) =>
      thresholdPercent >= scale.low &&
      thresholdPercent <= scale.high &&
      rowOf(thresholdPercent, scale, rows) === row,
  );
}

/** What stands behind each row: the names of lines that end in it, else of a threshold; a threshold's row keeps its name. */
export function namesBeside(plot: Plot): (row: number) => readonly Span[] {
  if (plot.nameWidth === 0) return () => [];
  const ending = namedRows(plot);
  return (row) => {
    const thresholds = thresholdsAt(plot, row);
    if (thresholds.length > 0) {
      return [span(` ${thresholdName(thresholds, plot.nameWidth - 1)}`, 'threshold')];
    }
    const here = ending.get(row);
    return here === undefined ? [] : fit(namesOf(here, plot.nameWidth), plot.nameWidth);
  };
}

const KIND_NAMES: Readonly<Record<PoolKind, string>> = {
  ram: 'RAM',
  job: 'job',
  swap: 'swap',
  shm: 'shm',
  gpu: 'VRAM',
};

/** `90% VRAM 80% RAM`, or as much of it as stands there whole. */
function thresholdName(pools: readonly Pool[], room: number): string {
  const names = pools.map(
    ({kind, thresholdPercent}) => `${formatThreshold(thresholdPercent)} ${KIND_NAMES[kind]}`,
  );
  const last = names.at(-1) ?? '';
  const texts = [[...new Set(names)].join(' '), last, last.split(' ')[0] ?? ''];
  return texts.find(({length}) => length <= room) ?? '';
}

/** Which lines are named in which row: where they end, else beside it, and not at all before a name is cut. */
function namedRows(plot: Plot): ReadonlyMap<number, readonly Series[]> {
  const rows = new Map<number, readonly Series[]>();
  for (const together of linesByEnd(plot)) {
    const row = together[0] && rowsByItsEnd(plot, together[0]).find((one) => hasRoom(one, together));
    if (row !== undefined) rows.set(row, [...(rows.get(row) ?? []), ...together]);
  }
  return rows;

  function hasRoom(row: number, lines: readonly Series[]): boolean {
    if (row < 0 || row >= plot.rows || thresholdsAt(plot, row).length > 0) return false;
    const here = rows.get(row) ?? [];
    // Lines of two rows are only named together by their numbers: a count would say that all end here.
    const isMixed = here.some(({pool}) => pool.kind === 'gpu');
    const names = isMixed ? listedNames([...here, ...lines]) : namesOf([...here, ...lines], plot.nameWidth);
    return widthOf(names) <= plot.nameWidth;
  }
}

/** RAM, then GPUs: those that end in one row are named together if they can be, as `GPU 0-7` can. */
function linesByEnd(plot: Plot): readonly (readonly Series[])[] {
  const groups = new Map<string, readonly Series[]>();
  for (const series of [...plot.series].reverse()) {
    const key = series.pool.kind === 'gpu' ? rowsByItsEnd(plot, series).join() : series.pool.id;
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  return [...groups.values()];
}

/** `GPU 1,3-7 RAM`, and `GPU ×6 RAM` where that is too long. */
function namesOf(here: readonly Series[], room: number): readonly Span[] {
  const gpus = here.filter(({pool}) => pool.kind === 'gpu');
  const listed = listedNames(here);
  if (gpus.length < 2 || widthOf(listed) <= room) return listed;
  return named(here, `×${gpus.length}`);
}

function listedNames(here: readonly Series[]): readonly Span[] {
  return named(here, gpuList(here.flatMap(({pool}) => (pool.kind === 'gpu' ? [poolNumber(pool)] : []))));
}

function named(here: readonly Series[], gpus: string): readonly Span[] {
  const first = here.find(({pool}) => pool.kind === 'gpu');
  const others = here.filter(({pool}) => pool.kind !== 'gpu');
  return [
    ...(first === undefined ? [] : [span(` GPU ${gpus}`, first.role)]),
    ...others.map(({pool, role}) => span(` ${pool.label}`, role)),
  ];
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
