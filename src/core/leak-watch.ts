import type {PoolFigures} from './frame.ts';
import {LeakDetector} from './leak/detector.ts';
import type {LeakState, LeakVerdict} from './leak/verdict.ts';

/** One reading of a series that is watched for a leak; bytes. */
export interface LeakCheck {
  /** Wall clock and the session's timeline, milliseconds. */
  readonly at: number;
  readonly timelineMs: number;
  readonly usedBytes: number;
  /** The most that may be used; `undefined` or 0 where there is no such bound. */
  readonly limitBytes: number | undefined;
  /** Where the alert on how full it is begins; infinite where that is off. */
  readonly thresholdBytes?: number;
}

/** Verdicts that were found elsewhere: by the run that wrote a log. Moments are on the timeline. */
export interface LeakTeller {
  pool(id: string): LeakVerdict | undefined;
  process(key: string): LeakVerdict | undefined;
}

/** Whether leaks are looked for, and whether the shortest are given up as the series gets long. */
export type LeakWatching = boolean | 'thrifty';

/** One series beside the leak detector: its verdict now, and when it was first found to leak. */
export class LeakWatch {
  readonly #detector: LeakDetector;
  #checks = 0;
  #first: {readonly at: number; readonly timelineMs: number} | undefined;

  /** @param watching how closely */
  constructor(watching: LeakWatching = true) {
    this.#detector = new LeakDetector({isThrifty: watching === 'thrifty'});
  }

  /** When it was first found to leak, wall clock, milliseconds since the epoch; nothing where it never was. */
  get firstLeakAt(): number | undefined {
    return this.#first?.at;
  }

  /** How many readings it was told of. */
  get checks(): number {
    return this.#checks;
  }

  /** The state alone, which costs next to nothing. */
  get state(): LeakState {
    return this.#detector.state;
  }

  /** All that is known as of the latest reading. */
  get verdict(): LeakVerdict {
    return this.#detector.verdict();
  }

  /** Takes a reading in. */
  add({at, timelineMs, usedBytes, limitBytes, thresholdBytes}: LeakCheck): void {
    this.#checks += 1;
    this.#detector.setLimit(bound(limitBytes), bound(thresholdBytes));
    this.#detector.add({timelineMs, bytes: usedBytes});
    if (this.#first === undefined && this.#detector.state === 'leak') this.#first = {at, timelineMs};
  }
}

/** What a pool's figures are to the detector. */
export function leakCheck(
  {usedBytes, totalBytes, availableBytes}: PoolFigures,
  thresholdPercent: number,
  {at, timelineMs}: Pick<LeakCheck, 'at' | 'timelineMs'>,
): LeakCheck {
  // Where memory could not be read, neither could what bounds it.
  if (totalBytes <= 0) return {at, timelineMs, usedBytes, limitBytes: undefined};
  const thresholdBytes = (thresholdPercent / 100) * totalBytes;
  // What is left for a job is left for all under its limit: it is at the wall when all of them are.
  return {at, timelineMs, usedBytes, limitBytes: usedBytes + availableBytes, thresholdBytes};
}

function bound(bytes: number | undefined): number | undefined {
  return bytes !== undefined && Number.isFinite(bytes) && bytes > 0 ? bytes : undefined;
}
