import {type Climb, examine, type Reason} from './climb-tests.ts';
import {FloorPyramid, roomForStretch} from './floor-pyramid.ts';
import {courseOf, hoursTo} from './forecast.ts';
import {hoursNeeded, isFar} from './patience.ts';
import {HOUR_MS} from './units.ts';
import {beforeWindow, type Onset, onsetOf, secondHalf, type Window, windowOf} from './window.ts';

const FEWEST_BUCKETS = 20;
/**
 * Looks in a row that must agree: many looks find something by chance. Towards a limit that is far one is
 * enough: a bucket more of such growth takes long, and proves little.
 */
const LOOKS_FOR_LEAK = 3;
const LOOKS_WITH_FINER = 2;
const LOOKS_FOR_CLIMB = 2;
/** An onset this early in what was seen is none: it rose from the start. */
const START_SHARE = 0.15;
const SAME_PACE = 1.2;
/** What a window's length of extrapolation adds to the doubt, up to this many lengths. */
const STRETCH = 0.05;
const FAR = 40;

/** Readings of a long series that are all looked at: 18 hours of one a second. */
const THRIFTY_FROM = 65_536;

/** What a look at one level found. */
export interface Finding extends Climb {
  readonly level: number;
  readonly atMs: number;
  readonly onsetMs: number;
  /** When the growth began as far as can be told; a long window reaches back to before it. */
  readonly sinceMs: number;
  /** Hours of growth seen in this life, and in all lives over those that are enough. */
  readonly seenHours: number;
  /** How unsure the pace is, and how far it must be stretched to reach the limit: the less, the better. */
  readonly doubt: number;
  readonly patience: number;
}

/** What the watch cannot see for itself. */
export interface Knowledge {
  readonly limit: number | undefined;
  readonly quantum: number;
  /** Hours of growth at about this pace in earlier lives. */
  readonly carriedHours: (perHour: number) => number;
}

/** Looks at every resolution of a series for a climb, and says when one has proven to be a leak. */
export class ClimbWatch {
  readonly pyramid: FloorPyramid;
  readonly #room = roomForStretch();
  readonly #wholeRoom = roomForStretch();
  readonly #findings: (Finding | undefined)[] = [];
  readonly #reasons: (Reason | undefined)[] = [];
  readonly #leakLooks: Uint16Array;
  readonly #climbLooks: Int16Array;
  /** Looks in a row that saw no climb where there had been one. */
  readonly #paused: Uint8Array;
  readonly #isThrifty: boolean;
  #readings = 0;
  /** The finest level that is looked at. */
  #finest = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  #surestClimb: Finding | undefined;
  #surestFall: Finding | undefined;

  /** @param isThrifty whether the finest levels are given up as the series gets long */
  constructor(levels?: number, isThrifty = false) {
    this.#isThrifty = isThrifty;
    this.pyramid = new FloorPyramid(levels);
    this.#leakLooks = new Uint16Array(this.pyramid.levels);
    this.#climbLooks = new Int16Array(this.pyramid.levels);
    this.#paused = new Uint8Array(this.pyramid.levels);
  }

