import {basename} from 'node:path';
import type {Values} from '../config/resolve.ts';
import type {SessionEvent} from '../core/event.ts';
import type {Frame} from '../core/frame.ts';
import {buildReport, type Report, type ReportError} from '../core/report.ts';
import {buildChart} from '../core/report-chart.ts';
import {Session} from '../core/session.ts';
import type {Source} from '../core/source.ts';
import {VERSION} from '../core/version.ts';
import {LogFile} from '../sinks/jsonl.ts';
import {LogSink, type LogTarget} from '../sinks/log.ts';
import {renderReport, writeReport} from '../sinks/report/index.ts';
import {Beat} from '../sources/beat.ts';
import type {Host} from '../sources/host.ts';
import {demoHistory} from './choose-source.ts';
import {EXIT, UserError} from './exit.ts';
import {saveHistoryAsLog} from './save-history.ts';

export interface RunOptions {
  readonly host: Host;
  readonly source: Source;
  readonly values: Values;
  readonly intervalMs: number;
  /** Where the log's lines go besides its file: standard output of `watch --json`. */
  readonly extraTarget?: LogTarget;
  /** Processes that a line names. */
  readonly top: number;
  readonly keepHistory: boolean;
}

const MAX_EVENTS = 10_000;
const MAX_ERROR_KINDS = 50;

/** One source, one core, and the sinks that a live command has: the log, the report, and who listens. */
export class LiveRun {
  readonly session: Session;
  readonly startedAt: number;
  readonly logFile: LogFile | undefined;
  readonly #options: RunOptions;
  readonly #log: LogSink | undefined;
  readonly #beat: Beat;
  readonly #startedMs: number;
  readonly #events: SessionEvent[] = [];
  #eventsDropped = 0;
  readonly #errors = new Map<string, {what: string; reason: string; count: number}>();
  #logProblem: string | undefined;
  #logStory: string | undefined;
  #onFrame: (frame: Frame) => void = () => {};
  #onLogChange: () => void = () => {};

