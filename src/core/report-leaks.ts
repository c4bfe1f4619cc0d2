import type {PoolKind} from './frame.ts';
import {leakEvidence} from './leak/evidence.ts';
import type {LeakForecast, LeakState, LeakVerdict} from './leak/verdict.ts';
import {formatSince, timeToLimit} from './leak-words.ts';
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

/** The verdicts as a session leaves them, of what was ever read: of its pools, then of its processes, the fastest growing first. */
export function reportLeaks(session: Session): readonly ReportLeak[] {
  const {frame, pools, processLeaks} = session;
  const look = {
    wallOffsetMs: frame === undefined ? 0 : frame.at - frame.timelineMs,
    endedAt: frame?.at ?? 0,
  };
  const ofPools = pools.flatMap(({id, kind, what, leak}): readonly ReportLeak[] =>
    leak === undefined || leak.checks === 0 ? [] : [{id, kind, what, ...leakFacts(leak, look)}],
  );
  const ofProcesses = (processLeaks?.all ?? [])
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

function leakFacts(
  {verdict, firstLeakAt}: {readonly verdict: LeakVerdict; readonly firstLeakAt?: number | undefined},
  {wallOffsetMs, endedAt}: {readonly wallOffsetMs: number; readonly endedAt: number},
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
