import {formatBytes, formatNarrowPair, formatPair, formatPercent} from '../../core/format.ts';
import type {Pool, PoolFigures} from '../../core/frame.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {Layout, WidthClass} from '../layout.ts';
import {cursorSpan, fit, inverted, type Line, type Span, span, widthOf} from '../line.ts';
import type {Role} from '../roles.ts';
import type {View} from '../view.ts';
import {bar} from './bar.ts';
import {type RuleLabel, ruleLine} from './rule.ts';

/** Level and cursor stand before every name. */
const MARKS = 2;

interface Column {
  readonly title: string;
  readonly width: number;
  readonly left?: boolean;
  readonly cell: (pool: Pool, figures: PoolFigures) => string;
}

const PAIR: Column = {
  title: 'used / limit',
  width: 15,
  cell: (_, {usedBytes, totalBytes}) => formatPair(usedBytes, totalBytes),
};
const NARROW_PAIR: Column = {
  ...PAIR,
  width: 13,
  cell: (_, figures) => formatNarrowPair(figures.usedBytes, figures.totalBytes),
};
const LEFT: Column = {title: 'left', width: 8, cell: (_, {availableBytes}) => formatBytes(availableBytes)};
const AVERAGE: Column = {
  title: 'average',
  width: 7,
  cell: ({average}) => (average === undefined ? '' : formatPercent(average)),
};
const PEAK: Column = {
  title: 'peak',
  width: 6,
  cell: ({peak}) => (peak === undefined ? '' : formatPercent(peak.percent)),
};
const TREND: Column = {title: 'trend', width: 10, left: true, cell: ({trend}) => trend};
const UTIL: Column = {
  title: 'util',
  width: 4,
  cell: ({gpu}) => (gpu?.utilizationPercent === undefined ? '' : `${Math.round(gpu.utilizationPercent)}%`),
};
const TEMP: Column = {
  title: 'temp',
  width: 5,
  cell: ({gpu}) => (gpu?.temperatureCelsius === undefined ? '' : `${Math.round(gpu.temperatureCelsius)} °C`),
};

const COLUMNS: Readonly<Record<WidthClass, readonly Column[]>> = {
  100: [PAIR, LEFT, AVERAGE, PEAK, TREND, UTIL, TEMP],
  80: [PAIR, TREND, UTIL, TEMP],
  60: [PAIR, TREND],
  40: [NARROW_PAIR],
};
/** What a gauge needs to be read from afar; columns give way to it, the least needed first. */
const LEAST_BAR = 17;
const GIVING_WAY: readonly Column[] = [AVERAGE, PEAK, LEFT];

function columnsFor(width: number, widthClass: WidthClass): readonly Column[] {
  const gone = new Set<Column>();
  for (const column of GIVING_WAY)
    if (barWidthFor(width, widthClass, without(widthClass, gone)) < LEAST_BAR) gone.add(column);
  return without(widthClass, gone);
}

function without(widthClass: WidthClass, gone: ReadonlySet<Column>): readonly Column[] {
  return COLUMNS[widthClass].filter((column) => !gone.has(column));
}

const NAME_WIDTH: Readonly<Record<WidthClass, number>> = {100: 16, 80: 14, 60: 5, 40: 5};
const GAP: Readonly<Record<WidthClass, number>> = {100: 2, 80: 1, 60: 1, 40: 1};

/** The gauges: one row for each pool, and one for pressure where there is room. */
export function memoryLines(view: View, layout: Layout): readonly Line[] {
  const {frame, ui} = view;
  const rows = shownPools(view, layout).map((pool) => poolLine(view, pool, layout));
  const missing =
    frame.noGpuReason !== undefined && rows.length < layout.pools
      ? [noGpuLine(frame.noGpuReason, view.width)]
      : [];
  return [
    ...(layout.rules
      ? [
          ruleLine({
            title: 'Memory',
            labels: titles(view.width, layout),
            focused: ui.focus === 'memory',
            width: view.width,
          }),
        ]
      : []),
    ...rows,
    ...missing,
    ...(layout.pressure ? [pressureLine(view)] : []),
  ];
}

/** The pools in view; where there is room for few, RAM and the fullest others. */
export function shownPools(
  {frame, height}: Pick<View, 'frame' | 'height'>,
  {pools: room}: Pick<Layout, 'pools'>,
): readonly Pool[] {
  const {pools} = frame;
  const isLow = height < 18;
  const candidates = isLow ? pools.filter(({kind, status}) => kind !== 'swap' || status !== 'NORMAL') : pools;
  if (candidates.length <= room) return candidates;
  const [ram, ...others] = candidates;
  const fullest = [...others].sort((a, b) => shareOf(b) - shareOf(a)).slice(0, Math.max(0, room - 1));
  return ram === undefined ? [] : [ram, ...others.filter((pool) => fullest.includes(pool))];
}

/** How many rows the pools want; below 18 rows RAM and the fullest GPU, and none to say that there is none. */
export function wantedPoolRows({frame, height}: Pick<View, 'frame' | 'height'>): number {
  const {pools, noGpuReason} = frame;
  if (height >= 18) return pools.length + (noGpuReason === undefined ? 0 : 1);
  const hasSecond = pools.some(
    ({kind, status}) => kind === 'gpu' || (kind === 'swap' && status !== 'NORMAL'),
  );
  return hasSecond ? 2 : 1;
}

function shareOf({reading}: Pool): number {
  return reading.status === 'ok' ? reading.value.percent : -1;
}

