import {formatBytes, formatClock, formatMoment, formatPercent} from '../../core/format.ts';
import {isRising} from '../../core/leak/verdict.ts';
import {percentOf} from '../../core/limit.ts';
import {processKey} from '../../core/process-series.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {type ChartSpec, columnsOf, DOTS, isBucket, strokesOf, windowFor} from '../chart.ts';
import {forecastStrokes, pastCells} from '../forecast-dots.ts';
import {gpuCell} from '../gpu-names.ts';
import {fit, type Line, span, wrap} from '../line.ts';
import {hasFuture, shownSpanMs} from '../plot.ts';
import {hasPace} from '../pool-leak.ts';
import {gpuPools} from '../pool-rows.ts';
import type {ProcessRow} from '../process-rows.ts';
import {timeAxis} from '../time-axis.ts';
import type {View} from '../view.ts';
import {titleLine} from './detail-title.ts';
import {leakLines} from './leak-lines.ts';
import {tableAge} from './table-age.ts';

export interface DetailPane {
  readonly lines: readonly Line[];
  readonly chart: ChartSpec | undefined;
}

/** One process: what its memory is made of, its own history, its whole command. */
export function processDetail(view: View, row: ProcessRow, rows: number, top: number): DetailPane {
  const {process} = row;
  const age = view.width < 100 ? undefined : tableAge(view);
  const place = `${age === undefined ? '' : `${age} · `}${view.rows.indexOf(row) + 1} of ${view.rows.length} · `;
  const title = cutEnd(
    `${row.title} · ${row.count > 1 ? 'largest ' : ''}pid ${process.pid}${row.user === '' || view.width < 60 ? '' : ` · ${row.user}`}`,
    view.width - (view.width >= 60 ? 24 : 14) - (age === undefined ? 0 : age.length + 3),
  );
  const facts = processFacts(view, row).map((text) => fit([span(text)], view.width));
  const command = wrap(commandOf(row), view.width - 2)
    .slice(0, 3)
    .map((text) => [span(` ${text}`, 'muted')]);
  const leak = row.leak === undefined ? [] : leakLines(view, row.leak);
  const head = [titleLine(view, title, place), ...leak, ...facts];
  const plotRows = rows - head.length - command.length - 1;
  if (plotRows < 3) return {lines: [...head, ...command], chart: undefined};
  const {lines, chart} = rssPlot(view, row, plotRows, top + head.length);
  return {lines: [...head, ...lines, ...command], chart};
}

function commandOf({process, rest, title}: ProcessRow): string {
  return safeText(process.command ?? '') || `${title} ${rest}`.trim();
}

const CELL = 22;
const VALUE_WIDTH = 8;
const NARROW_CELL = 19;
/** `anonymous` and `file-backed` in the cells of the narrowest screens. */
const shortName = (name: string) => name.replace(/(-backed|ymous| since)$/, '');

type Fact = readonly [name: string, value: string];

/** In the narrowest screens no more, so that the command stays in sight. */
const MOST_IF_NARROW = 12;

/** Rows of `name figure`, in columns. */
function processFacts(view: View, row: ProcessRow): readonly string[] {
  const isNarrow = view.width - 2 < 2 * CELL;
  const cell = isNarrow ? NARROW_CELL : CELL;
  const perRow = Math.max(1, Math.min(4, Math.floor((view.width - 2) / cell)));
  const facts = wholeRows(factsOf(view, row).slice(0, isNarrow ? MOST_IF_NARROW : undefined), perRow);
  const cells = facts.map(([name, value]) => {
    const shown = isNarrow ? shortName(name) : name;
    return `${shown.padEnd(cell - VALUE_WIDTH - 2)}${value.padStart(VALUE_WIDTH)}  `;
  });
  const rows = Array.from(
    {length: Math.ceil(cells.length / perRow)},
    (_, index) => `  ${cells.slice(index * perRow, (index + 1) * perRow).join('')}`,
  );
  const {processMemory} = view;
  return processMemory === undefined || processMemory.status === 'ok'
    ? rows
    : [...rows, `  ${safeText(processMemory.reason)}`];
}

/** The last fact, since when it was seen, goes where it would stand alone: the chart tells that too. */
function wholeRows(facts: readonly Fact[], perRow: number): readonly Fact[] {
  return facts.length % perRow === 1 ? facts.slice(0, -1) : facts;
}

