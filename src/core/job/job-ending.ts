import {formatBytes, formatChange, formatClock, formatDuration} from '../format.ts';
import type {OomKill} from '../rules/oom-kills.ts';
import type {JobExit} from '../sample.ts';
import type {TopProcess} from '../top-process.ts';
import type {JobMeasure} from './job-view.ts';

/** One of the last looks at the job before it ended. */
export interface JobMoment {
  readonly at: number;
  readonly bytes: number;
  readonly measure: JobMeasure;
  readonly processes: number;
  /** Used share of the limit in force then. */
  readonly ramPercent?: number;
}

/** How a job ended, and what was before it. Plain JSON. */
export interface JobEnding {
  readonly name: string;
  readonly pid: number;
  readonly exit: JobExit;
  readonly elapsedMs?: number;
  /** Absent where it was never looked at while it ran. */
  readonly cpuMs?: number;
  /** The kernel's OOM killer struck then: `isVictim` where it was the job's first process that it killed. */
  readonly oom?: OomKill & {readonly isVictim: boolean};
  /** How RAM under the limit in force rose up to the end: bytes an hour, and since when (wall clock). */
  readonly rise?: {readonly ratePerHour: number; readonly sinceAt: number};
  /** The last looks, oldest first. */
  readonly moments: readonly JobMoment[];
  /** The largest of its processes when they were last seen. */
  readonly top: readonly TopProcess[];
  readonly peak?: {readonly bytes: number; readonly at: number};
}

/** `ended with 1`, `killed by SIGKILL`, `ended, nobody could tell how`. */
export function exitText({code, signal}: JobExit): string {
  if (signal !== undefined) return `killed by ${signal}`;
  return code === undefined ? 'ended, with which code is not known' : `ended with ${code}`;
}

/** Short, for a row of its own: `ended with 1 at 14:40:12`, `killed by SIGKILL at 14:40:12, OOM killer, limit 56.0 GiB llm.slice`. */
export function endWords(exit: JobExit, oom: JobEnding['oom']): string {
  const head = `${exitText(exit)} at ${formatClock(exit.at)}`;
  if (oom === undefined) return head;
  const limit = oom.limit === undefined ? '' : `, limit ${formatBytes(oom.limit.bytes)} ${oom.limit.name}`;
  return `${head}, OOM killer${limit}`;
}

/**
 * The whole story in one line: `killed by the OOM killer at 03:12:44: job_42's limit of 90.0 GiB; python (pid 812) held
 * 71.0 GiB; RAM grew 2.1 GiB/h since 19:40`.
 */
export function endingText(ending: JobEnding): string {
  const {exit, oom, elapsedMs, peak, rise} = ending;
  const at = formatClock(exit.at);
  if (oom === undefined) {
    const after = elapsedMs === undefined ? '' : ` after ${formatDuration(elapsedMs)}`;
    const most = peak === undefined ? '' : ` · peak ${formatBytes(peak.bytes)}`;
    return `${exitText(exit)} at ${at}${after}${most}`;
  }
  const head = oom.isVictim
    ? `killed by the OOM killer at ${at}`
    : `${exitText(exit)} at ${at}, after the OOM killer had struck at ${formatClock(oom.at)}`;
  const facts = [limitText(oom), victimText(oom), riseText(rise)].filter((fact) => fact !== undefined);
  return facts.length === 0 ? head : `${head}: ${facts.join('; ')}`;
}

function limitText({limit}: OomKill): string | undefined {
  if (limit === undefined) return undefined;
  const whose = limit.name === 'host' ? "the machine's memory" : `${limit.name}'s limit`;
  return `${whose} of ${formatBytes(limit.bytes)}`;
}

function victimText({victim}: OomKill): string | undefined {
  if (victim === undefined) return undefined;
  const held = victim.bytes === undefined ? 'was killed' : `held ${formatBytes(victim.bytes)}`;
  return `${victim.name} (pid ${victim.pid}) ${held}`;
}

/** `RAM grew 2.1 GiB/h since 19:40`. */
export function riseText(rise: JobEnding['rise']): string | undefined {
  if (rise === undefined) return undefined;
  const pace = formatChange(rise.ratePerHour).replace(/^\+/, '');
  return `RAM grew ${pace}/h since ${formatClock(rise.sinceAt, 'minutes')}`;
}
