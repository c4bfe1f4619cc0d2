import type {Random} from './random.ts';

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;
export const MB = 2 ** 20;

/** 40 MB to 4 GB: from a small service to a JVM or a training process. */
export function drawBase(random: Random): number {
  return random.logUniform(40 * MB, 4096 * MB);
}

/** An hour to a fortnight, not below what the family needs to show itself. */
export function drawDuration(random: Random, atLeast = HOUR): number {
  return random.logUniform(Math.max(HOUR, Math.min(atLeast, 14 * DAY)), 14 * DAY);
}

/** Rises to 1 with a time constant, both seconds. */
export function saturating(seconds: number, tau: number): number {
  return 1 - Math.exp(-Math.max(0, seconds) / tau);
}

/** A saw-tooth from 0 to 1 whose periods vary by 15 %. */
export function sawTooth(random: Random, period: number): (seconds: number) => number {
  let [start, length] = [-period * random.next(), period];
  return (seconds) => {
    while (seconds >= start + length) {
      start += length;
      length = period * (1 + 0.15 * random.uniform(-1, 1));
    }
    return (seconds - start) / length;
  };
}

/** 1 while a batch runs, else 0; starts vary by 5 % of the period. */
export function batches(random: Random, period: number, duty: number): (seconds: number) => number {
  let start = -period * random.next();
  let next = start + period;
  let height = 1;
  return (seconds) => {
    while (seconds >= next) {
      start = next;
      next = start + period * (1 + 0.05 * random.uniform(-1, 1));
      height = random.uniform(0.85, 1.15);
    }
    const phase = (seconds - start) / period;
    // A batch loads and frees within a tenth of its length: no memory appears at once.
    const edge = Math.max(duty / 10, 1e-9);
    return height * Math.max(0, Math.min(1, phase / edge, (duty - phase) / edge));
  };
}

/** A daily rhythm between 0 and 1, with a second harmonic and a start at any hour. */
export function daily(random: Random): (seconds: number) => number {
  const [phase, second] = [random.uniform(0, DAY), random.uniform(0, 0.3)];
  const shift = random.uniform(0, 2 * Math.PI);
  return (seconds) => {
    const angle = (2 * Math.PI * (seconds + phase)) / DAY;
    return 0.5 + (0.5 * (Math.sin(angle) + second * Math.sin(2 * angle + shift))) / (1 + second);
  };
}

/** Ornstein-Uhlenbeck wandering of standard deviation 1 with a correlation time in seconds. */
export function wandering(random: Random, tau: number): (seconds: number) => number {
  let [value, last] = [random.gaussian(), 0];
  return (seconds) => {
    const keep = Math.exp(-Math.max(0, seconds - last) / tau);
    value = value * keep + random.gaussian() * Math.sqrt(1 - keep * keep);
    last = seconds;
    return value;
  };
}

/** A random walk kept between -1 and 1, which crosses that range in about `crossing` seconds. */
export function boundedWalk(random: Random, crossing: number): (seconds: number) => number {
  let [value, last] = [random.uniform(-1, 1), 0];
  return (seconds) => {
    value += random.gaussian() * 2 * Math.sqrt(Math.max(0, seconds - last) / crossing);
    last = seconds;
    while (Math.abs(value) > 1) value = Math.sign(value) * 2 - value;
    return value;
  };
}

/** A staircase from 0 to 1 with `count` steps over `duration`, at random moments and of random height. */
export function randomSteps(random: Random, count: number, duration: number): (seconds: number) => number {
  const moments = Array.from({length: count}, () => random.uniform(0, duration)).sort((a, b) => a - b);
  const heights = moments.map(() => random.uniform(0.3, 1.7));
  const total = heights.reduce((sum, height) => sum + height, 0);
  let [index, reached] = [0, 0];
  return (seconds) => {
    while (index < count && (moments[index] ?? Number.POSITIVE_INFINITY) <= seconds) {
      reached += heights[index] ?? 0;
      index += 1;
    }
    return reached / total;
  };
}

/** Bumps of random height and length at random moments, `perHour` of them. */
export function bursts(random: Random, perHour: number): (seconds: number) => number {
  let next = (random.exponential() * HOUR) / perHour;
  let [until, height] = [0, 0];
  return (seconds) => {
    while (seconds >= next) {
      until = next + random.uniform(1, 10) * MINUTE;
      height = random.uniform(0.2, 1);
      next += (random.exponential() * HOUR) / perHour;
    }
    return seconds < until ? height : 0;
  };
}