function poolLine(view: View, pool: Pool, layout: Layout): Line {
  const {width} = view;
  const isUnderCursor = view.ui.focus === 'memory' && view.ui.cursors.memory === pool.id;
  const line = fit(
    [
      ...marks(pool, isUnderCursor),
      ...nameSpans(pool, layout.widthClass),
      ...figureSpans(pool, layout, width),
    ],
    width,
  );
  if (isUnderCursor) return inverted(line, width, 'accent');
  return view.flashing.has(pool.id) ? inverted(line, width, levelRole(pool)) : line;
}

function marks(pool: Pool, isUnderCursor: boolean): readonly Span[] {
  const sign = {NORMAL: ' ', HIGH: '▲', CRITICAL: '■'}[pool.status];
  return [span(sign, levelRole(pool)), cursorSpan(isUnderCursor)];
}

function levelRole({status}: Pool): Role {
  return ({NORMAL: 'ok', HIGH: 'warn', CRITICAL: 'critical'} as const)[status];
}

function nameSpans(pool: Pool, widthClass: WidthClass): readonly Span[] {
  const width = NAME_WIDTH[widthClass];
  const detail = widthClass >= 80 && pool.detail !== '' ? ` ${shortGpuName(safeText(pool.detail))}` : '';
  const name = cutEnd(`${pool.label}${detail}`, width).padEnd(width);
  return [span(`${name.slice(0, pool.label.length)}`), span(`${name.slice(pool.label.length)} `, 'muted')];
}

/** The vendor's words say nothing that the model does not. */
function shortGpuName(name: string): string {
  return name.replace(/^(NVIDIA GeForce|NVIDIA|AMD Radeon|AMD|Intel\(R\)|Intel)\s+/, '');
}

function figureSpans(pool: Pool, layout: Layout, width: number): readonly Span[] {
  const {widthClass} = layout;
  const columns = columnsFor(width, widthClass);
  const barWidth = barWidthFor(width, widthClass, columns);
  if (pool.reading.status === 'ok')
    return [
      ...poolBar(pool, pool.reading.value, barWidth, levelRole(pool)),
      ...cells(columns, pool, pool.reading.value, widthClass),
    ];
  const reason = safeText(pool.reading.reason);
  if (pool.lastGood === undefined) return [span(reason, 'warn')];
  const [pair, ...rest] = columns;
  const room = rest.reduce((sum, column) => sum + column.width + GAP[widthClass], 0);
  const last = pool.lastGood.figures;
  return [
    ...poolBar(pool, last, barWidth, 'muted'),
    ...cells(pair === undefined ? [] : [pair], pool, last, widthClass).map((part) => ({
      ...part,
      role: 'muted' as const,
    })),
    span(' '.repeat(GAP[widthClass])),
    span(cutEnd(reason, Math.max(0, room - GAP[widthClass])), 'warn'),
  ];
}

function poolBar(pool: Pool, {percent}: PoolFigures, width: number, role: Role): readonly Span[] {
  return bar({percent, thresholdPercent: pool.thresholdPercent, width, role});
}

function cells(
  columns: readonly Column[],
  pool: Pool,
  figures: PoolFigures,
  widthClass: WidthClass,
): readonly Span[] {
  const gap = ' '.repeat(GAP[widthClass]);
  return columns.map((column) => {
    const text = column.cell(pool, figures);
    const padded = column.left ? text.padEnd(column.width) : text.padStart(column.width);
    return span(`${gap}${padded}`, column === TREND && pool.trend === 'stable' ? 'muted' : 'text');
  });
}

function barWidthFor(width: number, widthClass: WidthClass, columns: readonly Column[]): number {
  const others = columns.reduce((sum, column) => sum + column.width + GAP[widthClass], 0);
  return Math.max(8, width - MARKS - NAME_WIDTH[widthClass] - 1 - others - (widthClass === 40 ? 0 : 1));
}

function titles(width: number, {widthClass}: Layout): readonly RuleLabel[] {
  const columns = columnsFor(width, widthClass);
  let column = MARKS + NAME_WIDTH[widthClass] + 1 + barWidthFor(width, widthClass, columns);
  return columns.map(({title, width: cellWidth, left}) => {
    const startsAt = column + GAP[widthClass];
    column = startsAt + cellWidth;
    return left ? {text: title, startsAt} : {text: title, endsAt: column - 1};
  });
}

function noGpuLine(reason: string, width: number): Line {
  return fit([span('  GPU  '), span(safeText(reason), 'muted')], width);
}

/** Whether full is a problem: time lost to memory, what moves to swap, and what would be given back. */
function pressureLine({frame, width}: View): Line {
  const items: string[] = [];
  const {pressure, swapRate, host, limit} = frame;
  if (pressure?.status === 'ok') {
    const {some10, full10, some60, full60} = pressure.value;
    items.push(
      `some ${formatPercent(some10)} full ${formatPercent(full10)} (10 s), ${formatPercent(some60)} ${formatPercent(full60)} (60 s)`,
    );
  }
  const hasSwap = frame.pools.some(({kind}) => kind === 'swap');
  if (hasSwap && swapRate !== undefined)
    items.push(`swap in ${Math.round(swapRate.inPerSecond)} out ${Math.round(swapRate.outPerSecond)}/s`);
  if (
    host.status === 'ok' &&
    host.value.commitBytes !== undefined &&
    host.value.commitLimitBytes !== undefined
  )
    items.push(`commit ${formatPair(host.value.commitBytes, host.value.commitLimitBytes).trim()}`);
  if (limit?.cacheBytes !== undefined) items.push(`cache ${formatBytes(limit.cacheBytes)}`);
  if (host.status === 'ok' && host.value.shmemBytes !== undefined)
    items.push(`shm ${formatBytes(host.value.shmemBytes)}`);
  const name = '  pressure          ';
  while (items.length > 1 && widthOf([span(name), span(items.join(' · '))]) > width) items.pop();
  return fit([span(name), span(items.join(' · '), 'muted')], width);
}
