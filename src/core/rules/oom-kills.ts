import {formatBytes} from '../format.ts';
import {processKey} from '../process-series.ts';
import {programName} from '../program.ts';
import type {HostMemory, OomCounter, OomReading, OomVictim, ProcessTable, Reading} from '../sample.ts';

/** Whom the OOM killer took, and its RSS then. */
export interface KilledProcess {
  readonly pid: number;
  readonly name: string;
  readonly bytes?: number;
}

/** One or more kills by the kernel's OOM killer, as far as they are known. */
export interface OomKill {
  /** When it was seen, wall clock, milliseconds. */
  readonly at: number;
  readonly kills: number;
  /** Whether it was in a cgroup above memtop or of the job, and not somewhere on the machine. */
  readonly isOwn: boolean;
  /** By the kernel's log, else the largest process that was there before and is no more. */
  readonly victim?: KilledProcess;
  /** All that the kernel's log names, where those are several; `victim` is the last of them. */
  readonly victims?: readonly KilledProcess[];
  /** The limit that was hit. */
  readonly limit?: {readonly name: string; readonly bytes: number};
}

/** `python (812) held 71.0 GiB, limit 90.0 GiB of job_42`. */
export function oomText({victim, limit, kills, isOwn}: OomKill): string {
  const held = victim?.bytes === undefined ? '' : ` held ${formatBytes(victim.bytes)}`;
  const who = victim === undefined ? unknownText(kills, isOwn) : `${victim.name} (${victim.pid})${held}`;
  return limit === undefined ? who : `${who}, limit ${formatBytes(limit.bytes)} of ${limit.name}`;
}

function unknownText(kills: number, isOwn: boolean): string {
  const count = kills === 1 ? 'a process' : `${kills} processes`;
  return isOwn ? count : `${count} of this machine`;
}

export interface OomLook {
  readonly at: number;
  readonly oom: OomReading | undefined;
  readonly memory: Reading<HostMemory>;
  /** The scan of the check before, and this one's. */
  readonly before: Reading<ProcessTable> | undefined;
  readonly now: Reading<ProcessTable> | undefined;
}

/** Tells kills from counters that only ever rise. What was counted before the first look is history. */
export class OomKills {
  #counters: readonly OomCounter[] | undefined;

  look({at, oom, memory, before, now}: OomLook): readonly OomKill[] {
    const former = this.#counters;
    if (oom === undefined) return [];
    this.#counters = oom.counters;
    if (former === undefined) return [];
    const risen = oom.counters.flatMap((counter) => {
      const known = former.find(({id}) => id === counter.id);
      const kills =
        known === undefined ? killsOfNew(counter, oom.counters, former) : counter.kills - known.kills;
      return kills > 0 ? [{counter, kills, hits: hitsSince(counter, known)}] : [];
    });
    const own = Math.max(
      0,
      ...risen.filter(({counter}) => counter.scope === 'cgroup').map(({kills}) => kills),
    );
    const kills = Math.max(own, ...risen.map(({kills}) => kills), 0);
    if (kills === 0) return [];
    const named = oom.victims.map((told) => victimOf(told, before));
    const victim = named.at(-1) ?? largestGone(before, now);
    const limit = limitHit(risen, oom, memory, own > 0);
    return [
      {
        at,
        kills,
        isOwn: own > 0,
        ...(victim !== undefined && {victim}),
        ...(named.length > 1 && {victims: named}),
        ...(limit !== undefined && {limit}),
      },
    ];
  }
}

interface Risen {
  readonly counter: OomCounter;
  readonly kills: number;
  readonly hits: number;
}

/**
 * A counter that is new was made with its cgroup, at 0, or the cgroup is an old one that is looked at only now: then
 * the machine's own counter, in which all kills are, has not risen as much.
 */
function killsOfNew(
  {scope, kills}: OomCounter,
  now: readonly OomCounter[],
  former: readonly OomCounter[],
): number {
  if (scope === 'host') return 0;
  const hostKills = (counters: readonly OomCounter[]) => counters.find((one) => one.scope === 'host')?.kills;
  const [before, after] = [hostKills(former), hostKills(now)];
  return before === undefined || after === undefined ? kills : Math.min(kills, Math.max(0, after - before));
}

function hitsSince({limitHits = 0}: OomCounter, known: OomCounter | undefined): number {
  return limitHits - (known?.limitHits ?? 0);
}

/** By the kernel's log; else the innermost limit that was hit; else the innermost there is; of the machine all of it. */
function limitHit(
  risen: readonly Risen[],
  {victims, counters}: OomReading,
  memory: Reading<HostMemory>,
  isOwn: boolean,
): OomKill['limit'] {
  const host = memory.status === 'ok' ? {name: 'host', bytes: memory.value.totalBytes} : undefined;
  const told = victims.at(-1);
  if (told !== undefined && told.limitPath === undefined) return host;
  const byLog = counters.find(({id}) => id === told?.limitPath);
  const hit = risen.find(({hits, counter}) => hits > 0 && counter.limitBytes !== undefined)?.counter;
  const innermost = risen.find(({counter}) => counter.limitBytes !== undefined)?.counter;
  const found = [byLog, hit, innermost].find((one) => one?.limitBytes !== undefined);
  if (found?.limitBytes !== undefined) return {name: found.name, bytes: found.limitBytes};
  return isOwn ? undefined : host;
}

function victimOf(told: OomVictim, before: Reading<ProcessTable> | undefined): KilledProcess {
  const seen = before?.status === 'ok' ? before.value.processes.find(({pid}) => pid === told.pid) : undefined;
  const name = seen === undefined ? told.name : programName(seen).title;
  const bytes = told.rssBytes ?? seen?.rssBytes;
  return {pid: told.pid, name, ...(bytes !== undefined && {bytes})};
}

function largestGone(
  before: Reading<ProcessTable> | undefined,
  now: Reading<ProcessTable> | undefined,
): OomKill['victim'] {
  if (before?.status !== 'ok' || now?.status !== 'ok' || before.value.at === now.value.at) return undefined;
  const living = new Set(now.value.processes.map(processKey));
  const gone = before.value.processes.filter((process) => !living.has(processKey(process)));
  const largest = gone.toSorted((a, b) => b.rssBytes - a.rssBytes)[0];
  return largest && {pid: largest.pid, name: programName(largest).title, bytes: largest.rssBytes};
}
