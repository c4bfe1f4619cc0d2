import {withDeadline} from '../deadline.ts';
import type {Host} from '../host.ts';
import type {ProcessStat} from './linux-stat.ts';
import {userNames} from './user-names.ts';

const READS_PER_SCAN = 200;
const READ_DEADLINE_MS = 200;
// Each read that hangs holds one of the few threads that all of this program's file work shares.
const MOST_HANGING = 2;
const REFRESH_LARGEST = 20;
const REFRESH_MS = 30_000;
/** One that has just started may be a chain of programs that start each other in their place, and one name may recur. */
const SECOND_LOOK_MS = 1000;

export interface ProcessDetails {
  readonly user?: string;
  readonly args?: readonly string[];
  readonly command?: string;
}

const NO_DETAILS: ProcessDetails = {};

export interface DetailCache {
  /** Reads what is not known yet, the largest first, and forgets all other processes. */
  update(stats: readonly ProcessStat[]): Promise<void>;
  of(stat: ProcessStat): ProcessDetails;
  /** Another one each time that any of them may have changed. */
  readonly version: number;
  /** Whether one that has just started is to be looked at once more. */
  readonly isUnsure: boolean;
}

interface Entry {
  stat: ProcessStat;
  ownerId: number | undefined;
  details: ProcessDetails;
  readAt: number;
  /** Started after this program did, and was read once. */
  isUnsure: boolean;
  isReading: boolean;
}

/** Remembers who owns each process and how it was called. */
export function detailCache(host: Host): DetailCache {
  let entries: ReadonlyMap<number, Entry> = new Map();
  let hanging = 0;
  let version = 0;
  const userName = userNames(host, rename);
  return {
    async update(stats) {
      const ownStart = Number(stats.find(({pid}) => pid === host.pid)?.startTicks ?? Number.NaN);
      version += 1;
      entries = new Map(stats.map((stat) => [stat.pid, entryFor(stat, ownStart)]));
      for (const entry of due(stats)) {
        if (hanging >= MOST_HANGING) return;
        await refresh(entry);
      }
    },
    of: ({pid}) => entries.get(pid)?.details ?? NO_DETAILS,
    get version() {
      return version;
    },
    get isUnsure() {
      let isSomeUnsure = false;
      entries.forEach(({isUnsure}) => {
        isSomeUnsure ||= isUnsure;
      });
      return isSomeUnsure;
    },
  };

  function entryFor(stat: ProcessStat, ownStart: number): Entry {
    const known = entries.get(stat.pid);
    if (!known || !isSameProgram(known.stat, stat)) {
      const isUnsure = Number(stat.startTicks) >= ownStart;
      const readAt = Number.NEGATIVE_INFINITY;
      return {stat, ownerId: undefined, details: {}, readAt, isUnsure, isReading: false};
    }
    known.stat = stat;
    return known;
  }

  function due(stats: readonly ProcessStat[]): Entry[] {
    const refreshBefore = host.monotonic() - REFRESH_MS;
    const lookAgainBefore = host.monotonic() - SECOND_LOOK_MS;
    const large =
      Float64Array.from(stats, ({rssPages}) => rssPages)
        .sort()
        .at(-REFRESH_LARGEST) ?? 0;
    const isDue = ({stat, readAt, isUnsure}: Entry) =>
      readAt < 0 ||
      (isUnsure && readAt <= lookAgainBefore) ||
      (stat.rssPages >= large && readAt <= refreshBefore);
    return [...entries.values()]
      .filter((entry) => !entry.isReading && isDue(entry))
      .sort((a, b) => b.stat.rssPages - a.stat.rssPages)
      .slice(0, READS_PER_SCAN);
  }

  async function refresh(entry: Entry): Promise<void> {
    entry.isReading = true;
    const finished = readDetails(entry).finally(() => {
      entry.isReading = false;
    });
    const settled = await withDeadline(host, READ_DEADLINE_MS, finished);
    if (settled.status === 'done') return;
    hanging += 1;
    void finished.finally(() => {
      hanging -= 1;
    });
  }

  /** Puts in a name that came after it was asked for. */
  function rename(id: number, user: string): void {
    version += 1;
    for (const entry of entries.values()) if (entry.ownerId === id) entry.details = {...entry.details, user};
  }

  async function readDetails(entry: Entry): Promise<void> {
    if (entry.readAt > 0) entry.isUnsure = false;
    entry.readAt = host.monotonic();
    const {pid} = entry.stat;
    try {
      entry.ownerId = host.ownerOf(`/proc/${pid}`);
      entry.details = {...entry.details, user: userName(entry.ownerId)};
      // The kernel takes the process's memory lock for this one, which a stuck process never gives up.
      const args = parseCmdline(await host.read(`/proc/${pid}/cmdline`));
      entry.details = {...entry.details, args, command: args.join(' ')};
      version += 1;
    } catch {
      // It ended meanwhile, or its arguments are not for us to see: its row stands without them.
    }
  }
}

/** The arguments in a `cmdline`. A program that wrote itself a title may have left one string for all. */
export function parseCmdline(text: string): string[] {
  const args = text.replace(/\0+$/, '');
  return args === '' ? [] : args.split('\0');
}

// A program that starts another one in its place (exec) keeps pid and start, but hardly ever the name.
function isSameProgram(one: ProcessStat, other: ProcessStat): boolean {
  return one.startTicks === other.startTicks && one.name === other.name;
}
