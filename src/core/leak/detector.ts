import type {Reason} from './climb-tests.ts';
import {ClimbWatch, type Finding, type Knowledge} from './climb-watch.ts';
import {confidenceOf} from './confidence.ts';
import {Cycles} from './cycles.ts';
import {DailyRhythm} from './daily-rhythm.ts';
import {LeakEpisode} from './episode.ts';
import {courseOfFound, type Found, factsOf, forecastOf, rateOf, surerFound} from './findings.ts';
import {READINGS_PER_BUCKET} from './floor-pyramid.ts';
import type {Course} from './forecast.ts';
import {Lives} from './lives.ts';
import {type Runaway, RunawayWatch} from './runaway.ts';
import {isRising, type LeakState, type LeakVerdict} from './verdict.ts';

/** One reading. */
export interface LeakReading {
  /** Milliseconds on a line that never goes back; a reading from before the latest one is left out. */
  readonly timelineMs: number;
  /**
   * Memory in use, bytes; another unit serves as well where every figure is in it. A reading that failed, as
   * NaN or less than 0, is left out.
   */
  readonly bytes: number;
}

export interface LeakDetectorOptions {
  /** The most that may be used, bytes. Without it nothing is forecast, and distant leaks are told later. */
  readonly limit?: number;
  /** Where the alert begins, bytes. */
  readonly threshold?: number;
  /**
   * Whether the shortest climbs are no longer looked for as the series gets long: beyond 65,536 readings one must have
   * gone on for about a hundredth of it. For logs, which are read in one go; it takes a fraction of the time. @default false
   */
  readonly isThrifty?: boolean;
}

/** The finest level is looked at from twenty buckets on, and two looks in a row make a climb. */
const READINGS_TO_LEARN = 22 * READINGS_PER_BUCKET;
/** A quarter of an hour in a reading, three to a bucket: these levels reach 96 days. */
const SEASONAL_LEVELS = 7;
const UNKNOWN_INTERVAL_MS = 1000;
/** At less than this share of its pace a leak rests. */
const RESTING_SHARE = 0.5;
/** The range of `Date`. */
const LAST_MOMENT_MS = 8.64e15;

/**
 * Tells from the figures alone whether a series of memory in use leaks, and when it is at its limit. The
 * answer depends on the readings and their times, never on when it is asked, so that a log says what the
 * screen said. It keeps at most 64 KB however long the series is.
 */
export class LeakDetector {
  readonly #watch: ClimbWatch;
  readonly #seasonal = new ClimbWatch(SEASONAL_LEVELS);
  readonly #rhythm = new DailyRhythm();
  readonly #runaways = new RunawayWatch();
  readonly #cycles = new Cycles();
  readonly #lives = new Lives();
  readonly #carriedHours = (perHour: number) => this.#lives.hoursAt(perHour);
  #known: Knowledge = {limit: undefined, quantum: 0, carriedHours: this.#carriedHours};
  #threshold: number | undefined;
  #last: number | undefined;
  #firstMs = 0;
  #stepMs = UNKNOWN_INTERVAL_MS;
  #lastMs = Number.NEGATIVE_INFINITY;
  #readings = 0;
  #episode: LeakEpisode | undefined;
  /** Dear to work out; it stays until the next look at its level. */
  #course: {readonly finding: Finding; readonly course: Course} | undefined;

  constructor({limit, threshold, isThrifty = false}: LeakDetectorOptions = {}) {
    this.#watch = new ClimbWatch(undefined, isThrifty);
    this.setLimit(limit, threshold);
  }

