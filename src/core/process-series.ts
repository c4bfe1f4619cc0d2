import {History} from './history.ts';
import {programName} from './program.ts';
import type {ProcessReading, ProcessTable} from './sample.ts';
import type {TopProcess} from './top-process.ts';

/** At most so many processes have a history of their own. */
export const MAX_PROCESS_HISTORIES = 64;

/** The largest rise of one process over the session. Bytes. */
export interface ProcessGrowth {
  readonly pid: number;
  readonly name: string;
  readonly growthBytes: number;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Over which time, milliseconds since the epoch. */
  readonly fromAt: number;
  readonly toAt: number;
}

interface Entry {
  process: ProcessReading;
  /** Since when `process` is what it is, on the timeline: whether it is read anew each time is not known. */
  readMs: number;
  cpuPercent: number | undefined;
  readonly history: History;
  readonly firstMs: number;
  seenMs: number;
  low: {bytes: number; at: number};
  growth: ProcessGrowth | undefined;
}

/** Names one process for ever, also after its pid is used again. */
export function processKey({pid, startKey}: Pick<ProcessReading, 'pid' | 'startKey'>): string {
  return `${pid}@${startKey}`;
}

/** Histories of the largest processes, and how much each grew. */
export class ProcessSeries {
  readonly #entries = new Map<string, Entry>();
  #entryBy = new WeakMap<ProcessReading, Entry>();
  /** Growths of those whose history was given up, by their keys. */
  readonly #ended = new Map<string, ProcessGrowth>();
  #scans = 0;
  #lastAt: number | undefined;

