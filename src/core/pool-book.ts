import type {MemoryAlert} from './alert.ts';
import {topOf} from './derive.ts';
import type {SessionEvent, TopProcess} from './event.ts';
import {formatThreshold} from './format.ts';
import type {Pool, PoolFigures} from './frame.ts';
import type {LeakTeller, LeakWatching} from './leak-watch.ts';
import type {PoolInput} from './pool-inputs.ts';
import {type AlertSpans, PoolSeries} from './pool-series.ts';
import {type GivenThresholds, PoolThresholds} from './pool-thresholds.ts';
import {type GpuReading, ok, type Sample} from './sample.ts';
import {SCAN_SLACK_MS, type SessionPeak} from './summary.ts';
import {safeText} from './text.ts';
import type {VramThresholds} from './threshold.ts';
import type {Moment} from './timeline.ts';
import {gpuNumber, topOnGpu} from './vram.ts';

export interface PoolBookOptions {
  /** From where each kind of pool alerts. @default RAM 80 %, swap 50 %, VRAM and /dev/shm 90 %, a job off */
  readonly thresholds?: GivenThresholds;
  /** When alerts are raised and told again. @default at once, and after 1, 5, 15 and 60 minutes */
  readonly timing?: AlertSpans;
  /** The alert of RAM, where that is the library's own. @default one that lasts, as of all else */
  readonly ramAlert?: MemoryAlert;
  /** How many checks average, peak and trend speak of. @default 100 */
  readonly windowSize?: number;
  /** Whether histories are kept for a chart. @default true */
  readonly keepHistory?: boolean;
  /** Whether leaks are looked for. @default true */
  readonly watchLeaks?: LeakWatching;
  /** Whose verdicts are shown where leaks are not looked for. @default nobody's */
  readonly leaks?: LeakTeller;
}

export interface PoolBookCheck {
  readonly sample: Sample;
  readonly timelineMs: number;
  /** It was before the session: it is shown, and neither counted nor alerted of. */
  readonly isPast: boolean;
}

/** A reading of figures alone, the same object for all pools and for each of millions of readings. */
class FigureCheck {
  at = 0;
  clock = 0;
  timelineMs = 0;
  pool: Pool | undefined;
  processes: Sample['processes'];
  job: Sample['job'];
  readonly top = () => this.pool && topFor(this.pool, this, 1)[0];
}

const NOTHING: readonly SessionEvent[] = [];

/** How many of the largest processes a peak remembers. */
const PEAK_TOP = 5;
/** A list from longer after a peak does not tell who was there then. */
const PEAK_TOP_APART_MS = 10_000;
/** One from before it is told as what it is; a log has one a minute. */
const PEAK_TOP_BEFORE_MS = 65_000;

/** Every pool that was ever seen, with its series. */
export class PoolBook {
  readonly ram: PoolSeries;
  readonly #options: PoolBookOptions;
  readonly #thresholds: PoolThresholds;
  readonly #series = new Map<string, PoolSeries>();
  readonly #check = new FigureCheck();

  constructor(options: PoolBookOptions) {
    this.#options = options;
    this.#thresholds = new PoolThresholds(options.thresholds);
    this.ram = this.#open({id: 'ram', kind: 'ram', label: 'RAM', what: 'RAM'});
  }

