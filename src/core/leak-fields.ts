import {isoTime} from './format.ts';
import type {Frame} from './frame.ts';
import type {TimeTo} from './leak/forecast.ts';
import type {LeakVerdict} from './leak/verdict.ts';
import {timeToLimit} from './leak-words.ts';

/** The verdicts of a check by the ids of their pools, as the log writes them; nothing where leaks are not looked for. */
export function leakFields({pools, at, timelineMs}: Pick<Frame, 'pools' | 'at' | 'timelineMs'>): object {
  const verdicts = pools.flatMap(({id, leak}) =>
    leak === undefined ? [] : [[id, verdictFields(leak, at - timelineMs)] as const],
  );
  return verdicts.length === 0 ? {} : {leak: Object.fromEntries(verdicts)};
}

/** The verdict on one process, beside its figures. */
export function processLeakFields(leak: LeakVerdict | undefined, wallOffsetMs: number): object {
  return leak === undefined ? {} : {leak: leak.state, ...paceFields(leak, wallOffsetMs)};
}

function verdictFields(leak: LeakVerdict, wallOffsetMs: number) {
  const {fastExhaustion: fast} = leak;
  return {
    verdict: leak.state,
    ...paceFields(leak, wallOffsetMs),
    ...timeFields('limit_in', timeToLimit(leak)),
    ...(fast !== undefined && {limit_in_growth_bytes_per_hour: Math.round(fast.ratePerHour)}),
    ...timeFields('threshold_in', leak.forecast.toThreshold),
  };
}

function paceFields(leak: LeakVerdict, wallOffsetMs: number) {
  const {confidence, ratePerHour, ratePerHourInterval: rates, sinceMs} = leak;
  return {
    ...(confidence > 0 && {confidence: Number(confidence.toFixed(3))}),
    ...(ratePerHour !== undefined && {growth_bytes_per_hour: Math.round(ratePerHour)}),
    ...(rates !== undefined && {growth_interval: [Math.round(rates.low), Math.round(rates.high)]}),
    ...(sinceMs !== undefined && {since: isoTime(sinceMs + wallOffsetMs)}),
  };
}

/** Seconds from the check, with the 80 % interval. */
function timeFields(name: string, time: TimeTo | undefined): object {
  if (time === undefined) return {};
  const [seconds, low, high] = [time.ms, time.lowMs, time.highMs].map((ms) => Math.round(ms / 1000));
  return {[`${name}_seconds`]: seconds, [`${name}_interval`]: [low, high]};
}
