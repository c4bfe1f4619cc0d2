import type {Frame} from '../core/frame.ts';
import {topKey} from '../core/log-lines.ts';

const EVERY_MS = 60_000;
/** A peak that rose by this much of the limit since the last list wants to be told with who made it. */
const RISE_PERCENT = 1;

/**
 * Which lines name processes: those where the list changes, one a minute, and those that the tale of the run needs: at
 * an alert, and where the peak of RAM or of the job has risen by 1 % of the limit. A climb of any length is so told in
 * at most a hundred lists, and what only sways around its peak in none.
 */
export class ProcessTurns {
  readonly #count: number;
  #lastKey = '';
  #lastMs = Number.NEGATIVE_INFINITY;
  /** The frame whose list was written last. */
  #listed: Frame | undefined;
  #isAsked = false;
  /** The highest that a list was written at, by pool; percent of one limit. */
  readonly #listedPeaks = new Map<string, number>();
  #limitId: string | undefined;

  /** @param count how many processes a line names; 0 for none */
  constructor(count: number) {
    this.#count = count;
  }

  /** Something happened that the next line is to name processes with. */
  ask(): void {
    this.#isAsked = true;
  }

  /** How many processes the line of this frame names. */
  take(frame: Frame): number {
    if (this.#count === 0) return 0;
    const key = topKey(frame, this.#count);
    const isDue = key !== this.#lastKey || frame.timelineMs - this.#lastMs >= EVERY_MS;
    // A scan that failed names nobody, and what was asked for is still to be told.
    if (!isDue && (key === '' || !(this.#isAsked || this.#hasRisen(frame)))) return 0;
    this.#lastKey = key;
    this.#lastMs = frame.timelineMs;
    if (key !== '') this.#note(frame);
    return this.#count;
  }

  /** How many processes are still to be named of the last frame of a run. */
  takeLast(frame: Frame): number {
    return frame === this.#listed || topKey(frame, this.#count) === '' ? 0 : this.#count;
  }

  #note(frame: Frame): void {
    this.#listed = frame;
    this.#isAsked = false;
    if (frame.limit?.id !== this.#limitId) this.#listedPeaks.clear();
    this.#limitId = frame.limit?.id;
    for (const [id, percent] of shares(frame))
      this.#listedPeaks.set(id, Math.max(percent, this.#listedPeaks.get(id) ?? 0));
  }

  #hasRisen(frame: Frame): boolean {
    if (frame.limit?.id !== this.#limitId) return true;
    return shares(frame).some(([id, percent]) => percent >= (this.#listedPeaks.get(id) ?? 0) + RISE_PERCENT);
  }
}

/** How full those pools are whose peaks are told with their processes. */
function shares({pools}: Frame): readonly (readonly [id: string, percent: number])[] {
  return pools.flatMap(({id, kind, reading}) =>
    (kind === 'ram' || kind === 'job') && reading.status === 'ok'
      ? [[id, reading.value.percent] as const]
      : [],
  );
}
