import {Cadence} from './cadence.ts';
import {frameOf, ramReading, swapRateOf, withPools, withProcesses} from './derive.ts';
import type {SessionEvent} from './event.ts';
import type {FigureReading} from './figure-reading.ts';
import {formatBytes} from './format.ts';
import type {Frame, Pool, PoolFigures} from './frame.ts';
import {History} from './history.ts';
import {JobStory} from './job/job-story.ts';
import {type Limit, limitsOf} from './limit.ts';
import {LimitBook} from './limit-book.ts';
import {PoolBook, type PoolBookOptions} from './pool-book.ts';
import {poolInputs} from './pool-inputs.ts';
import type {PoolSeries} from './pool-series.ts';
import {type LeakOf, ProcessLeaks} from './process-leaks.ts';
import {ProcessSeries, processKey} from './process-series.ts';
import type {RuleThresholds} from './rules/rule-book.ts';
import {Watch} from './rules/watch.ts';
import {type WatchCheck, watchLook} from './rules/watch-look.ts';
import {failed, type ProcessTable, type Sample} from './sample.ts';
import type {VramThresholds} from './threshold.ts';
import {type Moment, Timeline} from './timeline.ts';
import {VramNotes} from './vram-notes.ts';

export interface SessionOptions extends PoolBookOptions {
  /** From where the rules beside those of pools alert. */
  readonly rules?: RuleThresholds;
}

export type EventListener = (event: SessionEvent) => void;

/** The core: takes in samples one by one, derives a frame of each, and tells what happened. */
export class Session {
  readonly processes = new ProcessSeries();
  /** Where leaks are looked for, those of the largest processes. */
  readonly processLeaks: ProcessLeaks | undefined;
  /** The last of the followed job. */
  readonly job = new JobStory();
  /** How readings follow each other. */
  readonly cadence = new Cadence();
  readonly #pools: PoolBook;
  readonly #vramNotes = new VramNotes();
  readonly #listeners = new Set<EventListener>();
  readonly #timeline = new Timeline();
  readonly #limits: LimitBook;
  readonly #watch: Watch;
  readonly #leakOf: LeakOf | undefined;
  #last: Frame | undefined;
  /** The moment of the sample that is being taken in, or was last. */
  #current: Moment | undefined;
  /** Of the reading before. */
  #swap: Parameters<typeof swapRateOf>[1];
  /** Of the one before that. */
  #swapBefore: Parameters<typeof swapRateOf>[1];
  #isPast = false;
  #lastTableAt = Number.NEGATIVE_INFINITY;

  constructor(options: SessionOptions = {}) {
    this.#pools = new PoolBook(options);
    this.processLeaks = options.watchLeaks === false ? undefined : new ProcessLeaks();
    this.#limits = new LimitBook(options);
    this.#watch = new Watch(options.rules, options.timing);
    const {leaks} = options;
    this.#leakOf = leaks && ((key) => leaks.process(key));
  }

  /** The latest frame; `undefined` before the first sample. */
  get frame(): Frame | undefined {
    return this.#last;
  }

  /** Verdicts on processes; nothing where leaks are neither looked for nor told. */
  get leakOf(): LeakOf | undefined {
    return this.processLeaks?.verdictOf ?? this.#leakOf;
  }

  get ram(): PoolSeries {
    return this.#pools.ram;
  }

  /** Every pool seen so far. */
  get pools(): readonly PoolSeries[] {
    return this.#pools.all;
  }

  /** Kills by the kernel's OOM killer since the start, oldest first. */
  get oomKills(): Watch['kills'] {
    return this.#watch.kills;
  }

  /** RAM under one limit, also while another is in force; `undefined` where no histories are kept. */
  limitHistory(id: string): History | undefined {
    return this.#limits.history(id);
  }

  pool(id: string): PoolSeries | undefined {
    return this.#pools.get(id);
  }

