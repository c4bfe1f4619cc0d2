import type {Random} from './random.ts';
import {
  batches,
  boundedWalk,
  DAY,
  daily,
  drawBase,
  drawDuration,
  HOUR,
  MINUTE,
  randomSteps,
  saturating,
  sawTooth,
  wandering,
} from './shapes.ts';
import type {Behaviour, Family} from './trace.ts';

/** Programs that do not leak. */
export const BENIGN_FAMILIES: Readonly<Record<string, Family>> = {
  flat: (random) => benign(random, {}),
  wandering: (random) => {
    const walk = wandering(random, random.logUniform(MINUTE, 12 * HOUR));
    const height = random.logUniform(0.02, 0.15);
    return benign(random, {shape: (seconds) => Math.max(-0.6, height * walk(seconds))});
  },
  'bounded-walk': (random) => {
    const walk = boundedWalk(random, random.logUniform(HOUR, 3 * DAY));
    const height = random.logUniform(0.03, 0.2);
    return benign(random, {shape: (seconds) => height * walk(seconds), ceiling: height});
  },
  'gc-flat-floor': (random) => collected(random, 5, 15 * MINUTE),
  'gc-long-cycles': (random) => collected(random, MINUTE, HOUR),
  'cache-saturating': (random) => {
    const tau = random.logUniform(3 * MINUTE, 4 * HOUR);
    const height = random.logUniform(0.2, 4);
    return benign(random, {shape: (seconds) => height * saturating(seconds, tau), ceiling: height});
  },
  'cache-logarithmic': (random) => {
    const tau = random.logUniform(3 * MINUTE, HOUR);
    const height = random.logUniform(0.1, 0.6);
    return benign(random, {
      shape: (seconds) => height * Math.log1p(seconds / tau),
      // The distinct keys of a service run out: at the latest after a month it holds them all.
      ceiling: height * Math.log1p((30 * DAY) / tau),
    });
  },
  'warm-up': (random) => {
    const [length, power] = [random.logUniform(1, 60) * MINUTE, random.uniform(1, 3)];
    const height = random.logUniform(0.2, 4);
    return benign(random, {
      shape: (seconds) => height * (1 - (1 - Math.min(1, seconds / length)) ** power),
      ceiling: height,
    });
  },
  'model-load-steps': (random) => {
    const loading = randomSteps(random, random.whole(1, 5), random.logUniform(MINUTE, HOUR));
    const height = random.logUniform(0.3, 6);
    return benign(random, {shape: (seconds) => height * loading(seconds), ceiling: height});
  },
  'periodic-batches': (random) => {
    const period = random.logUniform(10 * MINUTE, DAY);
    const wave = batches(random, period, random.uniform(0.1, 0.5));
    const height = random.logUniform(0.1, 2);
    return benign(random, {shape: (seconds) => height * wave(seconds), ceiling: 1.15 * height});
  },
  'daily-rhythm': (random) => {
    const rhythm = daily(random);
    const height = random.logUniform(0.05, 0.5);
    return benign(random, {
      durationS: random.logUniform(DAY / 2, 14 * DAY),
      shape: (seconds) => height * rhythm(seconds),
      ceiling: height,
    });
  },
  'ramp-returns': rampReturns,
  spikes: (random) => ({...benign(random, {}), spikeShare: random.logUniform(0.005, 0.05)}),
  'epochs-reset': epochsReset,
  'growth-to-cap': (random) => {
    const length = random.logUniform(2 * MINUTE, 2 * HOUR);
    const height = random.logUniform(0.3, 6);
    return benign(random, {shape: (seconds) => height * Math.min(1, seconds / length), ceiling: height});
  },
  'heavy-tailed-noise': (random) => ({...benign(random, {}), heavyTail: true}),
  'cache-expiring': (random) => {
    const life = random.logUniform(HOUR, DAY);
    const wave = sawTooth(random, life);
    const height = random.logUniform(0.1, 2);
    const fill = random.uniform(0.05, 0.3);
    return benign(random, {shape: (seconds) => height * saturating(wave(seconds), fill), ceiling: height});
  },
  'arena-plateau': arenaPlateau,
  'sleeping-machine': (random) => ({...benign(random, {}), sleeps: random.whole(1, 4)}),
  'limit-changes': limitChanges,
  'process-churn': processChurn,
};

