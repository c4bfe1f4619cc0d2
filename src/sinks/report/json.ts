import type {TopProcess} from '../../core/event.ts';
import {isoTime} from '../../core/format.ts';
import {endingText} from '../../core/job/job-ending.ts';
import {endingFields} from '../../core/job/job-fields.ts';
import {isBounded} from '../../core/measure.ts';
import type {ProcessGrowth} from '../../core/process-series.ts';
import type {Report} from '../../core/report.ts';
import type {ReportAlert} from '../../core/report-alerts.ts';
import type {ReportJob} from '../../core/report-job.ts';
import type {ReportPool} from '../../core/report-pools.ts';
import type {SuggestedLimit} from '../../core/suggested-limit.ts';
import {toJson} from '../to-json.ts';
import {leakJson} from './leak-json.ts';

/** Version of this shape. It grows when a field changes its meaning; fields may be added at any time. */
export const REPORT_FORMAT = 1;

/**
 * The report as JSON, indented. Names follow the log: `_bytes` in bytes, `_percent` 0–100 not rounded,
 * `_seconds` in seconds, moments as ISO 8601 in UTC. What is not known is absent, never 0 or null; lists are
 * always there, but for `growths` where processes could not be read. `leak` and `series` have names and rules of
 * their own, see `leakJson`.
 */
export function reportJson(report: Report): string {
  return `${toJson(reportFields(report), 2)}\n`;
}

function reportFields(report: Report) {
  const {version, hostName, platform, startedAt, endedAt, durationMs, intervalMs, reason, errors, log, self} =
    report;
  return {
    format: REPORT_FORMAT,
    memtop: version,
    host_name: hostName,
    platform,
    started_at: isoTime(startedAt),
    ended_at: isoTime(endedAt),
    duration_seconds: durationMs / 1000,
    interval_seconds: intervalMs / 1000,
    reason,
    ...(report.limit && {
      limit: {kind: report.limit.kind, name: report.limit.name, total_bytes: report.limit.totalBytes},
    }),
    ...(report.hostTotalBytes !== undefined && {host_total_bytes: report.hostTotalBytes}),
    checks: report.checks,
    failed_checks: report.failedChecks,
    ...(report.pauses && {
      without_readings: {seconds: report.pauses.ms / 1000, stretches: report.pauses.count},
    }),
    ...(report.job && {job: jobFields(report.job)}),
    ...(report.earlierJobs && {earlier_jobs: report.earlierJobs.map(jobFields)}),
    ...(report.oomKills.length > 0 && {
      oom_kills: report.oomKills.map(({at, text}) => ({at: isoTime(at), text})),
    }),
    ...(report.suggestion && {suggested_limit: suggestionFields(report.suggestion)}),
    pools: report.pools.map(poolFields),
    ...(report.noGpuReason !== undefined && {no_gpu_reason: report.noGpuReason}),
    ...leakJson(report.leaks),
    alerts: report.alerts.map(alertFields),
    ...happeningFields(report),
    ...(report.processesAt !== undefined && {processes_at: isoTime(report.processesAt)}),
    ...(report.growths && {growths: report.growths.map(growthFields)}),
    ...(report.noProcessesReason !== undefined && {no_processes_reason: report.noProcessesReason}),
    errors,
    events_dropped: report.eventsDropped,
    ...(log && {log}),
    ...(self && {
      self: {rss_bytes: self.rssBytes, ...(self.cpuPercent !== undefined && {cpu_percent: self.cpuPercent})},
    }),
  };
}

function suggestionFields(suggestion: SuggestedLimit) {
  const {bytes, of, peakBytes, headroomBytes, isAtLeast, isGrowing, flag, lastsMs} = suggestion;
  return {
    bytes,
    of,
    peak_bytes: peakBytes,
    headroom_bytes: headroomBytes,
    at_least: isAtLeast || isGrowing,
    ...(flag !== undefined && {flag}),
    ...(lastsMs !== undefined && {lasts_seconds: lastsMs / 1000}),
  };
}

