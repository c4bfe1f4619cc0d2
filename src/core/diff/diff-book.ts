import type {Frame, PoolKind} from '../frame.ts';
import {programName} from '../program.ts';
import {RunSeries} from './batches.ts';

/** So many programs are followed; logs name the largest alone, but not always the same. */
const MOST_PROGRAMS = 64;

export interface BookedPool {
  readonly id: string;
  readonly kind: PoolKind;
  readonly label: string;
  readonly series: RunSeries;
}

/** Nothing is above a threshold that is off. */
function isAbove(percent: number, threshold: number): boolean | undefined {
  return Number.isFinite(threshold) ? percent >= threshold : undefined;
}

/** What a comparison keeps of one run, in memory that does not grow with it. */
export class DiffBook {
  readonly #lengthMs: number;
  readonly #pools = new Map<string, BookedPool>();
  readonly #programs = new Map<string, RunSeries>();
  #startMs: number | undefined;
  #lastTableAt: number | undefined;
  #tables = 0;

  /** @param lengthMs how much of the run is compared, from its first frame on */
  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  get pools(): readonly BookedPool[] {
    return [...this.#pools.values()];
  }

  /** Programs by their names, all processes of one name together. */
  get programs(): ReadonlyMap<string, RunSeries> {
    return this.#programs;
  }

  /** How often the log names processes in what is compared. */
  get tables(): number {
    return this.#tables;
  }

  feed(frame: Frame): void {
    this.#startMs ??= frame.timelineMs;
    const at = frame.timelineMs - this.#startMs;
    for (const {id, kind, label, reading, thresholdPercent} of frame.pools) {
      const {series} = this.#pools.get(id) ?? this.#openPool({id, kind, label});
      if (reading.status !== 'ok') series.breakOff(at);
      else series.add(at, reading.value.usedBytes, isAbove(reading.value.percent, thresholdPercent));
    }
    this.#feedPrograms(frame, at);
  }

  #openPool(pool: Omit<BookedPool, 'series'>): BookedPool {
    const opened = {...pool, series: new RunSeries(this.#lengthMs)};
    this.#pools.set(pool.id, opened);
    return opened;
  }

  #feedPrograms({processes: table}: Frame, at: number): void {
    if (table?.status !== 'ok' || table.value.at === this.#lastTableAt) return;
    this.#lastTableAt = table.value.at;
    if (at <= this.#lengthMs) this.#tables += 1;
    const held = new Map<string, number>();
    for (const process of table.value.processes) {
      const {title} = programName(process);
      held.set(title, (held.get(title) ?? 0) + process.rssBytes);
    }
    for (const [name, bytes] of held) this.#programOf(name, bytes)?.add(at, bytes);
    // What is not among the largest any more has a size that nobody told.
    for (const [name, series] of this.#programs) if (!held.has(name)) series.breakOff(at);
  }

  #programOf(name: string, bytes: number): RunSeries | undefined {
    const known = this.#programs.get(name);
    if (known !== undefined) return known;
    if (this.#programs.size >= MOST_PROGRAMS && !this.#dropSmallerThan(bytes)) return undefined;
    const series = new RunSeries(this.#lengthMs);
    this.#programs.set(name, series);
    return series;
  }

  #dropSmallerThan(bytes: number): boolean {
    const peakOf = (series: RunSeries) => series.peak?.bytes ?? 0;
    const [name, series] = [...this.#programs].reduce((a, b) => (peakOf(b[1]) < peakOf(a[1]) ? b : a));
    if (peakOf(series) >= bytes) return false;
    return this.#programs.delete(name);
  }
}
