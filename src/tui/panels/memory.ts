import {formatBytes, formatPercent} from '../../core/format.ts';
import type {Pool, PoolFigures} from '../../core/frame.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {Layout, WidthClass} from '../layout.ts';
import {fit, type Line, type Span, span} from '../line.ts';
import {hasPace} from '../pool-leak.ts';
import {gpuPools, type PoolRow, poolRows} from '../pool-rows.ts';
import type {View} from '../view.ts';
import {gpuHalves} from './gpu-halves.ts';
import {jobRule} from './job-rule.ts';
import {
  columnTitles,
  isQuiet,
  type MemoryColumn,
  type MemoryGrid,
  memoryGrid,
  splitForText,
  widthOfCells,
} from './memory-columns.ts';
import {detailName, levelRole, neverReadSpans, poolBar, poolLine} from './pool-spans.ts';
import {pressureLine} from './pressure-row.ts';
import {ruleLine} from './rule.ts';

/** The gauges: a row for each pool or two GPUs, and one for pressure where there is room. */
export function memoryLines(view: View, layout: Layout): readonly Line[] {
  const {frame, width} = view;
  const grid = memoryGrid(frame, width, layout);
  const rows = poolRows(view, layout).map((row) => rowLine(view, layout, grid, row));
  const reason = rows.length < layout.pools ? frame.noGpuReason : undefined;
  return [
    ...(layout.rules ? withRules(view, layout, grid, rows) : rows),
    ...(reason === undefined ? [] : [noGpuLine(reason, width)]),
    ...(layout.pressure ? [pressureLine(view)] : []),
  ];
}

/** The followed job has a rule over its row; in lower screens that is the only one. */
function withRules(view: View, layout: Layout, grid: MemoryGrid, rows: readonly Line[]): readonly Line[] {
  const {job} = view.frame;
  if (job === undefined) return [memoryRule(view, layout, grid), ...rows];
  if (!layout.jobRule) return [jobRule(view, job), ...rows];
  return [jobRule(view, job), ...rows.slice(0, 1), memoryRule(view, layout, grid), ...rows.slice(1)];
}

function memoryRule(view: View, layout: Layout, grid: MemoryGrid): Line {
  const title = 'Memory';
  const each = layout.gpuColumns === 2 ? eachText(gpuPools(view.frame)) : '';
  return ruleLine({
    title,
    labels: [...columnTitles(grid), {text: each, startsAt: title.length + 5}],
    focused: view.ui.focus === 'memory',
    width: view.width,
  });
}

/** `24.0 GiB each` of GPUs that are alike; those that nobody could read so far say nothing against it. */
function eachText(gpus: readonly Pool[]): string {
  const totals = new Set(gpus.flatMap((pool) => figuresOf(pool)?.totalBytes ?? []));
  const [total] = totals;
  return total === undefined || totals.size > 1 ? '' : `${formatBytes(total)} each`;
}

function figuresOf({reading, lastGood}: Pool): PoolFigures | undefined {
  return reading.status === 'ok' ? reading.value : lastGood?.figures;
}

function rowLine(view: View, layout: Layout, grid: MemoryGrid, row: PoolRow): Line {
  if (row.kind === 'halves') return gpuHalves(view, row);
  if (row.kind === 'more') return moreLine(row.hidden, view.width);
  return poolLine(view, row.pool, bodyOf(row.pool, view.width, layout.widthClass, grid), view.width);
}

function bodyOf(pool: Pool, width: number, widthClass: WidthClass, grid: MemoryGrid): Line {
  const name = nameSpans(pool, widthClass, grid.nameWidth);
  const {reading} = pool;
  if (reading.status === 'ok') return [...name, ...figureSpans(pool, reading.value, widthClass, grid)];
  const reason = safeText(reading.reason);
  if (pool.lastGood !== undefined)
    return [...name, ...missingSpans(pool, pool.lastGood.figures, reason, grid)];
  return neverReadSpans(pool, widthClass >= 80 ? detailName(pool) : '', reason, width);
}

