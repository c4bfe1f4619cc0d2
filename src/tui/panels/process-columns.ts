import type {SortKey} from '../../core/choices.ts';
import {formatBytes, formatChange, formatDuration, formatPercent} from '../../core/format.ts';
import {percentOf} from '../../core/limit.ts';
import {gpuCell, poolNumber} from '../gpu-names.ts';
import type {WidthClass} from '../layout.ts';
import {shownSpanMs} from '../plot.ts';
import {hasPace} from '../pool-leak.ts';
import {gpuPools} from '../pool-rows.ts';
import type {ProcessRow} from '../process-rows.ts';
import type {View} from '../view.ts';
import type {RuleLabel} from './rule.ts';

/** Level and cursor stand before every name. */
export const MARKS = 2;

export interface ProcessColumn {
  readonly title: string;
  readonly width: number;
  readonly sort?: SortKey;
  readonly left?: boolean;
  /** Of figures and words that are nothing to speak of, the cell is muted. */
  readonly canBeQuiet?: boolean;
  /** It comes with each reading of the GPUs, and not with a scan of processes. */
  readonly isOfGpu?: boolean;
  readonly cell: (row: ProcessRow, view: View) => string;
}

const PID: ProcessColumn = {
  title: 'PID',
  width: 7,
  sort: 'pid',
  cell: ({process, count}) => (count > 1 ? '' : String(process.pid)),
};
const USER: ProcessColumn = {title: 'user', width: 8, sort: 'user', left: true, cell: ({user}) => user};
const RSS: ProcessColumn = {
  title: 'RSS',
  width: 8,
  sort: 'rss',
  cell: ({rssBytes}) => formatBytes(rssBytes),
};
const SHARE: ProcessColumn = {title: 'MEM%', width: 6, cell: ({rssBytes}, view) => shareText(rssBytes, view)};
const CHANGE: ProcessColumn = {
  title: 'in',
  width: 8,
  sort: 'change',
  canBeQuiet: true,
  cell: ({change}) => (change === undefined ? '–' : formatChange(change)),
};
/** Of those that are watched for a leak: their pace, or that there is none. */
const GROWTH: ProcessColumn = {
  title: 'growth/h',
  width: 8,
  sort: 'growth',
  canBeQuiet: true,
  cell: ({leak, count}) => {
    if (leak === undefined) return count > 1 ? '' : '–';
    return hasPace(leak) ? formatChange(leak.ratePerHour) : leak.state;
  },
};
const VRAM: ProcessColumn = {
  title: 'VRAM',
  width: 8,
  sort: 'vram',
  canBeQuiet: true,
  isOfGpu: true,
  cell: ({vramBytes}) => (vramBytes === undefined ? '–' : formatBytes(vramBytes)),
};

const COLUMNS: Readonly<Record<WidthClass, readonly ProcessColumn[]>> = {
  100: [PID, USER, RSS, SHARE, CHANGE],
  80: [PID, RSS, SHARE, CHANGE],
  60: [PID, RSS, SHARE, CHANGE],
  40: [PID, RSS, CHANGE],
};

const LEAK_COLUMNS: Readonly<Record<WidthClass, readonly ProcessColumn[]>> = {
  100: [PID, USER, RSS, SHARE, CHANGE, GROWTH],
  80: [PID, RSS, SHARE, GROWTH],
  60: [PID, RSS, SHARE, GROWTH],
  40: [PID, RSS, GROWTH],
};

/** The columns of a table: those of VRAM only where there is a GPU. */
export function processColumns(view: View, widthClass: WidthClass): readonly ProcessColumn[] {
  const columns = (view.watchesLeaks ? LEAK_COLUMNS : COLUMNS)[widthClass];
  if (view.frame.vram === undefined) return columns;
  if (widthClass === 100) return [...columns, VRAM, gpuColumn(view)];
  if (widthClass > 40) return [...columns, VRAM];
  return view.ui.sort === 'vram'
    ? columns.map((column) => (column === CHANGE || column === GROWTH ? VRAM : column))
    : columns;
}

/** As wide as the longest number of one GPU, so that none is cut into another's. */
function gpuColumn({frame}: View): ProcessColumn {
  const width = Math.max(3, ...gpuPools(frame).map((pool) => poolNumber(pool).length));
  return {title: 'GPU', width, left: false, isOfGpu: true, cell: ({gpus}) => gpuCell(gpus, width)};
}

export function columnsWidth(columns: readonly ProcessColumn[]): number {
  return columns.reduce((sum, {width}) => sum + width + 1, 0);
}

/** The columns' names in the rule, from the name's end on; the one sorted by is marked. */
export function processTitles(
  view: View,
  columns: readonly ProcessColumn[],
  nameEnd: number,
): readonly RuleLabel[] {
  const {sort, reversed} = view.ui;
  let column = nameEnd;
  return columns.map((one): RuleLabel => {
    const startsAt = column + 1;
    column = startsAt + one.width;
    const arrow = one.sort === sort ? (reversed ? '▲' : '▼') : '';
    const text = `${titleOf(one, view, one.width - arrow.length)}${arrow}`;
    return one.left ? {text, startsAt} : {text, endsAt: column - 1};
  });
}

function titleOf(column: ProcessColumn, view: View, room: number): string {
  if (column === CHANGE) return changeTitle(view, room);
  if (column === GROWTH && room < column.title.length) return 'growth';
  return column === RSS ? measureOf(view) : column.title;
}

/** What processes are counted in: a log tells the PSS of a job, and not that of each process. */
function measureOf({frame: {job}}: View): string {
  return job === undefined || job.reading.sum !== undefined ? RSS.title : job.measure;
}

/** Share of the limit in force. */
function shareText(rssBytes: number, {frame}: View): string {
  const total = frame.limit?.totalBytes;
  return total === undefined ? '–' : formatPercent(percentOf(rssBytes, total));
}

/** `in 15 m`, or since the first reading where that is less. */
function changeTitle(view: View, room: number): string {
  const seenMs = view.endMs - (view.poolHistory('ram')?.firstAt ?? view.endMs);
  const length = Math.min(shownSpanMs(view), Math.max(seenMs, 1000));
  const text = `in ${length < 120_000 ? `${Math.round(length / 1000)} s` : formatDuration(Math.round(length / 60_000) * 60_000)}`;
  if (text.length <= room) return text;
  const short = text.replaceAll(' ', '').replace('in', 'in ');
  return short.length <= room ? short : short.replace('in ', '');
}
