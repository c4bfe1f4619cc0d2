import type {PoolKind} from './frame.ts';
import {leakEvidence} from './leak/evidence.ts';
import type {LeakForecast, LeakState, LeakVerdict} from './leak/verdict.ts';
import type {LeakWatch} from './leak-watch.ts';
import {formatSince, timeToLimit} from './leak-words.ts';
import type {ProcessLeak} from './process-leaks.ts';
import type {Session} from './session.ts';

/** What a report says of one series that was watched for a leak; bytes, moments of the wall clock. */
export interface ReportLeak {
  /** Of a pool its id; of a process `process:812@4711`. */
  readonly id: string;
  readonly kind: PoolKind | 'process';
  /** `RAM`, `GPU 0 VRAM`, `python gateway (5210)`. Not yet safe for a terminal. */
  readonly what: string;
  readonly verdict: LeakState;
  /** How sure it is that this is a leak, 0 to 1. */
  readonly confidence: number;
  /** What was seen, in one sentence. */
  readonly evidence: string;
  readonly ratePerHour?: number;
  readonly ratePerHourInterval?: {readonly low: number; readonly high: number};
  /** Since when it grows. */
  readonly sinceAt?: number;
  /** When it was first found to leak. Absent where it never was. */
  readonly firstLeakAt?: number;
  readonly forecast: LeakForecast;
}

/** The verdicts as a session leaves them, of what was ever read. */
export function reportLeaks({frame, pools, processLeaks}: Session): readonly ReportLeak[] {
  const watched = pools.flatMap(({id, kind, what, leak}): readonly PoolLeak[] =>
    leak === undefined || leak.checks === 0 ? [] : [{id, kind, what, ...leakOf(leak)}],
  );
  return leakRows(watched, processLeaks?.all ?? [], {
    wallOffsetMs: frame === undefined ? 0 : frame.at - frame.timelineMs,
    endedAt: frame?.at ?? 0,
  });
}

/** The verdict on one pool. */
export interface PoolLeak extends Pick<ReportLeak, 'id' | 'what'> {
  readonly kind: PoolKind;
  readonly verdict: LeakVerdict;
  readonly firstLeakAt?: number;
}

/** When the last reading was, and what the moments of verdicts lack to the wall clock; milliseconds. */
export interface LeakRowsLook {
  readonly wallOffsetMs: number;
  readonly endedAt: number;
}

/** Verdicts as rows of a report: of pools, then of processes, the fastest growing first. */
export function leakRows(
  pools: readonly PoolLeak[],
  processes: readonly ProcessLeak[],
  look: LeakRowsLook,
): readonly ReportLeak[] {
  const ofPools = pools.map(
    ({id, kind, what, ...leak}): ReportLeak => ({id, kind, what, ...leakFacts(leak, look)}),
  );
  const ofProcesses = processes
    .toSorted((a, b) => (b.verdict.ratePerHour ?? 0) - (a.verdict.ratePerHour ?? 0))
    .map(
      (leak): ReportLeak => ({
        id: `process:${leak.key}`,
        kind: 'process',
        what: `${leak.process.name} (${leak.process.pid})`,
        ...leakFacts(leak, look),
      }),
    );
  return [...ofPools, ...ofProcesses];
}

function leakOf({verdict, firstLeakAt}: LeakWatch): Pick<PoolLeak, 'verdict' | 'firstLeakAt'> {
  return {verdict, ...(firstLeakAt !== undefined && {firstLeakAt})};
}

function leakFacts(
  {verdict, firstLeakAt}: {readonly verdict: LeakVerdict; readonly firstLeakAt?: number | undefined},
  {wallOffsetMs, endedAt}: LeakRowsLook,
): Omit<ReportLeak, 'id' | 'kind' | 'what'> {
  const {state, confidence, ratePerHour, ratePerHourInterval, sinceMs, forecast} = verdict;
  const toLimit = timeToLimit(verdict);
  return {
    verdict: state,
    confidence,
    evidence: leakEvidence(verdict, (ms) => formatSince(ms + wallOffsetMs, endedAt)),
    ...(ratePerHour !== undefined && {ratePerHour}),
    ...(ratePerHourInterval !== undefined && {ratePerHourInterval}),
    ...(sinceMs !== undefined && {sinceAt: sinceMs + wallOffsetMs}),
    ...(firstLeakAt !== undefined && {firstLeakAt}),
    forecast: {...forecast, ...(toLimit !== undefined && {toLimit})},
  };
}
