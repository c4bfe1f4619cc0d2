import {processKey} from '../process-series.ts';
import {failed, type JobReading, ok, type Reading, unsupported} from '../sample.ts';
import type {VramTable} from '../vram.ts';

/** What the job's memory is counted in: proportional shares where they can be read, else resident sets. */
export const JOB_MEASURES = ['PSS', 'RSS'] as const;
export type JobMeasure = (typeof JOB_MEASURES)[number];

/** The followed job at one moment, as every sink reads it. */
export interface JobView {
  readonly reading: JobReading;
  readonly measure: JobMeasure;
  /** What all its processes hold together. */
  readonly bytes: number;
  /** CPU used between the last two scans, as percent of one core; absent until there are two. */
  readonly cpuPercent?: number;
  /** What its processes hold of all GPUs' memory; absent where there is no GPU or that cannot be known. */
  readonly vramBytes?: number;
  /** How long it has run, or did until its end, milliseconds. */
  readonly elapsedMs?: number;
}

/** How many processes the job has. */
export function jobCount({members, sum}: JobReading): number {
  return sum?.processes ?? members.length;
}

/** The resident sets of all its processes together. */
export function jobRss({members, sum}: JobReading): number {
  return sum?.rssBytes ?? members.reduce((total, {rssBytes}) => total + rssBytes, 0);
}

/** What the job holds, by the best measure there is. */
export function jobBytes(job: JobReading): {
  readonly measure: JobMeasure;
  readonly bytes: number;
} {
  if (job.pss?.status === 'ok') return {measure: 'PSS', bytes: job.pss.value.bytes};
  return {measure: 'RSS', bytes: jobRss(job)};
}

/** The job as a reading of a pool; one that has ended is told as such. */
export function jobHeld(job: JobReading): Reading<{readonly bytes: number; readonly measure: JobMeasure}> {
  const count = jobCount(job);
  if (job.state === 'ended' && count === 0) return unsupported('the job has ended');
  return count === 0 ? failed('none of its processes can be seen') : ok(jobBytes(job));
}

/** The job as it is shown, with the CPU that it uses, percent of one core. */
export function jobView(
  job: JobReading,
  look: {
    readonly at: number;
    readonly vram: VramTable | undefined;
    readonly cpuPercent: number | undefined;
  },
): JobView {
  const {cpuPercent} = look;
  const vramBytes = job.sum === undefined ? look.vram && vramOf(job, look.vram) : job.sum.vramBytes;
  const until = job.exit?.at ?? look.at;
  return {
    reading: job,
    ...jobBytes(job),
    ...(cpuPercent !== undefined && {cpuPercent}),
    ...(vramBytes !== undefined && {vramBytes}),
    ...(job.startedAt !== undefined && {elapsedMs: Math.max(0, until - job.startedAt)}),
  };
}

function vramOf({members}: JobReading, {shares, unknown}: VramTable): number | undefined {
  const held = members.flatMap((member) => shares.get(processKey(member))?.bytes ?? []);
  if (held.length === 0 && unknown !== undefined) return undefined;
  return held.reduce((sum, bytes) => sum + bytes, 0);
}