function factsOf(view: View, row: ProcessRow): readonly Fact[] {
  const memory = view.processMemory?.status === 'ok' ? view.processMemory.value : undefined;
  const total = view.frame.limit?.totalBytes;
  const bytes = (value: number | undefined) => (value === undefined ? '–' : formatBytes(value));
  const key = processKey(row.process);
  const [cpu, history] = [view.cpuPercent(key), view.processHistory(key)];
  const {rssBytes, startedAt} = row.process;
  return [
    ['RSS', bytes(rssBytes)],
    ['of limit', total === undefined ? '–' : formatPercent(percentOf(rssBytes, total))],
    ...vramFacts(view, row),
    ['PSS', bytes(memory?.pssBytes)],
    ['swap', bytes(memory?.swapBytes)],
    ['anonymous', bytes(memory?.rssAnonBytes)],
    ['file-backed', bytes(memory?.rssFileBytes)],
    ['shared', bytes(memory?.rssShmemBytes)],
    ['peak', bytes(memory?.peakRssBytes)],
    ['CPU', cpu === undefined ? '–' : formatPercent(cpu)],
    ['threads', memory?.threads === undefined ? '–' : String(memory.threads)],
    ['started', startedAt === undefined ? '–' : startedText(startedAt, view.now)],
    ['seen since', history?.firstAt === undefined ? '–' : formatClock(history.firstAt + view.wallOffsetMs)],
  ];
}

/** What it holds of the GPUs' memory, and where there are several, of which. */
function vramFacts({frame}: View, {vramBytes, gpus}: ProcessRow): readonly Fact[] {
  if (frame.vram === undefined) return [];
  const held = ['VRAM', vramBytes === undefined ? '–' : formatBytes(vramBytes)] as const;
  if (gpuPools(frame).length < 2 || gpus.length === 0) return [held];
  return [held, ['on GPU', gpuCell(gpus, VALUE_WIDTH)]];
}

function startedText(startedAt: number, now: number): string {
  return now - startedAt < 86_400_000 ? formatClock(startedAt) : formatMoment(startedAt).slice(5, 10);
}

const AXIS_WIDTH = 9;

function rssPlot(view: View, row: ProcessRow, rows: number, top: number): DetailPane {
  const key = processKey(row.process);
  const style = view.capabilities.chart;
  const [across] = DOTS[style];
  const width = view.width - AXIS_WIDTH - 1;
  const past = pastCells(width, hasFuture(view));
  const window = windowFor(view.endMs, shownSpanMs(view), past * across);
  const columns = columnsOf(view.processHistory(key), window);
  const highest = Math.max(1, ...columns.filter(isBucket).map(({max}) => max));
  const scale = {low: 0, high: roundBytes(highest * 1.05)};
  const plot = rows - 1;
  const lines = Array.from({length: plot}, (_, row): Line => {
    const value = row === 0 ? scale.high : row === Math.floor(plot / 2) ? scale.high / 2 : undefined;
    const label =
      value === undefined
        ? `${' '.repeat(AXIS_WIDTH - 1)}│`
        : `${formatBytes(value).padStart(AXIS_WIDTH - 1)}┤`;
    return [span(label, 'muted')];
  });
  const axis = timeAxis({
    wallOffsetMs: view.wallOffsetMs,
    from: window.from,
    columnMs: window.columnMs * across,
    width,
    past,
    isNow: view.ui.backMs === 0,
    isMissing: (column) => !columns.slice(0, (column + 1) * across).some(isBucket),
    ascii: view.capabilities.ascii,
  });
  const chart: ChartSpec = {
    top,
    left: AXIS_WIDTH,
    width,
    height: plot,
    style,
    lines: [
      {role: 'ram', mark: '.', strokes: forecastOf(row, {window, across, cells: width - past, scale})},
      {role: 'ram', mark: '*', strokes: strokesOf(columns, scale)},
    ],
  };
  return {lines: [...lines, [span(`${'0'.padStart(AXIS_WIDTH - 1)}└${axis}`, 'muted')]], chart};
}

/** Where it goes at the pace of its floor. */
function forecastOf({leak, process}: ProcessRow, future: Parameters<typeof forecastStrokes>[1]) {
  if (leak === undefined || !isRising(leak) || !hasPace(leak)) return [];
  const way = {now: process.rssBytes, perMs: leak.ratePerHour / HOUR_MS, most: Number.MAX_VALUE};
  return forecastStrokes(way, future);
}

const HOUR_MS = 3_600_000;

const ROUND_FIGURES = [
  1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 50, 64, 80, 100, 128, 200, 256, 400, 512, 800,
];

/** A round figure not below this one, so that the scale stands still while memory moves. */
function roundBytes(bytes: number): number {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(bytes) / 10));
  return (ROUND_FIGURES.find((figure) => figure * unit >= bytes) ?? 1024) * unit;
}
