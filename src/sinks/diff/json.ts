import {notRead} from '../../core/diff/not-read.ts';
import type {RunDiff} from '../../core/diff/run-diff.ts';
import type {ComparedRun, FigureDiff, SeriesDiff} from '../../core/diff/series-diff.ts';
import {isoTime} from '../../core/format.ts';
import type {ReportLeak} from '../../core/report-leaks.ts';
import {toJson} from '../to-json.ts';

/** Version of this shape. It grows when a field changes its meaning; fields may be added at any time. */
const DIFF_FORMAT = 1;

/**
 * The comparison as JSON. Bytes, shares of time as percent, moments in ISO 8601; what is not known is absent.
 * `not_read` says which lines of a log could not be read, or why it ends too early.
 * `judgement` is `higher`, `lower`, `same` or `noise`; `failed` says what is worse than was allowed.
 */
export function diffJson(diff: RunDiff, failed: readonly string[] | undefined): string {
  const {before, after, alignedAt, comparedMs, answer, pools, programs, named, onlyBefore, onlyAfter} = diff;
  return `${toJson(
    {
      format: DIFF_FORMAT,
      before: runFields(before),
      after: runFields(after),
      aligned_at: alignedAt,
      compared_seconds: comparedMs / 1000,
      ...(answer && {leak: {id: answer.id, answer: answer.word, text: answer.text}}),
      pools: pools.map(seriesFields),
      programs: programs.map(seriesFields),
      processes_named: named,
      only_before: onlyBefore,
      only_after: onlyAfter,
      ...(failed && {failed}),
    },
    2,
  )}\n`;
}

function runFields(run: ComparedRun) {
  const {report, lengthMs} = run;
  const missing = notRead(run);
  const {hostName, startedAt, endedAt, reason, log} = report;
  return {
    ...(log?.file !== undefined && {log: log.file}),
    host_name: hostName,
    started_at: isoTime(startedAt),
    ended_at: isoTime(endedAt),
    length_seconds: lengthMs / 1000,
    reason,
    ...(missing.length > 0 && {not_read: missing}),
  };
}

function seriesFields({id, kind, name, peak, average, above, toPeakMs, leak}: SeriesDiff) {
  return {
    id,
    kind,
    name,
    peak: figureFields(peak, 'bytes', 1),
    average: figureFields(average, 'bytes', 1),
    ...(above && {above_threshold: figureFields(above, 'percent', 100)}),
    time_to_peak: {before_seconds: toPeakMs.before / 1000, after_seconds: toPeakMs.after / 1000},
    ...(leak && {leak: {before: leakFields(leak.before), after: leakFields(leak.after)}}),
  };
}

function figureFields({before, after, interval, judgement}: FigureDiff, unit: string, factor: number) {
  return {
    [`before_${unit}`]: before * factor,
    [`after_${unit}`]: after * factor,
    [`change_${unit}`]: (after - before) * factor,
    ...(interval && {[`interval_${unit}`]: [interval.low * factor, interval.high * factor]}),
    judgement,
  };
}

function leakFields({verdict, confidence, ratePerHour, ratePerHourInterval: rates}: ReportLeak) {
  return {
    verdict,
    confidence,
    ...(ratePerHour !== undefined && {growth_bytes_per_hour: ratePerHour}),
    ...(rates && {growth_interval: [rates.low, rates.high]}),
  };
}
