import {type FleetSort, type FleetTarget, MOST_ROWS} from './fleet.ts';
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
/** Halfway from the threshold, and a little for rounding; few pools are so full, and only those are reckoned with. */
const FULL = `(${RATIO} >= 0.95) * 2 - 0.999999 >= ${THRESHOLD}`;
const RISING = 'memtop_leak_verdict{pool="ram",verdict=~"growing|leak"} == 1';
const SOON = `memtop_time_to_limit_seconds{pool="ram"} < ${CRITICAL_SECONDS} and on (job, instance) (${RISING})`;
/** Hosts that are down: more of them are counted, and not listed. */
const MOST_DOWN = 50;

/**
 * What each host is counted by: Prometheus counts, and answers with one figure each. In several queries, each of which
 * looks at no more than two figures of each pool: of 10,000 hosts that are 180,000.
 */
export function countsQueries(filter: HostFilter): readonly string[] {
  const cheap = {
    answering: meant('memtop_host_info', filter),
    down: downQuery(filter),
    stale: meant(
      'time() - memtop_sample_timestamp_seconds > 60 + 3 * memtop_sample_interval_seconds',
      filter,
    ),
    rows: meant(RATIO, filter),
  };
  const leak = perHost(meant(`memtop_leak_verdict{verdict="leak",${POOLS}} == 1`, filter));
  const counted = ([name, expr]: readonly [string, string]) => labelled(`count(${expr})`, name);
  return [anyOf(Object.entries(cheap).map(counted)), levelsQuery(filter), counted(['leak', leak])];
}

/** How many hosts are critical (2), and of the others how many are over a threshold (1). As `rowLevel` has it. */
function levelsQuery(filter: HostFilter): string {
  const levels = [`(${FULL}) * 0 + 2`, `(${SOON}) * 0 + 2`, `(${RATIO} >= ${THRESHOLD}) * 0 + 1`];
  return `count_values("rank", max by (job, instance) (${meant(anyOf(levels), filter)}))`;
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
