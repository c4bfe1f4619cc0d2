import {type FleetCounts, type FleetSort, type FleetTarget, MOST_ROWS} from './fleet.ts';
import {ROW_METRICS} from './host-figures.ts';
import {CRITICAL_SECONDS} from './row-level.ts';

/** Which hosts are meant: those that were named, and of them those whose name holds what was typed. */
export interface HostFilter {
  readonly hosts: readonly string[];
  readonly part: string;
}

const POOLS = 'pool=~"ram|gpu.+"';
const RATIO = `memtop_pool_used_ratio{${POOLS}}`;
const THRESHOLD = `memtop_alert_threshold_ratio{${POOLS}}`;
/** As `rowLevel` has it. */
const CRITICAL = `${RATIO} >= (${THRESHOLD} + 1) / 2 >= 0.95 or memtop_time_to_limit_seconds{pool="ram"} < ${CRITICAL_SECONDS}`;
/** Hosts that are down: more of them are counted, and not listed. */
const MOST_DOWN = 50;

/** What each host is counted by: Prometheus counts, and answers with one figure each. */
export function countsQuery(filter: HostFilter): string {
  const counted: Readonly<Record<Exclude<keyof FleetCounts, 'hosts'> | 'answering', string>> = {
    answering: meant('memtop_host_info', filter),
    down: downQuery(filter),
    critical: perHost(meant(CRITICAL, filter)),
    high: perHost(meant(`${RATIO} >= ${THRESHOLD} or ${CRITICAL}`, filter)),
    leak: perHost(meant(`memtop_leak_verdict{verdict="leak",${POOLS}} == 1`, filter)),
    stale: meant(
      'time() - memtop_sample_timestamp_seconds > 60 + 3 * memtop_sample_interval_seconds',
      filter,
    ),
    rows: meant(RATIO, filter),
  };
  return anyOf(Object.entries(counted).map(([name, expr]) => labelled(`count(${expr})`, name)));
}

/** The first rows in an order, with some beyond them that fill up where too few have that figure, and hosts that are down. */
export function rowsQuery(sort: FleetSort, filter: HostFilter): string {
  const [order, metric] = RANKS[sort];
  const first =
    metric === undefined ? [] : [`${order}(${MOST_ROWS}, ${meant(`${metric}{${POOLS}}`, filter)})`];
  const ranked = [
    ...first,
    `topk(${MOST_ROWS}, ${meant(RATIO, filter)})`,
    `bottomk(${MOST_DOWN}, ${downQuery(filter)})`,
  ];
  return anyOf(ranked.map((expr, rank) => labelled(expr, String(rank))));
}

const RANKS: Readonly<Record<FleetSort, readonly ['topk' | 'bottomk', string | undefined]>> = {
  limit: ['bottomk', 'memtop_time_to_limit_seconds'],
  growth: ['topk', 'memtop_leak_growth_bytes_per_second'],
  share: ['topk', undefined],
  host: ['topk', undefined],
};

/** All figures of some hosts; of verdicts and alerts those that are so. */
export function figuresQuery(targets: readonly FleetTarget[]): string {
  const of = `instance=~${oneOf(targets.map(({instance}) => instance))}`;
  return anyOf([
    `{__name__=~"${ROW_METRICS.join('|')}",${of}}`,
    `memtop_leak_verdict{${of},${POOLS}} == 1`,
    `memtop_alert_firing{${of}} == 1`,
    `ALERTS{alertstate="firing",${of}}`,
  ]);
}

/** When hosts were last seen, seconds since the epoch: to the scrape within an hour, to five minutes within a day. */
export function lastSeenQuery(targets: readonly FleetTarget[]): string {
  const up = `up{instance=~${oneOf(targets.map(({instance}) => instance))}}`;
  const seen = `timestamp(${up}) and (${up} == 1)`;
  return anyOf([`max_over_time((${seen})[1h:15s])`, `max_over_time((${seen})[1d:5m])`]);
}

/** The shares of one host's pools. */
export function pastQuery({instance, job}: FleetTarget): string {
  const of = [`instance=${quoted(instance)}`, ...(job === undefined ? [] : [`job=${quoted(job)}`])];
  return `memtop_pool_used_ratio{${[...of, POOLS].join(',')}}`;
}

/** Whoever does not answer in a job in which a memtop answers, or in one of that name. */
function downQuery(filter: HostFilter): string {
  const of = matchers(filter).map((one) => `instance=~${one}`);
  const up = (...more: readonly string[]) => `up{${[...of, ...more].join(',')}} == 0`;
  return `(${up()} and on (job) memtop_host_info or ${up('job="memtop"')})`;
}

function meant(expr: string, filter: HostFilter): string {
  return matchers(filter).reduce(
    (whole, one) =>
      `(${whole}) and on (job, instance) (memtop_host_info{host=~${one}} or memtop_host_info{instance=~${one}})`,
    expr,
  );
}

function matchers({hosts, part}: HostFilter): readonly string[] {
  return [
    ...(hosts.length === 0 ? [] : [`"(?i:${hosts.map(literal).join('|')})(:[0-9]+)?"`]),
    ...(part.trim() === '' ? [] : [`"(?i:.*${literal(part.trim())}.*)"`]),
  ];
}

const perHost = (expr: string) => `count by (job, instance) (${expr})`;
const labelled = (expr: string, rank: string) => `label_replace(${expr}, "rank", "${rank}", "", "")`;
const anyOf = (exprs: readonly string[]) => exprs.join(' or ');
const oneOf = (texts: readonly string[]) => `"${[...new Set(texts)].map(literal).join('|')}"`;

/** A text as a part of a pattern inside quotes, which stands for itself. */
function literal(text: string): string {
  return escaped(text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
}

const quoted = (text: string) => `"${escaped(text)}"`;

function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, '?').replace(/[\\"]/g, '\\$&');
}
