import {type ProcessStat, parseStat} from './linux-stat.ts';

/** Processes that nobody asks for, or of which nothing changes, are read anew this often. */
const SELDOM_MS = 10_000;
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

interface Known {
  readonly stat: ProcessStat;
  /** What it was read from. */
  readonly text: string;
  /** How long it may stay as it is; twice as long each time that it has not changed. */
  readonly waitMs: number;
  readonly readAt: number;
}

/** What was read of each process last, and which are to be read anew. */
export class ScanPlan {
  #known = new Map<number, Known>();
  #next = new Map<number, Known>();
  #wish: ScanWish = 'all';
  #now = 0;
  #largestPages = Number.POSITIVE_INFINITY;
  #largePages = Number.POSITIVE_INFINITY;

  begin(wish: ScanWish, now: number): void {
    this.#wish = wish;
    this.#now = now;
    this.#next = new Map();
  }

  /** What is known of a process, where that is still good. */
  stillGood(pid: number): ProcessStat | undefined {
    const known = this.#known.get(pid);
    if (known === undefined || this.#isDue(known)) return undefined;
    this.#next.set(pid, known);
    return known.stat;
  }

  /** Takes the text of a `stat`. @returns the same as before where nothing has changed, and nothing for what is none */
  take(pid: number, text: string): ProcessStat | undefined {
    const known = this.#known.get(pid);
    const isSameText = known?.text === text;
    const read = isSameText ? known.stat : parseStat(text);
    if (read === undefined) return undefined;
    const isSame = known !== undefined && (isSameText || isUnchanged(known.stat, read));
    const stat = isSame ? known.stat : read;
    const waitMs = isSame ? Math.min(SELDOM_MS, Math.max(FIRST_WAIT_MS, known.waitMs * 2)) : 0;
    this.#next.set(pid, {stat, text, waitMs, readAt: this.#now});
    return stat;
  }

  /** @returns whether there is a process, or a program in one, that was not there before */
  end(): boolean {
    const before = this.#known;
    this.#known = this.#next;
    const sizes = new Float64Array(this.#known.size);
    let [count, isNews] = [0, false];
    // Called back rather than walked: that makes no objects, and this is every second.
    this.#known.forEach(({stat}, pid) => {
      sizes[count] = stat.rssPages;
      count += 1;
      isNews ||= before.get(pid)?.stat.name !== stat.name;
    });
    sizes.sort();
    this.#largestPages = Math.max(1, sizes.at(-LARGEST) ?? 1);
    this.#largePages = Math.max(1, sizes.at(-LARGE) ?? 1);
    return isNews;
  }

  #isDue({stat, readAt, waitMs}: Known): boolean {
    if (this.#wish === 'all') return true;
    const age = this.#now - readAt;
    if (this.#wish === 'changing') {
      if (stat.rssPages >= this.#largestPages) return true;
      const longest = stat.rssPages >= this.#largePages ? LARGE_WAIT_MS : waitMs;
      return age >= spread(stat.pid, Math.min(waitMs, longest));
    }
    return this.#wish.has(stat.pid) || age >= SELDOM_MS;
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
