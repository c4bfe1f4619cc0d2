import type {Host} from './host.ts';

export type Settled<T> = {readonly status: 'done'; readonly value: T} | {readonly status: 'late'};

/** Waits for `work`, but no longer than `milliseconds`. The work itself goes on; if it rejects in time, so does this. */
export function withDeadline<T>(
  host: Pick<Host, 'after'>,
  milliseconds: number,
  work: Promise<T>,
): Promise<Settled<T>> {
  return new Promise((resolve, reject) => {
    const cancel = host.after(milliseconds, () => resolve({status: 'late'}));
    work.then((value) => resolve({status: 'done', value}), reject).finally(cancel);
  });
}
