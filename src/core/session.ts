import {frameOf, ramReading, topOf, withVram} from './derive.ts';
import type {SessionEvent, TopProcess} from './event.ts';
import {formatBytes, formatThreshold} from './format.ts';
import type {Frame, Pool, PoolFigures} from './frame.ts';
import {type Limit, limitInForce, limitsOf} from './limit.ts';
import {LimitHistories} from './limit-histories.ts';
import {type PoolInput, poolInputs} from './pool-inputs.ts';
import {PoolSeries} from './pool-series.ts';
import {type GivenThresholds, PoolThresholds} from './pool-thresholds.ts';
import {ProcessSeries} from './process-series.ts';
import {failed, type GpuReading, type Sample} from './sample.ts';
import {safeText} from './text.ts';
import type {VramThresholds} from './threshold.ts';
import {Timeline} from './timeline.ts';
import {gpuNumber, topOnGpu} from './vram.ts';

export interface SessionOptions {
  /** From where each kind of pool alerts. @default RAM 80 %, swap 50 %, VRAM 90 % */
  readonly thresholds?: GivenThresholds;
  /** Least seconds between two alerts of one pool. @default 60 */
  readonly cooldownSeconds?: number;
  /** How many checks average, peak and trend speak of. @default 100 */
  readonly windowSize?: number;
  /** Whether histories are kept for a chart. @default true */
  readonly keepHistory?: boolean;
  /** Told once for each alert callback that throws. */
  readonly onCallbackError?: (error: unknown) => void;
}

export type EventListener = (event: SessionEvent) => void;

/** How many of the largest processes a peak remembers. */
const PEAK_TOP = 5;
const PEAK_TOP_LATE_MS = 10_000;
/** Readings that come later than this many intervals are drawn as a gap. */
const GAP_INTERVALS = 3;
/** And later than this many were not only slow (a machine short of memory is): nobody knows what was between. */
const PAUSE_INTERVALS = 20;
const PAUSE_SLACK_MS = 10_000;

/** The core: takes in samples one by one, derives a frame of each, and tells what happened. */
export class Session {
  readonly ram: PoolSeries;
  readonly processes = new ProcessSeries();
  readonly #series = new Map<string, PoolSeries>();
  readonly #options: SessionOptions;
  readonly #thresholds: PoolThresholds;
  /** Reasons for which VRAM of processes is not known, told so far. */
  readonly #toldOfVram = new Set<string>();
  readonly #listeners = new Set<EventListener>();
  readonly #timeline = new Timeline();
  readonly #limitHistories: LimitHistories | undefined;
  #limitId: string | undefined;
  #last: Frame | undefined;
  /** The moment of the sample that is being taken in, or was last. */
  #current: {readonly at: number; readonly timelineMs: number} | undefined;
  #isPast = false;
  #lastTableAt = Number.NEGATIVE_INFINITY;
  #stepMs = Number.POSITIVE_INFINITY;

  constructor(options: SessionOptions = {}) {
    this.#options = options;
    this.#thresholds = new PoolThresholds(options.thresholds);
    this.#limitHistories = options.keepHistory === false ? undefined : new LimitHistories();
    this.ram = this.#open({id: 'ram', kind: 'ram', label: 'RAM', what: 'RAM'});
  }

  /** The latest frame; `undefined` before the first sample. */
  get frame(): Frame | undefined {
    return this.#last;
  }