  /** Space of what grows with the number of levels and slots. */
  get bytes(): number {
    const rooms = [this.#room, this.#wholeRoom].flatMap(({times, floors, means, peaks}) => [
      times,
      floors,
      means,
      peaks,
    ]);
    return (
      this.pyramid.bytes +
      rooms.reduce((sum, {byteLength}) => sum + byteLength, 0) +
      this.#leakLooks.byteLength +
      this.#climbLooks.byteLength +
      this.#paused.byteLength
    );
  }

  /** Takes a reading in; returns the finding that made it a leak, if this reading did. */
  add(timeMs: number, value: number, known: Knowledge): Finding | undefined {
    this.#firstMs = Math.min(this.#firstMs, timeMs);
    const closed = this.pyramid.add(timeMs, value);
    if (this.#isThrifty) this.#count();
    let leak: Finding | undefined;
    for (let level = this.#finest; level < closed; level += 1) {
      if (this.pyramid.count(level) < FEWEST_BUCKETS) break;
      leak = this.#look(level, timeMs, known) ?? leak;
    }
    if (closed > this.#finest) this.#rank();
    return leak;
  }

  clear(): void {
    this.pyramid.clear();
    this.#findings.length = 0;
    this.#reasons.length = 0;
    this.#leakLooks.fill(0);
    this.#climbLooks.fill(0);
    this.#paused.fill(0);
    this.#firstMs = Number.POSITIVE_INFINITY;
    this.#readings = 0;
    this.#finest = 0;
    this.#rank();
  }

  /** What the longest look of all says against a leak. */
  get reason(): Reason | undefined {
    return this.#reasons.at(-1);
  }

  /** The surest climb of now, or fall. */
  surest(direction: 'climbs' | 'falls'): Finding | undefined {
    return direction === 'climbs' ? this.#surestClimb : this.#surestFall;
  }

  window(level: number): Window {
    return windowOf(this.pyramid, level, this.#room);
  }

  /** Each time that the series has doubled the finest level is given up: half of all looks are at it. */
  #count(): void {
    this.#readings += 1;
    if (this.#readings < THRIFTY_FROM * 2 ** this.#finest || this.#finest + 1 >= this.pyramid.levels) return;
    this.#findings[this.#finest] = undefined;
    this.#leakLooks[this.#finest] = 0;
    this.#climbLooks[this.#finest] = 0;
    this.#finest += 1;
    this.#rank();
  }

  #rank(): void {
    [this.#surestClimb, this.#surestFall] = [undefined, undefined];
    for (const finding of this.#findings) {
      const looks = finding === undefined ? 0 : (this.#climbLooks[finding.level] ?? 0);
      if (looks >= LOOKS_FOR_CLIMB) this.#surestClimb = surer(this.#surestClimb, finding);
      else if (looks <= -LOOKS_FOR_CLIMB) this.#surestFall = surer(this.#surestFall, finding);
    }
  }

  #look(level: number, atMs: number, known: Knowledge): Finding | undefined {
    const window = this.window(level);
    const climb = examine(window, {
      limit: known.limit,
      quantum: known.quantum,
      before: () => beforeWindow(this.pyramid, level, window.startMs),
      secondHalf: () => secondHalf(this.pyramid, this.#wholeRoom),
    });
    const direction = Number(climb.climbs) - Number(climb.falls);
    if (this.#isOnlyPaused(level, direction)) return undefined;
    const finding = direction === 0 ? undefined : this.#found(climb, level, atMs, window, known);
    const proven = finding?.climbs && finding.reason === undefined;
    const looks = proven ? (this.#leakLooks[level] ?? 0) + 1 : 0;
    this.#leakLooks[level] = Math.min(looks, LOOKS_FOR_LEAK);
    this.#climbLooks[level] = inARow(this.#climbLooks[level] ?? 0, direction);
    const withFiner = looks >= LOOKS_WITH_FINER && (this.#leakLooks[level - 1] ?? 0) >= LOOKS_WITH_FINER;
    const enough = looks >= LOOKS_FOR_LEAK || withFiner || (looks > 0 && isFar(climb.hoursLeft));
    const leak = enough ? finding : undefined;
    const kept = proven && !leak ? {...finding, reason: 'not yet confirmed' as const} : finding;
    this.#findings[level] = kept;
    this.#reasons[level] = kept ? kept.reason : climb.reason;
    return leak;
  }

  /** One look that sees no climb after several that did ends none: the next look decides, and figures stand still. */
  #isOnlyPaused(level: number, direction: number): boolean {
    const wasClimbing = (this.#climbLooks[level] ?? 0) >= LOOKS_FOR_CLIMB;
    const isPaused = wasClimbing && direction === 0 && this.#paused[level] === 0;
    this.#paused[level] = isPaused ? 1 : 0;
    if (isPaused) this.#leakLooks[level] = 0;
    return isPaused;
  }

  #found(climb: Climb, level: number, atMs: number, window: Window, known: Knowledge): Finding {
    const doubt = doubtOf(climb, known.limit);
    const base = {...climb, level, atMs, doubt};
    const {startMs} = window;
    if (climb.falls)
      return {...base, onsetMs: startMs, sinceMs: startMs, seenHours: climb.hours, patience: 0};
    const onset = onsetOf(this.pyramid, climb.perHour);
    const onsetMs = Math.min(onset.timeMs, window.startMs);
    const seenHours = hoursSeen(climb, onset, window);
    const fromStart = (onsetMs - this.#firstMs) / HOUR_MS < START_SHARE * seenHours;
    const patience = patienceOf(climb, window, {seenHours, fromStart}, known);
    const reason: Reason | undefined = climb.reason ?? (patience < 1 ? 'could be a warm-up' : undefined);
    return {...base, reason, onsetMs, sinceMs: onset.timeMs, seenHours, patience};
  }
}

/**
 * The window, and what was before it at the same pace. The onset is an estimate, so it may double what the
 * window proves, not more; and what was steeper before is a warm-up that ended.
 */
function hoursSeen({hours, perHour}: Climb, onset: Onset, {startMs, floors}: Window): number {
  const earlier = (startMs - onset.timeMs) / HOUR_MS;
  const rise = (floors[0] ?? 0) - onset.floor;
  const same = earlier > 0 && rise <= SAME_PACE * perHour * earlier;
  return same ? hours + Math.min(hours, earlier) : hours;
}

/** How long the growth was seen, as a share of what is enough. */
function patienceOf(
  climb: Climb,
  window: Window,
  {seenHours, fromStart}: {readonly seenHours: number; readonly fromStart: boolean},
  {limit, carriedHours}: Knowledge,
): number {
  const {hoursLeft, bend, perHour, reason} = climb;
  const seen = seenHours + carriedHours(perHour);
  const patience = seen / hoursNeeded({hoursLeft, fromStart, bend});
  if (patience >= 1 || reason !== undefined || limit === undefined) return patience;
  // Growth that gathers pace is at the limit sooner than its mean pace tells. Dear to work out, so only here.
  const sooner = Math.min(hoursLeft, hoursTo(courseOf(window, climb), limit));
  return seen / hoursNeeded({hoursLeft: sooner, fromStart, bend});
}

/** The surer of two. */
export function surer(one: Finding | undefined, other: Finding | undefined): Finding | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.doubt < one.doubt ? other : one;
}

function doubtOf({perHour, error, driftScore, hours, floor}: Climb, limit: number | undefined): number {
  const pace = Math.max(Math.abs(perHour), Number.MIN_VALUE);
  const stretch = limit === undefined ? FAR / hours : Math.max(0, limit - floor) / pace / hours;
  return Math.hypot(
    error / pace,
    0.5 / Math.max(Math.abs(driftScore), 0.1),
    STRETCH * Math.min(FAR, stretch),
  );
}

/** Counts looks that agree: up for climbs, down for falls, from 0 again when they change. */
function inARow(count: number, direction: number): number {
  if (direction === 0) return 0;
  return Math.sign(count) === direction ? Math.max(-100, Math.min(100, count + direction)) : direction;
}
