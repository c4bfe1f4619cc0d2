import type {Pane} from './state.ts';
import type {View} from './view.ts';

/** The smallest screen that shows panes. */
export const MIN_WIDTH = 40;
export const MIN_HEIGHT = 12;

export const WIDTH_CLASSES = [100, 80, 60, 40] as const;
export type WidthClass = (typeof WIDTH_CLASSES)[number];

const MAX_PLOT = 24;
/** From here Alerts stands beside Processes. */
const SIDE_BY_SIDE = 160;

export interface Layout {
  readonly widthClass: WidthClass;
  readonly header: boolean;
  /** Whether Memory and Alerts have a rule of their own. */
  readonly rules: boolean;
  /** Rows for pools. */
  readonly pools: number;
  /** Whether two GPUs share a row. */
  readonly gpuColumns: 1 | 2;
  readonly pressure: boolean;
  readonly lane: boolean;
  /** Rows of the plot; 0 without History. */
  readonly plot: number;
  /** Whether the plot has an axis row and a rule; else its span stands in its corner. */
  readonly axis: boolean;
  /** Rows of the table, without its rule. */
  readonly processes: number;
  readonly alerts: number;
  /** Rows of the job's output, without its rule; 0 where it is not shown. */
  readonly output: number;
  /** Whether the job has a rule of its own above that of Memory; else it takes that one's place. */
  readonly jobRule: boolean;
  readonly sideBySide: boolean;
}

export type LayoutInput = Pick<View, 'width' | 'height' | 'top'> & {
  /** Rows for pools, each in one of its own. */
  readonly pools: number;
  /** How many of them are GPUs, which can stand in two columns. */
  readonly gpus: number;
  readonly hasPressure: boolean;
  /** Whether a job is followed, and whether what it writes is there to be shown. */
  readonly hasJob: boolean;
  readonly hasOutput: boolean;
  readonly focus: Pane;
};

export function widthClassOf(width: number): WidthClass {
  return WIDTH_CLASSES.find((least) => width >= least) ?? 40;
}

/** Rows for each pane: height chooses them, width the columns, each on its own. */
export function layoutFor(input: LayoutInput): Layout {
  return fill(input, fixedFor(input));
}

function fixedFor(input: LayoutInput): Fixed {
  const {height, hasJob} = input;
  const tall = {header: true, rules: true, axis: true, ...lowerRows(input)};
  if (height >= 36) return {...tall, pressure: true, lane: true, jobRule: hasJob};
  const low = {...tall, pressure: false, lane: false, jobRule: false};
  if (height >= 22) return low;
  return {...low, rules: false, header: height >= 18, axis: height >= 18};
}

/** With what a job writes Alerts has less room, in low screens none but where the eyes are on it. */
function lowerRows({height, hasOutput, focus}: LayoutInput): Pick<Fixed, 'alerts' | 'output'> {
  if (height < 18) return {alerts: 1, output: 0};
  const alerts = height >= 36 ? 6 : height >= 22 ? 2 : 1;
  if (!hasOutput) return {alerts, output: 0};
  if (height >= 36) return {alerts: 4, output: 8};
  if (height < 22) return {alerts: 1, output: 2};
  return focus === 'alerts' ? {alerts: 5, output: 0} : {alerts: 0, output: 5};
}

/** So many GPUs have a row each; more stand in two columns. */
function mostInOneColumn(height: number): number {
  return height >= 36 ? 4 : 2;
}

function canShareRows({width, height, gpus}: Pick<LayoutInput, 'width' | 'height' | 'gpus'>): boolean {
  return width >= 60 && height >= 18 && gpus >= 2;
}

/** Fewer rows by so many, and never fewer than `least` for that. */
function giveWay(rows: number, by: number, least: number): number {
  return Math.max(Math.min(rows, least), rows - by);
}

type Fixed = Pick<
  Layout,
  'header' | 'rules' | 'pressure' | 'lane' | 'axis' | 'alerts' | 'output' | 'jobRule'
>;

/** History takes what is left, then Processes; where nothing is left, the later panes give way in order. */
function fill(input: LayoutInput, fixed: Fixed): Layout {
  const {height, width, top, gpus, hasPressure} = input;
  const widthClass = widthClassOf(width);
  const sideBySide = width >= SIDE_BY_SIDE && fixed.rules;
  const pressure = fixed.pressure && hasPressure;
  const lowest = height >= 36 ? 8 : height >= 18 ? 4 : 3;
  const canShare = canShareRows(input);
  const gpuColumns: 1 | 2 = canShare && gpus > mostInOneColumn(height) ? 2 : 1;
  const few = height < 18 || (fixed.output > 0 && height < 36);
  const asked = {alerts: fixed.alerts, output: fixed.output, processes: few ? Math.min(3, top) : top};
  let plan = {...asked, gpuColumns, lane: fixed.lane, history: true};
  const left = () => height - rowsWithoutPlot(plan);
  if (left() < lowest && canShare) plan = {...plan, gpuColumns: 2};
  if (left() < lowest) plan = {...plan, processes: giveWay(plan.processes, lowest - left(), 5)};
  if (left() < lowest) plan = {...plan, output: giveWay(plan.output, lowest - left(), 3)};
  if (left() < lowest) plan = {...plan, alerts: giveWay(plan.alerts, lowest - left(), 1)};
  if (left() < lowest) plan = {...plan, processes: giveWay(plan.processes, lowest - left(), 3)};
  if (left() < lowest && left() < 2) plan = {...plan, history: false, lane: false};
  const plot = plan.history ? Math.min(MAX_PLOT, left()) : 0;
  // Rows too few even so are taken from the pools, whose last row then tells what it stands for.
  const pools = Math.max(1, poolRows(plan) + Math.min(0, left()));
  const least = sideBySide ? Math.max(plan.processes, plan.alerts) : plan.processes;
  const processes = least + Math.max(0, left()) - plot;
  return {...fixed, ...plan, widthClass, sideBySide, pressure, pools, plot, processes};

  function poolRows(given: Pick<Layout, 'gpuColumns'>): number {
    return input.pools - (given.gpuColumns === 2 ? Math.floor(gpus / 2) : 0);
  }

  function rowsWithoutPlot(given: typeof plan): number {
    const {alerts, processes, output, lane, history} = given;
    const ends = (fixed.header ? 1 : 0) + 2;
    const rules = (fixed.rules ? 1 : 0) + (fixed.jobRule ? 1 : 0);
    const memory = rules + poolRows(given) + (pressure ? 1 : 0);
    const chart = history ? (fixed.axis ? 2 : 0) + (lane ? 1 : 0) : 0;
    const alertRows = alerts + (fixed.rules && alerts > 0 ? 1 : 0);
    const outputRows = output > 0 ? output + 1 : 0;
    const lower = sideBySide ? Math.max(processes + 1, alertRows) : processes + 1 + alertRows;
    return ends + memory + chart + lower + outputRows;
  }
}
