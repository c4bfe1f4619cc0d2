import {JOB_STATES, type JobReading, ok} from '../sample.ts';
import {amountOf, countOf, fieldsOf, textOf, timeOf, wordOf} from './log-fields.ts';

/** The followed job as a line tells it: a sum, whose single processes no log names. `before` is its reading of the line before. */
export function jobOf(value: unknown, at: number, before: JobReading | undefined): JobReading | undefined {
  const job = fieldsOf(value);
  if (job === undefined) return undefined;
  const pid = countOf(job.pid);
  const state = wordOf(job.state, JOB_STATES);
  const processes = countOf(job.processes);
  if (pid === undefined || state === undefined || processes === undefined) return undefined;
  const bytes = amountOf(job.bytes);
  const isPss = job.measure === 'pss';
  const rssBytes = amountOf(job.rss_bytes) ?? (isPss ? undefined : bytes);
  // Processes of which nothing is told are as good as unseen.
  const isSeen = rssBytes !== undefined || (isPss && bytes !== undefined);
  const vramBytes = amountOf(job.vram_bytes);
  return {
    name: textOf(job.name) ?? 'job',
    pid,
    state,
    scannedAt: at,
    members: [],
    sum: {
      processes: isSeen ? processes : 0,
      rssBytes: rssBytes ?? 0,
      ...(vramBytes !== undefined && {vramBytes}),
    },
    ...(isPss && bytes !== undefined && {pss: ok({bytes, at: timeOf(job.pss_at) ?? at})}),
    cpuMs: amountOf(job.cpu_ms) ?? before?.cpuMs ?? 0,
  };
}

/** Whether the CPU time of a job must be taken from the reading before: it has ended. */
export function lacksTime(value: unknown): boolean {
  const job = fieldsOf(value);
  return job !== undefined && job.cpu_ms === undefined;
}
