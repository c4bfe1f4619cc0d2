import {isRising, type LeakVerdict} from './leak/verdict.ts';
import {LeakWatch} from './leak-watch.ts';
import {largest, processKey} from './process-series.ts';
import {programName} from './program.ts';
import type {ProcessReading, ProcessTable} from './sample.ts';
import type {TopProcess} from './top-process.ts';

/** So many of the largest processes are watched for a leak, and so many more of those that were. */
const WATCHED = 16;
const KEPT = 24;

interface Entry {
  readonly watch: LeakWatch;
  process: ProcessReading;
  seenMs: number;
  /** Its latest verdict, worked out when first asked for. */
  verdict: LeakVerdict | undefined;
}

/** One process as it is told of in a report. */
export interface ProcessLeak {
  readonly key: string;
  readonly process: TopProcess;
  readonly verdict: LeakVerdict;
  readonly firstLeakAt?: number;
  /** Whether it was among the largest at the latest scan; else it has ended, or fell behind. */
  readonly isThere: boolean;
}

/** What is known of one process by its key; nothing where it was never among the largest. */
export type LeakOf = (processKey: string) => LeakVerdict | undefined;

/** When a scan was made, and how much more all processes can take before the limit in force is reached. */
export interface LeakScan {
  readonly at: number;
  readonly timelineMs: number;
  readonly availableBytes: number | undefined;
}

/** The largest processes, each watched for a leak of its own. */
export class ProcessLeaks {
  readonly #entries = new Map<string, Entry>();
  /** Those of the latest scan that were not watched before: who is seen a second time is. */
  #newcomers: ReadonlySet<string> = new Set();
  #latestMs = Number.NEGATIVE_INFINITY;

  /** Takes in one scan; with `members`, the followed job's processes are watched before others. */
  feed(table: ProcessTable, scan: LeakScan, members: ReadonlySet<string> = new Set()): void {
    const chosen = this.#chosen(table, members);
    const newcomers = new Set<string>();
    this.#latestMs = scan.timelineMs;
    for (const process of chosen) {
      const key = processKey(process);
      if (this.#entries.has(key) || this.#newcomers.has(key)) this.#note(key, process, scan);
      else newcomers.add(key);
    }
    this.#newcomers = newcomers;
    if (this.#entries.size > KEPT) this.#forgetOldest();
  }

  /** The verdict on one process; nothing where it was never among the largest. */
  readonly verdictOf: LeakOf = (key) => {
    const entry = this.#entries.get(key);
    return entry && latest(entry);
  };

  /** Who grows at least at this pace now, the fastest first, of those that are asked for; bytes per hour. */
  growing(leastPerHour: number, among?: ReadonlySet<string>): readonly ProcessLeak[] {
    return this.all
      .filter(({key, isThere}) => isThere && among?.has(key) !== false)
      .filter(({verdict}) => isRising(verdict) && (verdict.ratePerHour ?? 0) >= leastPerHour)
      .toSorted((a, b) => (b.verdict.ratePerHour ?? 0) - (a.verdict.ratePerHour ?? 0));
  }

  /** All that are watched. */
  get all(): readonly ProcessLeak[] {
    return [...this.#entries].map(([key, entry]) => {
      const {pid, rssBytes} = entry.process;
      const {firstLeakAt} = entry.watch;
      return {
        key,
        process: {pid, name: programName(entry.process).title, rssBytes},
        verdict: latest(entry),
        isThere: entry.seenMs === this.#latestMs,
        ...(firstLeakAt !== undefined && {firstLeakAt}),
      };
    });
  }

  #chosen({processes}: ProcessTable, members: ReadonlySet<string>): readonly ProcessReading[] {
    const top = largest(processes, WATCHED);
    if (members.size === 0) return top;
    const ofJob = processes.filter((process) => members.has(processKey(process)));
    return [...new Set([...largest(ofJob, WATCHED), ...top])].slice(0, WATCHED);
  }

  #note(key: string, process: ProcessReading, {at, timelineMs, availableBytes}: LeakScan): void {
    const entry = this.#entries.get(key) ?? this.#open(key, process);
    const usedBytes = process.rssBytes;
    // It is at the wall when all else together with it is.
    const limitBytes = availableBytes === undefined ? undefined : usedBytes + availableBytes;
    entry.watch.add({at, timelineMs, usedBytes, limitBytes});
    entry.process = process;
    entry.seenMs = timelineMs;
    entry.verdict = undefined;
  }

  #open(key: string, process: ProcessReading): Entry {
    const entry = {watch: new LeakWatch(), process, seenMs: 0, verdict: undefined};
    this.#entries.set(key, entry);
    return entry;
  }

  #forgetOldest(): void {
    const byAge = [...this.#entries].sort(([, a], [, b]) => a.seenMs - b.seenMs);
    for (const [key] of byAge.slice(0, this.#entries.size - KEPT)) this.#entries.delete(key);
  }
}

function latest(entry: Entry): LeakVerdict {
  entry.verdict ??= entry.watch.verdict;
  return entry.verdict;
}