  /** Takes in one scan. `timelineMs` is when it was made, on the session's timeline. */
  feed(table: ProcessTable, timelineMs: number): void {
    this.#scans += 1;
    this.#lastAt = table.at;
    const chosen = largest(table.processes, MAX_PROCESS_HISTORIES);
    chosen.forEach((process) => {
      this.#note(process, table.at, timelineMs);
    });
    if (this.#entries.size > MAX_PROCESS_HISTORIES) this.#forgetOldest();
  }

  /** How often processes were read, and when they were last; wall clock. */
  get seen(): {readonly scans: number; readonly lastAt: number | undefined} {
    return {scans: this.#scans, lastAt: this.#lastAt};
  }

  /** What was so far is none of the session's: it is shown, and no growth counts from it. */
  startOver(): void {
    this.#scans = 0;
    this.#ended.clear();
    for (const entry of this.#entries.values()) {
      entry.low = {bytes: Number.POSITIVE_INFINITY, at: 0};
      entry.growth = undefined;
    }
  }

  /**
   * Takes in what processes held at a moment behind the last scan that had them, as the end of a job tells it. Those that
   * no scan had are left out: nobody knows what they were before.
   */
  close(processes: readonly TopProcess[], at: number, timelineMs: number): void {
    for (const {pid, name, rssBytes} of processes) {
      const entry = [...this.#entries.values()].findLast((one) => one.process.pid === pid);
      if (entry === undefined || programName(entry.process).title !== name || timelineMs <= entry.seenMs)
        continue;
      const {cpuMs, ...process} = entry.process;
      this.#note({...process, rssBytes}, at, timelineMs);
    }
  }

  /** All that have a history of their own. */
  get tracked(): readonly {
    readonly key: string;
    readonly pid: number;
    readonly name: string;
    readonly history: History;
  }[] {
    return [...this.#entries].map(([key, {process, history}]) => {
      return {key, pid: process.pid, name: programName(process).title, history};
    });
  }

  history(key: string): History | undefined {
    return this.#entries.get(key)?.history;
  }

  /** CPU time used between the last two scans, as percent of one core. */
  cpuPercent(key: string): number | undefined {
    return this.#entries.get(key)?.cpuPercent;
  }

  /** The change of RSS since `from` on the timeline, or since it was first seen; bytes. */
  change(key: string, rssBytes: number, from: number): number | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const start = Math.max(from, entry.firstMs);
    const before = entry.history.valueAt(start, Math.max(LOOK_BACK_MS, (entry.seenMs - from) / 10));
    // Histories keep 24 bits of a figure; both sides are rounded alike, so that what stands still shows no change.
    return before === undefined ? undefined : Math.fround(rssBytes) - before;
  }

  /** The processes that rose most, at any time of the session, largest first. */
  growths(count: number): readonly ProcessGrowth[] {
    const living = [...this.#entries.values()].flatMap(({growth}) => (growth === undefined ? [] : [growth]));
    return [...living, ...this.#ended.values()].sort((a, b) => b.growthBytes - a.growthBytes).slice(0, count);
  }

  #note(process: ProcessReading, at: number, timelineMs: number): void {
    const entry = this.#entryOf(process, at, timelineMs);
    addToHistory(entry, process, timelineMs);
    entry.cpuPercent = cpuBetween(entry, process, timelineMs) ?? entry.cpuPercent;
    if (entry.process !== process) [entry.process, entry.readMs] = [process, timelineMs];
    entry.seenMs = timelineMs;
    if (process.rssBytes < entry.low.bytes) entry.low = {bytes: process.rssBytes, at};
    const growthBytes = process.rssBytes - entry.low.bytes;
    if (growthBytes > (entry.growth?.growthBytes ?? 0)) entry.growth = growthOf(process, entry, at);
  }

  /** The same reading is of the same process: its key need not be made each second. */
  #entryOf(process: ProcessReading, at: number, timelineMs: number): Entry {
    const known = this.#entryBy.get(process);
    if (known?.process === process) return known;
    const key = processKey(process);
    const entry = this.#entries.get(key) ?? this.#open(key, process, at, timelineMs);
    this.#entryBy.set(process, entry);
    return entry;
  }

  /** One that comes back among the largest goes on with the growth it had. */
  #open(key: string, process: ProcessReading, at: number, timelineMs: number): Entry {
    const entry = {...newEntry(process, at, timelineMs), growth: this.#ended.get(key)};
    this.#ended.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #forgetOldest(): void {
    const byAge = [...this.#entries].sort(([, a], [, b]) => a.seenMs - b.seenMs);
    this.#entryBy = new WeakMap();
    for (const [key, {growth}] of byAge.slice(0, this.#entries.size - MAX_PROCESS_HISTORIES)) {
      this.#entries.delete(key);
      if (growth !== undefined) this.#ended.set(key, growth);
    }
    const byGrowth = [...this.#ended].sort(([, a], [, b]) => b.growthBytes - a.growthBytes);
    for (const [key] of byGrowth.slice(MAX_ENDED)) this.#ended.delete(key);
  }
}

const MAX_ENDED = 16;
/** What stands still is noted this often, and once more where it no longer does. */
const IDLE_STEP_MS = 5000;
const LOOK_BACK_MS = 15_000;

/** So many are chosen at once, that all who ask for the largest of one scan share one choice. */
const CHOSEN_AT_ONCE = 128;
const chosenOf = new WeakMap<readonly ProcessReading[], readonly ProcessReading[]>();

/** The processes with the most memory, most first, equal ones by pid. The table must not change afterwards. */
export function largest(processes: readonly ProcessReading[], count: number): readonly ProcessReading[] {
  const known = chosenOf.get(processes);
  if (known !== undefined && known.length >= Math.min(count, processes.length)) return known.slice(0, count);
  const chosen = choose(processes, Math.max(count, CHOSEN_AT_ONCE));
  chosenOf.set(processes, chosen);
  return chosen.slice(0, count);
}

/** Keeps the best in order while it walks the table; only where most are asked for a sort is cheaper. */
function choose(processes: readonly ProcessReading[], count: number): readonly ProcessReading[] {
  if (processes.length <= 2 * count) return [...processes].sort(bySize).slice(0, count);
  const chosen: ProcessReading[] = [];
  for (const process of processes) {
    const last = chosen[count - 1];
    if (last !== undefined && bySize(process, last) >= 0) continue;
    chosen.splice(placeFor(process, chosen), 0, process);
    if (chosen.length > count) chosen.pop();
  }
  return chosen;
}

function placeFor(process: ProcessReading, chosen: readonly ProcessReading[]): number {
  let [low, high] = [0, chosen.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = chosen[middle];
    if (other !== undefined && bySize(process, other) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

function bySize(a: ProcessReading, b: ProcessReading): number {
  // Not their difference: beyond 2 GiB that would be an object of its own at each of thousands of comparisons.
  const one = a.rssBytes;
  const other = b.rssBytes;
  if (one !== other) return one < other ? 1 : -1;
  return a.pid - b.pid;
}

function newEntry(process: ProcessReading, at: number, timelineMs: number): Entry {
  const low = {bytes: process.rssBytes, at};
  const times = {firstMs: timelineMs, seenMs: timelineMs, readMs: timelineMs};
  return {process, history: new History(), ...times, cpuPercent: undefined, low, growth: undefined};
}

function addToHistory(
  {history, process: before, seenMs}: Entry,
  process: ProcessReading,
  timelineMs: number,
): void {
  // The very same reading: nothing of the process has changed since.
  if (before === process && timelineMs - history.lastAt < IDLE_STEP_MS) return;
  // Or a line would lead from the last moment that was noted to this one, as if it had moved all the time.
  if (seenMs > history.lastAt && before.rssBytes !== process.rssBytes) history.add(seenMs, before.rssBytes);
  history.add(timelineMs, process.rssBytes);
}

function cpuBetween(entry: Entry, process: ProcessReading, timelineMs: number): number | undefined {
  const elapsed = timelineMs - entry.readMs;
  if (process.cpuMs === undefined || entry.process.cpuMs === undefined || elapsed <= 0) return undefined;
  return (Math.max(0, process.cpuMs - entry.process.cpuMs) / elapsed) * 100;
}

function growthOf(process: ProcessReading, entry: Entry, at: number): ProcessGrowth {
  return {
    pid: process.pid,
    name: programName(process).title,
    growthBytes: process.rssBytes - entry.low.bytes,
    fromBytes: entry.low.bytes,
    toBytes: process.rssBytes,
    fromAt: entry.low.at,
    toAt: at,
  };
}
