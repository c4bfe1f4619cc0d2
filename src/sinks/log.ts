import type {SessionEvent} from '../core/event.ts';
import {errorLine, eventLine, noteLine} from '../core/event-lines.ts';
import type {Frame} from '../core/frame.ts';
import {
  checkLine,
  limitsAtStart,
  processesField,
  type SinceLast,
  type StartFacts,
  startLine,
  stopLine,
} from '../core/log-lines.ts';
import type {LeakOf} from '../core/process-leaks.ts';
import type {Sample} from '../core/sample.ts';
import type {LogFile} from './jsonl.ts';
import {ProcessTurns} from './process-turns.ts';

/** Where lines go: a file, standard output. */
export type LogTarget = Pick<LogFile, 'append'>;

export interface LogSinkOptions {
  readonly facts: StartFacts;
  /** How many of the largest processes a line names; 0 for none. */
  readonly processes: number;
  /** Least time between two lines of checks, milliseconds. @default 0, every check */
  readonly intervalMs?: number;
  /** Whether a process leaks. @default nobody tells */
  readonly leakOf?: LeakOf;
  /** Whether secrets stay in command lines. @default false, they are hidden */
  readonly withSecrets?: boolean;
}

// A beat that comes a little early must not push its line to the next one.
const EARLY_SHARE = 0.02;

/** Writes frames and events as lines of the log, in the order in which they happen. */
export class LogSink {
  readonly #target: LogTarget;
  readonly #options: LogSinkOptions;
  #lastLineMs = Number.NEGATIVE_INFINITY;
  /** When the last of a row of failed checks was told. */
  #lastFailureMs = Number.NEGATIVE_INFINITY;
  readonly #turns: ProcessTurns;
  /** Why there is no GPU is told when that changes. */
  #lastNoGpu: string | undefined;
  /** The check that is still to be written, and the last that was. */
  #held: Frame | undefined;
  #written: Frame | undefined;
  #since: {checks: number; sum: number; min: number; max: number} | undefined;

  constructor(target: LogTarget, options: LogSinkOptions) {
    this.#target = target;
    this.#options = options;
    this.#turns = new ProcessTurns(options.processes);
  }

  /** The first line of a run, with what bounded memory then. */
  start(at: number, sample: Pick<Sample, 'memory' | 'limits'>): void {
    this.#target.append(startLine(at, this.#options.facts, limitsAtStart(sample)));
  }

  /** One check. Thinned lines tell what the checks between them were; the first failure of a row is never thinned. */
  write(frame: Frame): void {
    const {reading} = frame.ram;
    if (reading.status !== 'ok') {
      this.#writeFailure(frame);
      return;
    }
    this.#lastFailureMs = Number.NEGATIVE_INFINITY;
    this.#count(reading.value.percent);
    this.#held = frame;
    if (this.#isDue(frame, this.#lastLineMs)) this.#writeHeld();
  }

  event(event: SessionEvent): void {
    // Each failed check has a line of its own.
    if (event.kind === 'lost' && event.what === 'RAM') return;
    if (event.kind === 'ended' || (event.kind === 'raised' && !event.isReminder)) this.#turns.ask();
    const line = eventLine(event);
    if (line !== undefined) this.#target.append(line);
  }

  error(at: number, what: string, reason: string, problem?: string): void {
    this.#target.append(errorLine(at, what, reason, problem));
  }

  note(at: number, what: string, text: string): void {
    this.#target.append(noteLine(at, what, text));
  }

  /**
   * The last line of a run, behind the last check where that was thinned away. A line that is written stays as it is: so
   * it is here that the processes of the last check stand where its own line did not name them.
   */
  stop(at: number, reason: string): void {
    if (this.#held !== undefined) this.#turns.ask();
    this.#writeHeld();
    const frame = this.#written;
    const count = frame === undefined ? 0 : this.#turns.takeLast(frame);
    const named = frame === undefined || count === 0 ? {} : processesField(frame, this.#naming(count));
    this.#target.append({...stopLine(at, reason), ...named});
  }

  #isDue({timelineMs}: Frame, lastMs: number): boolean {
    const {intervalMs = 0} = this.#options;
    return timelineMs - lastMs >= intervalMs * (1 - EARLY_SHARE);
  }

  #writeFailure(frame: Frame): void {
    if (!this.#isDue(frame, this.#lastFailureMs)) return;
    this.#lastFailureMs = frame.timelineMs;
    this.#target.append(checkLine(frame, {processes: 0}));
  }

  #writeHeld(): void {
    const frame = this.#held;
    if (frame === undefined) return;
    this.#held = undefined;
    this.#lastLineMs = frame.timelineMs;
    const since = this.#takeSince();
    const naming = this.#naming(this.#turns.take(frame));
    const gpusMissing = frame.noGpuReason !== this.#lastNoGpu;
    this.#lastNoGpu = frame.noGpuReason;
    this.#written = frame;
    this.#target.append(checkLine(frame, {...naming, gpusMissing, ...(since !== undefined && {since})}));
  }

  #naming(processes: number) {
    const {leakOf, withSecrets = false} = this.#options;
    return {processes, withSecrets, ...(leakOf !== undefined && {leakOf})};
  }

  #count(percent: number): void {
    const {checks, sum, min, max} = this.#since ?? {checks: 0, sum: 0, min: percent, max: percent};
    this.#since = {
      checks: checks + 1,
      sum: sum + percent,
      min: Math.min(min, percent),
      max: Math.max(max, percent),
    };
  }

  #takeSince(): SinceLast | undefined {
    const since = this.#since;
    this.#since = undefined;
    if (since === undefined || since.checks < 2) return undefined;
    const {checks, sum, min, max} = since;
    return {checks, percentMin: min, percentMean: sum / checks, percentMax: max};
  }
}
