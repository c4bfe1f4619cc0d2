import {BYTES_PER_MB} from './format.ts';
import type {TimeTo} from './leak/forecast.ts';
import type {LeakState} from './leak/verdict.ts';
import type {ReportLeak} from './report-leaks.ts';

/** Until a limit is reached, seconds, with an 80 % interval. */
export interface TimeToStatus {
  readonly seconds: number;
  readonly lowSeconds: number;
  readonly highSeconds: number;
}

/** Whether memory under the limit in force leaks, and when it is at that limit. */
export interface LeakStatus {
  /**
   * `learning`: not enough seen yet. `steady`. `growing`: it rises, and a warm-up, a cache or a load is not ruled out.
   * `leak`: the floor has grown for longer than those last. `falling`.
   */
  readonly verdict: LeakState;
  /** How sure it is that this is a leak, 0 to 1. */
  readonly confidence: number;
  /** Change of the floor, MB of 1,048,576 bytes per hour, with its 80 % interval; only of what grows, leaks or falls. */
  readonly ratePerHourMb: number | undefined;
  readonly ratePerHourMbInterval: readonly [low: number, high: number] | undefined;
  /** Since when, milliseconds since the epoch. */
  readonly since: number | undefined;
  /** When it was first found to leak, milliseconds since the epoch. */
  readonly firstLeakAt: number | undefined;
  /** What was seen, in one sentence. */
  readonly evidence: string;
  /** From the latest check; `undefined` where it would be a guess. */
  readonly forecast: {
    readonly toLimit: TimeToStatus | undefined;
    readonly toThreshold: TimeToStatus | undefined;
  };
}

export function leakStatus(leak: ReportLeak): LeakStatus {
  const {verdict, confidence, evidence, ratePerHour, ratePerHourInterval: rates, forecast} = leak;
  return {
    verdict,
    confidence,
    ratePerHourMb: ratePerHour === undefined ? undefined : ratePerHour / BYTES_PER_MB,
    ratePerHourMbInterval: rates && [rates.low / BYTES_PER_MB, rates.high / BYTES_PER_MB],
    since: leak.sinceAt,
    firstLeakAt: leak.firstLeakAt,
    evidence,
    forecast: {toLimit: timeTo(forecast.toLimit), toThreshold: timeTo(forecast.toThreshold)},
  };
}

function timeTo(time: TimeTo | undefined): TimeToStatus | undefined {
  return time && {seconds: time.ms / 1000, lowSeconds: time.lowMs / 1000, highSeconds: time.highMs / 1000};
}
