import {ok, type ProcessMemory, type Reading, type Sample, unsupported} from '../core/sample.ts';
import type {KillResult, KillSignal, Source} from '../core/source.ts';
import type {Actor} from './demo-cast.ts';
import {LOOP_MS, type Moment, momentAt} from './demo-curves.ts';
import {
  DEMO_TOTAL_BYTES,
  living,
  pages,
  rssBytes,
  type Stage,
  sampleAt,
  startKey,
  swapUsedBytes,
} from './demo-machine.ts';

export interface DemoOptions {
  /** Which demo is played: its small movements follow from it, and nothing else is random. */
  readonly seed: number;
  /** How many GPUs the machine has. @default 1 */
  readonly gpus?: number;
  readonly clock: {
    /** Wall clock, milliseconds since the epoch. */
    now(): number;
    /** A clock that never steps, milliseconds. The story follows this one. */
    monotonic(): number;
  };
}

/** Milliseconds between two samples of the demo's past. */
export const DEMO_PAST_STEP_MS = 4000;

const ENDING: readonly KillSignal[] = ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGQUIT'];
const PLAYER = 'mira';

/** A scripted machine that shows every panel in motion, the same for the same seed, and goes on for ever. */
export function demoSource({seed, gpus = 1, clock}: DemoOptions): Source {
  const stage: Stage = {seed, gpus, startedAt: clock.now(), ended: new Set()};
  const startedMs = clock.monotonic();
  const now = () => momentAt(clock.monotonic() - startedMs);
  return {
    hostName: 'demo',
    sample: async () => sampleAt(stage, now(), {at: clock.now(), monotonicMs: clock.monotonic()}),
    processMemory: async (pid) => processMemory(stage, now(), pid),
    kill: async (pid, startKey, signal) => kill(stage, pid, startKey, signal),
    close: async () => {},
  };
}

export interface DemoPast {
  /** Wall clock now, milliseconds, and the steady clock then, which the past counts back from. */
  readonly nowMs: number;
  readonly monotonicMs?: number;
  readonly count: number;
}

/** What the demo's machine did before now, oldest first, one sample every 4 s; the first live sample follows on. */
export function demoPast(
  {seed, gpus = 1}: Pick<DemoOptions, 'seed' | 'gpus'>,
  {nowMs, monotonicMs = 0, count}: DemoPast,
): readonly Sample[] {
  const stage: Stage = {seed, gpus, startedAt: nowMs, ended: new Set()};
  return Array.from({length: count}, (_, index) => {
    const elapsedMs = (index - count) * DEMO_PAST_STEP_MS;
    return sampleAt(stage, momentAt(elapsedMs), {
      at: nowMs + elapsedMs,
      monotonicMs: monotonicMs + elapsedMs,
    });
  });
}

function processMemory(stage: Stage, moment: Moment, pid: number): Reading<ProcessMemory> {
  const actor = living(stage).find((one) => one.pid === pid);
  if (actor === undefined) return unsupported(`process ${pid} is gone`);
  const rss = rssBytes(stage, moment, actor);
  const [rssFileBytes, rssShmemBytes] = [pages(rss * actor.fileShare), pages(rss * actor.shmemShare)];
  return ok({
    rssBytes: rss,
    rssAnonBytes: rss - rssFileBytes - rssShmemBytes,
    rssFileBytes,
    rssShmemBytes,
    pssBytes: rss - pages(rssShmemBytes * 0.8 + Math.min(rssFileBytes, 24 * 2 ** 20) * 0.5),
    swapBytes: pages(swapUsedBytes(moment) * Math.min(0.3, rss / DEMO_TOTAL_BYTES)),
    peakRssBytes: peakRss(stage, moment, actor),
    threads: actor.threads,
  });
}

function peakRss(stage: Stage, moment: Moment, actor: Actor): number {
  const from = moment.elapsedMs - LOOP_MS;
  const sizes = Array.from({length: 61}, (_, step) =>
    rssBytes(stage, momentAt(from + (step * LOOP_MS) / 60), actor),
  );
  return Math.max(...sizes);
}

function kill(stage: Stage, pid: number, key: string, signal: KillSignal): KillResult {
  const actor = living(stage).find((one) => one.pid === pid && startKey(one) === key);
  if (actor === undefined) return {status: 'gone'};
  if (actor.user !== PLAYER) {
    return {status: 'denied', reason: `not permitted: ${actor.name} (${pid}) belongs to ${actor.user}`};
  }
  if (ENDING.includes(signal)) stage.ended.add(pid);
  return {status: 'sent'};
}
