import type {SessionEvent} from '../event.ts';
import type {Frame, Pool} from '../frame.ts';
import {LastingAlert} from '../lasting-alert.ts';
import type {LeakVerdict} from '../leak/verdict.ts';
import {formatForecast, formatGrowth, formatSince, formatSure, timeToLimit} from '../leak-words.ts';
import type {AlertSpans} from '../pool-series.ts';
import type {TopProcess} from '../top-process.ts';
import {
  endGone,
  type FiringAlert,
  firingOf,
  type Moment,
  type RuleFigure,
  ruleEvent,
  silenceAll,
  type WatchedAlert,
} from './rule.ts';

/** What the rule looks at. */
export interface LeakLook extends Pick<Frame, 'pools'> {
  /** What the timeline's moments lack to the wall clock. */
  readonly wallOffsetMs: number;
  /** Which process grows fastest with a pool, and at least at this pace, bytes per hour. */
  readonly growing: (pool: Pool, leastPerHour: number) => TopProcess | undefined;
}

interface Watched extends WatchedAlert {
  /** `, limit in ~5 h 40 m (4 h 50 m – 6 h 20 m)`, for the message; the screen has it in the status row. */
  ahead: string;
}

/** How the ids of this rule's alerts begin; the pool's id follows. */
export const LEAK_RULE = 'leak:';

/** Growth by any pace is a leak once the verdict says so. */
const ANY_PACE = 1;
/** Who grows at this share of a pool's pace is told of with it. */
const CULPRIT_SHARE = 0.3;

/** Alerts where a pool's verdict is a leak: raised with the verdict, resolved when it says so no more. */
export class LeakRule {
  readonly #spans: AlertSpans;
  readonly #watched = new Map<string, Watched>();

  constructor({remindSeconds, everySeconds}: AlertSpans) {
    // The verdict has waited long enough: what must last before it is told is not asked again.
    this.#spans = {
      ...(remindSeconds !== undefined && {remindSeconds}),
      ...(everySeconds !== undefined && {everySeconds}),
    };
  }

  /** Looks at one check. */
  feed(look: LeakLook, moment: Moment): readonly SessionEvent[] {
    const told = look.pools.flatMap((pool) => {
      const {leak} = pool;
      if (leak === undefined || pool.reading.status !== 'ok') return [];
      if (leak.state !== 'leak' && !this.#watched.has(pool.id)) return [];
      return this.#check(pool, leak, look, moment);
    });
    return [...this.#endOfGone(look.pools, moment), ...told];
  }

  /** Whether there is a leak that was told, and is not over. */
  get isWatching(): boolean {
    return this.#watched.size > 0;
  }

  firing(clock: number): readonly FiringAlert[] {
    return firingOf(this.#watched.values(), clock);
  }

  silence(at: number): readonly SessionEvent[] {
    return silenceAll(
      [...this.#watched.values()].map(({alert}) => alert),
      at,
    );
  }

  /** A job that has ended, a GPU that is there no more: nothing of them leaks. What only was not read may still. */
  #endOfGone(pools: readonly Pool[], moment: Moment): readonly SessionEvent[] {
    const isThere = (id: string) =>
      pools.some((pool) => pool.id === id && (pool.kind !== 'job' || pool.reading.status === 'ok'));
    return endGone(this.#watched, isThere, moment);
  }

  #check(pool: Pool, leak: LeakVerdict, look: LeakLook, moment: Moment): readonly SessionEvent[] {
    const watched = this.#watched.get(pool.id) ?? this.#open(pool);
    const isLeak = leak.state === 'leak';
    if (isLeak) {
      watched.figure = figureOf(pool, leak, watched.figure, look.wallOffsetMs, moment.at);
      watched.ahead = aheadOf(leak);
    }
    const {alert, ruleId, figure} = watched;
    const info = alert.check(isLeak ? figure.value : 0, moment.at, moment.clock);
    if (info === undefined) return [];
    const top = info.event === 'raised' ? look.growing(pool, CULPRIT_SHARE * figure.value) : undefined;
    return [ruleEvent(ruleId, info, {...figure, ...(top !== undefined && {top})}, moment)];
  }

  #open({id, label}: Pool): Watched {
    const watched: Watched = {
      alert: new LastingAlert({
        ...this.#spans,
        what: `${label} leak`,
        unit: 'bytes per hour',
        threshold: ANY_PACE,
        status: () => 'HIGH',
        message: () => `LEAK ALERT: ${label} grows ${watched.figure.text}${watched.ahead}`,
      }),
      ruleId: `${LEAK_RULE}${id}`,
      figure: {value: ANY_PACE, text: ''},
      ahead: '',
    };
    this.#watched.set(id, watched);
    return watched;
  }
}

function aheadOf(leak: LeakVerdict): string {
  const ahead = timeToLimit(leak);
  const limit = ahead && formatForecast(ahead);
  return limit === undefined ? '' : `, limit in ${limit}`;
}

/** `+2.5 GiB/h since 09:10, 88% sure`. */
function figureOf(
  {reading}: Pool,
  leak: LeakVerdict,
  former: RuleFigure,
  wallOffsetMs: number,
  now: number,
): RuleFigure {
  const {ratePerHour, sinceMs} = leak;
  const since = sinceMs === undefined ? '' : ` since ${formatSince(sinceMs + wallOffsetMs, now)}`;
  const text = `${formatGrowth(leak) ?? 'steadily'}${since}, ${formatSure(leak)}`;
  return {
    // A pause in a leak is none yet: it is told with the pace that it had.
    value: Math.max(ANY_PACE, ratePerHour ?? former.value),
    text,
    ...(reading.status === 'ok' && {
      usedBytes: reading.value.usedBytes,
      totalBytes: reading.value.totalBytes,
    }),
  };
}
