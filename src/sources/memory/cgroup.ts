import type {LimitReading, OomCounter} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {type CgroupPlace, findMemoryCgroup} from './cgroup-mount.ts';
import {cgroupName} from './cgroup-name.ts';
import {counterIn} from './counter.ts';

const RESCAN_MS = 30_000;
// Version 1 writes "no limit" as the largest multiple of the page size, which depends on the machine.
const NO_LIMIT_FROM = 2 ** 60;

export interface Cgroups {
  /** Every memory limit above the process, the innermost first. One of `memTotalBytes` or more limits nothing. */
  read(memTotalBytes: number): readonly LimitReading[];
  /** How often the OOM killer has struck in its cgroup and in those above it, as `read` saw them last. */
  oomCounters(): readonly OomCounter[];
}

/**
 * Watches the limits of a process's memory cgroup and of all above it: of the followed job's, by `pidOf`, else of this
 * process's own. Never throws.
 */
export function openCgroups(host: Host, pidOf: () => number | undefined = () => undefined): Cgroups {
  let levels: readonly Level[] = [];
  let place: CgroupPlace | undefined;
  let scannedAt = Number.NEGATIVE_INFINITY;
  let seen = '';
  let lastPid: number | undefined;
  return {
    read(memTotalBytes) {
      if (host.monotonic() - scannedAt >= RESCAN_MS || pidOf() !== lastPid) rescan();
      const limits = readLevels(memTotalBytes);
      if (limits) return limits;
      // A level is gone: this process was moved, or its group made anew. Look once more, then take what is there.
      rescan();
      return readLevels(memTotalBytes) ?? [];
    },
    oomCounters: () => levels.flatMap((level) => oomCounter(host, level) ?? []),
  };

  function rescan(): void {
    scannedAt = host.monotonic();
    try {
      const own = host.readNow(`/proc/${whose()}/cgroup`);
      // Thousands of mounts make mountinfo dear, so it is read only when it can tell something new.
      if (own !== seen || levels.length === 0) {
        if (own !== seen) host.close();
        seen = own;
        place = findMemoryCgroup(own, host.readNow('/proc/self/mountinfo'));
      }
      levels = place ? levelsOf(place).filter((level) => limitOf(host, level) !== 'gone') : [];
    } catch {
      // No cgroups in this kernel, or /proc is not mounted: then nothing limits us that could be shown. A job that has
      // ended leaves its limits in force for its story.
      if (pidOf() === undefined) levels = [];
    }
  }

  function whose(): string {
    const pid = pidOf();
    if (pid !== undefined && pid !== lastPid) seen = '';
    lastPid = pid;
    return pid === undefined ? 'self' : String(pid);
  }

  function readLevels(memTotalBytes: number): readonly LimitReading[] | undefined {
    const limits: LimitReading[] = [];
    for (const level of levels) {
      const limitBytes = limitOf(host, level);
      if (limitBytes === 'gone') return undefined;
      if (limitBytes === 'none' || limitBytes >= memTotalBytes) continue;
      const reading = readLimit(host, level, limitBytes);
      if (reading) limits.push(reading);
    }
    return limits;
  }
}

interface Level {
  readonly version: 1 | 2;
  readonly folder: string;
  readonly path: string;
  readonly name: string;
}

function levelsOf({version, mountPoint, mountRoot, below}: CgroupPlace): Level[] {
  const levels: Level[] = [];
  for (let depth = below.length; depth >= 0; depth--) {
    const parts = below.slice(0, depth);
    const path = [mountRoot === '/' ? '' : mountRoot, ...parts].join('/') || '/';
    levels.push({version, folder: [mountPoint, ...parts].join('/'), path, name: cgroupName(path)});
  }
  return levels;
}

const FILES = {
  1: {
    limit: 'memory.limit_in_bytes',
    current: 'memory.usage_in_bytes',
    kills: 'memory.oom_control',
    hits: 'memory.failcnt',
  },
  2: {
    limit: 'memory.max',
    current: 'memory.current',
    kills: 'memory.events',
    hits: 'memory.events.local',
  },
} as const;

// In version 1 the plain names count one group alone; the limit is on the group with all below it.
const STATS = {
  1: {inactive: 'total_inactive_file', active: 'total_active_file', anon: 'total_rss', shmem: 'total_shmem'},
  2: {inactive: 'inactive_file', active: 'active_file', anon: 'anon', shmem: 'shmem'},
} as const;

function limitOf(host: Host, {folder, version}: Level): number | 'none' | 'gone' {
  const text = readOrNothing(host, `${folder}/${FILES[version].limit}`);
  if (text === undefined) return 'gone';
  const bytes = toBytes(text);
  return bytes === undefined || bytes === 0 || bytes >= NO_LIMIT_FROM ? 'none' : bytes;
}

function readLimit(
  host: Host,
  {folder, version, name, path}: Level,
  limitBytes: number,
): LimitReading | undefined {
  const currentBytes = toBytes(readOrNothing(host, `${folder}/${FILES[version].current}`));
  const stat = readOrNothing(host, `${folder}/memory.stat`) ?? '';
  if (currentBytes === undefined) return undefined;
  const names = STATS[version];
  // Without the figure the whole charge counts as in use, which errs on the safe side.
  const inactive = counterIn(stat, names.inactive) ?? 0;
  const active = counterIn(stat, names.active);
  const anon = counterIn(stat, names.anon);
  const shmem = counterIn(stat, names.shmem);
  const high = version === 2 ? toBytes(readOrNothing(host, `${folder}/memory.high`)) : undefined;
  return {
    name,
    path,
    version,
    limitBytes,
    ...(high ? {highBytes: high} : {}),
    currentBytes,
    // The counters are flushed at different times, so the part can for a moment be more than the whole.
    inactiveFileBytes: Math.min(inactive, currentBytes),
    ...(active === undefined ? {} : {activeFileBytes: active}),
    ...(anon === undefined ? {} : {anonBytes: anon}),
    ...(shmem === undefined ? {} : {shmemBytes: shmem}),
  };
}

/** Kills since the kernels that count them: version 2, and version 1 since 4.13. */
function oomCounter(host: Host, level: Level): OomCounter | undefined {
  const {folder, version, path, name} = level;
  const kills = counterIn(readOrNothing(host, `${folder}/${FILES[version].kills}`) ?? '', 'oom_kill');
  if (kills === undefined) return undefined;
  const hits = readOrNothing(host, `${folder}/${FILES[version].hits}`);
  const limitHits = version === 2 ? counterIn(hits ?? '', 'oom') : toBytes(hits);
  const limit = limitOf(host, level);
  return {
    scope: 'cgroup',
    id: path,
    name,
    kills,
    ...(limitHits !== undefined && {limitHits}),
    ...(typeof limit === 'number' && {limitBytes: limit}),
  };
}

function readOrNothing(host: Host, path: string): string | undefined {
  try {
    return host.readAgain(path);
  } catch {
    // Levels without the memory controller (the root of version 2, a threaded group) lack these files.
    return undefined;
  }
}

// "max", and anything that is no plain number, is no figure.
function toBytes(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,20}\n?$/.test(text) ? Number(text) : undefined;
}
