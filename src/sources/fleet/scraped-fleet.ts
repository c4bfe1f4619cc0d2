import {countsOf} from '../../core/fleet/counts.ts';
import {parseExposition} from '../../core/fleet/exposition.ts';
import {
  type FleetHistory,
  FleetProblem,
  type FleetReading,
  type FleetRow,
  type FleetSource,
  type FleetTarget,
  type FleetWish,
  MOST_ROWS,
} from '../../core/fleet/fleet.ts';
import {type HostRows, hostRows} from '../../core/fleet/host-figures.ts';
import {toldApart} from '../../core/fleet/host-names.ts';
import {isMeant, ordered} from '../../core/fleet/order.ts';
import {nameOf} from '../../core/fleet/targets.ts';
import {History} from '../../core/history.ts';
import type {Host} from '../host.ts';
import {type Web, WebProblem} from './web.ts';

export const MOST_HOSTS = 64;
const MOST_AT_ONCE = 8;
const TIMEOUT_MS = 5000;
const MOST_BYTES = 2 * 1024 ** 2;

/** One memtop that serves metrics. */
export interface ScrapeTarget {
  readonly url: string;
  /** `node1:9717`. */
  readonly instance: string;
}

export interface ScrapeOptions {
  readonly targets: readonly ScrapeTarget[];
  readonly token: string | undefined;
  readonly userAgent: string;
}

/** Hosts that are asked one by one; their past is what was seen since the start. */
export class ScrapedFleet implements FleetSource {
  readonly farthestMs = undefined;
  readonly title = 'asked directly';
  readonly #web: Web;
  readonly #host: Pick<Host, 'now'>;
  readonly #options: ScrapeOptions;
  readonly #closing = new AbortController();
  readonly #pasts = new Map<string, Map<string, History>>();
  readonly #seen = new Map<string, number>();
  readonly #names = new Map<string, string>();

  constructor(web: Web, host: Pick<Host, 'now'>, options: ScrapeOptions) {
    this.#web = web;
    this.#host = host;
    this.#options = options;
  }

  async read({sort, filter}: FleetWish): Promise<FleetReading> {
    const scraped = await this.#scrapeAll();
    const at = this.#host.now();
    const all = scraped.flatMap((one) => ('rows' in one ? [one] : []));
    const told = toldApart(all);
    const down = scraped.flatMap((one) => ('down' in one ? [one] : []));
    const pools = [...told.flatMap(({rows}) => rows), ...down];
    const meant = ordered(
      pools.filter((row) => isMeant(row, filter)),
      sort,
    );
    return {
      at,
      counts: countsOf(
        told.filter(({rows}) => rows.some((row) => isMeant(row, filter))),
        down.filter((row) => isMeant(row, filter)).length,
      ),
      rows: meant.slice(0, MOST_ROWS),
      pools,
      hosts: told.map(({host}) => host),
    };
  }

  async history(target: FleetTarget): Promise<FleetHistory> {
    const pools = this.#pasts.get(target.key) ?? new Map<string, History>();
    const firsts = [...pools.values()].flatMap(({firstAt}) => firstAt ?? []);
    return {
      target,
      endAt: this.#host.now(),
      firstAt: firsts.length === 0 ? undefined : Math.min(...firsts),
      pools,
    };
  }

  close(): void {
    this.#closing.abort();
  }

  /** All of them, a few at once. */
  async #scrapeAll(): Promise<readonly (HostRows | FleetRow)[]> {
    const {targets} = this.#options;
    const results: (HostRows | FleetRow)[] = [];
    let next = 0;
    const work = async () => {
      for (let index = next++; index < targets.length; index = next++) {
        const target = targets[index];
        if (target !== undefined) results[index] = await this.#scrape(target);
      }
    };
    await Promise.all(Array.from({length: MOST_AT_ONCE}, work));
    if (this.#closing.signal.aborted) throw new FleetProblem('ended');
    return results;
  }

  async #scrape({url, instance}: ScrapeTarget): Promise<HostRows | FleetRow> {
    const target = {key: instance, instance, job: undefined};
    try {
      const text = await this.#fetch(url);
      const points = parseExposition(text).map((point) => ({...point, labels: {...point.labels, instance}}));
      const at = this.#host.now();
      const [read] = hostRows(points, at);
      if (read === undefined || !points.some(({name}) => name.startsWith('memtop_')))
        throw new WebProblem('not a memtop');
      return this.#note(target, read, at);
    } catch (error) {
      if (!(error instanceof WebProblem)) throw error;
      return this.#downRow(target, error.message);
    }
  }

  async #fetch(url: string): Promise<string> {
    const {token, userAgent} = this.#options;
    const answer = await this.#web.fetch({
      url,
      headers: {
        accept: 'text/plain;version=0.0.4',
        'user-agent': userAgent,
        ...(token !== undefined && {authorization: `Bearer ${token}`}),
      },
      timeoutMs: TIMEOUT_MS,
      mostBytes: MOST_BYTES,
      signal: this.#closing.signal,
    });
    if (answer.status === 200) return answer.body;
    throw new WebProblem(
      answer.status === 401 ? 'expected a token that it accepts' : `answers with ${answer.status}`,
    );
  }

  /** Its own labels may not tell it apart: here it is who was asked. */
  #note(target: FleetTarget, {host, rows, isStale}: HostRows, at: number): HostRows {
    this.#seen.set(target.key, at);
    this.#names.set(target.key, host.host);
    const own = rows.map((row) => ({...row, target, key: `${target.key} ${row.pool}`}));
    const pasts = this.#pasts.get(target.key) ?? new Map<string, History>();
    this.#pasts.set(target.key, pasts);
    for (const {pool = '', percent} of own) {
      const past = pasts.get(pool) ?? new History();
      pasts.set(pool, past);
      past.add(Math.max(at, past.lastAt), percent);
    }
    return {host: {...host, target}, rows: own, isStale};
  }

  #downRow(target: FleetTarget, reason: string): FleetRow & {readonly down: NonNullable<FleetRow['down']>} {
    for (const past of this.#pasts.get(target.key)?.values() ?? [])
      past.add(Math.max(this.#host.now(), past.lastAt), undefined);
    return {
      key: target.key,
      target,
      host: this.#names.get(target.key) ?? nameOf(target),
      pool: undefined,
      alerts: [],
      isStale: false,
      down: {sinceAt: this.#seen.get(target.key), reason},
    };
  }
}