  /** Space that the series takes, bytes. */
  get bytes(): number {
    const parts = [this.#watch, this.#seasonal, this.#rhythm, this.#runaways, this.#cycles];
    return parts.reduce((sum, {bytes}) => sum + bytes, 0);
  }

  /** Another limit is in force; what is known of the growth stays. */
  setLimit(limit: number | undefined, threshold?: number): void {
    if (limit !== this.#known.limit) this.#known = {...this.#known, limit};
    this.#threshold = threshold;
  }

  /** The program was started anew: its growth is remembered, its level is not. */
  restarted(): void {
    const finding = this.#episode?.found.finding ?? this.#watch.surest('climbs');
    this.#lives.end(finding && {perHour: finding.perHour, hours: finding.seenHours});
    for (const part of [this.#watch, this.#seasonal, this.#rhythm, this.#runaways, this.#cycles])
      part.clear();
    this.#episode = undefined;
    this.#last = undefined;
    this.#readings = 0;
  }

  /** Takes a reading in. */
  add({timelineMs, bytes}: LeakReading): void {
    if (!isReading(timelineMs, bytes) || timelineMs < this.#lastMs) return;
    if (this.#readings === 0) this.#firstMs = timelineMs;
    else this.#stepMs = timelineMs - this.#lastMs;
    this.#readings += 1;
    this.#lastMs = timelineMs;
    this.#noteQuantum(bytes);
    this.#endEpisode(timelineMs, bytes);
    this.#runaways.add(timelineMs, bytes);
    this.#cycles.add(timelineMs, bytes);
    this.#note(this.#watch, this.#watch.add(timelineMs, bytes, this.#known), timelineMs);
    for (const {timeMs, floor} of this.#rhythm.add(timelineMs, bytes)) {
      this.#note(this.#seasonal, this.#seasonal.add(timeMs, floor, this.#known), timelineMs);
    }
  }

  /** The state alone, which costs next to nothing. */
  get state(): LeakState {
    if (this.#episode) return 'leak';
    if (this.#surest('climbs') || this.#runaway) return 'growing';
    if (this.#surest('falls')) return 'falling';
    return this.#readings < READINGS_TO_LEARN ? 'learning' : 'steady';
  }

  /** All that is known now. `nowMs` is a moment on the line. @default the moment of the latest reading */
  verdict(nowMs: number = this.#lastMs): LeakVerdict {
    const {state} = this;
    const runaway = this.#runaway;
    const climb = this.#surest('climbs') ?? this.#episode?.found;
    // A runaway over what fell before is no fall.
    const best = isRising({state}) ? climb : state === 'falling' ? this.#surest('falls') : undefined;
    // A leak that pauses is none the less; where it goes from there would be a guess.
    const isResting = climb !== undefined && climb === best && this.#isResting(climb);
    const course = best && isRising({state}) && !isResting ? this.#courseOf(best) : undefined;
    const found = this.#episode?.found ?? best;
    const reason = this.#reason(state, found);
    return {
      state,
      confidence: confidenceOf(state, found?.finding),
      forecast: course ? forecastOf(course, this.#marks, nowMs) : {},
      ...(best && !isResting && rateOf(best.finding)),
      ...(found && {sinceMs: this.#episode?.sinceMs ?? found.finding.sinceMs}),
      ...(found && {facts: factsOf(found.finding, this.#cycles)}),
      ...(runaway && {fastExhaustion: {...runaway.toLimit, ratePerHour: runaway.perHour}}),
      ...(runaway && !found && {sinceMs: runaway.sinceMs, ratePerHour: runaway.perHour}),
      ...(this.#episode && {leakSinceMs: this.#episode.declaredMs}),
      ...(state === 'learning' && {learningMs: this.#learningMs}),
      ...(reason && {reason}),
    };
  }

  /** Nothing climbs now, and what is kept of the leak that was told no longer goes on at its pace. */
  #isResting(climb: Found): boolean {
    if (this.#surest('climbs') !== undefined) return false;
    return this.#courseOf(climb).perHour < RESTING_SHARE * climb.finding.perHour;
  }

  #courseOf(found: Found): Course {
    const {finding} = found;
    if (this.#course?.finding !== finding || !this.#surest('climbs')) {
      this.#course = {finding, course: courseOfFound(found)};
    }
    return this.#course.course;
  }

  get #marks() {
    return {limit: this.#known.limit, threshold: this.#threshold};
  }

  get #runaway(): Runaway | undefined {
    return this.#runaways.project(this.#known.limit);
  }

  get #learningMs(): number {
    const mean = (this.#lastMs - this.#firstMs) / Math.max(1, this.#readings - 1);
    // A pause among them is no interval.
    const interval = this.#readings > 1 ? Math.min(mean, this.#stepMs) : UNKNOWN_INTERVAL_MS;
    return (READINGS_TO_LEARN - this.#readings) * interval;
  }

  #noteQuantum(bytes: number): void {
    const step = Math.abs(bytes - (this.#last ?? bytes));
    const {quantum} = this.#known;
    if (step > 0 && (quantum === 0 || step < quantum)) this.#known = {...this.#known, quantum: step};
    this.#last = bytes;
  }

  #note(watch: ClimbWatch, leak: Finding | undefined, nowMs: number): void {
    if (leak === undefined) return;
    const found = this.#found(watch, leak);
    if (this.#episode) this.#episode.confirm(found, nowMs);
    else this.#episode = new LeakEpisode(found, nowMs);
  }

  #endEpisode(nowMs: number, bytes: number): void {
    const ending = this.#episode?.endedBy(nowMs, bytes, this.#known.limit);
    if (ending === undefined) return;
    if (ending === 'killed') this.restarted();
    else if (ending === 'given back' || !this.#surest('climbs')) this.#episode = undefined;
  }

  #surest(direction: 'climbs' | 'falls'): Found | undefined {
    return surerFound(this.#foundBy(this.#watch, direction), this.#foundBy(this.#seasonal, direction));
  }

  #foundBy(watch: ClimbWatch, direction: 'climbs' | 'falls'): Found | undefined {
    const finding = watch.surest(direction);
    return finding && this.#found(watch, finding);
  }

  #found(watch: ClimbWatch, finding: Finding): Found {
    return {finding, watch, rhythm: watch === this.#seasonal ? this.#rhythm : undefined};
  }

  #reason(state: LeakState, found: Found | undefined): Reason | undefined {
    if (state === 'leak' || state === 'falling') return undefined;
    if (state === 'learning') return 'not enough seen';
    return found?.finding.reason ?? this.#watch.reason ?? 'not rising';
  }
}

/** Of a moment that a calendar has, and of memory that can be counted to the byte. */
function isReading(timelineMs: number, bytes: number): boolean {
  return Math.abs(timelineMs) <= LAST_MOMENT_MS && bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER;
}
