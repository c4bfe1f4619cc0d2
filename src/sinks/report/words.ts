import {heldBytes, type TopProcess} from '../../core/event.ts';
import {
  formatBytes,
  formatChange,
  formatClock,
  formatCount,
  formatDay,
  formatDuration,
  formatElapsed,
  formatMoment,
  formatNarrowPair,
  formatPercent,
  formatThreshold,
} from '../../core/format.ts';
import type {ProcessGrowth} from '../../core/process-series.ts';
import type {Report, ReportError} from '../../core/report.ts';
import type {ReportAlert} from '../../core/report-alerts.ts';
import type {ReportPool} from '../../core/report-pools.ts';
import {SCAN_SLACK_MS} from '../../core/summary.ts';

/** The phrases every form of the report shares. Names in them are as they came: each form makes them safe. */

/** `14:32:07`, with its day where the session spans more than one. */
export function whenText(at: number, {startedAt, endedAt}: Pick<Report, 'startedAt' | 'endedAt'>): string {
  const isOneDay = [startedAt, endedAt].every((moment) => formatDay(moment) === formatDay(at));
  return isOneDay ? formatClock(at) : `${formatDay(at)} ${formatClock(at)}`;
}

/** `2026-11-22 08:10:02 to 14:32:07 (6 h 22 m)`. */
export function spanText({startedAt, endedAt, durationMs}: Report): string {
  const end = formatDay(startedAt) === formatDay(endedAt) ? formatClock(endedAt) : formatMoment(endedAt);
  return `${formatMoment(startedAt)} to ${end} (${formatElapsed(durationMs)})`;
}

export function limitText({limit, hostTotalBytes}: Report): string {
  if (limit === undefined) return 'not known';
  const text = `${formatBytes(limit.totalBytes)} (${limit.name})`;
  if (limit.kind === 'host') return text;
  return `${text}, host ${hostTotalBytes === undefined ? 'not known' : formatBytes(hostTotalBytes)}`;
}

export function checksText(report: Report): string {
  const {checks, failedChecks, intervalMs} = report;
  const pauses = pausesText(report);
  const failures = failedChecks === 0 ? '' : `, ${formatCount(failedChecks)} failed`;
  const counted = `${checks === 0 ? 'none' : formatCount(checks)} every ${formatDuration(intervalMs)}${failures}`;
  return pauses === undefined ? counted : `${counted}, ${pauses}`;
}

/** `4 h 12 m without readings`, in how many stretches; nothing where there were none. */
function pausesText({pauses}: Report): string | undefined {
  if (pauses === undefined) return undefined;
  const stretches = pauses.count === 1 ? '' : `, in ${formatCount(pauses.count)} stretches`;
  return `${formatDuration(pauses.ms)} without readings${stretches}`;
}

/** `as of 09:30:00`, where processes were last told more than an interval and a scan before the end; nothing where they are of then. */
export function processesAsOf(report: Report): string | undefined {
  const {processesAt, endedAt, intervalMs} = report;
  if (processesAt === undefined || endedAt - processesAt <= intervalMs + SCAN_SLACK_MS) return undefined;
  return `as of ${whenText(processesAt, report)}`;
}

/** `as of 09:30:00`, where who was there at a peak was told at another time. */
export function peakAsOf({topAt}: {readonly topAt?: number}, report: Report): string | undefined {
  return topAt === undefined ? undefined : `as of ${whenText(topAt, report)}`;
}

/** `73.8%`, or why there is none with the last one there was. */
export function nowText(pool: ReportPool, report: Report): string {
  if (pool.current !== undefined) return formatPercent(pool.current.percent);
  const {lastGood} = pool;
  const last = lastGood && ` (last ${formatPercent(lastGood.percent)} at ${whenText(lastGood.at, report)})`;
  return `not read: ${pool.missing ?? 'no reason told'}${last ?? ''}`;
}

/** `41.3 of 56.0 GiB`; nothing where it is not known. */
export function amountText({current}: ReportPool): string | undefined {
  return current && formatNarrowPair(current.usedBytes, current.totalBytes).replace('/', ' of ');
}

