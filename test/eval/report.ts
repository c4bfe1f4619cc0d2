import {BASELINES} from './baselines.ts';
import {type ForecastScore, forecastScores, type Reliability, reliability} from './forecasts.ts';
import {type Score, scoreOf} from './metrics.ts';
import type {RealTrace} from './real-traces.ts';
import type {SeedRange} from './seeds.ts';
import {DETECTOR, type Outcome} from './stream.ts';
import * as tables from './tables.ts';

export type RealOutcome = Outcome & {readonly label: RealTrace['label']};

/** All that an evaluation found, ready to be saved. */
export interface Result {
  readonly seeds: SeedRange;
  readonly traces: number;
  readonly readings: number;
  readonly watchers: readonly (readonly [name: string, score: Score])[];
  readonly leakFamilies: readonly (readonly [name: string, score: Score, halfWay: ForecastScore])[];
  readonly benignFamilies: readonly (readonly [name: string, score: Score])[];
  readonly forecasts: readonly ForecastScore[];
  readonly reliability: readonly Reliability[];
  readonly microsecondsPerReading: number;
  readonly mostBytes: number;
  readonly real: RealSummary;
  readonly failed: readonly string[];
}

interface RealSummary {
  readonly folder: string;
  /** Absent where the folder is not there. */
  readonly table?: string;
  readonly quietDays: number;
  readonly quietAlarms: readonly string[];
}

const DAY_MS = 86_400_000;

/** Scores a run over the corpus and, where they are at hand, over the traces from the field. */
export function evaluate(
  outcomes: readonly Outcome[],
  real: readonly RealOutcome[] | undefined,
  {range, folder}: {readonly range: SeedRange; readonly folder: string},
): Result {
  const names = [DETECTOR, ...Object.keys(BASELINES)].filter((name) => outcomes[0]?.alarms[name]);
  const families = byFamily(outcomes);
  const readings = outcomes.reduce((sum, outcome) => sum + outcome.readings, 0);
  const scored = [...families].map(([name, own]) => [name, scoreOf(own, DETECTOR), own] as const);
  return {
    seeds: range,
    traces: outcomes.length,
    readings,
    watchers: names.map((name) => [name, scoreOf(outcomes, name)]),
    leakFamilies: scored
      .filter(([, {leaks}]) => leaks > 0)
      .map(([name, score, own]) => [name, score, halfWay(own)]),
    benignFamilies: scored.filter(([, {benign}]) => benign > 0).map(([name, score]) => [name, score]),
    forecasts: forecastScores(outcomes),
    reliability: reliability(outcomes),
    microsecondsPerReading: outcomes.reduce((sum, {microseconds}) => sum + microseconds, 0) / readings,
    mostBytes: Math.max(...outcomes.map(({bytes}) => bytes)),
    real: summaryOf(real, folder),
    failed: outcomes.filter(isFailure).map(({trace}) => `${trace.family} ${trace.seed}`),
  };
}

/** The result for people. */
export function markdown(result: Result): string {
  const {seeds, traces, readings, microsecondsPerReading, mostBytes} = result;
  return [
    `## Leak detection on our public corpus, seeds ${seeds[0]}–${seeds[1]}: ${traces} traces, ${readings} readings`,
    tables.scoreTable(result.watchers),
    `CPU ${microsecondsPerReading.toFixed(1)} µs per reading on average; at most ${mostBytes} bytes per series.`,
    '### What leaks',
    tables.leakTable(result.leakFamilies),
    '### What does not leak',
    tables.benignTable(result.benignFamilies),
    '### Forecast of the limit',
    tables.forecastTable(result.forecasts),
    '### Confidence of the verdicts growing and leak, at three moments of every trace',
    tables.reliabilityTable(result.reliability),
    '### Traces from the field',
    realText(result.real),
    `Failed: ${result.failed.join(', ') || 'none'}`,
  ].join('\n\n');
}

/** Floors for every run of the tests. The seeds are always the same, so chance has no say. */
export function floorsMissed({watchers, forecasts, mostBytes, real}: Result): string[] {
  const score = watchers[0]?.[1];
  const half = forecasts[1];
  if (score === undefined || half === undefined) return ['nothing was evaluated'];
  const floors: readonly (readonly [string, number, boolean])[] = [
    ['precision of 0.95', score.precision.share, score.precision.share >= 0.95],
    ['recall of 0.95', score.recall.share, score.recall.share >= 0.95],
    ['median delay of 25 %', score.delayMedian, score.delayMedian <= 0.25],
    ['MAPE half way of 20 %', half.meanError, half.meanError <= 0.2],
    ['70 % inside the interval half way', half.coverage.share, half.coverage.share >= 0.7],
    ['64 KB per series', mostBytes, mostBytes <= 64_000],
    ['no alarm on what does not leak in the field', real.quietAlarms.length, real.quietAlarms.length === 0],
  ];
  return floors.filter(([, , held]) => !held).map(([name, value]) => `${name}: got ${value}`);
}

function byFamily(outcomes: readonly Outcome[]): ReadonlyMap<string, readonly Outcome[]> {
  const families = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const {family} = outcome.trace;
    families.set(family, [...(families.get(family) ?? []), outcome]);
  }
  return families;
}

function halfWay(outcomes: readonly Outcome[]): ForecastScore {
  const {1: half} = forecastScores(outcomes);
  if (half === undefined) throw new RangeError('ways: expected half the way among them');
  return half;
}

function isFailure(outcome: Outcome): boolean {
  const {leaks, found, benign, falseTraces} = scoreOf([outcome], DETECTOR);
  return found < leaks || falseTraces > 0 || benign + leaks !== 1;
}

function summaryOf(real: readonly RealOutcome[] | undefined, folder: string): RealSummary {
  if (real === undefined) return {folder, quietDays: 0, quietAlarms: []};
  const quiet = real.filter(({label}) => label === 'does not leak');
  return {
    folder,
    table: tables.realTable(real),
    quietDays: quiet.reduce((sum, {trace}) => sum + (trace.times.at(-1) ?? 0) / DAY_MS, 0),
    quietAlarms: quiet.filter(({alarms}) => alarms[DETECTOR]?.count).map(({trace}) => trace.family),
  };
}

function realText({folder, table, quietDays, quietAlarms}: RealSummary): string {
  if (table === undefined) return `No traces at ${folder}: nothing from the field was evaluated.`;
  const bound =
    quietAlarms.length === 0
      ? // The rule of three (Hanley and Lippman-Hand, JAMA 249, 1983): none in n bounds the rate by 3/n.
        `no alarm in ${quietDays.toFixed(1)} series-days: with 95 % confidence fewer than ${(3 / quietDays).toFixed(3)} per series-day`
      : `alarms on ${quietAlarms.join(', ')} in ${quietDays.toFixed(1)} series-days`;
  return `${table}\n\nWhat does not leak: ${bound}.`;
}