interface BenignOptions {
  readonly durationS?: number;
  /** What lies over the base, as a share of it. */
  readonly shape?: (seconds: number) => number;
  /** The most that the shape ever reaches. */
  readonly ceiling?: number;
}

function benign(random: Random, options: BenignOptions): Behaviour {
  const {durationS = drawDuration(random), shape = () => 0, ceiling} = options;
  const base = drawBase(random);
  return {
    durationS,
    base,
    level: (seconds) => base * (1 + shape(seconds)),
    ...(ceiling !== undefined && {ceiling: base * (1 + ceiling)}),
  };
}

function collected(random: Random, shortest: number, longest: number): Behaviour {
  const wave = sawTooth(random, random.logUniform(shortest, longest));
  const height = random.logUniform(0.1, 2);
  return benign(random, {shape: (seconds) => height * wave(seconds), ceiling: height});
}

/** Load that comes and goes: up as traffic does, slowly, then fast, then slowly; some while; and back. */
function rampReturns(random: Random): Behaviour {
  const length = random.logUniform(20 * MINUTE, 6 * HOUR);
  const hold = length * random.uniform(0, 2);
  const durationS = drawDuration(random, 3 * length + hold);
  const start = random.uniform(0.05, 0.4) * Math.max(0, durationS - 2 * length - hold);
  const height = random.logUniform(0.2, 3);
  const eased = (share: number) => 0.5 - 0.5 * Math.cos(Math.PI * Math.max(0, Math.min(1, share)));
  return benign(random, {
    durationS,
    shape: (seconds) =>
      height *
      Math.min(eased((seconds - start) / length), eased((start + 2 * length + hold - seconds) / length)),
    ceiling: height,
  });
}

function epochsReset(random: Random): Behaviour {
  const epoch = random.logUniform(3 * MINUTE, 6 * HOUR);
  const wave = sawTooth(random, epoch);
  const height = random.logUniform(0.1, 2);
  return benign(random, {
    durationS: drawDuration(random, 4 * epoch),
    shape: (seconds) => height * wave(seconds),
    ceiling: height,
  });
}

/** Heap arenas fill up: jumps that grow rarer and smaller until the working set fits. */
function arenaPlateau(random: Random): Behaviour {
  const [tau, count] = [random.logUniform(5 * MINUTE, 2 * HOUR), random.whole(4, 15)];
  const moments = Array.from({length: count}, () => tau * random.exponential());
  const height = random.logUniform(0.1, 1.5);
  return benign(random, {
    shape: (seconds) => (height * moments.filter((moment) => moment <= seconds).length) / count,
    ceiling: height,
  });
}

function limitChanges(random: Random): Behaviour {
  const durationS = drawDuration(random);
  const limitChanges = Array.from({length: random.whole(1, 3)}, () => ({
    atS: random.uniform(0.1, 0.9) * durationS,
    share: random.uniform(0.95, 2),
  })).sort((a, b) => a.atS - b.atS);
  return {...benign(random, {durationS}), limitChanges};
}

/** One name, many lives of different size: each loads within minutes and stays. */
function processChurn(random: Random): Behaviour {
  const durationS = drawDuration(random);
  const lives = random.whole(3, 30);
  const restarts = Array.from({length: lives - 1}, () => random.uniform(0, durationS)).sort((a, b) => a - b);
  const sizes = Array.from({length: lives}, () => random.uniform(0.6, 1.4));
  const load = random.logUniform(10, 5 * MINUTE);
  const behaviour = benign(random, {
    durationS,
    shape: (seconds) => {
      const life = restarts.filter((moment) => moment <= seconds).length;
      const begun = restarts[life - 1] ?? 0;
      return (sizes[life] ?? 1) * (0.2 + 0.8 * Math.min(1, (seconds - begun) / load)) - 1;
    },
  });
  return random.chance(0.5) ? {...behaviour, restarts} : behaviour;
}
