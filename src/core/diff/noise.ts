import {correlation, leastSquares} from '../leak/regression.ts';
import {median} from '../leak/robust.ts';
import type {Batch} from './batches.ts';

/** A change with the 95 % interval that it lies in, as far as one run of each can tell. */
export interface Change {
  readonly change: number;
  readonly low: number;
  readonly high: number;
}

/** `same`: too little to matter. `noise`: large enough, and it may be chance. */
export type Judgement = 'higher' | 'lower' | 'same' | 'noise';

/** Fewer common parts of both runs say nothing. */
const LEAST_BATCHES = 6;
// Two-sided 95 % of Student's t by degrees of freedom; beyond that, that of the normal distribution and a little.
const T = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11,
];
const T_BEYOND = 2.1;
const MOST_CORRELATION = 0.9;

/**
 * How the means of two runs differ: the mean of the differences of their parts, paired by time, with an interval by batch
 * means (Conway, Management Science 9, 1963; Schmeiser, Operations Research 30, 1982). Readings of one run follow each
 * other and are no sample of independent ones; the means of twentieths of it nearly are. What they still share is
 * taken off by their correlation from one part to the next, and a steady widening (a leak against none) by a straight
 * line, for that is the difference and no noise. What differs from run to run beyond that, two logs cannot tell.
 */
export function changeOfMean(
  before: readonly (Batch | undefined)[],
  after: readonly (Batch | undefined)[],
  figure: (batch: Batch) => number,
): Change | undefined {
  const pairs = before.flatMap((one, index) => {
    const other = after[index];
    return one === undefined || other === undefined ? [] : [figure(other) - figure(one)];
  });
  if (pairs.length < LEAST_BATCHES) return undefined;
  const places = pairs.map((_, index) => index);
  const {level, slope, residual} = leastSquares(places, pairs, 0);
  const middle = (pairs.length - 1) / 2;
  const rest = pairs.map((pair, index) => pair - level - slope * (index - middle));
  const seen = correlation(rest.slice(1), rest.slice(0, -1));
  // Of a short series without its line the correlation comes out too low (Marriott and Pope, Biometrika 41, 1954).
  const unbiased = (seen + 2 / pairs.length) / (1 - 4 / pairs.length);
  const kin = Math.min(MOST_CORRELATION, Math.max(0, unbiased));
  const count = Math.max(2, (pairs.length * (1 - kin)) / (1 + kin));
  const t = T[Math.max(1, Math.floor(count) - 2) - 1] ?? T_BEYOND;
  const reach = (t * residual) / Math.sqrt(count);
  return {change: level, low: level - reach, high: level + reach};
}

/**
 * How the peaks of two runs differ. A peak is one reading: each may by chance be as much lower as the highest reading of a
 * twentieth of its run usually is above the mean of that.
 */
export function changeOfPeak(
  before: {readonly peak: number; readonly batches: readonly (Batch | undefined)[]},
  after: {readonly peak: number; readonly batches: readonly (Batch | undefined)[]},
): Change {
  const change = after.peak - before.peak;
  return {change, low: change - jitterOf(after.batches), high: change + jitterOf(before.batches)};
}

function jitterOf(batches: readonly (Batch | undefined)[]): number {
  const heights = batches.flatMap((batch) => (batch === undefined ? [] : [batch.highest - batch.mean]));
  return heights.length === 0 ? 0 : median(heights);
}

/** Whether a change matters: not less than the least that does, and no interval around it that holds 0. */
export function judge(change: Change | undefined, least: number): Judgement {
  if (change === undefined) return 'noise';
  if (Math.abs(change.change) < least) return 'same';
  if (change.low <= 0 && change.high >= 0) return 'noise';
  return change.change > 0 ? 'higher' : 'lower';
}
