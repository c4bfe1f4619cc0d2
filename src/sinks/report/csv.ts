import {isoTime} from '../../core/format.ts';
import type {Report} from '../../core/report.ts';
import type {ReportLeak} from '../../core/report-leaks.ts';
import type {ReportPool} from '../../core/report-pools.ts';
import {csvLine, csvText} from '../csv.ts';
import {visibleText} from './escape.ts';
import {toldLeaks} from './verdict-words.ts';

/**
 * The report as CSV (RFC 4180): a row for each pool, then for each process whose verdict is told. Units are in the
 * names of the columns, moments are ISO 8601 in UTC, a figure that is not known is empty. So a column has one type, and
 * the files of several runs can be put under each other.
 */
export function reportCsv(report: Report): string {
  const run = runCells(report);
  const pools = report.pools.map((pool) => ({
    ...run,
    ...poolCells(pool),
    ...leakCells(report.leaks.find(({id}) => id === pool.id)),
    ...suggestionCells(pool, report),
  }));
  const processes = toldLeaks(report)
    .filter(({kind}) => kind === 'process')
    .map((leak) => ({...run, id: leak.id, kind: leak.kind, name: leak.what, ...leakCells(leak)}));
  const rows = [...pools, ...processes].map((cells: Cells) => COLUMNS.map((name) => cellText(cells[name])));
  return [COLUMNS, ...rows].map(csvLine).join('');
}

type Cells = {readonly [C in CsvColumn]?: string | number | undefined};

/** In the order in which they stand. */
export const CSV_COLUMNS = [
  'host_name',
  'started_at',
  'ended_at',
  'duration_seconds',
  'id',
  'kind',
  'name',
  'checks',
  'observed_seconds',
  'average_percent',
  'peak_percent',
  'peak_bytes',
  'peak_at',
  'end_percent',
  'end_bytes',
  'total_bytes',
  'threshold_percent',
  'above_threshold_seconds',
  'alerts',
  'verdict',
  'confidence',
  'growth_bytes_per_hour',
  'growth_low_bytes_per_hour',
  'growth_high_bytes_per_hour',
  'growing_since',
  'limit_in_seconds',
  'suggested_limit_bytes',
] as const;
type CsvColumn = (typeof CSV_COLUMNS)[number];
const COLUMNS: readonly CsvColumn[] = CSV_COLUMNS;

function runCells({hostName, startedAt, endedAt, durationMs}: Report): Cells {
  return {
    host_name: hostName,
    started_at: isoTime(startedAt),
    ended_at: isoTime(endedAt),
    duration_seconds: durationMs / 1000,
  };
}

function poolCells(pool: ReportPool): Cells {
  const {id, kind, what, checks, observedMs, peak, current, thresholdPercent, aboveThreshold} = pool;
  return {
    id,
    kind,
    name: what,
    checks,
    observed_seconds: observedMs / 1000,
    average_percent: pool.averagePercent,
    peak_percent: peak?.percent,
    peak_bytes: peak?.usedBytes,
    peak_at: peak && isoTime(peak.at),
    end_percent: current?.percent,
    end_bytes: current?.usedBytes,
    total_bytes: (current ?? peak)?.totalBytes,
    threshold_percent: Number.isFinite(thresholdPercent) ? thresholdPercent : undefined,
    above_threshold_seconds: aboveThreshold && aboveThreshold.ms / 1000,
    alerts: pool.alertCount,
  };
}

function leakCells(leak: ReportLeak | undefined): Cells {
  if (leak === undefined) return {};
  const {verdict, confidence, ratePerHour, ratePerHourInterval, sinceAt, forecast} = leak;
  return {
    verdict,
    confidence,
    growth_bytes_per_hour: ratePerHour,
    growth_low_bytes_per_hour: ratePerHourInterval?.low,
    growth_high_bytes_per_hour: ratePerHourInterval?.high,
    growing_since: sinceAt === undefined ? undefined : isoTime(sinceAt),
    limit_in_seconds: forecast.toLimit && forecast.toLimit.ms / 1000,
  };
}

/** Stands with the pool that it is for. */
function suggestionCells({kind}: ReportPool, {suggestion}: Report): Cells {
  const of = suggestion?.of === 'job' ? 'job' : 'ram';
  return kind === of ? {suggested_limit_bytes: suggestion?.bytes} : {};
}

function cellText(value: string | number | undefined): string {
  return typeof value === 'string' ? csvText(visibleText(value)) : value === undefined ? '' : String(value);
}
