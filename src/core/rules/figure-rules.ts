import {formatPercent} from '../format.ts';
import type {Frame} from '../frame.ts';
import {roundedAhead, timeToLimit} from '../leak-words.ts';
import type {Status} from '../level.ts';
import {formatBound, type Unit} from '../measure.ts';
import type {TopProcess} from '../top-process.ts';
import type {RuleFigure} from './rule.ts';

/** What the rules look at: one check, before its frame is whole. */
export interface RuleInput extends Pick<Frame, 'pressure' | 'swapRate' | 'ram'> {
  /** Who holds most memory now; only asked when an alert is raised. */
  readonly top: () => TopProcess | undefined;
}

/** A rule on one figure of the machine. */
export interface FigureRule {
  readonly id: string;
  readonly what: string;
  readonly unit: Unit;
  readonly isBelow?: boolean;
  /** Whether it looks at nothing but how long tasks waited for memory. */
  readonly isStall?: boolean;
  /** How bad a figure over the threshold is. */
  readonly status: (value: number) => Status;
  /** The figure; `undefined` where it is not known at this check. */
  readonly read: (input: RuleInput) => Omit<RuleFigure, 'top'> | undefined;
  readonly message: (value: number, threshold: number) => string;
}

/** What each threshold of `RuleThresholds` is of. A rule whose threshold is `off` is not looked at. */
export const FIGURE_RULES = {
  pressure: {
    id: 'pressure',
    what: 'pressure',
    unit: 'percent',
    isStall: true,
    status: () => 'HIGH',
    read: ({pressure}) => stallFigure('some', pressure?.status === 'ok' ? pressure.value.some10 : undefined),
    message: (value, threshold) =>
      `PRESSURE ALERT: some task waited for memory ${formatPercent(value)} of 10 s (threshold: ${formatBound(threshold, 'percent')})`,
  },
  fullPressure: {
    id: 'pressure-full',
    what: 'full pressure',
    unit: 'percent',
    isStall: true,
    status: () => 'HIGH',
    read: ({pressure}) => stallFigure('full', pressure?.status === 'ok' ? pressure.value.full10 : undefined),
    message: (value, threshold) =>
      `PRESSURE ALERT: all tasks waited for memory ${formatPercent(value)} of 10 s (threshold: ${formatBound(threshold, 'percent')})`,
  },
  swapIn: swapRule('swap-in', 'swap in', 'in'),
  swapOut: swapRule('swap-out', 'swap out', 'out'),
  limitIn: {
    id: 'limit-in',
    what: 'RAM limit',
    unit: 'seconds',
    isBelow: true,
    status: (seconds) => (seconds < SOON_SECONDS ? 'CRITICAL' : 'HIGH'),
    read: ({ram}) => {
      const ahead = ram.leak && timeToLimit(ram.leak);
      if (ahead === undefined || ram.reading.status !== 'ok') return undefined;
      const {usedBytes, totalBytes} = ram.reading.value;
      return {value: ahead.ms / 1000, text: `in ~${roundedAhead(ahead.ms)}`, usedBytes, totalBytes};
    },
    message: (value, threshold) =>
      `LIMIT ALERT: RAM reaches its limit in ~${roundedAhead(value * 1000)} (threshold: ${formatBound(threshold, 'seconds')})`,
  },
} as const satisfies Record<string, FigureRule>;

/** A limit nearer than this is as bad as one that is reached. */
const SOON_SECONDS = 600;

export type FigureRuleName = keyof typeof FIGURE_RULES;

function stallFigure(line: 'some' | 'full', percent: number | undefined) {
  return percent === undefined
    ? undefined
    : {value: percent, text: `${line} ${formatPercent(percent)} over 10 s`};
}

function swapRule(id: string, what: string, way: 'in' | 'out'): FigureRule {
  return {
    id,
    what,
    unit: 'pages per second',
    status: () => 'HIGH',
    read: ({swapRate}) => {
      if (swapRate === undefined) return undefined;
      const value = way === 'in' ? swapRate.inPerSecond : swapRate.outPerSecond;
      return {value, text: `${Math.round(value)} pages/s`};
    },
    message: (value, threshold) =>
      `SWAP ALERT: ${Math.round(value)} pages/s swapped ${way} (threshold: ${formatBound(threshold, 'pages per second')})`,
  };
}