  get all(): readonly PoolSeries[] {
    return [...this.#series.values()];
  }

  get(id: string): PoolSeries | undefined {
    return this.#series.get(id);
  }

  /** The thresholds of GPUs as they stand now. */
  get vramThresholds(): VramThresholds {
    return this.#thresholds.vram;
  }

  /** Takes in what one sample says of the pools. @returns their views, and what that set off */
  feed(inputs: readonly PoolInput[], check: PoolBookCheck) {
    const missed = this.#missOthers(inputs, check);
    const fed = inputs.map((input) => this.#feedOne(input, check));
    return {
      pools: fed.map(({pool}): Pool => pool),
      events: [...missed, ...fed.flatMap(({events}) => events)],
    };
  }

  /** What a frame shows of pools as they stand now. */
  look(inputs: readonly PoolInput[]): readonly Pool[] {
    return inputs.flatMap((input) => this.#series.get(input.id)?.view(input) ?? []);
  }

  /** Takes in who was there at the latest reading, where that is told behind it. */
  nameHolders(sample: Sample): void {
    for (const series of this.all)
      if (series.kind !== 'gpu') rememberPeak(series, {kind: series.kind}, sample);
  }

  /** Whether a reading wants more than figures: who holds VRAM at its peak is told with it. */
  wantsWhole(pools: readonly Pool[], figures: readonly PoolFigures[]): boolean {
    for (let index = 0; index < pools.length; index += 1) {
      const pool = pools[index];
      if (pool?.kind !== 'gpu') continue;
      const peak = this.#series.get(pool.id)?.summary.peak?.percent;
      if (peak !== undefined && (figures[index]?.percent ?? 0) > peak) return true;
    }
    return false;
  }

  /** Whether some pool leaks. */
  get someLeaks(): boolean {
    for (const {leak} of this.#series.values()) if (leak?.state === 'leak') return true;
    return false;
  }

  /** What a frame shows of pools that are the same as before, with these figures. */
  views(pools: readonly Pool[], figures: readonly PoolFigures[]): readonly Pool[] {
    return pools.flatMap((pool, index) => {
      const [series, value] = [this.#series.get(pool.id), figures[index]];
      return series === undefined || value === undefined ? [] : series.view({...pool, reading: ok(value)});
    });
  }

  /** Takes in the figures of pools that are the same as in an earlier sample, whose processes still stand. @returns what that set off */
  feedFigures(
    pools: readonly Pool[],
    figures: readonly PoolFigures[],
    {at, timelineMs}: Moment,
    clock: number,
    {processes, job}: Sample,
  ): readonly SessionEvent[] {
    const check = this.#check;
    check.at = at;
    check.clock = clock;
    check.timelineMs = timelineMs;
    check.processes = processes;
    check.job = job;
    let events: readonly SessionEvent[] = NOTHING;
    for (let index = 0; index < pools.length; index += 1) {
      const pool = pools[index];
      const value = figures[index];
      const series = pool && this.#series.get(pool.id);
      if (pool === undefined || series === undefined || value === undefined) continue;
      check.pool = pool;
      const told = series.feedFigures(value, check);
      if (told.length > 0) events = [...events, ...told];
      if (series.summary.peak?.at === at) rememberPeak(series, pool, check);
    }
    return events;
  }

  /** Sets the threshold of one pool as a share, 1–100. @returns what it is now, and what that set off */
  setThreshold(poolId: string, percent: number, at: number) {
    const series = this.#series.get(poolId) ?? this.ram;
    const to = Math.min(100, Math.max(1, percent));
    const from = series.alert.thresholdPercent;
    if (to === from) return {to, events: []};
    const resolved = series.setThreshold(to, at);
    this.#thresholds.set(series.kind, gpuOf(series), {percent: to});
    const [before, after] = [formatThreshold(from), formatThreshold(to)];
    const {what} = series;
    const changed: SessionEvent = {kind: 'changed', at, what, field: 'threshold', from: before, to: after};
    return {to, events: [changed, ...resolved]};
  }

  #feedOne(input: PoolInput, {sample, timelineMs, isPast}: PoolBookCheck) {
    const {reading} = input;
    const series = this.#series.get(input.id) ?? this.#open(input);
    const top = () => topFor(input, sample, 1)[0];
    const {at, monotonicMs: clock} = sample;
    const events = series.feed({at, clock, timelineMs, top, isPast, reading});
    rememberPeak(series, input, sample);
    return {pool: series.view(input), events};
  }

  /** Pools that were there before and are not now. */
  #missOthers(inputs: readonly PoolInput[], {sample, timelineMs}: PoolBookCheck): readonly SessionEvent[] {
    const known = inputs.filter(({id}) => this.#series.has(id)).length;
    if (known === this.#series.size) return [];
    return this.all
      .filter((series) => !inputs.some(({id}) => id === series.id))
      .flatMap((series) => series.miss(timelineMs, sample.at, sample.monotonicMs));
  }

  #open({id, kind, label, what, gpu}: Pick<PoolInput, 'id' | 'kind' | 'label' | 'what' | 'gpu'>): PoolSeries {
    const {windowSize = 100, keepHistory = true, watchLeaks = true, leaks, timing, ramAlert} = this.#options;
    const series = new PoolSeries({
      id,
      kind,
      label,
      what,
      threshold: this.#thresholds.of(kind, gpu && gpuNumber(gpu)),
      windowSize,
      keepHistory,
      watchLeaks,
      ...(leaks !== undefined && {toldLeak: () => leaks.pool(id)}),
      ...(timing !== undefined && {timing}),
      ...(kind === 'ram' && ramAlert !== undefined && {memoryAlert: ramAlert}),
      ...(gpu !== undefined && {title: 'VRAM', of: `${label} (${inWords(gpu)})`}),
    });
    this.#series.set(id, series);
    return series;
  }
}

/** What names who holds memory. */
type Holders = Pick<Sample, 'at'> & {readonly [N in 'processes' | 'job']?: Sample[N] | undefined};

function rememberPeak(
  {summary: {peak}}: PoolSeries,
  input: Pick<PoolInput, 'gpu' | 'kind'>,
  sample: Holders,
): void {
  if (peak === undefined || sample.at - peak.at > PEAK_TOP_APART_MS) return;
  const {processes} = sample;
  // A GPU tells itself who holds it.
  const at = processes?.status === 'ok' && input.gpu === undefined ? processes.value.at : sample.at;
  // Logs name processes only now and then.
  if (peak.at - at > PEAK_TOP_BEFORE_MS) return;
  if (peak.top.length > 0 && !isNearer(at, peak)) return;
  // Of the first readings the processes come a little later than memory.
  const top = topFor(input, sample, PEAK_TOP);
  if (top.length === 0) return;
  peak.top = top;
  peak.topAt = at;
}

/** Who was there before a peak made it, rather than who is there after it; unless that was told too long before. */
function isNearer(at: number, {at: peakAt, topAt = at}: SessionPeak): boolean {
  if (at === peakAt) return topAt !== at;
  return peakAt - topAt > SCAN_SLACK_MS && Math.abs(at - peakAt) < peakAt - topAt;
}

/** Who holds most of a pool: of a GPU by its VRAM, of all else by RSS; of the job, which of its processes. */
function topFor(
  {gpu, kind}: Pick<PoolInput, 'gpu' | 'kind'>,
  sample: Holders,
  count: number,
): readonly TopProcess[] {
  if (gpu === undefined) return topOf(sample, count, kind === 'job' ? 'job' : 'all');
  return topOnGpu(gpu, sample.processes, {at: sample.at, count});
}

/** A GPU's number, as in `0` and `0/1`; other pools have none. */
function gpuOf({kind, id}: PoolSeries): string | undefined {
  return kind === 'gpu' ? id.slice('gpu'.length) : undefined;
}

function inWords({name, memory}: GpuReading): string {
  return `${safeText(name)}${memory === 'vram+gtt' ? ', VRAM and GTT' : ''}`;
}
