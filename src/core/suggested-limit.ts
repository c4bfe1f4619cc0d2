import type {ReportJob} from './report-job.ts';
import type {ReportLeak} from './report-leaks.ts';
import type {ReportPool} from './report-pools.ts';

/** A limit for the next run of the same work, and what it rests on; bytes. */
export interface SuggestedLimit {
  readonly bytes: number;
  /** Whose memory it is for: the followed job's, or all that was in use under the limit in force. */
  readonly of: 'job' | 'RAM';
  readonly peakBytes: number;
  readonly headroomBytes: number;
  /** Whether the headroom is the share of the peak; else it is the least there is. */
  readonly isShare: boolean;
  /** It was killed for its memory: how much it would have taken nobody knows. */
  readonly isAtLeast: boolean;
  /** It still grew at the end: how much it would have taken nobody knows either. */
  readonly isGrowing: boolean;
  /** How those who set the limit would write it; only where it is known who does. */
  readonly flag?: string;
  /** What the machine has, where that is less. */
  readonly hostBytes?: number;
  /** What leaks outgrows every limit, and what still grew perhaps: how long a run like this one would last under it, milliseconds from its start. */
  readonly lastsMs?: number;
}

export interface SuggestionFacts {
  readonly pools: readonly ReportPool[];
  readonly leaks: readonly ReportLeak[];
  readonly job?: ReportJob;
  readonly earlierJobs?: readonly ReportJob[];
  readonly oomKills: readonly unknown[];
  readonly hostTotalBytes?: number;
  readonly durationMs: number;
  /** The path of the cgroup in force, which tells who made it. */
  readonly limitPath?: string;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const HOUR = 3_600_000;
export const HEADROOM_SHARE = 0.2;
const LEAST_HEADROOM = 100 * MIB;
/** Before that, starting up is all there was. */
export const LEAST_MS = 10_000;

/** Up to which size a limit is rounded up to what. */
const STEPS: readonly (readonly [below: number, step: number])[] = [
  [GIB, 64 * MIB],
  [8 * GIB, 256 * MIB],
  [64 * GIB, GIB],
  [512 * GIB, 4 * GIB],
  [Number.POSITIVE_INFINITY, 16 * GIB],
];

/**
 * The peak and a fifth of it, at least 100 MiB, rounded up to a size that people write. Nothing where nothing was read, or for less than 10 s.
 *
 * The peak and no percentile: a limit kills at the first byte above it, so that a limit at the 95th percentile of one
 * run's readings kills that run. Kubernetes' autoscaler does take a percentile, but of many days' peaks, and adds 15 %.
 * Of one run there is one peak, seen only as often as readings were made, and the next run has other data: hence 20 %,
 * and never less than 100 MiB, both of which that autoscaler adds behind an OOM kill. Page cache that the kernel can take
 * back is not in the peak (the working set, as of `docker stats`); a job's is its PSS or RSS.
 */
export function suggestedLimit(facts: SuggestionFacts): SuggestedLimit | undefined {
  const base = baseOf(facts);
  if (base === undefined || base.peakBytes <= 0 || facts.durationMs < LEAST_MS) return undefined;
  const share = base.peakBytes * HEADROOM_SHARE;
  const headroomBytes = Math.round(Math.max(share, LEAST_HEADROOM));
  const bytes = roundedUp(base.peakBytes + headroomBytes);
  const flag = flagFor(facts.limitPath, bytes);
  const lastsMs = timeUnder(bytes, base, facts);
  const isGrowing = leakOf(base, facts)?.verdict === 'growing';
  const {hostTotalBytes} = facts;
  return {
    ...base,
    bytes,
    headroomBytes,
    isShare: share >= LEAST_HEADROOM,
    isAtLeast: facts.oomKills.length > 0 || facts.job?.ending?.oom !== undefined,
    isGrowing,
    ...(flag !== undefined && {flag}),
    ...(hostTotalBytes !== undefined && hostTotalBytes < bytes && {hostBytes: hostTotalBytes}),
    ...(lastsMs !== undefined && {lastsMs}),
  };
}

/** Bytes rounded up to the step of their size. */
export function roundedUp(bytes: number): number {
  const step = STEPS.find(([below]) => bytes <= below)?.[1] ?? GIB;
  return Math.ceil(bytes / step) * step;
}

type Base = Pick<SuggestedLimit, 'of' | 'peakBytes'>;

function baseOf({job, earlierJobs = [], pools}: SuggestionFacts): Base | undefined {
  const peaks = [job, ...earlierJobs].flatMap((one) => one?.peak?.bytes ?? []);
  if (peaks.length > 0) return {of: 'job', peakBytes: Math.max(...peaks)};
  const peak = pools.find(({kind}) => kind === 'ram')?.peak;
  return peak && {of: 'RAM', peakBytes: peak.usedBytes};
}

/** The verdict on what the limit is for; of several jobs that is on the last, and says nothing of a larger one. */
function leakOf({of, peakBytes}: Base, {leaks, job}: SuggestionFacts): ReportLeak | undefined {
  if (of === 'job' && job?.peak?.bytes !== peakBytes) return undefined;
  return leaks.find(({id}) => id === (of === 'job' ? 'job' : 'ram'));
}

function timeUnder(bytes: number, base: Base, facts: SuggestionFacts): number | undefined {
  const {verdict, ratePerHour = 0} = leakOf(base, facts) ?? {};
  if ((verdict !== 'leak' && verdict !== 'growing') || ratePerHour <= 0) return undefined;
  const ranMs = (base.of === 'job' ? facts.job?.ending?.elapsedMs : undefined) ?? facts.durationMs;
  return ranMs + ((bytes - base.peakBytes) / ratePerHour) * HOUR;
}

/** Who set the limit, by the path of its cgroup, and how they write one. A service's is systemd's, a session's nobody's. */
const FLAGS: readonly (readonly [path: RegExp, write: (size: string) => string])[] = [
  [/\/slurm|\/job_\d+/, (size) => `--mem=${size}`],
  [/kubepods|\/(?:kube)?pod[0-9a-f]{8}/, (size) => `resources.limits.memory: ${size}i`],
  [/docker|buildkit/, (size) => `docker run --memory=${size.toLowerCase()}`],
  [/libpod|podman/, (size) => `podman run --memory=${size.toLowerCase()}`],
  [/\.service(?:\/|$)/, (size) => `MemoryMax=${size}`],
];

function flagFor(path: string | undefined, bytes: number): string | undefined {
  const write = path === undefined ? undefined : FLAGS.find(([made]) => made.test(path))?.[1];
  return write?.(bytes % GIB === 0 ? `${bytes / GIB}G` : `${Math.ceil(bytes / MIB)}M`);
}
