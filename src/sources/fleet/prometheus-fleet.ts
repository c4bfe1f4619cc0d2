import {
  type FleetCounts,
  type FleetHistory,
  type FleetReading,
  type FleetRow,
  type FleetSource,
  type FleetTarget,
  type FleetWish,
  MOST_ROWS,
} from '../../core/fleet/fleet.ts';
import {hostRows} from '../../core/fleet/host-figures.ts';
import {toldApart} from '../../core/fleet/host-names.ts';
import {ordered} from '../../core/fleet/order.ts';
import {pastOf} from '../../core/fleet/past.ts';
import type {FleetPoint} from '../../core/fleet/point.ts';
import {
  countsQueries,
  figuresQuery,
  type HostFilter,
  lastSeenQuery,
  pastQuery,
  rowsQuery,
} from '../../core/fleet/queries.ts';
import {nameOf, targetOf} from '../../core/fleet/targets.ts';
import type {Host} from '../host.ts';
import type {PrometheusClient} from './prometheus-client.ts';

const DAY = 86_400_000;
/** What deploy/ keeps. */
const FARTHEST_MS = 30 * DAY;
/** Points of a range: two for each cell of a wide chart. */
const RANGE_POINTS = 400;
const LEAST_STEP_MS = 1000;

/** A fleet as Prometheus knows it: it counts and orders, and tells all figures of the first rows alone. */
export class PrometheusFleet implements FleetSource {
  readonly farthestMs = FARTHEST_MS;
  readonly title: string;
  readonly #client: PrometheusClient;
  readonly #host: Pick<Host, 'now'>;
  readonly #hosts: readonly string[];
  /** When hosts that are down were seen last. */
  #lastSeen = new Map<string, number | undefined>();

  constructor(
    client: PrometheusClient,
    host: Pick<Host, 'now'>,
    {title, hosts}: {readonly title: string; readonly hosts: readonly string[]},
  ) {
    this.title = title;
    this.#client = client;
    this.#host = host;
    this.#hosts = hosts;
  }

  async read({sort, filter, open}: FleetWish): Promise<FleetReading> {
    const meant: HostFilter = {hosts: this.#hosts, part: filter};
    const ranked = await this.#client.query(rowsQuery(sort, meant));
    const down = targetsOf(ranked.filter(isUp));
    const targets = targetsOf([...ranked.filter((point) => !isUp(point))]);
    const asked = open === undefined ? targets : [...targets, open.target];
    const at = this.#host.now();
    const figures = asked.length === 0 ? [] : await this.#client.query(figuresQuery([...asked, ...down]));
    const downRows = await this.#downRows(down);
    const counts: FleetPoint[] = [];
    for (const query of countsQueries(meant)) counts.push(...(await this.#client.query(query)));
    const told = toldApart(hostRows(figures, at)).filter(
      ({rows, host: {target}}) => rows.length > 0 && isAsked(target, asked),
    );
    const pools = told.flatMap(({rows}) => rows);
    const wanted = new Set(ranked.map(rowKey));
    const rows = ordered([...pools.filter(({key}) => wanted.has(key)), ...downRows], sort).slice(
      0,
      MOST_ROWS,
    );
    return {
      at,
      counts: countsIn(counts),
      rows,
      pools: [...pools, ...downRows],
      hosts: told.map(({host}) => host),
    };
  }

  async history(target: FleetTarget, spanMs: number): Promise<FleetHistory> {
    const endAt = this.#host.now();
    const stepMs = Math.max(LEAST_STEP_MS, Math.ceil(spanMs / RANGE_POINTS / 1000) * 1000);
    const series = await this.#client.range(pastQuery(target), {from: endAt - spanMs, to: endAt, stepMs});
    const own = series.filter((one) => targetOf(one)?.key === target.key);
    const pools = own.flatMap(({labels: {pool}, points}) => {
      const percents = points.map(([at, ratio]) => [at, ratio * 100] as const);
      return pool === undefined ? [] : [[pool, pastOf(percents, stepMs)] as const];
    });
    const firsts = own.flatMap(({points: [first]}) => first?.[0] ?? []);
    return {
      target,
      endAt,
      firstAt: firsts.length === 0 ? undefined : Math.min(...firsts),
      pools: new Map(pools),
    };
  }

  close(): void {
    this.#client.close();
  }

  async #downRows(down: readonly FleetTarget[]): Promise<readonly FleetRow[]> {
    const isNew = down.some(({key}) => !this.#lastSeen.has(key));
    if (isNew) {
      const seen = await this.#client.query(lastSeenQuery(down));
      const moments = new Map(seen.map((point) => [targetOf(point)?.key, point.value * 1000]));
      this.#lastSeen = new Map(down.map(({key}) => [key, moments.get(key)]));
    }
    // One that comes back and goes again is asked for anew.
    this.#lastSeen = new Map(down.map(({key}) => [key, this.#lastSeen.get(key)]));
    return down.map((target) => ({
      key: target.key,
      target,
      host: nameOf(target),
      pool: undefined,
      alerts: [],
      isStale: false,
      down: {sinceAt: this.#lastSeen.get(target.key), reason: 'not seen in the last day'},
    }));
  }
}

const isUp = ({name, labels}: FleetPoint) => name === 'up' || labels.pool === undefined;

function targetsOf(points: readonly FleetPoint[]): readonly FleetTarget[] {
  const targets = points.flatMap((point) => targetOf(point) ?? []);
  return [...new Map(targets.map((target) => [target.key, target])).values()];
}

function isAsked({key}: FleetTarget, asked: readonly FleetTarget[]): boolean {
  return asked.some((target) => target.key === key);
}

function rowKey(point: FleetPoint): string {
  return `${targetOf(point)?.key} ${point.labels.pool}`;
}

function countsIn(points: readonly FleetPoint[]): FleetCounts {
  // What nothing is counted in has no series.
  const count = (name: string) => points.find(({labels}) => labels.rank === name)?.value ?? 0;
  const down = count('down');
  return {
    hosts: count('answering') + down,
    down,
    critical: count('2'),
    high: count('1'),
    leak: count('leak'),
    stale: count('stale'),
    rows: count('rows') + down,
  };
}
