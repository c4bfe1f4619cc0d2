import type {JobMember, JobReading, ProcessReading} from '../../../src/core/sample.ts';
import {GIB, processReading, START} from '../samples.ts';

/** One process of the job that holds so many GiB. */
export function member(pid: number, gib: number, more: Partial<JobMember> = {}): JobMember {
  return {pid, startKey: `k${pid}`, rssBytes: gib * GIB, ...more};
}

/** A job that runs since the start, of processes that hold so many GiB each. */
export function jobOf(gib: Readonly<Record<number, number>>, more: Partial<JobReading> = {}): JobReading {
  const members = Object.entries(gib).map(([pid, size]) => member(Number(pid), size));
  return {
    name: 'python train',
    pid: 812,
    startedAt: START,
    state: 'running',
    members,
    cpuMs: 0,
    ...more,
  };
}

/** The same processes as the table has them. */
export function processesOf({members}: JobReading): readonly ProcessReading[] {
  return members.map(({pid, rssBytes}) => processReading(pid, rssBytes, {args: ['python', `w${pid}.py`]}));
}