  /** Adds a listener for what happens; returns what takes it away again. */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells what happened, with its moment on the timeline. */
  emit(event: SessionEvent): void {
    const stamped = {...event, timelineMs: event.timelineMs ?? this.timelineOf(event.at)};
    for (const listener of this.#listeners) listener(stamped);
  }

  /** Takes in a sample from before the session: the chart shows it, nothing counts it and nothing alerts. */
  feedPast(sample: Sample): Frame {
    this.#isPast = true;
    const frame = this.feed(sample);
    this.processes.startOver();
    this.#isPast = false;
    return frame;
  }

  /** Takes in one sample and derives its frame. */
  feed(sample: Sample): Frame {
    const moment = this.#advance(sample);
    const {timelineMs} = moment;
    this.#swapBefore = this.#swap;
    this.#swap = sample;
    const limits = limitsOf(sample.memory, sample.limits);
    const limit = this.#switchLimit(limits, sample.at);
    const newTable = this.#feedProcesses(sample, timelineMs, limit);
    this.#limits.feedOthers(limits, moment);
    const inputs = this.#inputsOf(sample, limit);
    const {pools, events} = this.#pools.feed(inputs, {sample, timelineMs, isPast: this.#isPast});
    for (const event of events) this.emit(event);
    for (const event of this.#vramNotes.feed(sample)) this.emit(event);
    const frame = this.#frameOf({sample, timelineMs, pools, limits, limit, newTable});
    this.job.feed(frame);
    return frame;
  }

  /** Derives the frame of the reading that `feedFigures` took in last. @param sample that reading, whole */
  show(sample: Sample): Frame {
    const limits = limitsOf(sample.memory, sample.limits);
    const limit = this.#limits.inForce(limits);
    const pools = this.#pools.look(this.#inputsOf(sample, limit));
    const {timelineMs} = this.#current ?? {timelineMs: sample.at};
    return this.#frameOf({sample, timelineMs, pools, limits, limit, newTable: undefined});
  }

  #inputsOf(sample: Sample, limit: Limit | undefined) {
    return poolInputs(sample, limit, {
      ramDetail: this.#last?.ram.detail,
      hasSwap: this.pool('swap') !== undefined,
      hasShm: this.pool('shm') !== undefined,
    });
  }

  /** The rules beside those of pools look at it; what they tell, and what fires, is part of the frame. */
  #frameOf(parts: Omit<WatchCheck, 'ram' | 'swapRate'> & {readonly limits: readonly Limit[]}): Frame {
    const {sample, timelineMs, pools, limits, limit} = parts;
    const ram =
      pools.find(({id}) => id === 'ram') ??
      this.ram.view({detail: 'host', reading: failed('no reading yet')});
    const swapRate = swapRateOf(sample, this.#swapBefore);
    const {processLeaks} = this;
    const around = {processLeaks, before: this.#last?.processes, isPast: this.#isPast};
    for (const event of this.#watch.feed(watchLook({...parts, ram, swapRate}, around))) this.emit(event);
    const alerts = this.#watch.firing(sample.monotonicMs);
    const shown = {sample, timelineMs, ram, pools, limits, limit, swapRate, alerts, jobCpu: this.job.cpu};
    this.#last = frameOf(shown, this.#last);
    return this.#last;
  }

  /**
   * Takes in a reading as `feed` would, and many times as fast: the latest frame stays, and only rules on pools and
   * leaks look at it. @returns whether it was taken in; what is more than figures must be fed whole
   */
  feedFigures(moment: Pick<Sample, 'at' | 'monotonicMs'>, reading: FigureReading): boolean {
    const {limits} = reading;
    const frame = this.#last;
    const limit = this.#limits.inForce(limits);
    const figures = limit && reading.pools(limit);
    if (frame === undefined || limit === undefined || figures === undefined) return false;
    if (limit.id !== this.#limits.id || !this.#watch.isQuiet(reading.stall)) return false;
    if (this.#pools.wantsWhole(frame.pools, figures)) return false;
    const {at, monotonicMs: clock} = moment;
    const now = this.#advance(moment);
    this.#limits.feedOthers(limits, now);
    const events = this.#pools.feedFigures(frame.pools, figures, now, clock, frame.sample);
    for (const event of events) this.emit(event);
    if (this.#watch.tellsLeaks || this.#pools.someLeaks)
      this.#tellLeaks(this.#pools.views(frame.pools, figures), now, clock);
    this.#swapBefore = this.#swap;
    this.#swap = {monotonicMs: clock, swapCounters: reading.swapCounters};
    const bounds = {limit, ramPercent: this.ram.summary.current?.percent, clock};
    if (reading.job !== undefined) this.job.hold(at, reading.job, bounds);
    return true;
  }

  /** Takes in who was there at the latest reading, where that is told behind it. @returns the frame with it */
  feedProcesses(table: ProcessTable): Frame | undefined {
    const last = this.#last;
    if (last === undefined || table.processes.length === 0) return undefined;
    const frame = withProcesses(last, table);
    this.#feedProcesses(frame.sample, frame.timelineMs, frame.limit);
    this.#pools.nameHolders(frame.sample);
    this.#last = frame;
    return frame;
  }

  /** RAM's figures of a sample, derived as `feed` would and taken in nowhere. */
  peek(sample: Sample): PoolFigures | undefined {
    const reading = ramReading(sample, this.#limits.inForce(limitsOf(sample.memory, sample.limits)));
    return reading.status === 'ok' ? reading.value : undefined;
  }

  /** The thresholds of GPUs as they stand now. */
  get vramThresholds(): VramThresholds {
    return this.#pools.vramThresholds;
  }

  /** Sets the threshold of one pool as a share. @returns what it is now, percent */
  setThreshold(poolId: string, percent: number, at: number): number {
    const {to, events} = this.#pools.setThreshold(poolId, percent, at);
    for (const event of events) this.emit(event);
    return to;
  }

  /** Derives the latest frame's pools again, after a threshold was changed or an alert silenced. */
  refresh(): Frame | undefined {
    if (this.#last === undefined) return undefined;
    const pools = this.#last.pools.map((pool) => {
      return this.pool(pool.id)?.view(pool) ?? pool;
    });
    const ram = pools.find(({id}) => id === 'ram') ?? this.#last.ram;
    this.#last = withPools(this.#last, {
      pools,
      ram,
      alerts: this.#watch.firing(this.#last.sample.monotonicMs),
    });
    return this.#last;
  }

  /** Silences every alert that fires now until it clears. @returns what was silenced */
  silence(at: number): readonly string[] {
    const pools = this.pools.flatMap((series) => series.silence(at) ?? []);
    const events = [...pools, ...this.#watch.silence(at)];
    for (const event of events) this.emit(event);
    return events.flatMap((event) => (event.kind === 'silenced' ? [event.what] : []));
  }

  #advance({at, monotonicMs}: Pick<Sample, 'at' | 'monotonicMs'>): Moment {
    const timelineMs = this.#timeline.advance(at, monotonicMs);
    const {isGap, isPause} = this.cadence.next(timelineMs);
    if (isGap) this.#addGap(timelineMs);
    if (isPause) for (const {summary} of this.pools) summary.breakOff();
    this.#current = {at, timelineMs};
    return this.#current;
  }

  /** A moment beside the latest frame's; the wall clock is only trusted for the little time since that. */
  timelineOf(at: number): number {
    const {at: frameAt, timelineMs} = this.#current ?? {at, timelineMs: at};
    return timelineMs + Math.max(0, Math.min(at - frameAt, this.cadence.stepMs));
  }

  /** Readings were due and did not come: the machine slept, memtop was stopped. */
  #addGap(timelineMs: number): void {
    for (const series of this.pools) if (series !== this.ram) series.history?.addGap(timelineMs);
    this.#limits.addGap(timelineMs);
  }

  /** @returns the scan, where it was not taken in before */
  #feedProcesses(sample: Sample, timelineMs: number, limit: Limit | undefined): ProcessTable | undefined {
    const table = sample.processes;
    if (table?.status !== 'ok' || table.value.at === this.#lastTableAt) return undefined;
    this.#lastTableAt = table.value.at;
    this.processes.feed(table.value, timelineMs);
    const scan = {at: sample.at, timelineMs, availableBytes: limit?.availableBytes};
    this.processLeaks?.feed(table.value, scan, new Set(sample.job?.members.map(processKey)));
    return table.value;
  }

  #tellLeaks(pools: readonly Pool[], {at, timelineMs}: Moment, clock: number): void {
    const look = {pools, wallOffsetMs: at - timelineMs, growing: () => undefined};
    for (const event of this.#watch.feedLeaks(look, {at, clock})) this.emit(event);
  }

  #switchLimit(limits: readonly Limit[], at: number): Limit | undefined {
    const limit = this.#limits.inForce(limits);
    if (limit === undefined || limit.id === this.#limits.id) return limit;
    const kept = this.#limits.switchTo(limit, this.ram);
    if (kept === undefined) return limit;
    this.ram.restart(kept.history, kept.leak);
    // Its shares were of the former limit, which nobody can tell apart in one line.
    this.pool('job')?.restart(this.#limits.keepsHistory ? new History() : undefined);
    const text = `${limit.name} with ${formatBytes(limit.totalBytes)} is in force now`;
    this.emit({kind: 'note', at, what: 'limit', text});
    return limit;
  }
}
