import type {Interval} from '../../src/core/leak/verdict.ts';
import type {Outcome} from './stream.ts';

/** How one watcher did on a set of traces. */
export interface Score {
  readonly leaks: number;
  readonly benign: number;
  readonly found: number;
  /** Alarms on what does not leak, and before the onset on what does. */
  readonly falseTraces: number;
  readonly precision: Share;
  readonly recall: Share;
  readonly f1: number;
  readonly falseAlarms: number;
  readonly benignDays: number;
  /** Time from the onset to the alarm as a share of the way to the limit, of the leaks found. */
  readonly delayMedian: number;
  readonly delayP90: number;
  /** The same with a leak that was missed as found at the limit. */
  readonly delayP90WithMissed: number;
}

/** A share with its 95 % interval. */
export interface Share extends Interval {
  readonly share: number;
}

const DAY_MS = 86_400_000;
const Z95 = 1.959964;

/** Judges a watcher: a leak is found by an alarm from its onset to its limit. */
export function scoreOf(outcomes: readonly Outcome[], watcher: string): Score {
  const judged = outcomes.map((outcome) => judge(outcome, watcher));
  const leaks = judged.filter(({leaks}) => leaks);
  const benign = judged.filter(({leaks}) => !leaks);
  const found = leaks.filter(({verdict}) => verdict === 'found');
  const falseTraces = judged.filter(({verdict}) => verdict === 'false').length;
  const [precision, recall] = [
    shareOf(found.length, found.length + falseTraces),
    shareOf(found.length, leaks.length),
  ];
  const delays = found.map(({delay}) => delay);
  return {
    leaks: leaks.length,
    benign: benign.length,
    found: found.length,
    falseTraces,
    precision,
    recall,
    f1: (2 * precision.share * recall.share) / (precision.share + recall.share),
    falseAlarms: benign.reduce((sum, {count}) => sum + count, 0),
    benignDays: benign.reduce((sum, {days}) => sum + days, 0),
    delayMedian: quantile(delays, 0.5),
    delayP90: quantile(delays, 0.9),
    delayP90WithMissed: quantile(
      leaks.map(({verdict, delay}) => (verdict === 'found' ? delay : 1)),
      0.9,
    ),
  };
}

/** The interval of Wilson (JASA 22, 1927), which holds for shares near 0 and 1 too. */
export function shareOf(count: number, total: number): Share {
  if (total === 0) return {share: Number.NaN, low: 0, high: 1};
  const share = count / total;
  const weight = Z95 ** 2 / total;
  const middle = (share + weight / 2) / (1 + weight);
  const half = (Z95 * Math.sqrt((share * (1 - share)) / total + weight / (4 * total))) / (1 + weight);
  return {share, low: Math.max(0, middle - half), high: Math.min(1, middle + half)};
}

/** By the nearest rank; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function judge({trace, alarms}: Outcome, watcher: string) {
  const {count = 0, firstMs} = alarms[watcher] ?? {};
  const {leaks, onsetMs, exhaustionMs, wayMs} = trace;
  const days = (trace.times.at(-1) ?? 0) / DAY_MS;
  const base = {leaks, count, days, delay: ((firstMs ?? 0) - onsetMs) / wayMs};
  if (firstMs === undefined) return {...base, verdict: 'silent' as const};
  if (!leaks || firstMs < onsetMs) return {...base, verdict: 'false' as const};
  return {...base, verdict: firstMs <= exhaustionMs ? ('found' as const) : ('late' as const)};
}
