import type {Random} from './random.ts';
import {HOUR, MB, MINUTE} from './shapes.ts';
import type {Behaviour, Trace, TraceEvent} from './trace.ts';

const INTERVALS_S = [0.5, 1, 2, 5, 10, 30, 60, 300, 600] as const;
/** Pages, whole megabytes, tenths of a per cent, and the half per cents of the coarsest tools. */
const QUANTA: readonly [Quantum, ...Quantum[]] = [
  () => 4096,
  () => 4096,
  () => MB,
  () => MB,
  (limit) => limit * 0.001,
  (limit) => limit * 0.005,
];
const FEWEST_READINGS = 500;
const MOST_READINGS = 9000;

type Quantum = (limit: number) => number;

/** How a watcher sees a program: when it looks, what it misses, how it rounds, what the machine adds. */
interface Watching {
  readonly intervalS: number;
  readonly quantum: Quantum;
  readonly missing: number;
  readonly gaps: readonly Gap[];
  readonly sleeps: readonly Gap[];
  readonly noise: () => number;
}

interface Gap {
  readonly fromS: number;
  readonly lengthS: number;
}

/** Watches a program from its first to its last second. */
export function observe(behaviour: Behaviour, random: Random): Omit<Trace, 'family' | 'seed'> {
  const watching = drawWatching(behaviour, random);
  const {times, levels} = look(behaviour, watching, random);
  const used = levels.map((level) => Math.max(behaviour.base * 0.05, level + watching.noise()));
  const leaks = behaviour.onsetS !== undefined;
  // A leak ends at its limit; what does not leak has 1.2 to 10 times the room that it ever uses.
  const limit = leaks
    ? mostHeld(used)
    : Math.max(highest(levels), behaviour.ceiling ?? 0) * random.logUniform(1.2, 10);
  const end = times.at(-1) ?? 0;
  const onsetMs = leaks ? clockMs(behaviour.onsetS ?? 0, watching) : end;
  const exhaustionMs = leaks && behaviour.wayS === undefined ? exhaustedAt(times, used, limit) : end;
  return {
    leaks,
    times,
    values: read(used, watching, limit, random),
    limit,
    onsetMs,
    exhaustionMs,
    wayMs: behaviour.wayS === undefined ? exhaustionMs - onsetMs : behaviour.wayS * 1000,
    sleeps: watching.sleeps.map(({fromS, lengthS}) => ({
      atMs: clockMs(fromS, watching) - lengthS * 1000,
      lengthMs: lengthS * 1000,
    })),
    events: eventsOf(behaviour, watching, limit),
  };
}

function drawWatching(behaviour: Behaviour, random: Random): Watching {
  const {durationS, base} = behaviour;
  const fitting = INTERVALS_S.filter(
    (interval) => durationS / interval >= FEWEST_READINGS && durationS / interval <= MOST_READINGS,
  );
  const intervalS = fitting[random.whole(0, fitting.length - 1)] ?? 600;
  const gapCount = behaviour.gaps ?? (random.chance(0.3) ? random.whole(1, 3) : 0);
  const sleepCount = behaviour.sleeps ?? (random.chance(0.1) ? 1 : 0);
  return {
    intervalS,
    quantum: random.pick(QUANTA),
    missing: behaviour.missing ?? (random.chance(0.5) ? 0.02 : 0),
    gaps: draw(gapCount, () => ({
      fromS: random.uniform(0, durationS),
      lengthS: intervalS * random.uniform(5, 60),
    })),
    sleeps: draw(sleepCount, () => ({
      fromS: random.uniform(0.05, 0.95) * durationS,
      lengthS: random.logUniform(10 * MINUTE, 8 * HOUR),
    })).sort((a, b) => a.fromS - b.fromS),
    noise: noiseOf(behaviour, intervalS, base, random),
  };
}

function noiseOf(behaviour: Behaviour, intervalS: number, base: number, random: Random): () => number {
  const deviation = base * (behaviour.noise ?? random.logUniform(0.0005, 0.03));
  const keep = Math.exp(-intervalS / random.logUniform(5, 10 * MINUTE));
  const spikeShare = behaviour.spikeShare ?? 0.004;
  let slow = random.gaussian();
  return () => {
    slow = slow * keep + random.gaussian() * Math.sqrt(1 - keep * keep);
    const spike = random.chance(spikeShare) ? base * 0.15 * random.exponential() : 0;
    // Student's t with two degrees of freedom: its variance is infinite.
    const fast = behaviour.heavyTail ? studentT2(random) : random.gaussian();
    return deviation * Math.SQRT1_2 * (slow + fast) + spike;
  };
}

function studentT2(random: Random): number {
  return random.gaussian() / Math.sqrt(random.exponential());
}

function look(behaviour: Behaviour, watching: Watching, random: Random) {
  const {intervalS} = watching;
  const count = Math.floor(behaviour.durationS / intervalS) + 1;
  const [times, levels] = [new Float64Array(count), new Float64Array(count)];
  for (let index = 0; index < count; index += 1) {
    const seconds = Math.max(0, (index + 0.05 * random.uniform(-1, 1)) * intervalS);
    times[index] = clockMs(seconds, watching);
    levels[index] = behaviour.level(seconds);
  }
  return {times, levels};
}

/** Milliseconds on the line of a watcher whose machine slept while the program stood still. */
function clockMs(seconds: number, {sleeps}: Watching): number {
  const slept = sleeps.reduce((sum, {fromS, lengthS}) => sum + (fromS <= seconds ? lengthS : 0), 0);
  return Math.round((seconds + slept) * 1000);
}

/** The most that two of three readings reach: one spike may be swapped out, or freed in time. */
function mostHeld(used: Float64Array): number {
  return highest(used.map((_, index) => heldAt(used, index)));
}

function exhaustedAt(times: Float64Array, used: Float64Array, limit: number): number {
  return times[used.findIndex((_, index) => heldAt(used, index) >= limit)] ?? times.at(-1) ?? 0;
}

function heldAt(used: Float64Array, index: number): number {
  return used.slice(index, index + 3).sort()[1] ?? 0;
}

function highest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function read(used: Float64Array, watching: Watching, limit: number, random: Random): Float64Array {
  const {missing, gaps, intervalS} = watching;
  const quantum = watching.quantum(limit);
  return used.map((bytes, index) => {
    const seconds = index * intervalS;
    const lost = random.chance(missing) || gaps.some(({fromS, lengthS}) => isIn(seconds, fromS, lengthS));
    return lost ? Number.NaN : Math.min(limit, Math.round(bytes / quantum) * quantum);
  });
}

function isIn(seconds: number, from: number, length: number): boolean {
  return seconds >= from && seconds < from + length;
}

function eventsOf(behaviour: Behaviour, watching: Watching, limit: number): TraceEvent[] {
  const {restarts = [], limitChanges = []} = behaviour;
  return [
    ...restarts.map((seconds) => ({atMs: clockMs(seconds, watching), kind: 'restart' as const})),
    ...limitChanges.map(({atS, share}) => ({
      atMs: clockMs(atS, watching),
      kind: 'limit' as const,
      limit: limit * share,
    })),
  ].sort((a, b) => a.atMs - b.atMs);
}

function draw<T>(count: number, make: () => T): T[] {
  return Array.from({length: count}, make);
}