  /** Every pool seen so far. */
  get pools(): readonly PoolSeries[] {
    return [...this.#series.values()];
  }

  pool(id: string): PoolSeries | undefined {
    return this.#series.get(id);
  }

  /** Adds a listener for what happens; returns what takes it away again. */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells what happened, with its moment on the timeline. */
  emit(event: SessionEvent): void {
    const stamped = {...event, timelineMs: event.timelineMs ?? this.#timelineOf(event.at)};
    for (const listener of this.#listeners) listener(stamped);
  }

  /** Takes in a sample from before the session: the chart shows it, nothing counts it and nothing alerts. */
  feedPast(sample: Sample): Frame {
    this.#isPast = true;
    const frame = this.feed(sample);
    this.#isPast = false;
    return frame;
  }

  /** Takes in one sample and derives its frame. */
  feed(sample: Sample): Frame {
    const {timelineMs} = this.#advance(sample);
    this.#current = {at: sample.at, timelineMs};
    this.#feedProcesses(sample, timelineMs);
    const limits = limitsOf(sample.memory, sample.limits);
    const limit = this.#switchLimit(limits, sample.at);
    this.#limitHistories?.feed(limits, this.#limitId, timelineMs);
    const former = {ramDetail: this.#last?.ram.detail, hasSwap: this.#series.has('swap')};
    const inputs = poolInputs(sample, limit, former);
    this.#missOthers(inputs, sample, timelineMs);
    const pools = inputs.map((input) => this.#feedPool(input, sample, timelineMs));
    this.#tellOfVram(sample);
    const [ram = this.ram.view({detail: 'host', reading: failed('no reading yet')})] = pools;
    const parts = {sample, timelineMs, ram, pools, limits, limit};
    this.#last = frameOf(parts, this.#last);
    return this.#last;
  }

  /** Samples come at another interval from now on, so that a longer wait for the next is no gap. */
  expectEvery(intervalMs: number): void {
    this.#stepMs = Math.max(this.#stepMs, intervalMs);
  }

  /** RAM's figures of a sample, derived as `feed` would and taken in nowhere. */
  peek(sample: Sample): PoolFigures | undefined {
    const reading = ramReading(sample, limitInForce(limitsOf(sample.memory, sample.limits), this.#limitId));
    return reading.status === 'ok' ? reading.value : undefined;
  }

  /** Whether a sample will raise an alert on RAM, so that who holds the memory should be known exactly. */
  isAboutToAlert(sample: Sample): boolean {
    const percent = this.peek(sample)?.percent;
    return (
      percent !== undefined && percent >= this.ram.alert.thresholdPercent && this.ram.episode === undefined
    );
  }

  /** The thresholds of GPUs as they stand now. */
  get vramThresholds(): VramThresholds {
    return this.#thresholds.vram;
  }

  /** Sets the threshold of one pool as a share. @returns what it is now, percent */
  setThreshold(poolId: string, percent: number, at: number): number {
    const series = this.#series.get(poolId) ?? this.ram;
    const to = Math.min(100, Math.max(1, percent));
    const from = series.alert.thresholdPercent;
    if (to === from) return to;
    const resolved = series.setThreshold(to, at);
    this.#thresholds.set(series.kind, gpuOf(series), {percent: to});
    const [before, after] = [formatThreshold(from), formatThreshold(to)];
    this.emit({kind: 'changed', at, what: series.what, field: 'threshold', from: before, to: after});
    for (const event of resolved) this.emit(event);
    return to;
  }

  /** Derives the latest frame's pools again, after a threshold was changed or an alert silenced. */
  refresh(): Frame | undefined {
    if (this.#last === undefined) return undefined;
    const pools = this.#last.pools.map((pool) => {
      return this.#series.get(pool.id)?.view(pool) ?? pool;
    });
    this.#last = withVram({...this.#last, pools, ram: pools[0] ?? this.#last.ram});
    return this.#last;
  }

  /** Silences every alert that fires now until it clears. @returns what was silenced */
  silence(at: number): readonly string[] {
    const events = this.pools.flatMap((series) => series.silence(at) ?? []);
    for (const event of events) this.emit(event);
    return events.flatMap((event) => (event.kind === 'silenced' ? [event.what] : []));
  }

  #advance(sample: Sample): {readonly timelineMs: number} {
    const {timelineMs} = this.#timeline.advance(sample.at, sample.monotonicMs);
    const step = this.#last === undefined ? 0 : timelineMs - this.#last.timelineMs;
    if (step > this.#stepMs * GAP_INTERVALS + 1000) this.#addGap(timelineMs);
    if (step > this.#stepMs * PAUSE_INTERVALS + PAUSE_SLACK_MS)
      for (const {summary} of this.pools) summary.breakOff();
    if (step > 0) this.#stepMs = step;
    return {timelineMs};
  }

  /** A moment beside the latest frame's; the wall clock is only trusted for the little time since that. */
  #timelineOf(at: number): number {
    const {at: frameAt, timelineMs} = this.#current ?? {at, timelineMs: at};
    return timelineMs + Math.max(0, Math.min(at - frameAt, this.#stepMs));
  }

  /** Readings were due and did not come: the machine slept, memtop was stopped. */
  #addGap(timelineMs: number): void {
    for (const series of this.pools) if (series !== this.ram) series.history?.addGap(timelineMs);
    this.#limitHistories?.addGap(timelineMs);
  }

  #feedProcesses(sample: Sample, timelineMs: number): void {
    const table = sample.processes;
    if (table?.status !== 'ok' || table.value.at === this.#lastTableAt) return;
    this.#lastTableAt = table.value.at;
    this.processes.feed(table.value, timelineMs);
  }

  #switchLimit(limits: readonly Limit[], at: number): Limit | undefined {
    const limit = limitInForce(limits, this.#limitId);
    if (limit === undefined || limit.id === this.#limitId) return limit;
    const former = this.#limitId;
    this.#limitId = limit.id;
    if (former === undefined) {
      if (this.ram.history !== undefined) this.#limitHistories?.adopt(limit.id, this.ram.history);
      return limit;
    }
    this.ram.restart(this.#limitHistories?.of(limit.id));
    const text = `${limit.name} with ${formatBytes(limit.totalBytes)} is in force now`;
    this.emit({kind: 'note', at, what: 'limit', text});
    return limit;
  }

  #feedPool(input: PoolInput, sample: Sample, timelineMs: number): Pool {
    const {reading} = input;
    const series = this.#series.get(input.id) ?? this.#open(input);
    const top = () => topFor(input, sample, 1)[0];
    const check = {at: sample.at, clock: sample.monotonicMs, timelineMs, top, isPast: this.#isPast};
    for (const event of series.feed({...check, reading})) this.emit(event);
    this.#rememberPeak(series, input, sample);
    return series.view(input);
  }

  /** Pools that were there before and are not now. */
  #missOthers(inputs: readonly PoolInput[], {at, monotonicMs}: Sample, timelineMs: number): void {
    const known = inputs.filter(({id}) => this.#series.has(id)).length;
    if (known === this.#series.size) return;
    for (const series of this.pools)
      if (!inputs.some(({id}) => id === series.id))
        for (const event of series.miss(timelineMs, at, monotonicMs)) this.emit(event);
  }

  /** What stays unknown for as long as memtop runs is told once. */
  #tellOfVram({gpus, at}: Sample): void {
    for (const {missing} of gpus.status === 'ok' ? gpus.value : []) {
      const {status, reason} = missing?.processes ?? {};
      if (reason === undefined || status === 'failed' || this.#toldOfVram.has(reason)) continue;
      this.#toldOfVram.add(reason);
      this.emit({kind: 'note', at, what: 'VRAM', text: reason});
    }
  }

  #open({id, kind, label, what, gpu}: Pick<PoolInput, 'id' | 'kind' | 'label' | 'what' | 'gpu'>): PoolSeries {
    const {cooldownSeconds = 60, windowSize = 100, keepHistory = true, onCallbackError} = this.#options;
    const threshold = this.#thresholds.of(kind, gpu && gpuNumber(gpu));
    const series = new PoolSeries({
      id,
      kind,
      label,
      what,
      threshold,
      cooldownSeconds,
      windowSize,
      keepHistory,
      ...(onCallbackError !== undefined && {onCallbackError}),
      ...(gpu !== undefined && {title: 'VRAM', of: `${label} (${inWords(gpu)})`}),
    });
    this.#series.set(id, series);
    return series;
  }

  #rememberPeak(series: PoolSeries, input: PoolInput, sample: Sample): void {
    const peak = series.summary.peak;
    if (peak === undefined || peak.top.length > 0 || sample.at - peak.at > PEAK_TOP_LATE_MS) return;
    // Of the first readings the processes come a little later than memory.
    peak.top = topFor(input, sample, PEAK_TOP);
  }
}

/** Who holds most of a pool: of a GPU by its VRAM, of all else by RSS. */
function topFor({gpu}: PoolInput, sample: Sample, count: number): readonly TopProcess[] {
  if (gpu === undefined) return topOf(sample, count);
  return topOnGpu(gpu, sample.processes, {at: sample.at, count});
}

/** A GPU's number, as in `0` and `0/1`; other pools have none. */
function gpuOf({kind, id}: PoolSeries): string | undefined {
  return kind === 'gpu' ? id.slice('gpu'.length) : undefined;
}

function inWords({name, memory}: GpuReading): string {
  return `${safeText(name)}${memory === 'vram+gtt' ? ', VRAM and GTT' : ''}`;
}
