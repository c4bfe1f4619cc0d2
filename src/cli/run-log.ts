import type {Values} from '../config/resolve.ts';
import type {StartFacts} from '../core/log-lines.ts';
import type {LeakOf} from '../core/process-leaks.ts';
import type {Sample} from '../core/sample.ts';
import type {Source} from '../core/source.ts';
import {type Threshold, type VramThresholds, writeMaybeThreshold, writeThreshold} from '../core/threshold.ts';
import {VERSION} from '../core/version.ts';
import {LogFile} from '../sinks/jsonl.ts';
import {LogSink, type LogTarget} from '../sinks/log.ts';
import type {Host} from '../sources/host.ts';

export interface RunLogOptions {
  readonly host: Host;
  readonly source: Source;
  readonly values: Values;
  readonly intervalMs: number;
  /** Where the lines go besides the file: standard output of `watch --json`. */
  readonly extraTarget?: LogTarget;
  /** Processes that a line names. */
  readonly top: number;
  /** Whether a process leaks; absent where leaks are not looked for. */
  readonly leakOf?: LeakOf;
}

/** The log of a live command: its file, what is written into it, and how that goes. */
export class RunLog {
  readonly facts: StartFacts;
  readonly file: LogFile | undefined;
  /** Where lines are put; absent where nobody asked for any. */
  readonly sink: LogSink | undefined;
  readonly #host: Host;
  #problem: string | undefined;
  #isOpen = false;
  #onChange: () => void = () => {};

  constructor(options: RunLogOptions) {
    const {host, values, extraTarget, top, leakOf} = options;
    this.#host = host;
    this.facts = startFacts(options);
    this.file = values.log === undefined ? undefined : this.#open(values.log, values['log-max-size']);
    const targets = [this.file, extraTarget].filter((target) => target !== undefined);
    const target = {append: (line: object) => targets.forEach((one) => void one.append(line))};
    const sinkOptions = {
      facts: this.facts,
      processes: top,
      intervalMs: values['log-interval'],
      withSecrets: values.redact === 'off',
      ...(leakOf !== undefined && {leakOf}),
    };
    this.sink = targets.length === 0 ? undefined : new LogSink(target, sinkOptions);
  }

  /** Told when writing begins to fail, and when it works again. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Begins the log with its first line. */
  start(at: number, sample: Pick<Sample, 'memory' | 'limits'>): void {
    this.#isOpen = true;
    this.sink?.start(at, sample);
  }

  /** Ends the log with its last line, where it was begun. Twice is harmless. */
  close(reason: string): void {
    if (this.#isOpen) this.sink?.stop(this.#host.now(), reason);
    this.#isOpen = false;
    this.file?.close();
    this.#noteState();
  }

  /** Why the log failed, if it ever did, and what that cost. */
  get story(): string | undefined {
    if (this.file === undefined || this.#problem === undefined) return undefined;
    const {state, lostLines} = this.file;
    if (state.status === 'failing')
      return `cannot be written: ${state.reason}, ${state.kept + lostLines} lines lost`;
    const lost = lostLines === 0 ? 'nothing lost' : `${lostLines} lines lost`;
    return `could not be written for a while: ${this.#problem}, ${lost}`;
  }

  #open(path: string, maxBytes: number | undefined): LogFile {
    return new LogFile(path, {
      clock: () => this.#host.monotonic(),
      ...(maxBytes !== undefined && {maxBytes}),
      onChange: () => {
        this.#noteState();
        this.#onChange();
      },
      onNewFile: (why) => this.sink?.note(this.#host.now(), 'log', NEW_FILE[why]),
    });
  }

  #noteState(): void {
    if (this.file?.state.status === 'failing') this.#problem = this.file.state.reason;
  }
}

const NEW_FILE = {
  rotated: 'goes on from the file before, which was full',
  moved: 'goes on from a file that was moved away',
} as const;

function startFacts({host, source, values, intervalMs}: RunLogOptions): StartFacts {
  const seconds = (ms: number) => ms / 1000;
  return {
    version: VERSION,
    host: source.hostName,
    platform: host.platform,
    pid: host.pid,
    options: {
      interval_seconds: seconds(intervalMs),
      ...thresholdFact('threshold', values.threshold),
      ...thresholdFact('swap_threshold', values['swap-threshold']),
      ...thresholdFact('vram_threshold', values['vram-threshold'].all),
      ...gpuThresholds(values['vram-threshold']),
      ...ruleFacts(values),
      ...(values.cooldown !== undefined && {cooldown_seconds: seconds(values.cooldown)}),
      window: values.window,
      log_interval_seconds: seconds(values['log-interval']),
      ...(values.preset !== undefined && {preset: values.preset}),
      ...(values.demo && {demo: true, seed: values.seed}),
    },
  };
}

/** The rules beside those of RAM, swap and VRAM, as they would be given; addresses and commands are left out. */
function ruleFacts(values: Values) {
  return {
    shm_threshold: writeMaybeThreshold(values['shm-threshold']),
    pressure_threshold: values['pressure-threshold'],
    full_pressure_threshold: values['full-pressure-threshold'],
    swap_rate_threshold: values['swap-rate-threshold'],
    process_threshold: writeMaybeThreshold(values['process-threshold']),
    job_threshold: writeMaybeThreshold(values['job-threshold']),
    limit_in_seconds: values['limit-in'] === 'off' ? 'off' : values['limit-in'] / 1000,
    for_seconds: values.for / 1000,
    repeat_seconds: values.repeat === 'off' ? [] : values.repeat.map((ms) => ms / 1000),
  };
}

/** In percent or in bytes, as it was given. */
function thresholdFact(name: string, threshold: Threshold) {
  return 'percent' in threshold
    ? {[`${name}_percent`]: threshold.percent}
    : {[`${name}_bytes`]: threshold.bytes};
}

function gpuThresholds({byGpu}: VramThresholds) {
  const single = Object.entries(byGpu).map(([gpu, threshold]) => [gpu, writeThreshold(threshold)]);
  return single.length === 0 ? {} : {vram_thresholds: Object.fromEntries(single)};
}
