import type {Report} from '../report.ts';
import type {RunSeries} from './batches.ts';
import type {DiffBook} from './diff-book.ts';
import {type LeakAnswer, leakAnswer} from './leak-answer.ts';
import {type Change, changeOfMean, changeOfPeak, judge} from './noise.ts';
import type {ComparedRun, FigureDiff, SeriesDiff} from './series-diff.ts';

/** Less than this share of the figure before, or less than so many bytes, matters to nobody. */
export const LEAST_SHARE = 0.01;
export const LEAST_BYTES = 64 * 1024 ** 2;
/** And of a share of time less than this, 0 to 1. */
export const LEAST_TIME_SHARE = 0.01;

export interface RunDiff {
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** `the start` or `mark "epoch 1"`. */
  readonly alignedAt: string;
  /** So much of both, from there on; milliseconds. */
  readonly comparedMs: number;
  readonly answer?: LeakAnswer;
  readonly pools: readonly SeriesDiff[];
  /** Those of which a figure changed first, then the largest. */
  readonly programs: readonly SeriesDiff[];
  /** How often either log names processes: programs are known as often. */
  readonly named: {readonly before: number; readonly after: number};
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** What a chart of both draws: that of the job where both have one, else RAM. */
  readonly curve?: {readonly name: string; readonly before: RunSeries; readonly after: RunSeries};
}

export interface DiffInput {
  readonly before: ComparedRun & {readonly book: DiffBook};
  readonly after: ComparedRun & {readonly book: DiffBook};
  readonly alignedAt: string;
  readonly comparedMs: number;
}

/** Compares what two runs have in common. */
export function diffRuns({before, after, alignedAt, comparedMs}: DiffInput): RunDiff {
  const others = new Map(after.book.pools.map((pool) => [pool.id, pool]));
  const pools = before.book.pools.flatMap(({id, kind, label, series}) => {
    const other = others.get(id);
    const diff = other && seriesDiff({id, kind, name: label}, series, other.series);
    return diff === undefined ? [] : [{...diff, ...leakOf(id, before.report, after.report)}];
  });
  const main = pools.find(({kind}) => kind === 'job') ?? pools.find(({kind}) => kind === 'ram');
  const answer = leakAnswer({before, after, pools, main: main?.id});
  const curve = main && curveOf(main, before.book, after.book);
  return {
    before: runOf(before),
    after: runOf(after),
    alignedAt,
    comparedMs,
    pools,
    named: {before: before.book.tables, after: after.book.tables},
    ...(answer !== undefined && {answer}),
    ...(curve !== undefined && {curve}),
    ...programsOf(before.book, after.book),
  };
}

function runOf({report, lengthMs}: ComparedRun): ComparedRun {
  return {report, lengthMs};
}

function seriesDiff(
  what: Pick<SeriesDiff, 'id' | 'kind' | 'name'>,
  before: RunSeries,
  after: RunSeries,
): SeriesDiff | undefined {
  const [one, other] = [before.peak, after.peak];
  const [mean, otherMean] = [before.average, after.average];
  if (one === undefined || other === undefined || mean === undefined || otherMean === undefined)
    return undefined;
  const [share, otherShare] = [before.aboveShare, after.aboveShare];
  const peak = changeOfPeak(
    {peak: one.bytes, batches: before.batches},
    {peak: other.bytes, batches: after.batches},
  );
  const average = changeOfMean(before.batches, after.batches, ({mean}) => mean);
  const above = changeOfMean(before.batches, after.batches, (batch) => batch.above);
  return {
    ...what,
    peak: figureOf([one.bytes, other.bytes], peak, leastOf(one.bytes)),
    average: figureOf([mean, otherMean], average, leastOf(mean)),
    ...(what.kind !== 'program' &&
      share !== undefined &&
      otherShare !== undefined && {above: figureOf([share, otherShare], above, LEAST_TIME_SHARE)}),
    toPeakMs: {before: one.at, after: other.at},
  };
}

function figureOf(
  [before, after]: readonly [number, number],
  interval: Change | undefined,
  least: number,
): FigureDiff {
  // Parts that only one run has are in its figure, and not in the interval.
  const shown = interval && {...interval, change: after - before};
  const judgement =
    Math.abs(after - before) < least
      ? 'same'
      : judge(interval && {...interval, change: after - before}, least);
  return {before, after, judgement, ...(shown !== undefined && {interval: shown})};
}

function leastOf(bytes: number): number {
  return Math.max(LEAST_BYTES, bytes * LEAST_SHARE);
}

function leakOf(id: string, before: Report, after: Report): Pick<SeriesDiff, 'leak'> {
  const [one, other] = [before, after].map(({leaks}) => leaks.find((leak) => leak.id === id));
  return one === undefined || other === undefined ? {} : {leak: {before: one, after: other}};
}

function curveOf({id, name}: SeriesDiff, before: DiffBook, after: DiffBook): RunDiff['curve'] {
  const [one, other] = [before, after].map(({pools}) => pools.find((pool) => pool.id === id)?.series);
  return one === undefined || other === undefined ? undefined : {name, before: one, after: other};
}

const MOST_PROGRAMS = 10;

function programsOf(
  before: DiffBook,
  after: DiffBook,
): Pick<RunDiff, 'programs' | 'onlyBefore' | 'onlyAfter'> {
  const programs = [...before.programs].flatMap(([name, series]) => {
    const other = after.programs.get(name);
    const diff = other && seriesDiff({id: `program:${name}`, kind: 'program', name}, series, other);
    return diff ?? [];
  });
  const isMoved = ({peak, average}: SeriesDiff) =>
    [peak, average].some(({judgement}) => judgement === 'higher' || judgement === 'lower');
  const size = ({peak}: SeriesDiff) => Math.max(peak.before, peak.after);
  const onlyIn = (one: DiffBook, other: DiffBook) =>
    [...one.programs]
      .filter(([name]) => !other.programs.has(name))
      .sort(([, a], [, b]) => (b.peak?.bytes ?? 0) - (a.peak?.bytes ?? 0))
      .slice(0, MOST_PROGRAMS)
      .map(([name]) => name);
  return {
    programs: programs
      .toSorted((a, b) => Number(isMoved(b)) - Number(isMoved(a)) || size(b) - size(a))
      .slice(0, MOST_PROGRAMS),
    onlyBefore: onlyIn(before, after),
    onlyAfter: onlyIn(after, before),
  };
}
