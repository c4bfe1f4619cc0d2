import {formatBytes, formatPercent} from '../format.ts';
import type {RunDiff} from './run-diff.ts';
import type {FigureDiff} from './series-diff.ts';

/** What decides: where memory runs out. Swap and /dev/shm fill by what the kernel and others do. */
const DECIDING = ['ram', 'job', 'gpu'];

/**
 * What is materially worse in the run after, one line each: a peak or an average of RAM, of the job or of a GPU that is
 * higher by more than this, and not by chance; and a leak that was not there before.
 */
export function worseThan(diff: RunDiff, percent: number): readonly string[] {
  const figures = diff.pools
    .filter(({kind}) => DECIDING.includes(kind))
    .flatMap(({name, peak, average}) => [
      ...worseFigure(`${name} peak`, peak, percent),
      ...worseFigure(`${name} average`, average, percent),
    ]);
  const leaks = diff.pools.flatMap(({name, leak}) =>
    leak !== undefined && leak.after.verdict === 'leak' && leak.before.verdict !== 'leak'
      ? [`${name} leaks, and did not before`]
      : [],
  );
  return [...figures, ...leaks];
}

function worseFigure(
  name: string,
  {before, after, judgement}: FigureDiff,
  percent: number,
): readonly string[] {
  const rise = ((after - before) / before) * 100;
  if (judgement !== 'higher' || !(rise > percent)) return [];
  const by = Number.isFinite(rise) ? `${formatPercent(rise)} ` : '';
  return [`${name} is ${by}higher: ${formatBytes(before)} before, ${formatBytes(after)} after`];
}