  constructor(options: RunOptions) {
    const {host, values, intervalMs, keepHistory} = options;
    this.#options = options;
    this.startedAt = host.now();
    this.#startedMs = host.monotonic();
    this.session = new Session({
      thresholds: {ram: values.threshold ?? 80, swap: values['swap-threshold'] ?? 50},
      cooldownSeconds: (values.cooldown ?? 60_000) / 1000,
      windowSize: values.window ?? 100,
      keepHistory,
      onCallbackError: (error) => this.noteError('alert', String(error)),
    });
    this.logFile = values.log === undefined ? undefined : this.#openLog(values.log);
    this.#log = this.#openSink();
    this.#beat = new Beat({intervalMs, clock: () => host.monotonic(), work: () => this.#check()});
    this.session.onEvent((event) => this.#keepEvent(event));
  }

  get intervalMs(): number {
    return this.#beat.intervalMs;
  }

  get uptimeMs(): number {
    return this.#options.host.monotonic() - this.#startedMs;
  }

  /** The log's name without its folder, for headers. */
  get logName(): string | undefined {
    return this.logFile && basename(this.logFile.path);
  }

  /** Told of each frame, after it is in the log. */
  onFrame(listener: (frame: Frame) => void): void {
    this.#onFrame = listener;
  }

  onLogChange(listener: () => void): void {
    this.#onLogChange = listener;
  }

  /**
   * Begins: START in the log, a first check, then one on every interval.
   * @throws {UserError} when memory cannot be read at all
   */
  async start(): Promise<void> {
    for (const sample of demoHistory(this.#options.values, this.#options.host)) this.session.feed(sample);
    const sample = await this.#options.source.sample();
    this.#log?.start(this.startedAt, sample);
    if (sample.memory.status !== 'ok' && sample.limits.length === 0) {
      this.#log?.error(sample.at, 'RAM', sample.memory.reason);
      throw new UserError(`memory cannot be read: ${sample.memory.reason}`, EXIT.unreadable);
    }
    this.#take(this.session.feed(sample));
    // The first check is made; the beat makes the next one an interval later.
    this.#beat.startLater();
  }

  setInterval(intervalMs: number, from: string, to: string): void {
    this.#beat.setInterval(intervalMs);
    this.session.expectEvery(intervalMs);
    this.session.emit({
      kind: 'changed',
      at: this.#options.host.now(),
      what: 'memtop',
      field: 'interval',
      from,
      to,
    });
  }

  mark(note: string): void {
    this.session.emit({kind: 'mark', at: this.#options.host.now(), note});
  }

  noteError(what: string, reason: string): void {
    const key = `${what}: ${reason}`;
    const known = this.#errors.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#errors.size < MAX_ERROR_KINDS) this.#errors.set(key, {what, reason, count: 1});
  }

  /** The history in memory as a log of its own. @returns its name */
  saveHistory(folder: string): string {
    return saveHistoryAsLog({
      session: this.session,
      events: this.#events,
      folder,
      now: this.#options.host.now(),
      facts: this.#facts(),
    });
  }

  report(reason: string): Report {
    const {host} = this.#options;
    return buildReport(this.session, {
      version: VERSION,
      hostName: this.#options.source.hostName,
      platform: host.platform,
      startedAt: this.startedAt,
      endedAt: host.now(),
      uptimeMs: this.uptimeMs,
      intervalMs: this.intervalMs,
      reason,
      errors: [...this.#errors.values()] satisfies ReportError[],
      events: this.#events,
      eventsDropped: this.#eventsDropped,
      self: host.ownCost(),
      ...(this.logFile !== undefined && {logFile: this.logFile.path}),
      ...(this.#logStory !== undefined && {logProblem: this.#logStory}),
    });
  }

  chart() {
    return buildChart(this.session, this.#events);
  }

  /** Ends: the last check, STOP in the log, the report in its file. @returns the report as text, with what went wrong behind it */
  async finish(reason: string): Promise<string> {
    await Promise.race([this.#beat.stop(), this.#patience()]);
    return this.finishNow(reason);
  }

  /** As `finish`, without waiting for the check in flight. */
  finishNow(reason: string): string {
    const {host, values} = this.#options;
    this.#log?.stop(host.now(), reason);
    this.logFile?.close();
    this.#noteLogState();
    const report = this.report(reason);
    const written =
      values.report === undefined ? undefined : writeReport(values.report, report, this.chart());
    const text = renderReport('text', report);
    return written === undefined || written.ok
      ? text
      : `${text}\nreport not written to ${values.report}: ${written.problem}\n`;
  }

  async #check(): Promise<void> {
    const sample = await this.#options.source.sample();
    this.#take(this.session.feed(sample));
  }

  #take(frame: Frame): void {
    this.#log?.write(frame);
    if (frame.ram.reading.status !== 'ok') this.noteError('RAM', frame.ram.reading.reason);
    if (frame.processes !== undefined && frame.processes.status !== 'ok')
      this.noteError('processes', frame.processes.reason);
    this.#onFrame(frame);
  }

  #keepEvent(event: SessionEvent): void {
    this.#log?.event(event);
    this.#events.push(event);
    if (this.#events.length <= MAX_EVENTS) return;
    this.#events.shift();
    this.#eventsDropped += 1;
  }

  #openLog(path: string): LogFile {
    const {host, values} = this.#options;
    return new LogFile(path, {
      clock: () => host.monotonic(),
      ...(values['log-max-size'] !== undefined && {maxBytes: values['log-max-size']}),
      onChange: () => {
        this.#noteLogState();
        this.#onLogChange();
      },
      onNewFile: (why) =>
        this.#log?.note(
          host.now(),
          'log',
          why === 'rotated'
            ? 'goes on from the file before, which was full'
            : 'goes on from a file that was moved away',
        ),
    });
  }

  /** Why the log failed, if it ever did, and what that cost. */
  #noteLogState(): void {
    const {logFile} = this;
    if (logFile === undefined) return;
    const {state, lostLines} = logFile;
    if (state.status === 'failing') this.#logProblem = state.reason;
    if (this.#logProblem === undefined) return;
    const lost = lostLines === 0 ? 'nothing lost' : `${lostLines} lines lost`;
    this.#logStory =
      state.status === 'failing'
        ? `cannot be written: ${state.reason}, ${state.kept + lostLines} lines lost`
        : `could not be written for a while: ${this.#logProblem}, ${lost}`;
  }

  #openSink(): LogSink | undefined {
    const {logFile} = this;
    const {extraTarget, values, top} = this.#options;
    const targets = [
      ...(logFile === undefined ? [] : [logFile]),
      ...(extraTarget === undefined ? [] : [extraTarget]),
    ];
    if (targets.length === 0) return undefined;
    const target = {append: (line: object) => targets.forEach((one) => void one.append(line))};
    return new LogSink(target, {
      facts: this.#facts(),
      processes: top,
      intervalMs: values['log-interval'] ?? 0,
    });
  }

  #facts() {
    const {host, source, values, intervalMs} = this.#options;
    return {
      version: VERSION,
      host: source.hostName,
      platform: host.platform,
      pid: host.pid,
      options: {
        interval_seconds: intervalMs / 1000,
        threshold_percent: values.threshold,
        swap_threshold_percent: values['swap-threshold'],
        cooldown_seconds: (values.cooldown ?? 0) / 1000,
        window: values.window,
        log_interval_seconds: (values['log-interval'] ?? 0) / 1000,
        ...(values.preset !== undefined && {preset: values.preset}),
        ...(values.demo === true && {demo: true, seed: values.seed}),
      },
    };
  }

  /** A reader that hangs must not keep memtop from ending. */
  #patience(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, 1000).unref();
    });
  }
}
