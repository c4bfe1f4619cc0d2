import {mean, quantile, type Share, shareOf} from './metrics.ts';
import {type Outcome, WAYS} from './stream.ts';

/** How the forecasts did at one part of the way. */
export interface ForecastScore {
  readonly way: number;
  readonly traces: number;
  readonly given: number;
  readonly medianError: number;
  readonly meanError: number;
  readonly coverage: Share;
  /** Upper end over lower end of the interval. */
  readonly medianWidth: number;
}

/** How often a confidence was right. */
export interface Reliability {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanConfidence: number;
  readonly leaks: number;
}

const BINS = [0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.000001] as const;

/** Errors of the time to the limit as shares of the true one. */
export function forecastScores(outcomes: readonly Outcome[]): readonly ForecastScore[] {
  const leaks = outcomes.filter(({trace}) => trace.leaks).flatMap(({midways}) => midways);
  return WAYS.map((way) => {
    const at = leaks.filter((midway) => midway.way === way);
    const given = at.flatMap(({verdict: {forecast}, trueMs = 0}) =>
      forecast.toLimit && trueMs > 0 ? [{...forecast.toLimit, trueMs}] : [],
    );
    const errors = given.map(({ms, trueMs}) => Math.abs(ms - trueMs) / trueMs);
    return {
      way,
      traces: at.length,
      given: given.length,
      medianError: quantile(errors, 0.5),
      meanError: mean(errors),
      coverage: shareOf(
        given.filter(({lowMs, highMs, trueMs}) => lowMs <= trueMs && trueMs <= highMs).length,
        given.length,
      ),
      medianWidth: quantile(
        given.map(({lowMs, highMs}) => highMs / lowMs),
        0.5,
      ),
    };
  });
}

/** Confidence of what was said to grow or to leak, against what did. */
export function reliability(outcomes: readonly Outcome[]): readonly Reliability[] {
  const said = outcomes.flatMap(({trace, midways}) =>
    midways
      .filter(({verdict: {state}}) => state === 'growing' || state === 'leak')
      .map(({verdict: {confidence}}) => ({confidence, leaks: trace.leaks})),
  );
  return BINS.slice(1).map((to, index) => {
    const from = BINS[index] ?? 0;
    const inside = said.filter(({confidence}) => confidence >= from && confidence < to);
    return {
      from,
      to,
      count: inside.length,
      meanConfidence: mean(inside.map(({confidence}) => confidence)),
      leaks: inside.filter(({leaks}) => leaks).length,
    };
  });
}
