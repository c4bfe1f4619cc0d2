import {FleetProblem} from '../../core/fleet/fleet.ts';
import type {FleetPoint} from '../../core/fleet/point.ts';
import {
  type Answer,
  type FleetSeries,
  parseMatrix,
  parseVector,
  problemIn,
} from '../../core/fleet/prometheus-answer.ts';
import {type Web, type WebAnswer, WebProblem} from './web.ts';

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 16 * 1024 ** 2;

export interface PrometheusAddress {
  /** With its path, without a slash at its end. */
  readonly href: string;
  readonly token: string | undefined;
  readonly userAgent: string;
}

/** The two queries of Prometheus's HTTP API, each within 10 s and 16 MiB. */
export class PrometheusClient {
  readonly #web: Web;
  readonly #address: PrometheusAddress;
  readonly #closing = new AbortController();

  constructor(web: Web, address: PrometheusAddress) {
    this.#web = web;
    this.#address = address;
  }

  /** What an expression is now. @throws {FleetProblem} */
  query(expr: string): Promise<readonly FleetPoint[]> {
    return this.#ask('query', {query: expr}, parseVector);
  }

  /** What it was, from a moment to another in steps, all in milliseconds. @throws {FleetProblem} */
  range(
    expr: string,
    {from, to, stepMs}: {readonly from: number; readonly to: number; readonly stepMs: number},
  ): Promise<readonly FleetSeries[]> {
    const [start, end, step] = [from, to, stepMs].map((ms) => (ms / 1000).toFixed(3));
    return this.#ask(
      'query_range',
      {query: expr, start: `${start}`, end: `${end}`, step: `${step}`},
      parseMatrix,
    );
  }

  /** Ends what is asked just now. */
  close(): void {
    this.#closing.abort();
  }

  async #ask<T>(
    path: string,
    form: Readonly<Record<string, string>>,
    parse: (text: string) => Answer<T>,
  ): Promise<T> {
    const {href, token, userAgent} = this.#address;
    const answer = await this.#fetch({
      url: `${href}/api/v1/${path}`,
      form: {...form, timeout: `${TIMEOUT_MS / 1000}s`},
      headers: {
        accept: 'application/json',
        'user-agent': userAgent,
        ...(token !== undefined && {authorization: `Bearer ${token}`}),
      },
    });
    const refused = refusal(answer, token !== undefined);
    if (refused !== undefined) throw new FleetProblem(refused);
    const parsed = parse(answer.body);
    if (!parsed.ok) throw new FleetProblem(parsed.problem);
    return parsed.value;
  }

  async #fetch(request: Asked): Promise<WebAnswer> {
    try {
      return await this.#web.fetch({
        ...request,
        timeoutMs: TIMEOUT_MS,
        mostBytes: MOST_BYTES,
        signal: this.#closing.signal,
      });
    } catch (error) {
      if (!(error instanceof WebProblem)) throw error;
      throw new FleetProblem(`Prometheus does not answer (${error.message})`);
    }
  }
}

interface Asked {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why an answer is none, in words. */
function refusal({status, body}: WebAnswer, hasToken: boolean): string | undefined {
  if (status === 200) return undefined;
  if (status === 401 || status === 403)
    return `expected a token that Prometheus accepts, got ${hasToken ? `${status} for the one given` : 'none'}`;
  if (status >= 300 && status < 400) return `expected Prometheus at this address, got a redirect (${status})`;
  if (status === 404) return 'expected Prometheus at this address, got 404 not found';
  const said = problemIn(body);
  return said === undefined
    ? `Prometheus answers with ${status}`
    : `Prometheus answers with ${status}: ${said}`;
}
