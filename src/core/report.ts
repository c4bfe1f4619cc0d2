import type {Pauses} from './cadence.ts';
import type {SessionEvent} from './event.ts';
import type {Frame} from './frame.ts';
import type {JobEnding} from './job/job-ending.ts';
import type {ProcessGrowth} from './process-series.ts';
import {foldAlerts, type ReportAlert} from './report-alerts.ts';
import {type ReportJob, reportJobs} from './report-job.ts';
import {type ReportLeak, reportLeaks} from './report-leaks.ts';
import {type ReportPool, reportPool} from './report-pools.ts';
import {oomText} from './rules/oom-kills.ts';
import type {Session} from './session.ts';
import {type SuggestedLimit, suggestedLimit} from './suggested-limit.ts';

/** How many of the processes that grew most a report names. */
const GROWTHS = 5;
/** Before that, starting up is all there was, and no figure for what memtop costs. */
const LEAST_FOR_CPU_MS = 2000;

/** Something that could not be read or done, and how many times. */
export interface ReportError {
  /** What failed: `RAM`, `GPU`, `processes`. Those of a pool bear its `what` and count failed checks. */
  readonly what: string;
  readonly reason: string;
  readonly count: number;
}

/** What a session cannot know of itself. */
export interface ReportFacts {
  readonly version: string;
  readonly hostName: string;
  readonly platform: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** How long it ran by a clock that never steps, milliseconds. */
  readonly uptimeMs: number;
  readonly intervalMs: number;
  /** How it ended: `quit with q`, `SIGTERM`. */
  readonly reason: string;
  /** Whether nothing more will come. @default false */
  readonly isOver?: boolean;
  readonly logFile?: string;
  readonly logProblem?: string;
  /** How the followed job ended, where it has; of several the latest last. */
  readonly endings?: readonly JobEnding[];
  readonly errors: readonly ReportError[];
  /** All events still kept, oldest first. */
  readonly events: readonly SessionEvent[];
  /** How many older ones are no longer kept. @default 0 */
  readonly eventsDropped?: number;
  readonly self?: {readonly rssBytes: number; readonly cpuMs: number};
}

/** A whole session in figures: plain JSON, nothing rounded, what is not known is absent. */
export interface Report {
  readonly version: string;
  readonly hostName: string;
  readonly platform: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly durationMs: number;
  readonly intervalMs: number;
  readonly reason: string;
  /** Whether nothing more will come. */
  readonly isOver?: boolean;
  /** The limit in force at the end. */
  readonly limit?: {readonly kind: 'host' | 'cgroup'; readonly name: string; readonly totalBytes: number};
  readonly hostTotalBytes?: number;
  /** Good readings of RAM, and those that failed. */
  readonly checks: number;
  readonly failedChecks: number;
  /** The job that was followed, and in a log of several runs those that were before it. */
  readonly job?: ReportJob;
  readonly earlierJobs?: readonly ReportJob[];
  /** Stretches in which nothing was read, as between two runs; absent where there were none. */
  readonly pauses?: Pauses;
  /** Kills by the kernel's OOM killer, one line each. */
  readonly oomKills: readonly {readonly at: number; readonly text: string}[];
  /** A limit for the next run; absent where nothing was read. */
  readonly suggestion?: SuggestedLimit;
  /** RAM first, then what else was ever seen. */
  readonly pools: readonly ReportPool[];
  readonly noGpuReason?: string;
  /** Verdicts on what was watched for a leak; empty where leaks were not looked for. */
  readonly leaks: readonly ReportLeak[];
  readonly alerts: readonly ReportAlert[];
  readonly marks: readonly {readonly at: number; readonly note: string}[];
  readonly changes: readonly ReportChange[];
  readonly limitSwitches: readonly {readonly at: number; readonly text: string}[];
  /** When processes were last read, or named by a log; absent where they never were. */
  readonly processesAt?: number;
  /** Absent when processes could not be read, or but once; then `noProcessesReason` tells why. */
  readonly growths?: readonly ProcessGrowth[];
  readonly noProcessesReason?: string;
  readonly errors: readonly ReportError[];
  /** Events too old to be kept: alerts, marks and changes among them are missing here. */
  readonly eventsDropped: number;
  readonly log?: {readonly file?: string; readonly problem?: string};
  readonly self?: {readonly rssBytes: number; readonly cpuPercent?: number};
}

