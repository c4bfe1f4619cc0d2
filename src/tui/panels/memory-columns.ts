import {formatBytes, formatNarrowPair, formatPair, formatPercent} from '../../core/format.ts';
import type {Frame, Pool, PoolFigures} from '../../core/frame.ts';
import type {Layout, WidthClass} from '../layout.ts';
import {gpuOf, MARKS, tempText, utilText} from './pool-spans.ts';
import type {RuleLabel} from './rule.ts';

export interface MemoryColumn {
  readonly title: string;
  readonly width: number;
  readonly left?: boolean;
  readonly cell: (pool: Pool, figures: PoolFigures) => string;
}

/** Where everything stands in a row of one pool. */
export interface MemoryGrid {
  readonly nameWidth: number;
  readonly barWidth: number;
  readonly gap: number;
  /** Used of limit first. */
  readonly columns: readonly MemoryColumn[];
}

const PAIR: MemoryColumn = {
  title: 'used / limit',
  width: 15,
  cell: (_, {usedBytes, totalBytes}) => formatPair(usedBytes, totalBytes),
};
const NARROW_PAIR: MemoryColumn = {
  ...PAIR,
  width: 13,
  cell: (_, figures) => formatNarrowPair(figures.usedBytes, figures.totalBytes),
};
const LEFT: MemoryColumn = {
  title: 'left',
  width: 8,
  cell: (_, {availableBytes}) => formatBytes(availableBytes),
};
const AVERAGE: MemoryColumn = {
  title: 'average',
  width: 7,
  cell: ({average}) => (average === undefined ? '' : formatPercent(average)),
};
const PEAK: MemoryColumn = {
  title: 'peak',
  width: 6,
  cell: ({peak}) => (peak === undefined ? '' : formatPercent(peak.percent)),
};
const TREND: MemoryColumn = {title: 'trend', width: 10, left: true, cell: ({trend}) => trend};
/** Where GPUs share RAM, what they hold of it stands in place of the trend: `GPU 17.3 GiB of it`. */
const UNIFIED_TREND: MemoryColumn = {...TREND, width: 18};
const UTIL: MemoryColumn = {title: 'util', width: 4, cell: ofGpu(utilText)};
const TEMP: MemoryColumn = {title: 'temp', width: 5, cell: ofGpu(tempText)};
const GPU_COLUMNS: ReadonlySet<MemoryColumn> = new Set([UTIL, TEMP]);

const COLUMNS: Readonly<Record<WidthClass, readonly MemoryColumn[]>> = {
  100: [PAIR, LEFT, AVERAGE, PEAK, TREND, UTIL, TEMP],
  80: [PAIR, TREND, UTIL, TEMP],
  60: [PAIR, TREND],
  40: [NARROW_PAIR],
};
/** What a gauge needs to be read from afar; columns give way to it, the least needed first. */
const LEAST_BAR = 17;
const GIVING_WAY: readonly MemoryColumn[] = [AVERAGE, PEAK, LEFT];
const NAME_WIDTH: Readonly<Record<WidthClass, number>> = {100: 16, 80: 14, 60: 5, 40: 5};

export function memoryGrid(frame: Frame, width: number, layout: Layout): MemoryGrid {
  const {widthClass} = layout;
  const longest = Math.max(...frame.pools.map(({label}) => label.length));
  const nameWidth = Math.max(NAME_WIDTH[widthClass], longest);
  const gap = widthClass === 100 ? 2 : 1;
  let columns = askedColumns(frame, layout);
  const grid = (): MemoryGrid => {
    const end = widthClass === 40 ? 0 : 1;
    const barWidth = Math.max(8, width - MARKS - nameWidth - 1 - widthOfCells(columns, gap) - end);
    return {nameWidth, barWidth, gap, columns};
  };
  for (const column of GIVING_WAY)
    if (grid().barWidth < LEAST_BAR) columns = columns.filter((one) => one !== column);
  return grid();
}

export function widthOfCells(columns: readonly MemoryColumn[], gap: number): number {
  return columns.reduce((sum, {width}) => sum + width + gap, 0);
}

/** The columns behind used of limit whose place a text may take, and those that stay beside it. */
export function splitForText({
  columns,
}: MemoryGrid): readonly [readonly MemoryColumn[], readonly MemoryColumn[]] {
  const rest = columns.slice(1);
  return [rest.filter((one) => !GPU_COLUMNS.has(one)), rest.filter((one) => GPU_COLUMNS.has(one))];
}

export function isTrend({title}: MemoryColumn): boolean {
  return title === TREND.title;
}

export function columnTitles({nameWidth, barWidth, gap, columns}: MemoryGrid): readonly RuleLabel[] {
  let column = MARKS + nameWidth + 1 + barWidth;
  return columns.map(({title, width, left}) => {
    const startsAt = column + gap;
    column = startsAt + width;
    return left ? {text: title, startsAt} : {text: title, endsAt: column - 1};
  });
}

/** GPUs in two columns tell their use and heat themselves. */
function askedColumns({ram}: Frame, {widthClass, gpuColumns}: Layout): readonly MemoryColumn[] {
  const isUnified = ram.unified !== undefined;
  const columns = COLUMNS[widthClass].filter(
    (column) => gpuColumns === 1 || isUnified || !GPU_COLUMNS.has(column),
  );
  if (!isUnified || widthClass !== 80) return columns;
  return columns.map((column) => (column === TREND ? UNIFIED_TREND : column));
}

function ofGpu(text: (gpu: NonNullable<Pool['gpu']>) => string): MemoryColumn['cell'] {
  return (pool) => {
    const gpu = gpuOf(pool);
    return gpu === undefined ? '' : text(gpu);
  };
}
