import {ChartGrid, type ChartTrack} from './chart-grid.ts';
import type {SessionEvent} from './event.ts';
import type {Frame, Pool} from './frame.ts';
import {largest, processKey} from './process-series.ts';
import {programName} from './program.ts';
import {type ChartProcess, type ReportChart, thresholdsOf} from './report-chart.ts';
import type {ProcessReading} from './sample.ts';
import type {Session} from './session.ts';

/** So many processes are followed, the largest so far, and so many of them drawn. */
const MOST_FOLLOWED = 32;
const MOST_DRAWN = 8;
/** Readings that come later than this many intervals leave a gap. */
const GAP_INTERVALS = 3;
const GAP_SLACK_MS = 1000;

/**
 * The chart of a whole log while it is read, in as many columns for its first hour as for its last: the histories of a
 * session are fine only near their end. Bounded memory.
 */
export class ChartBook {
  readonly #grid = new ChartGrid();
  readonly #pools = new Map<string, {readonly pool: Pool; readonly track: ChartTrack}>();
  readonly #processes = new Map<string, {readonly process: ProcessReading; readonly track: ChartTrack}>();
  #lastAt: number | undefined;
  #stepMs = Number.POSITIVE_INFINITY;
  #lastTableAt: number | undefined;

  feed(frame: Frame): void {
    const {timelineMs} = frame;
    this.#markGap(timelineMs);
    const column = this.#grid.columnAt(timelineMs);
    for (const pool of frame.pools) {
      const {reading} = pool;
      this.#trackOf(pool).add(column, reading.status === 'ok' ? reading.value.percent : undefined);
    }
    // RAM was checked and this pool was not there.
    for (const [id, {track}] of this.#pools)
      if (!frame.pools.some((pool) => pool.id === id)) track.add(column, undefined);
    this.#addProcesses(frame, column);
  }

  /** Takes in who was there at the latest frame, where that is told behind it. */
  feedProcesses(frame: Frame): void {
    this.#addProcesses(frame, this.#grid.columnAt(frame.timelineMs));
  }

  /** @returns what to draw; nothing where there was no frame */
  chart(session: Session, events: readonly SessionEvent[]): ReportChart | undefined {
    const {from, columnMs, count} = this.#grid;
    if (count === 0) return undefined;
    const columnsOf = (track: ChartTrack) => Array.from({length: count}, (_, index) => track.column(index));
    const series = [...this.#pools.values()].flatMap(({pool: {id, kind, label, what}, track}) => {
      const pool = session.pool(id);
      if (pool === undefined) return [];
      return [
        {id, kind, label, what, columns: columnsOf(track), thresholds: thresholdsOf(pool, events, from)},
      ];
    });
    const processes = [...this.#processes]
      .sort(([, a], [, b]) => b.track.highest - a.track.highest)
      .slice(0, MOST_DRAWN)
      .map(([key, {process, track}]): ChartProcess => {
        return {key, pid: process.pid, name: programName(process).title, columns: columnsOf(track)};
      });
    return {from, columnMs, count, series, processes};
  }

  /** Readings were due and did not come: columns between them are no stretch to draw a line through. */
  #markGap(timelineMs: number): void {
    const last = this.#lastAt;
    this.#lastAt = timelineMs;
    if (last === undefined) return;
    const step = timelineMs - last;
    if (step > this.#stepMs * GAP_INTERVALS + GAP_SLACK_MS) {
      // Room is made first: it moves the columns.
      const end = this.#grid.columnAt(timelineMs);
      for (let column = this.#grid.columnAt(last) + 1; column < end; column += 1)
        for (const {track} of this.#pools.values()) track.add(column, undefined);
    }
    if (step > 0) this.#stepMs = step;
  }

  #trackOf(pool: Pool): ChartTrack {
    const known = this.#pools.get(pool.id);
    if (known !== undefined) return known.track;
    const track = this.#grid.open();
    this.#pools.set(pool.id, {pool, track});
    return track;
  }

  #addProcesses({processes: table}: Frame, column: number): void {
    if (table?.status !== 'ok' || table.value.at === this.#lastTableAt) return;
    this.#lastTableAt = table.value.at;
    const named = largest(table.value.processes, MOST_FOLLOWED);
    const keys = new Set(named.map(processKey));
    for (const process of named) this.#processTrack(process)?.add(column, process.rssBytes);
    // What is not among the largest any more has a size that nobody told.
    for (const [key, {track}] of this.#processes) if (!keys.has(key)) track.add(column, undefined);
  }

  /** @returns nothing where those that are followed are all larger */
  #processTrack(process: ProcessReading): ChartTrack | undefined {
    const key = processKey(process);
    const known = this.#processes.get(key);
    if (known !== undefined) return known.track;
    if (this.#processes.size >= MOST_FOLLOWED && !this.#dropSmallerThan(process.rssBytes)) return undefined;
    const track = this.#grid.open();
    this.#processes.set(key, {process, track});
    return track;
  }

  #dropSmallerThan(bytes: number): boolean {
    const smallest = [...this.#processes].reduce((a, b) => (b[1].track.highest < a[1].track.highest ? b : a));
    if (smallest[1].track.highest >= bytes) return false;
    this.#processes.delete(smallest[0]);
    this.#grid.close(smallest[1].track);
    return true;
  }
}
