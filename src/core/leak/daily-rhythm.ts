import {correlation} from './regression.ts';
import {median} from './robust.ts';

const DAY_MS = 86_400_000;
/** A quarter of an hour each. */
const SLOTS_PER_DAY = 96;
const SLOT_MS = DAY_MS / SLOTS_PER_DAY;
/** Readings lost to a pause leave slots empty; with more than this share empty a day tells no rhythm. */
const MOST_EMPTY = 0.3;
const MIN_CORRELATION = 0.7;

/** A floor with the rhythm of the day taken out. */
export interface Deseasoned {
  readonly timeMs: number;
  readonly floor: number;
}

/**
 * Takes the rhythm of the day out of a series, once two days have shown that there is one: the seasonal
 * differencing of Box and Jenkins ("Time Series Analysis", 1970) with a profile in place of the one former
 * day, from which the drift from day to day has been taken, so that a leak stays in what is left.
 */
export class DailyRhythm {
  readonly #day = new Float64Array(SLOTS_PER_DAY).fill(Number.NaN);
  readonly #former = new Float64Array(SLOTS_PER_DAY).fill(Number.NaN);
  readonly #profile = new Float64Array(SLOTS_PER_DAY).fill(Number.NaN);
  #known = false;
  #slot: number | undefined;
  #startMs = 0;
  #low = Number.POSITIVE_INFINITY;

  get bytes(): number {
    return this.#day.byteLength + this.#former.byteLength + this.#profile.byteLength;
  }

  /** How far the height of the day stands over its mean. */
  get highest(): number {
    return this.#known ? this.#profile.reduce((most, value) => Math.max(most, value)) : 0;
  }

  /** How far a moment of the day stands over its mean. */
  at(timeMs: number): number {
    if (!this.#known) return 0;
    const slot = Math.floor((timeMs - this.#startMs) / SLOT_MS) % SLOTS_PER_DAY;
    return this.#profile[slot] ?? 0;
  }

  clear(): void {
    for (const slots of [this.#day, this.#former, this.#profile]) slots.fill(Number.NaN);
    this.#known = false;
    this.#slot = undefined;
    this.#low = Number.POSITIVE_INFINITY;
  }

  /** Takes a reading in; returns what it completed: a quarter of an hour, or at first the two days at once. */
  add(timeMs: number, value: number): readonly Deseasoned[] {
    if (this.#slot === undefined) this.#startMs = timeMs;
    const slot = Math.floor((timeMs - this.#startMs) / SLOT_MS);
    const done = this.#slot !== undefined && slot !== this.#slot ? this.#close(this.#slot, slot) : NOTHING;
    this.#low = this.#slot === slot ? Math.min(this.#low, value) : value;
    this.#slot = slot;
    return done;
  }

  #close(slot: number, next: number): readonly Deseasoned[] {
    const own = slot % SLOTS_PER_DAY;
    this.#day[own] = this.#low;
    const days = Math.floor(next / SLOTS_PER_DAY) - Math.floor(slot / SLOTS_PER_DAY);
    const done = this.#known ? this.#without(slot, this.#low) : NOTHING;
    if (days === 0) return done;
    const first = this.#endDay(slot - own);
    // A day that nobody saw is no day to compare with.
    if (days > 1) this.#former.fill(Number.NaN);
    return first.length > 0 ? first : done;
  }

  /** Learns from the day that began at a slot. */
  #endDay(firstSlot: number): readonly Deseasoned[] {
    const drift = driftOf(this.#former, this.#day);
    const [day, former] = [shapeOf(this.#day, drift), shapeOf(this.#former, drift)];
    const both = day && former && !this.#known ? this.#begin(firstSlot, day, former) : NOTHING;
    if (this.#known && day && both === NOTHING) this.#profile.set(blend(this.#profile, day));
    this.#former.set(this.#day);
    this.#day.fill(Number.NaN);
    return both;
  }

  #begin(firstSlot: number, day: Float64Array, former: Float64Array): readonly Deseasoned[] {
    this.#known = correlation(day, former) >= MIN_CORRELATION;
    if (!this.#known) return NOTHING;
    this.#profile.set(blend(day, former));
    return [
      ...this.#withoutAll(firstSlot - SLOTS_PER_DAY, this.#former),
      ...this.#withoutAll(firstSlot, this.#day),
    ];
  }

  #withoutAll(firstSlot: number, slots: Float64Array): readonly Deseasoned[] {
    return [...slots].flatMap((low, index) => this.#without(firstSlot + index, low));
  }

  #without(slot: number, low: number): readonly Deseasoned[] {
    const floor = low - (this.#profile[slot % SLOTS_PER_DAY] ?? Number.NaN);
    return Number.isFinite(floor) ? [{timeMs: this.#startMs + (slot + 1) * SLOT_MS, floor}] : NOTHING;
  }
}

const NOTHING: readonly Deseasoned[] = [];

/** How much a day stands over the one before, at the same times of day; per slot. */
function driftOf(former: Float64Array, day: Float64Array): number {
  const rises = day.map((value, slot) => value - (former[slot] ?? Number.NaN)).filter(Number.isFinite);
  return median(rises) / SLOTS_PER_DAY;
}

/** A day less its mean and its drift, with gaps bridged; nothing where too much of it is missing. */
function shapeOf(day: Float64Array, drift: number): Float64Array | undefined {
  if (day.filter(Number.isFinite).length < (1 - MOST_EMPTY) * SLOTS_PER_DAY) return undefined;
  let last = day.find(Number.isFinite) ?? 0;
  const level = day.map((value, slot) => {
    last = Number.isFinite(value) ? value : last;
    return last - drift * slot;
  });
  const mean = level.reduce((sum, value) => sum + value, 0) / SLOTS_PER_DAY;
  return level.map((value) => value - mean);
}

function blend(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((value, slot) => (value + (other[slot] ?? value)) / 2);
}
