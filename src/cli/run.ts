import type {SessionEvent} from '../core/event.ts';
import type {Frame} from '../core/frame.ts';
import type {JobEnding} from '../core/job/job-ending.ts';
import {tellEnding} from '../core/job/tell-ending.ts';
import {buildReport, type Report} from '../core/report.ts';
import {buildChart} from '../core/report-chart.ts';
import type {JobExit, Sample} from '../core/sample.ts';
import {Session} from '../core/session.ts';
import {VERSION} from '../core/version.ts';
import {reportText, writeReport} from '../sinks/report/index.ts';
import {Beat} from '../sources/beat.ts';
import type {JobFollower} from '../sources/job/follower.ts';
import {demoHistory} from './choose-source.ts';
import {EXIT, UserError} from './exit.ts';
import {KeptErrors} from './kept-errors.ts';
import {KeptEvents} from './kept-events.ts';
import type {MarkBox} from './mark-box.ts';
import {RunLog, type RunLogOptions} from './run-log.ts';
import {saveHistoryAsLog} from './save-history.ts';
import {sessionOptions} from './session-options.ts';

export interface RunOptions extends RunLogOptions {
  readonly keepHistory: boolean;
  /** The job that the source follows. */
  readonly job?: JobFollower;
  /** Where other programs put marks. */
  readonly marks?: Pick<MarkBox, 'look' | 'close'>;
}

/** A scan this much older than memory's reading may miss who took it. */
const OLD_SCAN_MS = 50;

/** One source, one core, and the sinks that a live command has: the log, the report, and who listens. */
export class LiveRun {
  readonly session: Session;
  readonly startedAt: number;
  readonly log: RunLog;
  readonly #options: RunOptions;
  readonly #beat: Beat;
  readonly #startedMs: number;
  readonly #events = new KeptEvents();
  readonly #errors = new KeptErrors();
  #onFrame: (frame: Frame) => void = () => {};
  /** The check in flight; one that is asked for by itself waits for it. */
  #checking: Promise<void> = Promise.resolve();
  #ending: JobEnding | undefined;

