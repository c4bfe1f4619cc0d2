/** What one stretch of time held. */
export interface Bucket {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** One stretch with its beginning and length, milliseconds. */
export interface HistoryPoint extends Bucket {
  readonly at: number;
  readonly lengthMs: number;
}

/** A stretch without a reading: nothing was due (`empty`), or a reading was due and failed (`gap`). */
export type Column = Bucket | 'empty' | 'gap';

/** A ring of buckets of one length. NaN in `mean` is empty, infinity a gap. */
export class HistoryTier {
  readonly stepMs: number;
  readonly #count: number;
  #min = new Float32Array(0);
  #mean = new Float32Array(0);
  #max = new Float32Array(0);
  #last = Number.NEGATIVE_INFINITY;
  #first = Number.POSITIVE_INFINITY;
  #sum = 0;
  #weight = 0;

  constructor(stepMs: number, count: number) {
    this.stepMs = stepMs;
    this.#count = count;
  }

  get bytes(): number {
    return this.#min.byteLength + this.#mean.byteLength + this.#max.byteLength;
  }

  add(at: number, value: number | undefined): void {
    const bucket = Math.floor(at / this.stepMs);
    if (bucket > this.#last) this.#open(bucket);
    const slot = this.#slot(this.#last);
    if (value === undefined) {
      if (this.#weight === 0) this.#mean[slot] = Number.POSITIVE_INFINITY;
      return;
    }
    this.#sum += value;
    this.#weight += 1;
    this.#mean[slot] = this.#sum / this.#weight;
    this.#min[slot] = this.#weight === 1 ? value : Math.min(this.#min[slot] ?? value, value);
    this.#max[slot] = this.#weight === 1 ? value : Math.max(this.#max[slot] ?? value, value);
  }

  markGap(from: number, to: number): void {
    const end = Math.floor(to / this.stepMs);
    const start = Math.max(Math.floor(from / this.stepMs) + 1, end - this.#count);
    for (let bucket = start; bucket < end; bucket += 1) this.add(bucket * this.stepMs, undefined);
  }

  /** Whether nothing from `from` on has been overwritten. */
  reaches(from: number, firstAt: number): boolean {
    return this.oldestMs <= Math.max(from, firstAt);
  }

  /** Where this resolution begins, milliseconds. */
  get oldestMs(): number {
    return Math.max(this.#first, this.#last - this.#count + 1) * this.stepMs;
  }

  /** The buckets that begin before a moment. */
  buckets(until: number): readonly HistoryPoint[] {
    const points: HistoryPoint[] = [];
    const first = this.oldestMs / this.stepMs;
    for (let bucket = first; bucket <= this.#last && bucket * this.stepMs < until; bucket += 1) {
      const at = bucket * this.stepMs;
      const column = this.merge(at, at + this.stepMs);
      if (typeof column === 'object') points.push({at, lengthMs: this.stepMs, ...column});
    }
    return points;
  }

  /** Beginning of the bucket that a moment lies in. */
  startOf(at: number): number {
    return Math.floor(at / this.stepMs) * this.stepMs;
  }

  /** What the buckets that begin in a stretch come to. */
  merge(from: number, to: number): Column {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let weight = 0;
    let gap = false;
    const end = Math.min(Math.ceil(to / this.stepMs), this.#last + 1);
    for (let bucket = Math.ceil(from / this.stepMs); bucket < end; bucket += 1) {
      const mean = this.#meanOf(bucket);
      if (mean === Number.POSITIVE_INFINITY) gap = true;
      if (!Number.isFinite(mean)) continue;
      const slot = this.#slot(bucket);
      min = Math.min(min, this.#min[slot] ?? mean);
      max = Math.max(max, this.#max[slot] ?? mean);
      sum += mean;
      weight += 1;
    }
    if (weight === 0) return gap ? 'gap' : 'empty';
    return {min, mean: sum / weight, max};
  }

  latest(from: number, to: number): number | undefined {
    const start = Math.floor(from / this.stepMs);
    for (let bucket = Math.min(Math.floor(to / this.stepMs), this.#last); bucket >= start; bucket -= 1) {
      const mean = this.#meanOf(bucket);
      if (Number.isFinite(mean)) return mean;
    }
    return undefined;
  }

  #meanOf(bucket: number): number {
    if (bucket > this.#last || bucket < this.#first || bucket <= this.#last - this.#count) return Number.NaN;
    return this.#mean[this.#slot(bucket)] ?? Number.NaN;
  }

  #open(bucket: number): void {
    if (this.#first === Number.POSITIVE_INFINITY) this.#first = bucket;
    this.#makeRoom(bucket);
    const from = Math.max(this.#last + 1, bucket - this.#mean.length + 1, this.#first);
    for (let index = from; index <= bucket; index += 1) this.#mean[this.#slot(index)] = Number.NaN;
    this.#last = bucket;
    this.#sum = 0;
    this.#weight = 0;
  }

  #makeRoom(bucket: number): void {
    const needed = Math.min(bucket - this.#first + 1, this.#count);
    if (needed <= this.#mean.length) return;
    const length = Math.min(this.#count, Math.max(needed, this.#mean.length * 2, 32));
    const former = {min: this.#min, mean: this.#mean, max: this.#max};
    const arrays = {
      min: new Float32Array(length),
      mean: new Float32Array(length).fill(Number.NaN),
      max: new Float32Array(length),
    };
    for (let index = this.#first; index <= this.#last; index += 1) {
      const [source, target] = [index % former.mean.length, index % length];
      arrays.min[target] = former.min[source] ?? Number.NaN;
      arrays.mean[target] = former.mean[source] ?? Number.NaN;
      arrays.max[target] = former.max[source] ?? Number.NaN;
    }
    ({min: this.#min, mean: this.#mean, max: this.#max} = arrays);
  }

  #slot(bucket: number): number {
    return bucket % this.#mean.length;
  }
}
