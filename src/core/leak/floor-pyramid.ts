/** How many readings make a bucket of the finest level; each level above halves the resolution. */
export const READINGS_PER_BUCKET = 3;
/** Buckets that each level keeps. */
export const SLOTS = 48;
/** 3 · 2^14 readings in a bucket of the coarsest: 13 days of it at a reading every half second. */
const MOST_LEVELS = 15;
const FIELDS = 4;

/** The latest buckets of one level, oldest first. */
export interface Stretch {
  readonly count: number;
  /** Moments of the lowest readings, milliseconds on the line. */
  readonly times: Float64Array;
  /** The lowest reading of each bucket. */
  readonly floors: Float64Array;
  readonly means: Float64Array;
  /** The highest middle one of three readings in a row: a lone spike is none. */
  readonly peaks: Float64Array;
}

/**
 * A series at up to fifteen resolutions, in the same space however long it is. A bucket is known by its lowest
 * reading: what a program holds when it has let go of all that it can.
 */
export class FloorPyramid {
  readonly levels: number;
  readonly #kept: Float64Array;
  readonly #open: Float64Array;
  readonly #children: Uint32Array;
  readonly #closed: Float64Array;
  #recent: {readonly last?: number; readonly former?: number} = {};

  constructor(levels = MOST_LEVELS) {
    this.levels = levels;
    this.#kept = new Float64Array(levels * SLOTS * FIELDS);
    this.#open = new Float64Array(levels * FIELDS);
    this.#children = new Uint32Array(levels);
    this.#closed = new Float64Array(levels);
  }

  get bytes(): number {
    return (
      this.#kept.byteLength + this.#open.byteLength + this.#children.byteLength + this.#closed.byteLength
    );
  }

  /** Takes a reading in; returns how many levels, from the finest on, closed a bucket with it. */
  add(timeMs: number, value: number): number {
    let [low, lowAt, mean, high] = [value, timeMs, value, this.#middle(value)];
    for (let level = 0; level < this.levels; level += 1) {
      if (!this.#merge(level, low, lowAt, mean, high)) return level;
      const from = level * FIELDS;
      low = this.#open[from] ?? low;
      lowAt = this.#open[from + 1] ?? lowAt;
      mean = this.#open[from + 2] ?? mean;
      high = this.#open[from + 3] ?? high;
      this.#keep(level, low, lowAt, mean, high);
    }
    return this.levels;
  }

  /** How many buckets of a level can be read. */
  count(level: number): number {
    return Math.min(SLOTS, this.#closed[level] ?? 0);
  }

  /** Whether a level still holds the first reading of all. */
  holdsAll(level: number): boolean {
    return (this.#closed[level] ?? 0) <= SLOTS;
  }

  clear(): void {
    this.#recent = {};
    this.#children.fill(0);
    this.#closed.fill(0);
  }

  /** Copies the latest buckets of a level into `target`, at most as many as it has room for. */
  read(level: number, target: Stretch, most = SLOTS): Stretch {
    const count = Math.min(this.count(level), most, target.times.length);
    const closed = this.#closed[level] ?? 0;
    for (let index = 0; index < count; index += 1) {
      const from = this.#slot(level, closed - count + index);
      target.floors[index] = this.#kept[from] ?? 0;
      target.times[index] = this.#kept[from + 1] ?? 0;
      target.means[index] = this.#kept[from + 2] ?? 0;
      target.peaks[index] = this.#kept[from + 3] ?? 0;
    }
    if (count === target.times.length) return {...target, count};
    return {
      count,
      times: target.times.subarray(0, count),
      floors: target.floors.subarray(0, count),
      means: target.means.subarray(0, count),
      peaks: target.peaks.subarray(0, count),
    };
  }

  /** Floor of a kept bucket and its moment, counted from the oldest one kept. */
  bucket(
    level: number,
    index: number,
  ): {readonly floor: number; readonly timeMs: number; readonly mean: number} {
    const closed = this.#closed[level] ?? 0;
    const from = this.#slot(level, closed - this.count(level) + index);
    return {
      floor: this.#kept[from] ?? 0,
      timeMs: this.#kept[from + 1] ?? 0,
      mean: this.#kept[from + 2] ?? 0,
    };
  }

  #middle(value: number): number {
    const {last = value, former = value} = this.#recent;
    this.#recent = {last: value, former: last};
    return Math.max(Math.min(value, last), Math.min(Math.max(value, last), former));
  }

  #merge(level: number, low: number, lowAt: number, mean: number, high: number): boolean {
    const from = level * FIELDS;
    const children = (this.#children[level] ?? 0) + 1;
    const first = children === 1;
    if (first || low < (this.#open[from] ?? 0)) {
      this.#open[from] = low;
      this.#open[from + 1] = lowAt;
    }
    const former = first ? 0 : (this.#open[from + 2] ?? 0);
    this.#open[from + 2] = former + (mean - former) / children;
    this.#open[from + 3] = first ? high : Math.max(high, this.#open[from + 3] ?? high);
    const full = children === (level === 0 ? READINGS_PER_BUCKET : 2);
    this.#children[level] = full ? 0 : children;
    return full;
  }

  #keep(level: number, low: number, lowAt: number, mean: number, high: number): void {
    const closed = this.#closed[level] ?? 0;
    const from = this.#slot(level, closed);
    this.#kept[from] = low;
    this.#kept[from + 1] = lowAt;
    this.#kept[from + 2] = mean;
    this.#kept[from + 3] = high;
    this.#closed[level] = closed + 1;
  }

  #slot(level: number, index: number): number {
    return (level * SLOTS + (index % SLOTS)) * FIELDS;
  }
}

/** Room for one stretch, to be read into again and again. */
export function roomForStretch(): Stretch {
  return {
    count: 0,
    times: new Float64Array(SLOTS),
    floors: new Float64Array(SLOTS),
    means: new Float64Array(SLOTS),
    peaks: new Float64Array(SLOTS),
  };
}
