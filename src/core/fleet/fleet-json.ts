import {isoTime} from '../format.ts';
import type {FleetReading, FleetRow} from './fleet.ts';

/** A reading for programs. What is not known is not there. */
export function fleetJson({at, counts, rows}: FleetReading): object {
  const {rows: rowCount, ...hosts} = counts;
  return {at: isoTime(at), counts: {...hosts, rows: rowCount}, rows: rows.map(rowJson)};
}

function rowJson({host, target, pool, down, ...row}: FleetRow): object {
  const who = {host, instance: target.instance, ...(target.job !== undefined && {job: target.job})};
  if (down !== undefined)
    return {
      ...who,
      status: 'DOWN',
      ...(down.sinceAt === undefined ? {reason: down.reason} : {since: isoTime(down.sinceAt)}),
    };
  const {limitIn} = row;
  const known = {
    pool,
    status: row.status,
    percent: row.percent,
    threshold_percent: row.thresholdPercent,
    used_bytes: row.usedBytes,
    limit_bytes: row.totalBytes,
    verdict: row.verdict,
    growth_bytes_per_hour: rounded(row.growthPerHour),
    limit_in_seconds: rounded(limitIn && limitIn.ms / 1000),
    limit_in_interval: limitIn && [limitIn.lowMs, limitIn.highMs].map((ms) => Math.round(ms / 1000)),
    alerts: row.alerts.length > 0 ? row.alerts : undefined,
    stale: row.isStale || undefined,
  };
  return {...who, ...known};
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}
