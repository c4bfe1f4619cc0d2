import {History} from './history.ts';
import {programName} from './program.ts';
import type {ProcessReading, ProcessTable} from './sample.ts';

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
  /** When `process` was read, on the timeline. */
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
  readonly #ended: ProcessGrowth[] = [];

  /** Takes in one scan. `timelineMs` is when it was made, on the session's timeline. */
  feed(table: ProcessTable, timelineMs: number): void {
    for (const process of largest(table.processes, MAX_PROCESS_HISTORIES))
      this.#note(process, table.at, timelineMs);
    if (this.#entries.size > MAX_PROCESS_HISTORIES) this.#forgetOldest();
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
    return before === undefined ? undefined : rssBytes - before;
  }

  /** The processes that rose most, at any time of the session, largest first. */
  growths(count: number): readonly ProcessGrowth[] {
    const living = [...this.#entries.values()].flatMap(({growth}) => (growth === undefined ? [] : [growth]));
    return [...living, ...this.#ended].sort((a, b) => b.growthBytes - a.growthBytes).slice(0, count);
  }

  #note(process: ProcessReading, at: number, timelineMs: number): void {
    const key = processKey(process);
    const entry = this.#entries.get(key) ?? newEntry(process, at, timelineMs);
    this.#entries.set(key, entry);
    entry.cpuPercent = cpuBetween(entry, process, timelineMs) ?? entry.cpuPercent;
    entry.process = process;
    entry.readMs = timelineMs;
    entry.seenMs = timelineMs;
    entry.history.add(timelineMs, process.rssBytes);
    if (process.rssBytes < entry.low.bytes) entry.low = {bytes: process.rssBytes, at};
    const growthBytes = process.rssBytes - entry.low.bytes;
    if (growthBytes > (entry.growth?.growthBytes ?? 0)) entry.growth = growthOf(process, entry, at);
  }

  #forgetOldest(): void {
    const byAge = [...this.#entries].sort(([, a], [, b]) => a.seenMs - b.seenMs);
    for (const [key, {growth}] of byAge.slice(0, this.#entries.size - MAX_PROCESS_HISTORIES)) {
      this.#entries.delete(key);
      if (growth !== undefined) this.#ended.push(growth);
    }
    this.#ended.sort((a, b) => b.growthBytes - a.growthBytes).splice(MAX_ENDED);
  }
}

const MAX_ENDED = 16;
const LOOK_BACK_MS = 15_000;

/** The processes with the most memory, most first. */
export function largest(processes: readonly ProcessReading[], count: number): readonly ProcessReading[] {
  return [...processes].sort((a, b) => b.rssBytes - a.rssBytes || a.pid - b.pid).slice(0, count);
}

function newEntry(process: ProcessReading, at: number, timelineMs: number): Entry {
  const low = {bytes: process.rssBytes, at};
  const times = {firstMs: timelineMs, seenMs: timelineMs, readMs: timelineMs};
  return {process, history: new History(), ...times, cpuPercent: undefined, low, growth: undefined};
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
