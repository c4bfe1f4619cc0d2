import type {Random} from './random.ts';
import {
  batches,
  bursts,
  DAY,
  daily,
  drawBase,
  drawDuration,
  HOUR,
  MINUTE,
  randomSteps,
  saturating,
  sawTooth,
} from './shapes.ts';
import type {Behaviour, Family} from './trace.ts';

/** Programs that leak until they are at their limit. */
export const LEAK_FAMILIES: Readonly<Record<string, Family>> = {
  linear: (random) => leak(random, {}),
  'request-steps': (random) => leak(random, {growth: stepwise(random, 25, 200)}),
  'allocator-steps': (random) => leak(random, {growth: evenSteps(random.whole(15, 60))}),
  'gc-rising-floor': gcRisingFloor,
  'epoch-staircase': epochStaircase,
  'daily-rhythm-leak': dailyRhythmLeak,
  'late-onset': (random) => leak(random, {onset: random.uniform(0.2, 0.6)}),
  accelerating: (random) => leak(random, {growth: () => (u) => 0.3 * u + 0.7 * u * u}),
  restarts: restarts,
  'after-warm-up': afterWarmUp,
  'under-batches': underBatches,
  'missing-readings': (random) => leak(random, {missing: random.uniform(0.1, 0.4), gaps: random.whole(2, 6)}),
  noisy: (random) => leak(random, {noise: 0.08}),
  'with-bursts': withBursts,
  'behind-cache': behindCache,
  fragmentation: (random) => leak(random, {growth: () => (u) => u ** 0.8}),
};

interface LeakOptions {
  readonly durationS?: number;
  /** Beginning of the leak as a share of the trace. @default 0 */
  readonly onset?: number;
  /** Makes the growth: share of the way against share of the time, both 0 to 1. @default linear */
  readonly growth?: (durationS: number) => (u: number) => number;
  /** What lies over the leak, as a share of the base. */
  readonly over?: (seconds: number) => number;
  readonly rise?: number;
  readonly noise?: number;
  readonly missing?: number;
  readonly gaps?: number;
}

function leak(random: Random, options: LeakOptions): Behaviour {
  const {durationS = drawDuration(random), onset = 0, over = () => 0} = options;
  const {rise = random.logUniform(0.3, 8), growth = () => (u: number) => u, ...rest} = options;
  const base = drawBase(random);
  const onsetS = onset * durationS;
  const share = growth(durationS - onsetS);
  return {
    durationS,
    base,
    onsetS,
    level: (seconds) =>
      base * (1 + over(seconds) + rise * share(Math.max(0, seconds - onsetS) / (durationS - onsetS))),
    ...(rest.noise !== undefined && {noise: rest.noise}),
    ...(rest.missing !== undefined && {missing: rest.missing}),
    ...(rest.gaps !== undefined && {gaps: rest.gaps}),
  };
}

function stepwise(random: Random, fewest: number, most: number) {
  const count = random.whole(fewest, most);
  return () => randomSteps(random, count, 1);
}

/** An allocator that takes its memory in pieces of one size, as those of graphics cards do. */
function evenSteps(count: number) {
  return () => (u: number) => Math.floor(u * count + 1e-9) / count;
}

function gcRisingFloor(random: Random): Behaviour {
  const period = random.logUniform(5, 15 * MINUTE);
  const wave = sawTooth(random, period);
  const height = random.logUniform(0.1, 1);
  // Fewer than 60 collections are no garbage collector at work.
  const durationS = drawDuration(random, 60 * period);
  return leak(random, {durationS, over: (seconds) => height * wave(seconds)});
}

function epochStaircase(random: Random): Behaviour {
  const count = random.whole(12, 60);
  const durationS = Math.min(14 * DAY, Math.max(HOUR, count * random.logUniform(5 * MINUTE, 6 * HOUR)));
  const wave = sawTooth(random, durationS / count);
  const height = random.logUniform(0.05, 0.6);
  return leak(random, {durationS, growth: evenSteps(count), over: (seconds) => height * wave(seconds)});
}

function dailyRhythmLeak(random: Random): Behaviour {
  const rhythm = daily(random);
  const height = random.logUniform(0.05, 0.4);
  return leak(random, {
    durationS: random.logUniform(4 * DAY, 14 * DAY),
    over: (seconds) => height * rhythm(seconds),
  });
}

function afterWarmUp(random: Random): Behaviour {
  const tau = random.logUniform(1, 20) * MINUTE;
  const height = random.logUniform(0.2, 1);
  // A warm-up is short beside the life of a program; one as long as its leak cannot be told from it.
  return leak(random, {
    durationS: drawDuration(random, 10 * tau),
    over: (seconds) => height * saturating(seconds, tau),
  });
}

function underBatches(random: Random): Behaviour {
  const period = random.logUniform(10 * MINUTE, DAY);
  const wave = batches(random, period, random.uniform(0.1, 0.4));
  const height = random.logUniform(0.1, 1);
  const durationS = drawDuration(random, 12 * period);
  return leak(random, {durationS, over: (seconds) => height * wave(seconds)});
}

function withBursts(random: Random): Behaviour {
  const wave = bursts(random, random.logUniform(0.3, 3));
  const height = random.logUniform(0.1, 1);
  return leak(random, {over: (seconds) => height * wave(seconds)});
}

function behindCache(random: Random): Behaviour {
  const tau = random.logUniform(3 * MINUTE, 4 * HOUR);
  const height = random.logUniform(0.2, 2);
  return leak(random, {
    durationS: drawDuration(random, 10 * tau),
    over: (seconds) => height * saturating(seconds, tau),
  });
}

/**
 * A leak through 3 to 6 lives: each begins again at the base and loads for a minute. Half are put down on a
 * schedule long before the limit, and the watcher knows the process and so its restarts; the other half are
 * killed at or near the limit, and only the figure tells.
 */
function restarts(random: Random): Behaviour {
  const announced = random.chance(0.5);
  const lives = random.whole(3, 6);
  const [base, rise] = [drawBase(random), random.logUniform(0.3, 8)];
  const whole = random.logUniform(HOUR, 4 * DAY);
  const shares = Array.from({length: lives - 1}, () =>
    announced ? random.uniform(0.3, 0.6) : random.uniform(0.85, 1),
  ).concat(1);
  const ends = shares.map(
    (_, index) => whole * shares.slice(0, index + 1).reduce((sum, one) => sum + one, 0),
  );
  return {
    durationS: ends.at(-1) ?? whole,
    base,
    onsetS: 0,
    level: (seconds) => {
      const begun = ends.findLast((end) => end <= seconds && end !== ends.at(-1)) ?? 0;
      const loaded = begun === 0 ? 1 : Math.min(1, 0.3 + (seconds - begun) / MINUTE);
      return base * (loaded + (rise * (seconds - begun)) / whole);
    },
    wayS: whole,
    ...(announced && {restarts: ends.slice(0, -1)}),
  };
}
