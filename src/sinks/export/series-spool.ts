import type {LogReading} from '../../core/log/log-readings.ts';
import {METRICS, type MetricName} from '../prometheus/metrics.ts';
import type {Labels} from './metric-point.ts';
import {EXPORTED_METRICS, METRIC_READERS} from './metric-readers.ts';
import {END, metricHead, sampleLine, seriesName} from './open-metrics.ts';

/** So many series at most: labels hold names of programs, and those of a bad log have no end. */
const MOST_SERIES = 2000;
/** So much text is held of one series, and of all together. */
const HELD_OF_ONE = 65_536;
const HELD_OF_ALL = 4 * 1024 * 1024;

/** Files that are kept while the log is read. */
export interface SpoolFiles {
  append(name: string, text: string): void;
  /** Each chunk stands until the next is asked for. */
  chunksOf(name: string): Iterable<Uint8Array>;
}

/** Resolves once the chunk is out, and its bytes may be used for something else. */
export type PutWhole = (chunk: string | Uint8Array) => Promise<void>;

interface Series {
  readonly metric: string;
  readonly file: string;
  text: string;
  lastAt: number;
}

/**
 * Samples by series: OpenMetrics has all samples of one series together, and all series of one metric, where a log has
 * all series of one moment. Each series is a file of its own until the log is read, so that memory does not grow with the
 * log.
 */
export class SeriesSpool {
  readonly #files: SpoolFiles;
  readonly #series = new Map<string, Series>();
  #held = 0;
  #lateSamples = 0;
  #droppedSeries = 0;

  constructor(files: SpoolFiles) {
    this.#files = files;
  }

  /** Samples whose time was not after that of the one before, as behind a clock that was set back; they are left out. */
  get lateSamples(): number {
    return this.#lateSamples;
  }

  /** Samples of series beyond the most there may be. */
  get droppedSamples(): number {
    return this.#droppedSeries;
  }

  add(reading: LogReading): void {
    for (const name of EXPORTED_METRICS)
      for (const {labels, value} of METRIC_READERS[name](reading))
        if (value !== undefined && Number.isFinite(value)) this.#put(name, labels, {value, at: reading.at});
  }

  /** Writes everything out. */
  async writeTo(put: PutWhole): Promise<void> {
    for (const name of EXPORTED_METRICS) await this.#writeMetric(name, put);
    await put(END);
  }

  #put(metric: string, labels: Labels, {value, at}: {readonly value: number; readonly at: number}): void {
    const name = seriesName(metric, labels);
    const series = this.#series.get(name) ?? this.#open(name, metric);
    if (series === undefined) {
      this.#droppedSeries += 1;
      return;
    }
    if (at <= series.lastAt) {
      this.#lateSamples += 1;
      return;
    }
    series.lastAt = at;
    const line = sampleLine(name, value, at);
    series.text += line;
    this.#held += line.length;
    if (series.text.length >= HELD_OF_ONE) this.#flush(series);
    if (this.#held >= HELD_OF_ALL) for (const each of this.#series.values()) this.#flush(each);
  }

  #open(name: string, metric: string): Series | undefined {
    if (this.#series.size >= MOST_SERIES) return undefined;
    const file = String(this.#series.size);
    const series = {metric, file, text: '', lastAt: Number.NEGATIVE_INFINITY};
    this.#series.set(name, series);
    return series;
  }

  #flush(series: Series): void {
    if (series.text === '') return;
    this.#files.append(series.file, series.text);
    this.#held -= series.text.length;
    series.text = '';
  }

  async #writeMetric(name: MetricName, put: PutWhole): Promise<void> {
    const all = [...this.#series.values()].filter((series) => series.metric === name);
    if (all.length > 0) await put(metricHead(name, METRICS[name]));
    for (const series of all) {
      this.#flush(series);
      for (const chunk of this.#files.chunksOf(series.file)) await put(chunk);
    }
  }
}
