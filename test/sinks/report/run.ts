import type {SessionEvent} from '../../../src/core/event.ts';
import {buildReport, type Report, type ReportFacts} from '../../../src/core/report.ts';
import {buildChart, type ReportChart} from '../../../src/core/report-chart.ts';
import {
  failed,
  type GpuReading,
  type JobReading,
  type LimitReading,
  type OomReading,
  ok,
  type ProcessReading,
  type Sample,
  unsupported,
} from '../../../src/core/sample.ts';
import {Session, type SessionOptions} from '../../../src/core/session.ts';

export const GIB = 2 ** 30;
export const START = Date.parse('2026-11-22T08:10:00');

/** One check of a made-up run; figures not given stay as the check before had them. */
export interface Check {
  /** Since the check before, milliseconds. @default 1000 */
  readonly afterMs?: number;
  /** Of 64 GiB; a string is why it could not be read. @default 50 */
  readonly ram?: number | string;
  /** Of 8 GiB. @default no swap */
  readonly swap?: number;
  /** Of 24 GiB each; a string is why there is none. */
  readonly gpus?: readonly GpuReading[] | string;
  readonly limits?: readonly LimitReading[];
  /** A string is why they could not be read. */
  readonly processes?: readonly ProcessReading[] | string;
  /** The job that is followed. */
  readonly job?: JobReading;
  readonly oom?: OomReading;
}

export interface Run {
  readonly session: Session;
  readonly events: SessionEvent[];
  readonly feed: (check: Check) => number;
  readonly now: () => number;
  readonly report: (facts?: Partial<ReportFacts>) => Report;
  readonly chart: () => ReportChart | undefined;
}

/** A real session that is fed by hand. */
export function startRun(options?: SessionOptions): Run {
  const session = new Session(options);
  const events: SessionEvent[] = [];
  session.onEvent((event) => events.push(event));
  let at = START;
  let latest: Check = {};
  return {
    session,
    events,
    feed: ({afterMs = 1000, ...check}) => {
      at += latest === undefined || session.frame === undefined ? 0 : afterMs;
      latest = {...latest, ...check};
      session.feed(sampleOf(latest, at));
      return at;
    },
    now: () => at,
    report: (facts) => buildReport(session, {...factsOf(events, at), ...facts}),
    chart: () => buildChart(session, events),
  };
}

export function processOf(pid: number, rssBytes: number, name = `job${pid}`): ProcessReading {
  return {pid, parentPid: 1, startKey: '1', name, rssBytes};
}

/** A job of these processes. */
export function jobOf(
  name: string,
  processes: readonly ProcessReading[],
  more: Partial<JobReading> = {},
): JobReading {
  const members = processes.map(({pid, startKey, rssBytes}) => ({pid, startKey, rssBytes}));
  return {
    name,
    pid: processes[0]?.pid ?? 812,
    startedAt: START,
    state: 'running',
    members,
    cpuMs: 90_000,
    ...more,
  };
}

export function gpuOf(index: number, percent: number, name = 'RTX 4090'): GpuReading {
  const usedBytes = 0.24 * GIB * percent;
  const processes = [{pid: 4127, usedBytes: usedBytes * 0.9}];
  return {index, name, totalBytes: 24 * GIB, usedBytes, processes};
}

export function limitOf(name: string, limitGib: number, usedGib: number): LimitReading {
  const figures = {limitBytes: limitGib * GIB, currentBytes: usedGib * GIB, inactiveFileBytes: 0};
  return {name, path: `/jobs/${name}`, version: 2, ...figures};
}

function sampleOf(
  {ram = 50, swap, gpus = 'no NVIDIA driver', limits = [], processes, job, oom}: Check,
  at: number,
): Sample {
  const totalBytes = 64 * GIB;
  const percent = typeof ram === 'number' ? ram : 0;
  const swaps = swap === undefined ? {} : {swapTotalBytes: 8 * GIB, swapFreeBytes: 0.08 * GIB * (100 - swap)};
  return {
    at,
    monotonicMs: at - START,
    memory:
      typeof ram === 'string'
        ? failed(ram)
        : ok({totalBytes, availableBytes: totalBytes * (1 - percent / 100), ...swaps}),
    limits,
    gpus: typeof gpus === 'string' ? unsupported(gpus) : ok(gpus),
    ...(processes !== undefined && {
      processes: typeof processes === 'string' ? failed(processes) : ok({at, processes}),
    }),
    ...(job !== undefined && {job}),
    ...(oom !== undefined && {oom}),
  };
}

function factsOf(events: readonly SessionEvent[], endedAt: number): ReportFacts {
  return {
    version: '1.2.3',
    hostName: 'atlas',
    platform: 'linux',
    startedAt: START,
    endedAt,
    uptimeMs: endedAt - START,
    intervalMs: 1000,
    reason: 'quit with q',
    errors: [],
    events,
  };
}
