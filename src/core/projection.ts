/** Readings that a projection looks back on, and for how long. */
const MOST = 120;
const LOOK_BACK_MS = 120_000;
const LEAST_READINGS = 9;
const LEAST_MS = 8000;
/** The last third must rise at least at this share of the pace before: what levels off does not run out. */
const STEADY_SHARE = 0.5;
/** And all of it by this share of the limit: less is noise. */
const LEAST_RISE = 0.5;

interface Point {
  readonly ms: number;
  readonly usedBytes: number;
  readonly totalBytes: number;
}

/**
 * Time until a limit at the pace of the last two minutes, for growth that is fast enough to be told in seconds.
 * The window is parted in thirds; their medians must rise, and the last step be at least half of the first, so that
 * a load that levels off is not projected. Slow growth needs more patience than this and is not its business.
 */
export class Projection {
  #points: Point[] = [];

  add(ms: number, {usedBytes, totalBytes}: {readonly usedBytes: number; readonly totalBytes: number}): void {
    // Another limit, or memory given back at once: what was before says nothing of what comes.
    if (this.#points.some((point) => point.totalBytes !== totalBytes)) this.#points = [];
    this.#points.push({ms, usedBytes, totalBytes});
    this.#points = this.#points.filter((point) => ms - point.ms <= LOOK_BACK_MS).slice(-MOST);
  }

  /** Milliseconds until the limit; `undefined` where that would be a guess. */
  get timeToLimitMs(): number | undefined {
    const last = this.#points.at(-1);
    const first = this.#points[0];
    if (first === undefined || last === undefined || this.#points.length < LEAST_READINGS) return undefined;
    if (last.ms - first.ms < LEAST_MS) return undefined;
    const third = Math.floor(this.#points.length / 3);
    const [a, b, c] = [0, third, this.#points.length - third].map((from) =>
      middleOf(this.#points.slice(from, from + third)),
    );
    if (a === undefined || b === undefined || c === undefined) return undefined;
    const [before, after] = [paceOf(a, b), paceOf(b, c)];
    const isRising = before > 0 && after >= before * STEADY_SHARE;
    if (!isRising || c.usedBytes - a.usedBytes < (last.totalBytes * LEAST_RISE) / 100) return undefined;
    return Math.max(0, (last.totalBytes - last.usedBytes) / paceOf(a, c));
  }
}

/** Bytes a millisecond. */
function paceOf(from: Point, to: Point): number {
  return to.ms <= from.ms ? 0 : (to.usedBytes - from.usedBytes) / (to.ms - from.ms);
}

/** The reading in the middle by size, at the time in the middle. */
function middleOf(points: readonly Point[]): Point | undefined {
  const bySize = points.toSorted((a, b) => a.usedBytes - b.usedBytes)[Math.floor(points.length / 2)];
  const byTime = points[Math.floor(points.length / 2)];
  return bySize && byTime && {...bySize, ms: byTime.ms};
}
