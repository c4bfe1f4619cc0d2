import {LeakDetector, type LeakDetectorOptions} from '../../../src/core/leak/detector.ts';
import type {LeakState, LeakVerdict} from '../../../src/core/leak/verdict.ts';
import {Random} from '../../eval/random.ts';
import type {Trace} from '../../eval/trace.ts';

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Watched {
  readonly detector: LeakDetector;
  /** Every state that it was in. */
  readonly states: ReadonlySet<LeakState>;
  /** When each state was first told, milliseconds. */
  readonly firstMs: Readonly<Partial<Record<LeakState, number>>>;
  readonly verdict: LeakVerdict;
}

/** Readings at an interval, of a level in bytes by the milliseconds since the start, with a little noise. */
export function watch(
  level: (ms: number) => number,
  {
    lengthMs,
    everyMs = 1000,
    noise = 0.2 * MIB,
    ...options
  }: LeakDetectorOptions & {readonly lengthMs: number; readonly everyMs?: number; readonly noise?: number},
): Watched {
  const random = new Random(7);
  const detector = new LeakDetector(options);
  const firstMs: Partial<Record<LeakState, number>> = {};
  for (let ms = 0; ms <= lengthMs; ms += everyMs) {
    detector.add({timelineMs: ms, bytes: level(ms) + noise * random.gaussian()});
    firstMs[detector.state] ??= ms;
  }
  const states = new Set(Object.keys(firstMs) as LeakState[]);
  return {detector, states, firstMs, verdict: detector.verdict()};
}

/** A trace of the corpus, from its first to its last reading. */
export function watchTrace(trace: Trace): Watched {
  const detector = new LeakDetector({limit: trace.limit});
  const firstMs: Partial<Record<LeakState, number>> = {};
  let event = 0;
  trace.times.forEach((timelineMs, index) => {
    for (; (trace.events[event]?.atMs ?? Number.POSITIVE_INFINITY) <= timelineMs; event += 1) {
      const happened = trace.events[event];
      if (happened?.kind === 'restart') detector.restarted();
      if (happened?.kind === 'limit') detector.setLimit(happened.limit);
    }
    detector.add({timelineMs, bytes: trace.values[index] ?? Number.NaN});
    firstMs[detector.state] ??= timelineMs;
  });
  const states = new Set(Object.keys(firstMs) as LeakState[]);
  return {detector, states, firstMs, verdict: detector.verdict()};
}
