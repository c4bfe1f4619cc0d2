import {
  type HostMemory,
  type LimitReading,
  ok,
  type ProcessReading,
  type Sample,
} from '../../src/core/sample.ts';

export const GIB = 2 ** 30;
export const MIB = 2 ** 20;
export const START = Date.parse('2026-03-01T12:00:00Z');

/** A host of 100 GiB of which `percent` are used. */
export function hostMemory(percent: number, more: Partial<HostMemory> = {}): HostMemory {
  const totalBytes = 100 * GIB;
  return {totalBytes, availableBytes: totalBytes * (1 - percent / 100), ...more};
}

/** A sample taken `seconds` after the start, of a host of which `percent` are used. */
export function sampleAt(seconds: number, percent: number, more: Partial<Sample> = {}): Sample {
  return {
    at: START + seconds * 1000,
    monotonicMs: 7000 + seconds * 1000,
    memory: ok(hostMemory(percent)),
    limits: [],
    gpus: {status: 'unsupported', reason: 'no GPU found'},
    ...more,
  };
}

export function limitReading(more: Partial<LimitReading> = {}): LimitReading {
  return {
    name: 'job_7',
    path: '/slurm/job_7',
    version: 2,
    limitBytes: 50 * GIB,
    currentBytes: 30 * GIB,
    inactiveFileBytes: 5 * GIB,
    ...more,
  };
}

export function processReading(
  pid: number,
  rssBytes: number,
  more: Partial<ProcessReading> = {},
): ProcessReading {
  return {
    pid,
    parentPid: 1,
    startKey: `k${pid}`,
    name: `p${pid}`,
    args: [`/bin/p${pid}`, '--on'],
    rssBytes,
    ...more,
  };
}

/** The processes of one scan, made `seconds` after the start. */
export function processesAt(
  seconds: number,
  processes: readonly ProcessReading[],
): NonNullable<Sample['processes']> {
  return ok({at: START + seconds * 1000, processes});
}

/** Steps in time as moments: each value with the sum of the steps up to it. */
export function atMoments<T>(
  steps: readonly (readonly [step: number, value: T])[],
): readonly (readonly [at: number, value: T])[] {
  let at = 0;
  return steps.map(([step, value]) => {
    at += step;
    return [at, value] as const;
  });
}
