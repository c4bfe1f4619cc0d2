import type {RaisedEvent, SessionEvent} from '../event.ts';
import {formatClock} from '../format.ts';
import {type OomKill, oomText} from './oom-kills.ts';
import type {FiringAlert, Moment} from './rule.ts';

/** For so long a kill stays in sight: whoever looks up in the morning's first quarter of an hour should see it. */
const IN_SIGHT_MS = 15 * 60_000;
const RULE = {ruleId: 'oom', what: 'OOM kill'} as const;

interface Open {
  readonly since: Moment;
  readonly last: OomKill;
  readonly lastClock: number;
  readonly repeat: number;
  readonly kills: number;
  readonly silenced: boolean;
}

/** Alerts when the kernel's OOM killer has struck. There is no threshold: one kill is one too many. */
export class OomRule {
  #open: Open | undefined;

  /** Takes in the kills seen at one check; none where there were none. */
  feed(kills: readonly OomKill[], moment: Moment): readonly SessionEvent[] {
    const resolved = kills.length === 0 ? this.#resolve(moment) : [];
    return [...resolved, ...kills.map((kill) => this.#raise(kill, moment))];
  }

  firing(clock: number): readonly FiringAlert[] {
    if (this.#open === undefined) return [];
    const {since, last, silenced} = this.#open;
    const status = last.isOwn ? 'CRITICAL' : 'HIGH';
    const text = `at ${formatClock(last.at)}: ${oomText(last)}`;
    return [{...RULE, status, text, firingMs: clock - since.clock, silenced}];
  }

  silence(at: number): readonly SessionEvent[] {
    if (this.#open === undefined || this.#open.silenced) return [];
    this.#open = {...this.#open, silenced: true};
    return [{kind: 'silenced', at, what: RULE.what}];
  }

  #raise(kill: OomKill, moment: Moment): RaisedEvent {
    const former = this.#open;
    const repeat = (former?.repeat ?? 0) + 1;
    const kills = (former?.kills ?? 0) + kill.kills;
    // A further kill is news, also where the first was silenced.
    this.#open = {
      since: former?.since ?? moment,
      last: kill,
      lastClock: moment.clock,
      repeat,
      kills,
      silenced: false,
    };
    const {victim, limit} = kill;
    return {
      ...RULE,
      kind: 'raised',
      at: moment.at,
      unit: 'count',
      value: kills,
      threshold: 1,
      ...(limit !== undefined && {totalBytes: limit.bytes}),
      status: kill.isOwn ? 'CRITICAL' : 'HIGH',
      message: `OOM KILL: ${oomText(kill)}`,
      figureText: oomText(kill),
      repeat,
      isReminder: repeat > 1,
      silenced: false,
      ...(victim?.bytes !== undefined && {top: {pid: victim.pid, name: victim.name, rssBytes: victim.bytes}}),
    };
  }

  #resolve({at, clock}: Moment): readonly SessionEvent[] {
    const open = this.#open;
    if (open === undefined || clock - open.lastClock < IN_SIGHT_MS) return [];
    this.#open = undefined;
    const lastedMs = open.lastClock - open.since.clock;
    return [{...RULE, kind: 'resolved', at, unit: 'count', lastedMs, peak: open.kills}];
  }
}
