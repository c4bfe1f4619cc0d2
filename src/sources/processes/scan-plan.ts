import type {ProcessReading} from '../../core/sample.ts';
import type {ProcessDetails} from './linux-details.ts';
import {type ProcessStat, parseStat} from './linux-stat.ts';

/** Processes that nobody asks for, or of which nothing changes, are read anew this often: the more there are, the rarer. */
const SELDOM_MS = 10_000;
const SELDOM_MS_EACH = 10;
const MOST_SELDOM_MS = 30_000;
const FIRST_WAIT_MS = 1000;
/** So many of the largest are read each time, and so many seldom enough to be no burden where they are idle. */
const LARGEST = 10;
const LARGE = 30;
const LARGE_WAIT_MS = 3000;
/** Waits differ by a quarter up and down, so that those that began together do not come together. */
const SPREAD = 64;

/**
 * Which processes a scan reads: `all`; those `changing`, with the large ones; or those of a set alone. Those that are
 * new are read in any case.
 */
export type ScanWish = 'all' | 'changing' | ReadonlySet<number>;

/** One process as it was read; another slot once anything of it has changed. */
export interface Slot {
  readonly stat: ProcessStat;
  /** What was made of it, for whoever reads. */
  made?: Made;
}

export interface Made {
  readonly reading: ProcessReading;
  readonly details: ProcessDetails;
  readonly bootedAt: number | undefined;
  /** Of all details, when these were last looked up. */
  version: number;
}

interface Known {
  slot: Slot;
  /** What it was read from. */
  text: string;
  /** How long it may stay as it is; twice as long each time that it has not changed. */
  waitMs: number;
  readAt: number;
  /** The latest scan that had it. */
  scan: number;
}

/** What was read of each process last, and which are to be read anew. */
export class ScanPlan {
  readonly #known = new Map<number, Known>();
  #wish: ScanWish = 'all';
  #now = 0;
  #scan = 0;
  #count = 0;
  #seldomMs = SELDOM_MS;
  #isNews = false;
  #largestPages = Number.POSITIVE_INFINITY;
  #largePages = Number.POSITIVE_INFINITY;
  #rankedAt = Number.NEGATIVE_INFINITY;

  begin(wish: ScanWish, now: number): void {
    this.#wish = wish;
    this.#now = now;
    this.#scan += 1;
    this.#count = 0;
    this.#isNews = false;
    this.#seldomMs = Math.min(MOST_SELDOM_MS, Math.max(SELDOM_MS, this.#known.size * SELDOM_MS_EACH));
  }

  /** What is known of a process, where that is still good. */
  stillGood(pid: number): Slot | undefined {
    const known = this.#known.get(pid);
    if (known === undefined || this.#isDue(known)) return undefined;
    this.#see(known);
    return known.slot;
  }

  /** Takes the text of a `stat`. @returns the same as before where nothing has changed, and nothing for what is none */
  take(pid: number, text: string): Slot | undefined {
    const known = this.#known.get(pid);
    if (known !== undefined && known.text === text) return this.#keep(known);
    const stat = parseStat(text);
    if (stat === undefined) return undefined;
    if (known !== undefined && isUnchanged(known.slot.stat, stat)) {
      known.text = text;
      return this.#keep(known);
    }
    const slot = {stat};
    const before = known?.slot.stat;
    if (before?.name !== stat.name || before.startTicks !== stat.startTicks) this.#isNews = true;
    this.#known.set(pid, {slot, text, waitMs: 0, readAt: this.#now, scan: this.#scan});
    this.#count += 1;
    return slot;
  }

  /** @returns whether there is a process, or a program in one, that was not there before */
  end(): boolean {
    if (this.#known.size > this.#count) {
      this.#known.forEach(({scan}, pid) => {
        if (scan !== this.#scan) this.#known.delete(pid);
      });
    }
    if (this.#now - this.#rankedAt >= LARGE_WAIT_MS) this.#rank();
    return this.#isNews;
  }

  #keep(known: Known): Slot {
    known.waitMs = Math.min(this.#seldomMs, Math.max(FIRST_WAIT_MS, known.waitMs * 2));
    known.readAt = this.#now;
    this.#see(known);
    return known.slot;
  }

  #see(known: Known): void {
    known.scan = this.#scan;
    this.#count += 1;
  }

  /** From where on a process is among the largest. */
  #rank(): void {
    this.#rankedAt = this.#now;
    const sizes = new Float64Array(this.#known.size);
    let count = 0;
    // Called back rather than walked: that makes no objects, and there may be thousands.
    this.#known.forEach(({slot}) => {
      sizes[count] = slot.stat.rssPages;
      count += 1;
    });
    sizes.sort();
    this.#largestPages = Math.max(1, sizes.at(-LARGEST) ?? 1);
    this.#largePages = Math.max(1, sizes.at(-LARGE) ?? 1);
  }

  #isDue({slot: {stat}, readAt, waitMs}: Known): boolean {
    if (this.#wish === 'all') return true;
    const age = this.#now - readAt;
    if (this.#wish === 'changing') {
      if (stat.rssPages >= this.#largestPages) return true;
      const longest = stat.rssPages >= this.#largePages ? LARGE_WAIT_MS : waitMs;
      return age >= spread(stat.pid, Math.min(waitMs, longest));
    }
    return this.#wish.has(stat.pid) || age >= this.#seldomMs;
  }
}

function isUnchanged(one: ProcessStat, other: ProcessStat): boolean {
  return (
    one.cpuTicks === other.cpuTicks &&
    one.rssPages === other.rssPages &&
    one.startTicks === other.startTicks &&
    one.state === other.state &&
    one.name === other.name &&
    one.parentPid === other.parentPid &&
    one.sessionId === other.sessionId
  );
}

function spread(pid: number, waitMs: number): number {
  return waitMs * (0.75 + ((pid * 37) % SPREAD) / SPREAD / 2);
}
