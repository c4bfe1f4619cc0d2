import {type ClimbWatch, type Finding, surer} from './climb-watch.ts';
import type {Cycles} from './cycles.ts';
import {type Course, courseOf, type Rhythm, timeTo} from './forecast.ts';
import {median} from './robust.ts';
import {DEVIATE, HOUR_MS} from './units.ts';
import type {LeakFacts, LeakForecast, LeakVerdict} from './verdict.ts';

/** A finding with the watch that it is of, and with the rhythm that had been taken out before. */
export interface Found {
  readonly finding: Finding;
  readonly watch: ClimbWatch;
  readonly rhythm: Rhythm | undefined;
}

/** How much wider than their formula real slopes scatter. */
const WIDER = 1.35;
const FEWEST_CYCLES = 4;

/** The one with the surer finding. */
export function surerFound(one: Found | undefined, other: Found | undefined): Found | undefined {
  return surer(one?.finding, other?.finding) === one?.finding ? one : other;
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
