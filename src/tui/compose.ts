import {cutAtWord} from '../core/text.ts';
import {type Layout, layoutFor, MIN_HEIGHT, MIN_WIDTH, type WidthClass, widthClassOf} from './layout.ts';
import {BLANK, fit, type Line, padded, span, spread, widthOf} from './line.ts';
import {alertLines} from './panels/alerts.ts';
import {detailPane} from './panels/detail.ts';
import {footerLine} from './panels/footer.ts';
import {frozenPart, headerLine, tooSmallText} from './panels/header.ts';
import {helpOverlay} from './panels/help.ts';
import {historyPane} from './panels/history.ts';
import {memoryLines} from './panels/memory.ts';
import {outputLines} from './panels/output.ts';
import {poolFacts, poolTitle} from './panels/pool-detail.ts';
import {processLines} from './panels/processes.ts';
import {ruleLine} from './panels/rule.ts';
import {statusLine} from './panels/status.ts';
import {covered, type Picture} from './picture.ts';
import {wantedPoolRows} from './pool-rows.ts';
import type {Pane} from './state.ts';
import type {View} from './view.ts';

/** Where a pane stands, for the mouse: its first row and column, and those after its last. */
export interface PaneArea {
  readonly pane: Pane;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

interface Composed extends Picture {
  readonly panes: readonly PaneArea[];
}

/** The picture of a view. Pure: the same view is the same picture. */
export function compose(view: View): Composed {
  const {width, height} = view;
  if (width < MIN_WIDTH || height < MIN_HEIGHT) {
    const text = [span(cutAtWord(tooSmallText(view), width))];
    const lines = padded([text], height).map((line) => fit(line, width));
    return {lines, chart: undefined, panes: []};
  }
  const layout = layoutOf(view);
  const widthClass = widthClassOf(width);
  const head = layout.header
    ? [headerLine(view, widthClass), statusLine(view, widthClass)]
    : [statusWithFrozen(view, widthClass)];
  const body = bodyOf(view, layout, head.length);
  const lines = [...head, ...body.lines, footerLine(view)].map((line) => fit(line, width)).slice(0, height);
  if (!view.ui.help) return {lines, chart: body.chart, panes: body.panes};
  return {...covered({...body, lines}, helpOverlay(view), width), panes: []};
}

/** Where there is no header. Beside a tape, which is always told of, the status has less room. */
function statusWithFrozen(view: View, widthClass: WidthClass): Line {
  const frozen = apart(frozenPart(view, widthClass));
  const room = view.tape === undefined ? view.width : view.width - widthOf(frozen);
  return spread(statusLine({...view, width: room}, widthClass), frozen, view.width);
}

const apart = (line: Line): Line => (line.length > 0 ? [span(' '), ...line] : line);

export function layoutOf(view: View): Layout {
  const {frame, width, height, top} = view;
  const hasCommit = frame.host.status === 'ok' && frame.host.value.commitBytes !== undefined;
  const hasPressure = frame.pressure?.status === 'ok' || frame.limit?.cacheBytes !== undefined || hasCommit;
  const {job} = frame;
  return layoutFor({
    width,
    height,
    top,
    ...wantedPoolRows(view),
    hasPressure,
    hasJob: job !== undefined,
    hasOutput: view.output !== undefined,
    focus: view.ui.focus,
  });
}

function bodyOf(view: View, layout: Layout, top: number): Composed {
  if (view.ui.enlarged && !view.ui.detail) return enlargedPane(view, layout, top);
  const upper = view.ui.detail ? detailUpper(view, layout, top) : liveUpper(view, layout, top);
  const lower = lowerPart(view, layout, top + upper.lines.length);
  return {
    lines: [...upper.lines, ...lower.lines],
    chart: upper.chart,
    panes: [...upper.panes, ...lower.panes],
  };
}

function liveUpper(view: View, layout: Layout, top: number): Composed {
  const memory = memoryLines(view, layout);
  const historyTop = top + memory.length;
  const history = historyPane(view, layout, historyTop);
  return {
    lines: [...memory, ...history.lines],
    chart: history.chart,
    panes: [
      {...across(view), pane: 'memory', top, bottom: historyTop},
      {...across(view), pane: 'history', top: historyTop, bottom: historyTop + history.lines.length},
    ],
  };
}

/** From edge to edge. */
function across({width}: View): Pick<PaneArea, 'left' | 'right'> {
  return {left: 0, right: width};
}

/** A detail stands in the rows of Memory and History; in low screens in all between status and footer. */
function detailUpper(view: View, layout: Layout, top: number): Composed {
  const whole = view.height - top - 1;
  return {...detailPane(view, view.height < 18 ? whole : upperRows(layout), top), panes: []};
}

/** How many rows Memory and History take together. */
export function upperRows({rules, jobRule, pools, pressure, axis, lane, plot}: Layout): number {
  const memory = (rules ? 1 : 0) + (jobRule ? 1 : 0) + pools + (pressure ? 1 : 0);
  const history = plot < 1 ? 0 : plot + (axis ? 2 : 0) + (lane ? 1 : 0);
  return memory + history;
}

function lowerPart(view: View, layout: Layout, top: number): Composed {
  const room = view.height - top - 1;
  if (room < 1) return {lines: [], chart: undefined, panes: []};
  const outputRows = layout.output > 0 ? Math.min(room, layout.output + 1) : 0;
  const output = {lines: outputLines(view, outputRows - 1), rows: outputRows};
  if (layout.sideBySide)
    return withOutput(view, besideEachOther(view, layout, top, room - outputRows), output, top);
  const isSwapped = view.height < 18 && view.ui.focus === 'output' && view.output !== undefined;
  const alertRows = layout.alerts + (layout.rules && layout.alerts > 0 ? 1 : 0);
  const processRows = room - alertRows - outputRows;
  const alertTop = top + processRows + outputRows;
  return {
    lines: [
      // In the lowest screens there is room for one of them: the one that the eyes are on.
      ...(isSwapped
        ? outputLines(view, processRows - 1)
        : processLines(view, layout, processRows - 1, view.width)),
      ...output.lines.slice(0, outputRows),
      ...(layout.alerts > 0 ? alertLines(view, layout, layout.alerts, view.width) : []),
    ],
    chart: undefined,
    panes: [
      {...across(view), pane: isSwapped ? 'output' : 'processes', top, bottom: top + processRows},
      {...across(view), pane: 'output', top: top + processRows, bottom: alertTop},
      {...across(view), pane: 'alerts', top: alertTop, bottom: alertTop + alertRows},
    ],
  };
}

/** Under panes that stand beside each other the output goes from edge to edge. */
function withOutput(
  view: View,
  above: Composed,
  output: {readonly lines: readonly Line[]; readonly rows: number},
  top: number,
): Composed {
  if (output.rows === 0) return above;
  const outputTop = top + above.lines.length;
  const area = {...across(view), pane: 'output' as const, top: outputTop, bottom: outputTop + output.rows};
  return {
    ...above,
    lines: [...above.lines, ...output.lines.slice(0, output.rows)],
    panes: [...above.panes, area],
  };
}

const ALERT_SHARE = 0.4;

function besideEachOther(view: View, layout: Layout, top: number, room: number): Composed {
  const alertWidth = Math.floor(view.width * ALERT_SHARE);
  const processWidth = view.width - alertWidth - 1;
  const processes = processLines(view, layout, room - 1, processWidth);
  const alerts = alertLines(view, layout, room - 1, alertWidth);
  const lines = processes.map((line, index) => [
    ...fit(line, processWidth),
    span('│', 'rule'),
    ...(alerts[index] ?? BLANK),
  ]);
  const rows = {top, bottom: top + room};
  return {
    lines,
    chart: undefined,
    panes: [
      {...rows, pane: 'processes', left: 0, right: processWidth},
      {...rows, pane: 'alerts', left: processWidth + 1, right: view.width},
    ],
  };
}

/** The focused pane in all rows between status and footer. */
function enlargedPane(view: View, layout: Layout, top: number): Composed {
  const rows = view.height - top - 1;
  const panes = [{...across(view), pane: view.ui.focus, top, bottom: top + rows}];
  if (view.ui.focus === 'memory') {
    const memory = memoryLines(view, enlargedMemory(view, layout, rows));
    return {lines: padded([...memory, ...poolBelow(view)], rows), chart: undefined, panes};
  }
  if (view.ui.focus === 'history') {
    const plot = rows - 2 - (rows > 10 ? 1 : 0);
    const history = historyPane(view, {...layout, axis: true, lane: rows > 10, plot}, top);
    return {lines: padded(history.lines, rows), chart: history.chart, panes};
  }
  if (view.ui.focus === 'output' && view.output !== undefined)
    return {lines: outputLines(view, rows - 1), chart: undefined, panes};
  if (view.ui.focus === 'alerts') {
    return {
      lines: alertLines(view, {...layout, rules: true, sideBySide: false}, rows - 1, view.width),
      chart: undefined,
      panes,
    };
  }
  return {lines: processLines(view, layout, rows - 1, view.width), chart: undefined, panes};
}

/** All pools if they can, in one column where that leaves the pool below the most of the rows. */
function enlargedMemory({frame, width}: View, layout: Layout, rows: number): Layout {
  const isCrowded = frame.pools.length > rows / 3 && width >= 60;
  const pools = Math.max(1, rows - (layout.jobRule ? 3 : 2));
  return {...layout, rules: true, pools, gpuColumns: isCrowded ? 2 : 1, pressure: true};
}

/** Under all gauges, the pool under the cursor or RAM in full. */
function poolBelow(view: View): readonly Line[] {
  const {frame, ui, width} = view;
  const pool = frame.pools.find(({id}) => id === ui.cursors.memory) ?? frame.ram;
  return [ruleLine({title: poolTitle(pool), focused: false, width}), ...poolFacts(view, pool)];
}
