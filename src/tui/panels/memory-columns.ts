import {formatBytes, formatChange, formatNarrowPair, formatPair, formatPercent} from '../../core/format.ts';
import type {Frame, Pool, PoolFigures} from '../../core/frame.ts';
import {formatAhead} from '../../core/leak-words.ts';
import type {Layout, WidthClass} from '../layout.ts';
import {limitAhead, paceOf} from '../pool-leak.ts';
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
const GROWTH: MemoryColumn = {
  title: 'growth/h',
  width: 10,
  cell: (pool) => {
    const pace = paceOf(pool);
    return pace === undefined ? '' : formatChange(pace);
  },
};
/** Where there is no column for the verdict, it stands in place of a pace that there is not. */
const NARROW_GROWTH: MemoryColumn = {
  ...GROWTH,
  width: 8,
  cell: (pool, figures) => GROWTH.cell(pool, figures) || verdictOf(pool),
};
const VERDICT: MemoryColumn = {title: 'verdict', width: 8, left: true, cell: verdictOf};
const LIMIT_IN: MemoryColumn = {title: 'limit in', width: 9, cell: limitText};
const NARROW_LIMIT_IN: MemoryColumn = {...LIMIT_IN, cell: (pool) => limitText(pool) || verdictOf(pool)};
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
const LEAK_COLUMNS: Readonly<Record<WidthClass, readonly MemoryColumn[]>> = {
  100: [PAIR, GROWTH, VERDICT, LIMIT_IN, UTIL, TEMP],
  80: [PAIR, NARROW_GROWTH, LIMIT_IN, UTIL, TEMP],
  60: [PAIR, NARROW_LIMIT_IN],
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

/** Words that say all is well, or that it is not known yet. */
const QUIET: ReadonlySet<string> = new Set(['–', 'stable', 'steady', 'learning']);

export function isQuiet(cell: string): boolean {
  return QUIET.has(cell);
}

function verdictOf({leak}: Pool): string {
  return leak?.state ?? '';
}

function limitText(pool: Pool): string {
  const ahead = limitAhead(pool);
  return (ahead && formatAhead(ahead.ms)) ?? '';
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
  // Where leaks are not looked for, there is room for what is known without.
  const columns = (ram.leak === undefined ? COLUMNS : LEAK_COLUMNS)[widthClass].filter(
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