export function averageText({averagePercent}: ReportPool): string {
  return averagePercent === undefined ? 'not known' : formatPercent(averagePercent);
}

/** `74.0% at 14:14:20`, and of what where that is not the limit of now. */
export function peakText({peak, current}: ReportPool, report: Report): string {
  if (peak === undefined) return 'not known';
  const isOther = current !== undefined && current.totalBytes !== peak.totalBytes;
  const total = isOther ? ` of ${formatBytes(peak.totalBytes)}` : '';
  return `${formatPercent(peak.percent)}${total} at ${whenText(peak.at, report)}`;
}

export function trendText({trend}: ReportPool): string {
  return trend?.direction ?? 'not known';
}

/** `80%`, or `75% now` where it was changed. */
export function thresholdText(pool: ReportPool, report: Report): string {
  return `${formatThreshold(pool.thresholdPercent)}${hasMoved(pool, report) ? ' now' : ''}`;
}

/** `above 80%`, or `above its threshold (75% now)` where it was changed. */
export function aboveWhatText(pool: ReportPool, report: Report): string {
  const threshold = thresholdText(pool, report);
  return hasMoved(pool, report) ? `above its threshold (${threshold})` : `above ${threshold}`;
}

function hasMoved({what}: ReportPool, {changes}: Report): boolean {
  return changes.some((change) => change.what === what && change.field === 'threshold');
}

/** `12 m 4 s (3.2% of the time)`. */
export function aboveText({aboveThreshold}: ReportPool): string {
  if (aboveThreshold === undefined) return 'not known';
  const {ms, share} = aboveThreshold;
  return ms === 0 ? '0 s' : `${formatDuration(ms)} (${formatPercent(share * 100)} of the time)`;
}

export function processText(process: TopProcess): string {
  return `${process.name} (${process.pid}) ${formatBytes(heldBytes(process))}`;
}

export function raisedText({raisedAt, raisedEarlier}: ReportAlert, report: Report): string {
  return `${raisedEarlier ? 'before ' : ''}${whenText(raisedAt, report)}`;
}

/** `lasted 12 m 4 s`, or `still firing`. */
export function lastedText({lastedMs}: ReportAlert): string {
  return lastedMs === undefined ? 'still firing' : `lasted ${formatDuration(lastedMs)}`;
}

/** What else there is to say of an alert: its repeats, and whether it was silenced. */
export function alertNotes({repeats = 1, silenced}: ReportAlert): readonly string[] {
  return [...(repeats > 1 ? [`told ${formatCount(repeats)} times`] : []), ...(silenced ? ['silenced'] : [])];
}

/** `+6.2 GiB`, `9.0 GiB → 15.2 GiB`, `09:10:02 to 14:32:07`. */
export function growthTexts(growth: ProcessGrowth, report: Report) {
  const {growthBytes, fromBytes, toBytes, fromAt, toAt} = growth;
  return {
    change: formatChange(growthBytes),
    bytes: `${formatBytes(fromBytes)} → ${formatBytes(toBytes)}`,
    times: `${whenText(fromAt, report)} to ${whenText(toAt, report)}`,
  };
}

export function errorText({reason, count}: ReportError): string {
  return count > 1 ? `${reason} (${formatCount(count)} times)` : reason;
}

/** `CPU 0.3%, 61 MiB`. */
export function selfText({self}: Report): string {
  if (self === undefined) return 'own cost not known';
  const cpu = self.cpuPercent === undefined ? 'CPU not known' : `CPU ${formatPercent(self.cpuPercent)}`;
  return `${cpu}, ${formatBytes(self.rssBytes)}`;
}

/** What the log came to: its file, and what went wrong with it. */
export function logText({log}: Report): string {
  if (log === undefined) return 'none';
  return [log.file, log.problem].filter((part) => part !== undefined).join(': ');
}

/** Why alerts, marks and changes may be missing; nothing where none are. */
export function droppedText({eventsDropped}: Report): string | undefined {
  if (eventsDropped === 0) return undefined;
  return `the ${formatCount(eventsDropped)} oldest are no longer kept: alerts, marks and changes begin after them`;
}
