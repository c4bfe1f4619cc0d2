import type {Reason} from './climb-tests.ts';
import type {TimeTo} from './forecast.ts';

export const LEAK_STATES = ['learning', 'steady', 'growing', 'leak', 'falling'] as const;
export type LeakState = (typeof LEAK_STATES)[number];

/** Whether growth is told of, and so its pace and what it leads to. */
export function isRising({state}: {readonly state: LeakState}): boolean {
  return state === 'growing' || state === 'leak';
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** When memory runs out, as the growth of the floor tells it. */
export interface LeakForecast {
  /** Until the limit, and until the threshold of the alerts; absent where it would be a guess. */
  readonly toLimit?: TimeTo;
  readonly toThreshold?: TimeTo;
}

/** What the floor did, for a sentence about it. */
export interface LeakFacts {
  readonly floorBytes: number;
  readonly riseBytes: number;
  readonly overMs: number;
  /** The floors of complete cycles since the growth began, where there are such cycles. */
  readonly cycles?: {readonly count: number; readonly riseEachBytes: number};
}

/** What is known of a series at one moment. */
export interface LeakVerdict {
  readonly state: LeakState;
  /** How sure it is that this is a leak, 0 to 1. */
  readonly confidence: number;
  /** Change of the floor, bytes per hour, with its 80 % interval; for what grows, leaks or falls. A runaway's pace has none. */
  readonly ratePerHour?: number;
  readonly ratePerHourInterval?: Interval;
  /** Since when it grows, milliseconds on the line. */
  readonly sinceMs?: number;
  /** When a leak was first told, milliseconds on the line. */
  readonly leakSinceMs?: number;
  /** How much longer it must be seen; only for `learning`. */
  readonly learningMs?: number;
  /** Why it is not, or not yet, called a leak. */
  readonly reason?: Reason;
  readonly facts?: LeakFacts;
  readonly forecast: LeakForecast;
  /** At the limit within minutes, told at once and whatever the verdict still lacks. */
  readonly fastExhaustion?: TimeTo & {
    /** The pace of the last readings, bytes per hour. */
    readonly ratePerHour: number;
  };
}