export interface ReportChange {
  readonly at: number;
  readonly what: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/** Sums up a session as it stands now. */
export function buildReport(session: Session, facts: ReportFacts): Report {
  const {version, hostName, platform, startedAt, endedAt, uptimeMs, intervalMs, reason, errors, events} =
    facts;
  const {frame, ram} = session;
  const report: Report = {
    version,
    hostName,
    platform,
    startedAt,
    endedAt,
    durationMs: uptimeMs,
    intervalMs,
    reason,
    ...(facts.isOver === true && {isOver: true}),
    ...limitFacts(frame),
    checks: ram.summary.checks,
    failedChecks: errors.reduce((sum, {what, count}) => sum + (what === ram.what ? count : 0), 0),
    ...reportJobs(session, facts.endings ?? []),
    ...(session.cadence.pauses.count > 0 && {pauses: session.cadence.pauses}),
    oomKills: session.oomKills.map((kill) => ({at: kill.at, text: oomText(kill)})),
    pools: session.pools.map((series) => reportPool(series, frame)),
    ...(frame?.noGpuReason !== undefined && {noGpuReason: frame.noGpuReason}),
    leaks: reportLeaks(session),
    alerts: alertsOf(session, events),
    ...happenings(events),
    ...growthFacts(session),
    errors,
    eventsDropped: facts.eventsDropped ?? 0,
    ...logFacts(facts),
    ...selfFacts(facts),
  };
  return withSuggestion(report, frame?.limit?.id);
}

/** What it says of the next run, from all that it says of this one. */
export function withSuggestion(report: Report, limitPath: string | undefined): Report {
  const suggestion = suggestedLimit({...report, ...(limitPath !== undefined && {limitPath})});
  return suggestion === undefined ? report : {...report, suggestion};
}

function limitFacts(frame: Frame | undefined): Pick<Report, 'limit' | 'hostTotalBytes'> {
  const {limit, host} = frame ?? {};
  return {
    ...(limit !== undefined && {limit: {kind: limit.kind, name: limit.name, totalBytes: limit.totalBytes}}),
    ...(host?.status === 'ok' && {hostTotalBytes: host.value.totalBytes}),
  };
}

/** What still fires has gone on since its last alert: the pool knows the peak so far. */
function alertsOf({pools}: Session, events: readonly SessionEvent[]): readonly ReportAlert[] {
  return foldAlerts(events).map((alert) => {
    const episode = pools.find(({what}) => what === alert.what)?.episode;
    if (alert.lastedMs !== undefined || episode === undefined) return alert;
    return {...alert, peak: Math.max(alert.peak, episode.peak)};
  });
}

function happenings(events: readonly SessionEvent[]): Pick<Report, 'marks' | 'changes' | 'limitSwitches'> {
  return {
    marks: events.flatMap((event) => (event.kind === 'mark' ? [{at: event.at, note: event.note}] : [])),
    changes: events.flatMap((event) => {
      if (event.kind !== 'changed') return [];
      const {at, what, field, from, to} = event;
      return [{at, what, field, from, to}];
    }),
    limitSwitches: events.flatMap((event) =>
      event.kind === 'note' && event.what === 'limit' ? [{at: event.at, text: event.text}] : [],
    ),
  };
}

function growthFacts({
  processes,
  frame,
}: Session): Pick<Report, 'growths' | 'noProcessesReason' | 'processesAt'> {
  const growths = processes.growths(GROWTHS);
  const {scans, lastAt} = processes.seen;
  const seen = lastAt === undefined || scans === 0 ? {} : {processesAt: lastAt};
  if (growths.length > 0) return {growths, ...seen};
  const table = frame?.processes;
  if (table !== undefined && table.status !== 'ok') return {noProcessesReason: table.reason, ...seen};
  // What was seen once has neither grown nor stood still.
  const reasons = ['they were not read yet', 'they were read only once'];
  const noProcessesReason = reasons[scans];
  return noProcessesReason === undefined ? {growths, ...seen} : {noProcessesReason, ...seen};
}

function logFacts({logFile: file, logProblem: problem}: ReportFacts): Pick<Report, 'log'> {
  if (file === undefined && problem === undefined) return {};
  return {log: {...(file !== undefined && {file}), ...(problem !== undefined && {problem})}};
}

function selfFacts({self, uptimeMs}: ReportFacts): Pick<Report, 'self'> {
  if (self === undefined) return {};
  const {rssBytes, cpuMs} = self;
  return {self: {rssBytes, ...(uptimeMs >= LEAST_FOR_CPU_MS && {cpuPercent: (cpuMs / uptimeMs) * 100})}};
}
