import {checkMonitorOptions, type MonitorOptions, type MonitorSettings} from '../config/monitor-options.ts';
import {type AlertCallback, MemoryAlert} from '../core/alert.ts';
import {type DetailedStatus, detailedStatus} from '../core/detailed-status.ts';
import {errorMessage} from '../core/errors.ts';
import {isAlertBeside, type SessionEvent} from '../core/event.ts';
import {toMb} from '../core/format.ts';
import type {LeakStatus} from '../core/leak-status.ts';
import {statusOf} from '../core/level.ts';
import type {MemoryMetrics} from '../core/metrics.ts';
import {failed, type Sample} from '../core/sample.ts';
import {Session} from '../core/session.ts';
import {formatStatistics} from '../core/statistics.ts';
import type {MemoryStats, MemoryStatus} from '../core/status.ts';
import {VERSION} from '../core/version.ts';
import {LogFile, type LogState} from '../sinks/jsonl.ts';
import {LogSink} from '../sinks/log.ts';
import {Beat} from '../sources/beat.ts';
import type {Host} from '../sources/host.ts';
import {type LiveSource, liveSource} from '../sources/live.ts';
import {realHost} from '../sources/real-host.ts';
import {isRamLeak, type LeakCallback, MonitorLeak} from './monitor-leak.ts';

const FLUSH_REASON = 'stop was called';
const MAX_EARLY_MARKS = 1000;
/** A driver that has to wake its GPUs first takes seconds. */
const GPU_PATIENCE_MS = 10_000;

/** Checks memory in the background, keeps a window of readings, alerts over a threshold and logs. */
export class SimpleMemoryMonitor {
  /** The alert on RAM. */
  readonly alert: MemoryAlert;
  readonly #settings: MonitorSettings;
  readonly #host: Host;
  readonly #source: LiveSource;
  readonly #session: Session;
  readonly #beat: Beat;
  readonly #logFile: LogFile | undefined;
  readonly #log: LogSink | undefined;
  readonly #leak: MonitorLeak;
  #startedMs: number | undefined;
  /** Marks made before the first start. */
  #earlyMarks: MarkEvent[] | undefined = [];
  #stopping: Promise<void> | undefined;
  #errors = 0;

