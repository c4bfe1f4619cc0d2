import {appendFileSync, closeSync, mkdtempSync, openSync, readSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {LogReading} from '../../core/log/log-readings.ts';
import {METRICS, type MetricName} from '../prometheus/metrics.ts';
import {EXPORTED_METRICS, type Labels, METRIC_READERS} from './metric-readers.ts';
import {END, metricHead, sampleLine, seriesName} from './open-metrics.ts';

/** So many series at most: labels hold names of programs, and those of a bad log have no end. */
const MOST_SERIES = 2000;
const HELD_CHARACTERS = 16_384;
const CHUNK = 256 * 1024;

interface Series {
  readonly metric: string;
  readonly file: string;
  text: string;
  lastAt: number;
}

/**
 * Samples by series: OpenMetrics has all samples of one series together, and all series of one metric, where a log has
 * all series of one moment. Each series is a file in a folder of its own until the log is read, so that memory does not
 * grow with the log.
 */
export class SeriesSpool {
  readonly #folder = mkdtempSync(join(tmpdir(), 'memtop-export-'));
  readonly #series = new Map<string, Series>();
  #lateSamples = 0;
  #droppedSeries = 0;

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
  writeTo(put: (chunk: string | Uint8Array) => void): void {
    for (const name of EXPORTED_METRICS) this.#writeMetric(name, put);
    put(END);
  }

  /** Takes away what was kept on disk. */
  [Symbol.dispose](): void {
    rmSync(this.#folder, {recursive: true, force: true});
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
    series.text += sampleLine(name, value, at);
    if (series.text.length >= HELD_CHARACTERS) this.#flush(series);
  }

  #open(name: string, metric: string): Series | undefined {
    if (this.#series.size >= MOST_SERIES) return undefined;
    const file = join(this.#folder, String(this.#series.size));
    const series = {metric, file, text: '', lastAt: Number.NEGATIVE_INFINITY};
    this.#series.set(name, series);
    return series;
  }

  #flush(series: Series): void {
    appendFileSync(series.file, series.text);
    series.text = '';
  }

  #writeMetric(name: MetricName, put: (chunk: string | Uint8Array) => void): void {
    const all = [...this.#series.values()].filter((series) => series.metric === name);
    if (all.length > 0) put(metricHead(name, METRICS[name]));
    for (const series of all) {
      this.#flush(series);
      copyFile(series.file, put);
    }
  }
}

function copyFile(file: string, put: (chunk: Uint8Array) => void): void {
  const fd = openSync(file, 'r');
  try {
    for (;;) {
      const chunk = Buffer.alloc(CHUNK);
      const length = readSync(fd, chunk);
      if (length === 0) return;
      put(chunk.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}
