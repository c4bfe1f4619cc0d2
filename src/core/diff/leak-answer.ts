import {formatDuration} from '../format.ts';
import {formatGrowth} from '../leak-words.ts';
import type {ReportLeak} from '../report-leaks.ts';
import type {ComparedRun, SeriesDiff} from './series-diff.ts';

/** Whether a leak was cured, in a word for programs and a line for people. */
export interface LeakAnswer {
  readonly id: string;
  readonly word: 'gone' | 'slower' | 'still' | 'faster' | 'new' | 'none' | 'unknown';
  readonly text: string;
}

interface Pair {
  readonly name: string;
  readonly before: ReportLeak;
  readonly after: ReportLeak;
  /** How long a run had to go on until the leak before was told; milliseconds. */
  readonly neededMs?: number;
  readonly afterMs: number;
}

/**
 * What became of the leak: of the job where both runs have one, else of RAM; of a GPU where only that tells of one. A run
 * that ended sooner than the leak was found before proves nothing.
 */
export function leakAnswer(input: {
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  readonly pools: readonly SeriesDiff[];
  /** The pool that is asked about. */
  readonly main: string | undefined;
}): LeakAnswer | undefined {
  const {before, after, pools, main} = input;
  const leaking = pools.filter(({leak}) =>
    [leak?.before, leak?.after].some((one) => one?.verdict === 'leak'),
  );
  const asked = leaking.find(({id}) => id === main) ?? leaking[0] ?? pools.find(({id}) => id === main);
  if (asked?.leak === undefined) return undefined;
  const {firstLeakAt} = asked.leak.before;
  const startedAt = before.report.endedAt - before.lengthMs;
  const answer = answerTo({
    ...asked.leak,
    name: asked.name,
    afterMs: after.lengthMs,
    ...(firstLeakAt !== undefined && {neededMs: Math.max(0, firstLeakAt - startedAt)}),
  });
  return {id: asked.id, ...answer, text: `${asked.name}: ${answer.text}`};
}

type Answer = Omit<LeakAnswer, 'id'>;

function answerTo(pair: Pair): Answer {
  const {before, after} = pair;
  if (before.verdict === 'leak') return after.verdict === 'leak' ? stillThere(pair) : perhapsGone(pair);
  if (after.verdict === 'leak')
    return {word: 'new', text: `a new leak: ${paceOf(before)} before, ${paceOf(after)} after`};
  const isKnown = [before, after].every(({verdict}) => verdict === 'steady' || verdict === 'falling');
  return isKnown
    ? {word: 'none', text: `no leak in either: ${paceOf(before)} before, ${paceOf(after)} after`}
    : {word: 'unknown', text: `too early to tell: ${paceOf(before)} before, ${paceOf(after)} after`};
}

function stillThere({before, after}: Pair): Answer {
  const [one, other] = [before.ratePerHourInterval, after.ratePerHourInterval];
  const isSlower = one !== undefined && other !== undefined && other.high < one.low;
  const isFaster = one !== undefined && other !== undefined && other.low > one.high;
  const word = isSlower ? 'slower' : isFaster ? 'faster' : 'still';
  const how = {slower: 'and slower', faster: 'and faster', still: 'as before'}[word];
  return {word, text: `the leak is still there, ${how}: ${paceOf(before)} before, ${paceOf(after)} after`};
}

function perhapsGone({before, after, neededMs, afterMs}: Pair): Answer {
  const paces = `${paceOf(before)} before, ${paceOf(after)} after`;
  if (after.verdict === 'learning' || after.verdict === 'growing')
    return {word: 'unknown', text: `it is not known yet whether the leak is gone: ${paces}`};
  if (neededMs !== undefined && afterMs < neededMs)
    return {
      word: 'unknown',
      text: `no leak seen after, but it ran ${formatDuration(afterMs)} and the leak before was told after ${formatDuration(neededMs)}: ${paces}`,
    };
  return {word: 'gone', text: `the leak is gone: ${paces}`};
}

/** `+2.1 GiB/h`, or the verdict where it does not move. */
function paceOf(leak: ReportLeak): string {
  const growth = formatGrowth(leak);
  if (leak.verdict === 'leak' && growth !== undefined) return growth;
  if (leak.verdict === 'learning') return 'too short to tell';
  return growth === undefined ? leak.verdict : `${leak.verdict} (${growth})`;
}