  constructor(options: RunOptions) {
    const {host, values, intervalMs, keepHistory} = options;
    this.#options = options;
    this.startedAt = host.now();
    this.#startedMs = host.monotonic();
    this.session = new Session({...sessionOptions(values), keepHistory});
    const leakOf = this.session.processLeaks?.verdictOf;
    this.log = new RunLog({...options, ...(leakOf !== undefined && {leakOf})});
    this.#beat = new Beat({intervalMs, clock: () => host.monotonic(), work: () => this.#checkNext()});
    this.session.onEvent((event) => this.#keepEvent(event));
  }

  get intervalMs(): number {
    return this.#beat.intervalMs;
  }

  /** What has happened so far, oldest first. */
  get events(): readonly SessionEvent[] {
    return this.#events.items;
  }

  /** How the followed job ended, once it has. */
  get ending(): JobEnding | undefined {
    return this.#ending;
  }

  /** Where the readings come from. */
  get hostName(): string {
    return this.#options.source.hostName;
  }

  get uptimeMs(): number {
    return this.#options.host.monotonic() - this.#startedMs;
  }

  /** Told of each frame, after it is in the log. */
  onFrame(listener: (frame: Frame) => void): void {
    this.#onFrame = listener;
  }

  /**
   * Begins: START in the log, a first check, then one on every interval.
   * @throws {UserError} when memory cannot be read at all
   */
  async start(): Promise<void> {
    for (const sample of demoHistory(this.#options.values, this.#options.host)) this.session.feedPast(sample);
    const sample = await this.#withFreshProcesses(await this.#options.source.sample());
    this.log.start(this.startedAt, sample);
    if (sample.memory.status !== 'ok' && sample.limits.length === 0) {
      this.log.sink?.error(sample.at, 'RAM', sample.memory.reason);
      throw new UserError(`memory cannot be read: ${sample.memory.reason}`, EXIT.unreadable);
    }
    this.#take(this.session.feed(sample));
    // The first check is made; the beat makes the next one an interval later.
    this.#beat.startLater();
  }

  setInterval(intervalMs: number, from: string, to: string): void {
    this.#beat.setInterval(intervalMs);
    this.session.cadence.expectEvery(intervalMs);
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

  /** The job has ended: one more look at what was left, then its story. Twice is harmless. */
  async endJob(exit: JobExit): Promise<void> {
    const {job, source} = this.#options;
    if (job === undefined || this.#ending !== undefined) return;
    job.noteExit(exit);
    await Promise.race([source.scanProcesses?.(), this.#patience()]);
    await Promise.race([this.#checkNext(), this.#patience()]);
    // The last look may not have come, as on a machine that is short of memory: then the one before has to do.
    this.#tellEnding(exit);
  }

  noteError(what: string, reason: string): void {
    this.#errors.add(what, reason);
  }

  /** The history in memory as a log of its own. @returns the file @throws {UserError} */
  saveHistory(folder: string): string {
    return saveHistoryAsLog({
      session: this.session,
      events: this.#events.items,
      folder,
      now: this.#options.host.now(),
      facts: this.log.facts,
    });
  }

  /** @param isOver whether nothing more will come */
  report(reason: string, isOver = false): Report {
    const {host} = this.#options;
    const {file, story} = this.log;
    const self = host.ownCost();
    return buildReport(this.session, {
      version: VERSION,
      hostName: this.#options.source.hostName,
      platform: host.platform,
      startedAt: this.startedAt,
      endedAt: host.now(),
      uptimeMs: this.uptimeMs,
      intervalMs: this.intervalMs,
      reason,
      isOver,
      errors: this.#errors.items,
      events: this.#events.items,
      eventsDropped: this.#events.dropped,
      ...(self !== undefined && {self}),
      ...(file !== undefined && {logFile: file.path}),
      ...(story !== undefined && {logProblem: story}),
      ...(this.#ending !== undefined && {endings: [this.#ending]}),
    });
  }

  chart() {
    return buildChart(this.session, this.#events.items);
  }

  /**
   * Ends: the last check, STOP in the log, the report in its file. @returns the report as text of this width, with what
   * went wrong behind it
   */
  async finish(reason: string, width?: number): Promise<string> {
    await Promise.race([this.#beat.stop(), this.#patience()]);
    return this.finishNow(reason, width);
  }

  /** As `finish`, without waiting for the check in flight. */
  finishNow(reason: string, width?: number): string {
    const {values, marks} = this.#options;
    marks?.close();
    this.log.close(reason);
    const report = this.report(reason, true);
    const written =
      values.report === undefined ? undefined : writeReport(values.report, report, {chart: this.chart()});
    const text = reportText(report, width);
    return written === undefined || written.ok
      ? text
      : `${text}\nreport not written to ${values.report}: ${written.problem}\n`;
  }

  #checkNext(): Promise<void> {
    this.#checking = this.#checking.then(() => this.#check());
    return this.#checking;
  }

  async #check(): Promise<void> {
    const sample = await this.#options.source.sample();
    this.#take(this.session.feed(await this.#withFreshProcesses(sample)));
    this.#options.marks?.look();
    // Of a job that memtop did not start nobody tells but what is seen.
    if (sample.job?.exit !== undefined) this.#tellEnding();
  }

  #tellEnding(exit?: JobExit): void {
    if (this.#ending !== undefined) return;
    const seen = this.session.frame?.sample.job;
    const reading = seen && {...seen, ...(exit !== undefined && {exit})};
    const ending = reading && tellEnding(this.session, reading);
    if (ending === undefined) return;
    this.#ending = ending;
    this.session.emit({kind: 'ended', at: ending.exit.at, what: 'job', ending});
  }

  /** An alert names who holds the memory: that must not be told from a scan made before it was taken. */
  async #withFreshProcesses(sample: Sample): Promise<Sample> {
    const {source} = this.#options;
    const {processes} = sample;
    const isOld =
      processes === undefined || (processes.status === 'ok' && sample.at - processes.value.at > OLD_SCAN_MS);
    if (
      !isOld ||
      source.scanProcesses === undefined ||
      !this.session.ram.isAboutToAlert(this.session.peek(sample)?.percent)
    )
      return sample;
    const fresh = await Promise.race([source.scanProcesses(), this.#patience()]);
    return fresh?.status === 'ok' ? {...sample, processes: fresh} : sample;
  }

  #take(frame: Frame): void {
    this.log.sink?.write(frame);
    if (frame.ram.reading.status !== 'ok') this.noteError('RAM', frame.ram.reading.reason);
    if (frame.processes !== undefined && frame.processes.status !== 'ok')
      this.noteError('processes', frame.processes.reason);
    this.#onFrame(frame);
  }

  #keepEvent(event: SessionEvent): void {
    this.log.sink?.event(event);
    this.#events.add(event);
  }

  /** A reader that hangs must not keep memtop from ending. */
  #patience(): Promise<undefined> {
    return new Promise((resolve) => {
      setTimeout(() => resolve(undefined), 1000).unref();
    });
  }
}
