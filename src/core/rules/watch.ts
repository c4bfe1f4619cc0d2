import type {SessionEvent, TopProcess} from '../event.ts';
import type {Stall} from '../figure-reading.ts';
import type {Frame, Pool} from '../frame.ts';
import type {Limit} from '../limit.ts';
import type {AlertSpans} from '../pool-series.ts';
import type {ProcessTable, Reading, Sample} from '../sample.ts';
import type {LeakLook} from './leak-rule.ts';
import {type OomKill, OomKills} from './oom-kills.ts';
import type {FiringAlert, Moment} from './rule.ts';
import {RuleBook, type RuleThresholds} from './rule-book.ts';

const MOST_KILLS = 100;

/** One check as the rules beside those of pools see it. */
export interface WatchLook extends Pick<Frame, 'ram' | 'pools' | 'timelineMs'> {
  readonly swapRate: Frame['swapRate'] | undefined;
  readonly sample: Sample;
  readonly limit: Limit | undefined;
  /** A scan that was not looked at before, and the scan of the check before. */
  readonly newTable: ProcessTable | undefined;
  readonly before: Reading<ProcessTable> | undefined;
  /** It was before the session: nothing alerts. */
  readonly isPast: boolean;
  readonly top: () => TopProcess | undefined;
  /** Which process grows fastest with a pool, and at least at this pace, bytes per hour; only asked when a leak is told. */
  readonly growing: (pool: Pool, leastPerHour: number) => TopProcess | undefined;
}

/** Watches all that is no pool, and remembers what the rules need of earlier checks. */
export class Watch {
  readonly #rules: RuleBook;
  readonly #oom = new OomKills();
  readonly #kills: OomKill[] = [];

  constructor(thresholds: RuleThresholds | undefined, spans: AlertSpans | undefined) {
    this.#rules = new RuleBook(thresholds, spans);
  }

  /** Kills by the kernel's OOM killer since the start, oldest first; the latest hundred. */
  get kills(): readonly OomKill[] {
    return this.#kills;
  }

  /** Looks at one check. @returns what it set off */
  feed(look: WatchLook): readonly SessionEvent[] {
    const {sample, swapRate, limit, isPast} = look;
    const kills = this.#killsIn(look);
    if (isPast) return [];
    const {ram, pools, newTable, top, growing, timelineMs} = look;
    const input = {
      ram,
      pools,
      kills,
      newTable,
      top,
      growing,
      wallOffsetMs: sample.at - timelineMs,
      limitBytes: limit?.totalBytes,
      ...(sample.pressure !== undefined && {pressure: sample.pressure}),
      ...(swapRate !== undefined && {swapRate}),
    };
    return this.#rules.feed(input, {at: sample.at, clock: sample.monotonicMs});
  }

  /** Whether figures of this stall set nothing off, and no rule looks at more than them. */
  isQuiet(stall: Stall | undefined): boolean {
    return this.#rules.isQuiet(stall);
  }

  /** Whether some leak fires. */
  get tellsLeaks(): boolean {
    return this.#rules.tellsLeaks;
  }

  /** Looks at the verdicts of one check alone. @returns what that set off */
  feedLeaks(look: LeakLook, moment: Moment): readonly SessionEvent[] {
    return this.#rules.feedLeaks(look, moment);
  }

  /** What fires at this moment of the clock that never steps, the worst first. */
  firing(clock: number): readonly FiringAlert[] {
    return this.#rules.firing(clock);
  }

  silence(at: number): readonly SessionEvent[] {
    return this.#rules.silence(at);
  }

  #killsIn({sample, before}: WatchLook): readonly OomKill[] {
    const {at, oom, memory, processes: now} = sample;
    const kills = this.#oom.look({at, oom, memory, before, now});
    this.#kills.push(...kills);
    if (this.#kills.length > MOST_KILLS) this.#kills.splice(0, this.#kills.length - MOST_KILLS);
    return kills;
  }
}
