import type {ClimbWatch, Finding} from './climb-watch.ts';
import type {Cycles} from './cycles.ts';
import {type Course, courseOf, type Rhythm, timeTo} from './forecast.ts';
import {median} from './robust.ts';
import type {LeakFacts, LeakForecast, LeakVerdict} from './verdict.ts';

/** A finding with the watch that it is of, and with the rhythm that had been taken out before. */
export interface Found {
  readonly finding: Finding;
  readonly watch: ClimbWatch;
  readonly rhythm: Rhythm | undefined;
}

const HOUR_MS = 3_600_000;
/** The normal deviate of an 80 % interval, and how much wider than their formula real slopes scatter. */
const DEVIATE = 1.2816;
const WIDER = 1.35;
const FEWEST_CYCLES = 4;

/** The surer of two. */
export function surer(one: Found | undefined, other: Found | undefined): Found | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.finding.doubt < one.finding.doubt ? other : one;
}

/** Change of the floor with its interval. */
export function rateOf({perHour, error}: Finding): Pick<LeakVerdict, 'ratePerHour' | 'ratePerHourInterval'> {
  const spread = DEVIATE * WIDER * error;
  return {ratePerHour: perHour, ratePerHourInterval: {low: perHour - spread, high: perHour + spread}};
}

/** What a sentence about a climb or a fall needs. */
export function factsOf({floor, rise, hours, onsetMs, climbs}: Finding, cycles: Cycles): LeakFacts {
  const troughs = climbs ? cycles.since(onsetMs).map(({value}) => value) : [];
  const rises = troughs.slice(1).map((value, index) => value - (troughs[index] ?? value));
  const each = median(rises);
  return {
    floorBytes: floor,
    riseBytes: rise,
    overMs: hours * HOUR_MS,
    ...(rises.length >= FEWEST_CYCLES && each > 0 && {cycles: {count: troughs.length, riseEachBytes: each}}),
  };
}

/** The course of a finding, until another look at its level is taken. */
export function courseOfFound({finding, watch, rhythm}: Found): Course {
  return {...courseOf(watch.window(finding.level), finding), rhythm};
}

/** Times to the limit and to the threshold, as far as they are no guess. */
export function forecastOf(
  course: Course,
  {limit, threshold}: {readonly limit: number | undefined; readonly threshold: number | undefined},
  nowMs: number,
): LeakForecast {
  const toLimit = limit === undefined ? undefined : timeTo(course, limit, nowMs);
  const toThreshold = threshold === undefined ? undefined : timeTo(course, threshold, nowMs);
  return {...(toLimit && {toLimit}), ...(toThreshold && {toThreshold})};
}