/** `+ 4 more GPUs, fullest 87.1%`. */
function moreLine(hidden: readonly Pool[], width: number): Line {
  const shares = hidden.flatMap(({reading}) => (reading.status === 'ok' ? [reading.value.percent] : []));
  const fullest = shares.length === 0 ? '' : `, fullest ${formatPercent(Math.max(...shares))}`;
  const text = `+ ${hidden.length} more GPU${hidden.length === 1 ? '' : 's'}${fullest}`;
  return fit([span('  '), span(text, 'muted')], width);
}

function nameSpans(pool: Pool, widthClass: WidthClass, width: number): readonly Span[] {
  const detail = widthClass >= 80 ? detailName(pool) : '';
  const name = cutEnd(`${pool.label} ${detail}`.trim(), width).padEnd(width);
  return [span(`${name.slice(0, pool.label.length)}`), span(`${name.slice(pool.label.length)} `, 'muted')];
}

function figureSpans(
  pool: Pool,
  figures: PoolFigures,
  widthClass: WidthClass,
  grid: MemoryGrid,
): readonly Span[] {
  const cells =
    pool.unified !== undefined && widthClass >= 80 && !hasPace(pool.leak)
      ? unifiedCells(pool, figures, widthClass, grid)
      : grid.columns.flatMap((column) => cellSpans(column, pool, figures, grid.gap));
  return [...poolBar(pool, figures, grid.barWidth, levelRole(pool)), ...cells];
}

/** The last figures, muted, and why there are no new ones. */
function missingSpans(pool: Pool, last: PoolFigures, reason: string, grid: MemoryGrid): readonly Span[] {
  const {barWidth, gap, columns} = grid;
  const [pair, ...rest] = columns;
  const pairCells = pair === undefined ? [] : cellSpans(pair, pool, last, gap);
  return [
    ...poolBar(pool, last, barWidth, 'muted'),
    ...pairCells.map((part): Span => ({...part, role: 'muted'})),
    span(' '.repeat(gap)),
    span(cutEnd(reason, Math.max(0, widthOfCells(rest, gap) - gap)), 'warn'),
  ];
}

/** Used of limit, then what the GPU holds of it in place of the columns up to the GPU's own. */
function unifiedCells(
  pool: Pool,
  figures: PoolFigures,
  widthClass: WidthClass,
  grid: MemoryGrid,
): readonly Span[] {
  const {gap, columns} = grid;
  const [covered, ofGpu] = splitForText(grid);
  const room = widthOfCells(covered, gap) - gap;
  const {text, isMissing} = unifiedText(pool, widthClass);
  return [
    ...columns.slice(0, 1).flatMap((column) => cellSpans(column, pool, figures, gap)),
    span(`${' '.repeat(gap)}${cutEnd(text, room).padEnd(room)}`, isMissing ? 'muted' : 'text'),
    ...ofGpu.flatMap((column) => cellSpans(column, pool, figures, gap)),
  ];
}

function unifiedText({unified = []}: Pool, widthClass: WidthClass) {
  const used = unified.flatMap(({usedBytes}) => usedBytes ?? []);
  if (used.length > 0) {
    const bytes = used.reduce((sum, one) => sum + one, 0);
    return {text: `GPU ${formatBytes(bytes)} of it`, isMissing: false};
  }
  const reason = widthClass === 100 ? (unified[0]?.missing?.used?.reason ?? '') : '';
  return {text: safeText(reason), isMissing: true};
}

function cellSpans(column: MemoryColumn, pool: Pool, figures: PoolFigures, gap: number): readonly Span[] {
  const text = column.cell(pool, figures);
  const cell = column.left ? text.padEnd(column.width) : text.padStart(column.width);
  return [span(`${' '.repeat(gap)}${cell}`, isQuiet(text) ? 'muted' : 'text')];
}

function noGpuLine(reason: string, width: number): Line {
  return fit([span('  GPU  '), span(cutEnd(safeText(reason), Math.max(0, width - 8)), 'muted')], width);
}