function jobFields(job: ReportJob) {
  const {name, pid, state, startedAt, held, peak, processes, cpuMs, vramBytes, ending} = job;
  return {
    name,
    pid,
    state,
    ...(startedAt !== undefined && {started_at: isoTime(startedAt)}),
    ...(held !== undefined && {measure: held.measure.toLowerCase(), bytes: held.bytes}),
    ...(peak !== undefined && {peak: {at: isoTime(peak.at), bytes: peak.bytes}}),
    processes,
    ...(cpuMs !== undefined && {cpu_ms: cpuMs}),
    ...(vramBytes !== undefined && {vram_bytes: vramBytes}),
    ...(ending !== undefined && {ending: {text: endingText(ending), ...endingFields(ending)}}),
  };
}

function poolFields(pool: ReportPool) {
  const {id, kind, label, detail, checks, missing, lastGood, averagePercent, aboveThreshold, trend} = pool;
  return {
    id,
    kind,
    label,
    ...(detail !== '' && {detail}),
    checks,
    ...currentFields(pool),
    ...(missing !== undefined && {missing}),
    ...(lastGood && {last_good: {at: isoTime(lastGood.at), percent: lastGood.percent}}),
    ...(averagePercent !== undefined && {average_percent: averagePercent}),
    ...peakFields(pool),
    ...(Number.isFinite(pool.thresholdPercent) && {threshold_percent: pool.thresholdPercent}),
    ...(aboveThreshold && {
      above_threshold: {seconds: aboveThreshold.ms / 1000, percent_of_observed: aboveThreshold.share * 100},
    }),
    observed_seconds: pool.observedMs / 1000,
    ...(trend && {trend: trend.direction, trend_checks: trend.checks}),
    alert_count: pool.alertCount,
  };
}

function currentFields({current}: ReportPool) {
  if (current === undefined) return {};
  const {percent, usedBytes, totalBytes, availableBytes, cacheBytes} = current;
  const figures = {percent, used_bytes: usedBytes, available_bytes: availableBytes, total_bytes: totalBytes};
  return {current: {...figures, ...(cacheBytes !== undefined && {cache_bytes: cacheBytes})}};
}

function peakFields({peak}: ReportPool) {
  if (peak === undefined) return {};
  const {at, percent, usedBytes, totalBytes, top, topAt} = peak;
  const figures = {at: isoTime(at), percent, used_bytes: usedBytes, total_bytes: totalBytes};
  return {
    peak: {
      ...figures,
      top_processes: top.map(processFields),
      ...(topAt !== undefined && {top_processes_at: isoTime(topAt)}),
    },
  };
}

function processFields({pid, name, rssBytes, vramBytes}: TopProcess) {
  return {pid, name, rss_bytes: rssBytes, ...(vramBytes !== undefined && {vram_bytes: vramBytes})};
}

function alertFields({what, raisedAt, raisedEarlier, value, threshold, unit, ...alert}: ReportAlert) {
  // A share bears its unit in its name, as everywhere; all else has it beside it.
  const name = (field: string) =>
    unit === 'percent' ? (field === 'value' ? 'percent' : `${field}_percent`) : field;
  return {
    what,
    raised_at: isoTime(raisedAt),
    ...(raisedEarlier && {raised_earlier: true}),
    ...(value !== undefined && {[name('value')]: value}),
    ...(threshold !== undefined && isBounded(unit) && {[name('threshold')]: threshold}),
    [name('peak')]: alert.peak,
    ...(unit !== 'percent' && {unit}),
    ...(alert.repeats !== undefined && {repeats: alert.repeats}),
    silenced: alert.silenced,
    firing: alert.lastedMs === undefined,
    ...(alert.lastedMs !== undefined && {lasted_seconds: alert.lastedMs / 1000}),
  };
}

function happeningFields({marks, changes, limitSwitches}: Report) {
  return {
    marks: marks.map(({at, note}) => ({at: isoTime(at), note})),
    changes: changes.map(({at, ...change}) => ({at: isoTime(at), ...change})),
    limit_switches: limitSwitches.map(({at, text}) => ({at: isoTime(at), text})),
  };
}

function growthFields({pid, name, growthBytes, fromBytes, toBytes, fromAt, toAt}: ProcessGrowth) {
  return {
    pid,
    name,
    growth_bytes: growthBytes,
    from_bytes: fromBytes,
    to_bytes: toBytes,
    from_at: isoTime(fromAt),
    to_at: isoTime(toAt),
  };
}
