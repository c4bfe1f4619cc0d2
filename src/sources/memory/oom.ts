import type {OomCounter, OomReading} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {recentVictims} from './kernel-log.ts';

/** The kernel writes its log a moment after it has counted. */
const LOG_SLACK_MS = 2000;

/** Watches the counters of the kernel's OOM killer. */
export class OomWatch {
  readonly #host: Host;
  #kills: number | undefined;
  #readMs: number | undefined;
  #sinceMs = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Takes in the counters of now. @returns whether any has risen since the last time */
  note(counters: readonly OomCounter[]): boolean {
    const kills = counters.reduce((sum, counter) => sum + counter.kills, 0);
    const hasRisen = this.#kills !== undefined && kills > this.#kills;
    const now = this.#host.monotonic();
    this.#sinceMs = now - (this.#readMs ?? now);
    [this.#kills, this.#readMs] = [kills, now];
    return hasRisen;
  }

  /** Who was killed since the counters before the last ones were read. */
  async victims(): Promise<OomReading['victims']> {
    return recentVictims(this.#host, this.#sinceMs + LOG_SLACK_MS);
  }
}

/** That of the whole machine, as `/proc/vmstat` counts it. */
export function hostCounter(kills: number): OomCounter {
  return {scope: 'host', id: 'host', name: 'host', kills};
}
