import {formatBytes, formatDuration} from '../format.ts';
import {roundedAhead} from '../leak-words.ts';
import type {LeakVerdict} from './verdict.ts';

/** One sentence that says what was seen. `moment` writes a time of the line as people there write it. */
export function leakEvidence(verdict: LeakVerdict, moment: (timelineMs: number) => string): string {
  const {state, reason, learningMs, fastExhaustion} = verdict;
  if (fastExhaustion && state !== 'leak') {
    return `it rises without a break and is at the limit in ~${roundedAhead(fastExhaustion.ms)}`;
  }
  if (state === 'learning')
    return `not enough seen yet${learningMs === undefined ? '' : `, ${formatDuration(learningMs)} more`}`;
  if (state === 'steady') return reason ? `no growth of the floor: ${reason}` : 'no growth of the floor';
  const parts = [floorPart(verdict), ratePart(verdict, moment)].filter((part) => part !== '');
  return parts.join('; ') + (state === 'growing' && reason ? `; not called a leak: ${reason}` : '');
}

function floorPart({facts}: LeakVerdict): string {
  if (facts === undefined) return '';
  const {cycles, floorBytes, riseBytes, overMs} = facts;
  if (cycles)
    return `the floor of the last ${cycles.count} cycles rose ${formatBytes(cycles.riseEachBytes)} each`;
  const verb = riseBytes < 0 ? 'fell' : 'rose';
  const [from, to] = [formatBytes(floorBytes - riseBytes), formatBytes(floorBytes)];
  return `the floor ${verb} from ${from} to ${to} in ${formatDuration(overMs)}`;
}

function ratePart(verdict: LeakVerdict, moment: (timelineMs: number) => string): string {
  const {ratePerHourInterval: interval, sinceMs, state} = verdict;
  if (interval === undefined || sinceMs === undefined) return '';
  const [low, high] = [Math.abs(interval.low), Math.abs(interval.high)].sort((a, b) => a - b);
  const name = state === 'falling' ? 'fall' : 'growth';
  return `${name} ${range(Math.max(0, low ?? 0), high ?? 0)} since ${moment(sinceMs)}`;
}

/** Two figures of one unit: `310–345 MiB/h`; where both read the same, one. */
function range(low: number, high: number): string {
  const [from, to] = [formatBytes(low), formatBytes(high)];
  if (from === to) return `${to}/h`;
  const [figure, unit] = from.split(' ');
  return unit !== undefined && to.endsWith(` ${unit}`) ? `${figure}–${to}/h` : `${from}–${to}/h`;
}
