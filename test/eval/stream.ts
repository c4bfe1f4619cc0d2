import {LeakDetector} from '../../src/core/leak/detector.ts';
import type {LeakVerdict} from '../../src/core/leak/verdict.ts';
import {BASELINES, BaselineWatch} from './baselines.ts';
import type {Trace} from './trace.ts';

export const DETECTOR = 'memtop';
export const WAYS = [0.25, 0.5, 0.75] as const;

/** What one watcher said of one trace. */
export interface Alarms {
  /** When it alarmed first, milliseconds; absent where it never did. */
  readonly firstMs?: number;
  /** How often it began to. */
  readonly count: number;
}

/** What the detector said a part of the way to the limit, or of a trace that has none. */
export interface Midway {
  readonly way: number;
  /** Hours until the limit really came, sleep left out; absent for what does not leak. */
  readonly trueMs?: number;
  readonly verdict: LeakVerdict;
}

export interface Outcome {
  readonly trace: Trace;
  readonly alarms: Readonly<Record<string, Alarms>>;
  readonly midways: readonly Midway[];
  readonly readings: number;
  /** Time of the processor, that of the collector of garbage included. */
  readonly microseconds: number;
  readonly bytes: number;
}

/** Feeds a trace reading by reading, as a live run would. */
export function run(trace: Trace, {baselines = true}: {readonly baselines?: boolean} = {}): Outcome {
  const midways = new Midways(trace);
  const begun = process.cpuUsage();
  const {counter, bytes} = feed(trace, midways);
  const {user, system} = process.cpuUsage(begun);
  return {
    trace,
    alarms: {[DETECTOR]: counter.alarms, ...(baselines && baselineAlarms(trace))},
    midways: midways.seen,
    readings: trace.times.length,
    microseconds: user + system,
    bytes,
  };
}

/** Counts the beginnings of alarms. */
class AlarmCounter {
  #first: number | undefined;
  #count = 0;
  #on = false;

  note(timeMs: number, on: boolean): void {
    if (on && !this.#on) {
      this.#first ??= timeMs;
      this.#count += 1;
    }
    this.#on = on;
  }

  get alarms(): Alarms {
    return {count: this.#count, ...(this.#first !== undefined && {firstMs: this.#first})};
  }
}

function feed(trace: Trace, midways: Midways) {
  const detector = new LeakDetector({limit: trace.limit});
  const counter = new AlarmCounter();
  let event = 0;
  for (let index = 0; index < trace.times.length; index += 1) {
    const timelineMs = trace.times[index] ?? 0;
    for (; (trace.events[event]?.atMs ?? Number.POSITIVE_INFINITY) <= timelineMs; event += 1) {
      const happened = trace.events[event];
      if (happened?.kind === 'restart') detector.restarted();
      if (happened?.kind === 'limit') detector.setLimit(happened.limit);
    }
    detector.add({timelineMs, bytes: trace.values[index] ?? Number.NaN});
    counter.note(timelineMs, detector.state === 'leak');
    midways.note(detector, timelineMs);
  }
  return {counter, bytes: detector.bytes};
}

/** Asks for the whole verdict at the parts of the way. */
class Midways {
  readonly seen: Midway[] = [];
  readonly #trace: Trace;
  readonly #moments: readonly number[];

  constructor(trace: Trace) {
    const {leaks, exhaustionMs, wayMs, times} = trace;
    this.#trace = trace;
    this.#moments = WAYS.map((way) => (leaks ? exhaustionMs - wayMs * (1 - way) : (times.at(-1) ?? 0) * way));
  }

  note(detector: LeakDetector, timeMs: number): void {
    const way = WAYS[this.seen.length];
    if (way === undefined || timeMs < (this.#moments[this.seen.length] ?? 0)) return;
    const trueMs = awakeUntil(this.#trace, timeMs);
    this.seen.push({way, verdict: detector.verdict(), ...(this.#trace.leaks && {trueMs})});
  }
}

function awakeUntil({sleeps, exhaustionMs}: Trace, nowMs: number): number {
  const slept = sleeps
    .filter(({atMs}) => atMs >= nowMs && atMs < exhaustionMs)
    .reduce((sum, {lengthMs}) => sum + lengthMs, 0);
  return exhaustionMs - nowMs - slept;
}

function baselineAlarms(trace: Trace): Record<string, Alarms> {
  const counters = Object.keys(BASELINES).map((name) => [name, new AlarmCounter()] as const);
  const watch = new BaselineWatch();
  for (let index = 0; index < trace.times.length; index += 1) {
    const timeMs = trace.times[index] ?? 0;
    const on = watch.add(timeMs, trace.values[index] ?? Number.NaN, trace.limit);
    if (on) for (const [name, counter] of counters) counter.note(timeMs, on.includes(name));
  }
  return Object.fromEntries(counters.map(([name, counter]) => [name, counter.alarms]));
}
