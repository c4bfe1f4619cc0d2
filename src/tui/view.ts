import type {ChartStyle} from '../core/choices.ts';
import type {SessionEvent} from '../core/event.ts';
import type {Frame} from '../core/frame.ts';
import type {History} from '../core/history.ts';
import type {JobEnding} from '../core/job/job-ending.ts';
import type {OutputLines} from '../core/job/output-lines.ts';
import type {ProcessMemory, Reading} from '../core/sample.ts';
import type {TapeView} from '../core/tape.ts';
import type {ProcessRow} from './process-rows.ts';
import type {UiState} from './state.ts';

/** What the terminal can show. */
export interface Capabilities {
  /** Only ASCII may be written. */
  readonly ascii: boolean;
  /** The text console of Linux: no braille, few signs. */
  readonly console: boolean;
  readonly chart: ChartStyle;
}

/** An event in the alert pane, repeats folded into the line that was raised. */
export interface PaneEvent {
  readonly id: number;
  readonly event: SessionEvent;
  readonly repeats: number;
  readonly lastAt: number;
  /** Still over its threshold. */
  readonly firing: boolean;
}

export type Recording =
  | {readonly status: 'off'}
  | {readonly status: 'on'; readonly file: string}
  | {readonly status: 'failing'; readonly file: string; readonly reason: string; readonly kept: number};

/** What the footer answers after a key, for a few seconds. */
export interface Answer {
  readonly text: string;
  readonly role: 'text' | 'warn';
}

export interface OutputView {
  readonly lines: Pick<OutputLines, 'count' | 'size' | 'slice'>;
  /** The file that keeps all of it, where one was asked for. */
  readonly file: string | undefined;
  /** The last line that is shown, counted from the first. */
  readonly end: number;
}

/** Everything the panels draw from. Where the picture is frozen, it is the frozen moment's. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly capabilities: Capabilities;
  readonly ui: UiState;
  readonly frame: Frame;
  /** Wall clock now; not frozen. */
  readonly now: number;
  /** What the timeline's moments lack to the wall clock, which may have been set back since the start. */
  readonly wallOffsetMs: number;
  /** Where the chart ends, on the timeline. */
  readonly endMs: number;
  readonly hostName: string;
  readonly upMs: number;
  readonly intervalMs: number;
  /** Rows of processes the layout aims at. */
  readonly top: number;
  readonly recording: Recording;
  /** The rows of the process table in order, filtered and grouped. */
  readonly rows: readonly ProcessRow[];
  readonly isOrderHeld: boolean;
  /** Whether leaks are looked for. */
  readonly watchesLeaks: boolean;
  readonly events: readonly PaneEvent[];
  /** Alerts raised since the start, and those since the last key. */
  readonly raisedCount: number;
  readonly newCount: number;
  /** Ids of pools and events that draw the eye now. */
  readonly flashing: ReadonlySet<string>;
  /** For how long nothing has been high, milliseconds. */
  readonly quietMs: number;
  readonly answer: Answer | undefined;
  /** How the followed job ended, once it has. */
  readonly jobEnding: JobEnding | undefined;
  /** The tape, where a log is replayed. */
  readonly tape: TapeView | undefined;
  /** What the job writes that memtop has started. */
  readonly output: OutputView | undefined;
  poolHistory(id: string): History | undefined;
  processHistory(key: string): History | undefined;
  cpuPercent(key: string): number | undefined;
  /** The open process's memory in detail, once it was read. */
  readonly processMemory: Reading<ProcessMemory> | undefined;
}
