import {
  type HostMemory,
  type LimitReading,
  ok,
  type Pressure,
  type ProcessReading,
  type Sample,
  type SwapCounters,
  unsupported,
} from '../core/sample.ts';
import {ACTORS, type Actor} from './demo-cast.ts';
import {chance, type Moment, swapped, tight, tightOverMinute, wave} from './demo-curves.ts';
import {demoGpus} from './demo-gpus.ts';

export interface Stage {
  readonly seed: number;
  readonly gpus: number;
  /** Wall clock when the demo began. */
  readonly startedAt: number;
  /** Pids that a signal has ended. */
  readonly ended: Set<number>;
}

export const DEMO_TOTAL_BYTES = Math.round(62.7 * 2 ** 30);
const GIB = 2 ** 30;
const PAGE = 4096;
const LIMIT_BYTES = 56 * GIB;
const SWAP_BYTES = 8 * GIB;
const SWAP_PAGES_A_LOOP = 150_000;

/** Everything the demo's machine reads at one moment. */
export function sampleAt(stage: Stage, moment: Moment, times: Pick<Sample, 'at' | 'monotonicMs'>): Sample {
  const cast = living(stage);
  return {
    ...times,
    memory: ok(hostMemory(stage, moment, cast)),
    limits: [limitReading(stage, moment, cast)],
    pressure: ok(pressure(moment)),
    swapCounters: swapCounters(moment),
    gpus: stage.gpus === 0 ? unsupported('no GPU found') : ok(demoGpus(stage, moment)),
    processes: ok({at: times.at, processes: cast.map((actor) => processReading(stage, moment, actor))}),
    self: {rssBytes: 58 * 2 ** 20, cpuMs: 60_000 + moment.elapsedMs * 0.012},
  };
}

/** The processes that no signal has ended. */
export function living({ended}: Stage): readonly Actor[] {
  return ACTORS.filter(({pid}) => !ended.has(pid));
}

export function rssBytes({seed}: Stage, moment: Moment, {pid, mib, sway, more}: Actor): number {
  const own = mib * 2 ** 20 * (1 + sway * wave(seed, pid, moment, 19_000 + 30_000 * chance(seed, pid)));
  return pages(own + (more?.(moment) ?? 0) * GIB);
}

export function swapUsedBytes(moment: Moment): number {
  const {inPages, outPages} = swapCounters(moment);
  return (outPages - inPages) * PAGE;
}

/** As Linux tells it: ticks from the boot to the start. */
export function startKey({pid, hours}: Actor): string {
  return String(Math.round((212.1 - hours) * 360_000) + pid);
}

export function pages(bytes: number): number {
  return Math.round(bytes / PAGE) * PAGE;
}

function hostMemory(stage: Stage, moment: Moment, cast: readonly Actor[]): HostMemory {
  const limit = limitReading(stage, moment, cast);
  const workingSet = limit.currentBytes - limit.inactiveFileBytes;
  const others = sum(cast.filter(({limited}) => !limited).map((actor) => rssBytes(stage, moment, actor)));
  const activeFileBytes = pages(limit.activeFileBytes ?? 0);
  const availableBytes = DEMO_TOTAL_BYTES - workingSet - others - pages(1.4 * GIB);
  const idleCache = limit.inactiveFileBytes + pages(1.6 * GIB);
  const buffersBytes = pages(0.2 * GIB);
  return {
    totalBytes: DEMO_TOTAL_BYTES,
    availableBytes,
    freeBytes: availableBytes - idleCache - buffersBytes,
    buffersBytes,
    cachedBytes: idleCache + activeFileBytes,
    activeFileBytes,
    shmemBytes: pages(0.6 * GIB),
    swapTotalBytes: SWAP_BYTES,
    swapFreeBytes: SWAP_BYTES - swapUsedBytes(moment),
  };
}

function limitReading(stage: Stage, moment: Moment, cast: readonly Actor[]): LimitReading {
  const limited = cast.filter((actor) => actor.limited);
  const workingSet = sum(limited.map((actor) => rssBytes(stage, moment, actor))) + pages(0.6 * GIB);
  const activeFileBytes = sum(
    limited.map((actor) => pages(rssBytes(stage, moment, actor) * actor.fileShare)),
  );
  // The kernel gives idle cache back first when memory is short.
  const inactiveFileBytes = pages(GIB * (5.1 - 2.2 * tight(moment) + 0.15 * wave(stage.seed, 900, moment)));
  return {
    name: 'llm.slice',
    path: '/user.slice/llm.slice',
    version: 2,
    limitBytes: LIMIT_BYTES,
    currentBytes: workingSet + inactiveFileBytes,
    inactiveFileBytes,
    activeFileBytes,
    anonBytes: workingSet - activeFileBytes - pages(0.3 * GIB),
    shmemBytes: pages(0.1 * GIB),
  };
}

function pressure(moment: Moment): Pressure {
  const [short, long] = [tight(moment), tightOverMinute(moment)];
  const share = (percent: number) => Math.round(percent * 100) / 100;
  return {
    some10: share(8.4 * short),
    some60: share(3.1 * long),
    full10: share(2.6 * short),
    full60: share(0.9 * long),
  };
}

function swapCounters(moment: Moment): SwapCounters {
  const done = swapped(moment);
  const count = (share: number) => Math.round(share * SWAP_PAGES_A_LOOP);
  return {inPages: 18_204 + count(done.in), outPages: 96_512 + count(done.out)};
}

function processReading(stage: Stage, moment: Moment, actor: Actor): ProcessReading {
  const {pid, parentPid, name, user, args, hours, cores} = actor;
  const ageMs = hours * 3_600_000;
  return {
    pid,
    parentPid: stage.ended.has(parentPid) ? 1 : parentPid,
    startKey: startKey(actor),
    startedAt: stage.startedAt - ageMs,
    name,
    command: args.join(' '),
    args,
    user,
    rssBytes: rssBytes(stage, moment, actor),
    cpuMs: Math.round(cores * (ageMs + moment.elapsedMs + 2000 * wave(stage.seed, pid, moment))),
  };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