  /** @throws {TypeError|RangeError} naming the option, what was expected and what was given. */
  constructor(options: MonitorOptions = {}, host: Host = realHost()) {
    this.#settings = checkMonitorOptions(options);
    const {checkIntervalSeconds, alertThresholdPercent, cooldownSeconds, windowSize, logFile} =
      this.#settings;
    this.#host = host;
    this.#source = liveSource(host, {processes: 'ask', gpuIntervalMs: checkIntervalSeconds * 1000});
    this.alert = new MemoryAlert({
      thresholdPercent: alertThresholdPercent,
      cooldownSeconds,
      onCallbackError: (error) => this.#callbackFailed(error),
    });
    this.#session = new Session({
      thresholds: {ram: alertThresholdPercent},
      ramAlert: this.alert,
      windowSize,
      keepHistory: false,
    });
    this.#leak = new MonitorLeak(this.#session, (error) => this.#callbackFailed(error, 'leak callback'));
    this.#beat = new Beat({
      intervalMs: checkIntervalSeconds * 1000,
      clock: () => host.monotonic(),
      work: () => this.#check(),
      keepAlive: false,
    });
    this.#logFile = logFile === undefined ? undefined : this.#openLog(logFile);
    this.#log =
      this.#logFile && new LogSink(this.#logFile, {facts: startFacts(this.#settings, host), processes: 0});
    // The alerts of this monitor are those of RAM and of its leak, as its callbacks are; the rest is in the log of each check.
    this.#session.onEvent((event) => {
      if (!isAlertBeside(event, 'RAM') || isRamLeak(event)) this.#log?.event(event);
    });
  }

  /** The window of readings of the limit in force. */
  get metrics(): MemoryMetrics {
    return this.#session.ram.metrics;
  }

  /** What it was made with, defaults filled in. */
  get settings(): MonitorSettings {
    return this.#settings;
  }

  /** Checks that failed so far. Each is an ERROR line in the log, none stops the monitor. */
  get errorCount(): number {
    return this.#errors;
  }

  /** Adds a callback for when memory is first found to leak, and again after that was over; returns what takes it away again. */
  onLeak(callback: LeakCallback): () => void {
    return this.#leak.add(callback);
  }

  /** Adds a callback for alerts; returns what takes it away again. */
  onAlert(callback: AlertCallback): () => void {
    return this.alert.onAlert(callback);
  }

  /**
   * Begins to check: once at once, then on every interval, in the background and without keeping the process
   * alive by itself. Twice is harmless.
   */
  start(): void {
    if (this.#beat.active) return;
    this.#startedMs = this.#host.monotonic();
    // A check from before is still in flight only while a stop waits for it; that stop is taken back.
    if (!this.#beat.busy) this.#log?.start(this.#host.now(), this.#source.sampleNow() ?? NOT_READ_YET);
    for (const mark of this.#earlyMarks ?? []) this.#session.emit(mark);
    this.#earlyMarks = undefined;
    this.#source.followGpus();
    this.#beat.start();
  }

  /** Ends the checks: waits for the one in flight, writes what is left and logs STOP. Twice is harmless. */
  async stop(): Promise<void> {
    if (this.#startedMs === undefined) return this.#stopping;
    this.#startedMs = undefined;
    this.#stopping = this.#finish();
    return this.#stopping;
  }

  /**
   * Puts a marked moment into the log. Before the first `start()` it is kept, with its time, and written right
   * behind START; after `stop()` it is ignored, until the next `start()`.
   */
  mark(note: string): void {
    const mark = {kind: 'mark', at: this.#host.now(), note} as const;
    if (this.#startedMs !== undefined) this.#session.emit(mark);
    else if (this.#earlyMarks !== undefined && this.#earlyMarks.length < MAX_EARLY_MARKS)
      this.#earlyMarks.push(mark);
  }

  /** Memory now. Read afresh where the system can be asked at once, else of the latest check. */
  getStatus(): MemoryStatus {
    const figures = this.#figuresNow();
    const rest = {monitoring: this.#beat.active, uptimeSeconds: this.#uptimeSeconds()};
    if (figures === undefined) return {...UNKNOWN_STATUS, ...rest};
    const {percent, usedBytes, availableBytes, totalBytes} = figures;
    return {
      memoryPercent: percent,
      usedMb: toMb(usedBytes),
      availableMb: toMb(availableBytes),
      totalMb: toMb(totalBytes),
      status: statusOf(percent, this.alert.thresholdPercent),
      ...rest,
    };
  }

  /**
   * Memory broken down, with trend, the five largest processes, which are scanned now, and the GPUs. While the
   * monitor checks, these are their latest readings; else they are asked now, which may take seconds.
   */
  async getDetailedStatus(): Promise<DetailedStatus> {
    const [gpus, sample, processes] = await Promise.all([
      this.#source.readGpus(GPU_PATIENCE_MS),
      this.#source.sample(),
      this.#source.scanProcesses(),
    ]);
    return detailedStatus(this.getStatus(), {...sample, ...gpus, processes}, this.metrics);
  }

  /**
   * Whether memory leaks, and when it is at the limit in force, as of the latest check; `learning` before the first.
   * It takes hours to tell a slow leak from a warm-up, whatever the interval.
   */
  getLeak(): LeakStatus {
    return this.#leak.status;
  }

  /** The window's readings and what they come to. */
  getStats(): MemoryStats {
    const {readings, average, peak, trend, alertCount} = this.metrics;
    return {readings, average, peak, trend, alertCount, uptime: this.#uptimeSeconds()};
  }

  /** The statistics as text, in a fixed shape of 70 columns. */
  formatStats(): string {
    const {average, peak, trend, size, alertCount} = this.metrics;
    const status = this.getStatus();
    const {logFile} = this.#settings;
    return formatStatistics({...status, average, peak, trend, readings: size, alertCount, logFile});
  }

  /** Prints `formatStats()` to standard output. */
  printStats(): void {
    process.stdout.write(`${this.formatStats()}\n`);
  }

  #check(): void | Promise<void> {
    const sample = this.#source.sampleNow();
    if (sample === undefined) return this.#checkLater();
    this.#take(sample);
  }

  async #checkLater(): Promise<void> {
    this.#take(await this.#source.sample());
  }

  #take(sample: Sample): void {
    const frame = this.#session.feed(sample);
    if (frame.ram.reading.status !== 'ok') this.#fail(frame.ram.reading.reason);
    this.#log?.write(frame);
    this.#leak.tell();
  }

  #fail(reason: string): void {
    this.#errors += 1;
    if (this.#errors === 1) warn('memory not read', reason);
  }

  #figuresNow() {
    const sample = this.#source.sampleNow();
    const now = sample && this.#session.peek(sample);
    if (now !== undefined) return now;
    return this.#session.ram.summary.current;
  }

  #uptimeSeconds(): number {
    return this.#startedMs === undefined ? 0 : (this.#host.monotonic() - this.#startedMs) / 1000;
  }

  async #finish(): Promise<void> {
    const stopped = this.#beat.stop();
    // Nothing is waited for without need, so that a start right behind a stop logs after it.
    if (this.#beat.busy) await stopped;
    if (this.#startedMs !== undefined) return;
    this.#log?.stop(this.#host.now(), FLUSH_REASON);
    this.#logFile?.close();
    await this.#source.close();
  }

  #openLog(path: string): LogFile {
    const onChange = (state: LogState) => {
      if (state.status === 'failing')
        warn(`the log cannot be written, lines are kept and tried again: ${path}`, state.reason);
    };
    return new LogFile(path, {clock: () => this.#host.monotonic(), onChange});
  }

  #callbackFailed(error: unknown, what = 'alert callback'): void {
    const reason = errorMessage(error);
    this.#log?.error(this.#host.now(), what, reason, 'failed');
    warn(`${what} failed`, reason);
  }
}

/** A library does not print: what went wrong goes to the process's warnings. */
function warn(what: string, reason: string): void {
  process.emitWarning(`memtop: ${what}: ${reason}`, 'MemtopWarning');
}

type MarkEvent = Extract<SessionEvent, {kind: 'mark'}>;

const NOT_READ_YET = {memory: failed('not read yet'), limits: []} as const;

const UNKNOWN_STATUS = {
  memoryPercent: undefined,
  usedMb: undefined,
  availableMb: undefined,
  totalMb: undefined,
  status: undefined,
} as const;

function startFacts(settings: MonitorSettings, host: Host) {
  const {checkIntervalSeconds, alertThresholdPercent, cooldownSeconds, windowSize} = settings;
  return {
    version: VERSION,
    host: host.hostName,
    platform: host.platform,
    pid: host.pid,
    options: {
      interval_seconds: checkIntervalSeconds,
      threshold_percent: alertThresholdPercent,
      cooldown_seconds: cooldownSeconds,
      window: windowSize,
    },
  };
}
