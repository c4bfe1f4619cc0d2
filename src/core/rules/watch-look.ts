import {topOf} from '../derive.ts';
import type {Pool} from '../frame.ts';
import type {ProcessLeaks} from '../process-leaks.ts';
import {processKey} from '../process-series.ts';
import type {WatchLook} from './watch.ts';

/** One check, as it is known without asking who holds memory. */
export type WatchCheck = Pick<
  WatchLook,
  'sample' | 'ram' | 'pools' | 'timelineMs' | 'swapRate' | 'limit' | 'newTable'
>;

/** What the rules ask beside one check. */
export interface WatchAround extends Pick<WatchLook, 'before' | 'isPast'> {
  readonly processLeaks: ProcessLeaks | undefined;
}

/** A check as the rules see it: who holds memory, and who grows, is worked out when they ask. */
export function watchLook(check: WatchCheck, {processLeaks, before, isPast}: WatchAround): WatchLook {
  const {sample, ram, pools, timelineMs, swapRate, limit, newTable} = check;
  const top = () => topOf(sample, 1)[0];
  const growing = ({kind}: Pool, leastPerHour: number) => {
    // What grows in RAM says nothing of VRAM.
    if (kind === 'gpu') return undefined;
    const members = kind === 'job' ? new Set(sample.job?.members.map(processKey)) : undefined;
    return processLeaks?.growing(leastPerHour, members)[0]?.process;
  };
  return {sample, ram, pools, timelineMs, swapRate, limit, newTable, top, growing, before, isPast};
}
