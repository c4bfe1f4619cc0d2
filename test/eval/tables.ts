import type {ForecastScore, Reliability} from './forecasts.ts';
import {type Score, type Share, shareOf} from './metrics.ts';
import type {RealTrace} from './real-traces.ts';
import {DETECTOR, type Outcome} from './stream.ts';

/** A table in Markdown whose columns line up, so that it reads in a terminal too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(3, name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** One line per family or watcher. */
export function scoreTable(scores: readonly (readonly [name: string, score: Score])[]): string {
  const head = [
    '',
    'leaks',
    'benign',
    'precision',
    'recall',
    'F1',
    'false/day',
    'delay med',
    'p90',
    'p90 all',
  ];
  return table(
    head,
    scores.map(([name, score]) => [
      name,
      String(score.leaks),
      String(score.benign),
      withInterval(score.precision),
      withInterval(score.recall),
      figure(score.f1),
      score.benignDays > 0 ? (score.falseAlarms / score.benignDays).toFixed(4) : '',
      percent(score.delayMedian),
      percent(score.delayP90),
      percent(score.delayP90WithMissed),
    ]),
  );
}

/** What does not leak, family by family: how many traces alarmed. */
export function benignTable(scores: readonly (readonly [name: string, score: Score])[]): string {
  return table(
    ['family', 'traces', 'alarmed', 'share with 95 % interval', 'alarms', 'days', 'alarms/day'],
    scores.map(([name, {benign, falseTraces, falseAlarms, benignDays}]) => [
      name,
      String(benign),
      String(falseTraces),
      withInterval(shareOf(falseTraces, benign)),
      String(falseAlarms),
      benignDays.toFixed(1),
      (falseAlarms / benignDays).toFixed(4),
    ]),
  );
}

/** What leaks, family by family, with the error of the forecast half way. */
export function leakTable(
  rows: readonly (readonly [name: string, score: Score, halfWay: ForecastScore])[],
): string {
  return table(
    [
      'family',
      'traces',
      'found',
      'early',
      'recall',
      'delay med',
      'p90',
      'forecasts',
      'APE med',
      'MAPE',
      'in 80 %',
    ],
    rows.map(([name, score, half]) => [
      name,
      String(score.leaks),
      String(score.found),
      String(score.falseTraces),
      withInterval(score.recall),
      percent(score.delayMedian),
      percent(score.delayP90),
      `${half.given}/${half.traces}`,
      percent(half.medianError),
      percent(half.meanError),
      percent(half.coverage.share),
    ]),
  );
}

export function forecastTable(scores: readonly ForecastScore[]): string {
  return table(
    ['of the way', 'given', 'APE median', 'MAPE', 'inside the 80 % interval', 'width high/low'],
    scores.map((score) => [
      percent(score.way),
      `${score.given}/${score.traces}`,
      percent(score.medianError),
      percent(score.meanError),
      withInterval(score.coverage),
      score.medianWidth.toFixed(2),
    ]),
  );
}

export function reliabilityTable(bins: readonly Reliability[]): string {
  return table(
    ['confidence', 'verdicts', 'mean', 'leaks'],
    bins
      .filter(({count}) => count > 0)
      .map(({from, to, count, meanConfidence, leaks}) => [
        `${from}–${Math.min(1, to).toFixed(2)}`,
        String(count),
        figure(meanConfidence),
        figure(leaks / count),
      ]),
  );
}

export function realTable(outcomes: readonly (Outcome & {readonly label: RealTrace['label']})[]): string {
  return table(
    ['trace', 'label', 'hours', 'first alarm', 'at 75 %', 'baselines that alarm'],
    outcomes.map((outcome) => {
      const {firstMs} = outcome.alarms[DETECTOR] ?? {};
      const others = Object.entries(outcome.alarms).filter(
        ([name, {count}]) => name !== DETECTOR && count > 0,
      );
      return [
        outcome.trace.family,
        outcome.label,
        hours(outcome.trace.times.at(-1) ?? 0),
        firstMs === undefined ? 'none' : `${hours(firstMs)} h`,
        outcome.midways.at(-1)?.verdict.state ?? '',
        String(others.length),
      ];
    }),
  );
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '';
}

export function figure(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '';
}

function withInterval({share, low, high}: Share): string {
  return Number.isFinite(share) ? `${figure(share)} (${figure(low)}–${figure(high)})` : '';
}

function hours(ms: number): string {
  return (ms / 3_600_000).toFixed(2);
}
