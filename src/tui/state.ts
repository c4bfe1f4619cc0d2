import {SORT_KEYS, type SortKey, SPANS} from '../core/choices.ts';
import type {KillSignal} from '../core/source.ts';

/** By their numbers. */
export const PANES = ['memory', 'history', 'processes', 'alerts', 'output'] as const;
export type Pane = (typeof PANES)[number];

export const GROUPINGS = ['none', 'tree', 'program'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export const CHART_LINES = ['both', 'ram', 'vram'] as const;
export type ChartLines = (typeof CHART_LINES)[number];

/** A line being typed in the footer's row. */
export interface Prompt {
  readonly kind: 'filter' | 'mark' | 'signal' | 'go-to';
  readonly text: string;
}

/** The process that a kill would reach. */
export interface KillTarget {
  readonly pid: number;
  readonly startKey: string;
  readonly name: string;
  readonly user: string;
}

/** Asked in the footer's row. */
export type Question =
  | {readonly kind: 'kill'; readonly target: KillTarget; readonly signal: KillSignal}
  /** What is to become of the job that still runs; how often it was asked to stop. */
  | {readonly kind: 'job'; readonly name: string; readonly pid: number; readonly isStopping: boolean};

/** What the eyes are on. Readings are elsewhere: nothing here changes because memory does. */
export interface UiState {
  readonly focus: Pane;
  readonly enlarged: boolean;
  readonly help: boolean;
  /** First row shown of what scrolls: the help, a detail. */
  readonly overlayTop: number;
  readonly detail: boolean;
  /** The row under the cursor of each pane, by its key; none until a key moves there. */
  readonly cursors: Readonly<Partial<Record<Pane, string | undefined>>>;
  readonly filter: string;
  readonly prompt: Prompt | undefined;
  readonly question: Question | undefined;
  readonly sort: SortKey;
  readonly reversed: boolean;
  readonly grouping: Grouping;
  readonly opened: readonly string[];
  /** Index into SPANS. */
  readonly span: number;
  readonly fitted: boolean;
  readonly lines: ChartLines;
  /** When the picture was frozen, wall clock. */
  readonly pausedAt: number | undefined;
  /** How far the chart's end lies before now, milliseconds. */
  readonly backMs: number;
  /** The last line of the job's output that is shown, counted from its first; where there is none its end is followed. */
  readonly outputEnd: number | undefined;
  /** Whether the job was asked to stop, and memtop to end with it. */
  readonly isStopping: boolean;
}

export function initialState(from: {readonly span: number; readonly sort: SortKey}): UiState {
  return {
    focus: 'processes',
    enlarged: false,
    help: false,
    overlayTop: 0,
    detail: false,
    cursors: {},
    filter: '',
    prompt: undefined,
    question: undefined,
    reversed: false,
    grouping: 'none',
    opened: [],
    fitted: false,
    lines: 'both',
    pausedAt: undefined,
    backMs: 0,
    outputEnd: undefined,
    isStopping: false,
    ...from,
  };
}

export function clampSpan(index: number): number {
  return Math.max(0, Math.min(SPANS.length - 1, index));
}

export function nextOf<T>(items: readonly T[], current: T): T {
  return items[(items.indexOf(current) + 1) % items.length] ?? current;
}

export const nextSort = (sort: SortKey): SortKey => nextOf(SORT_KEYS, sort);
