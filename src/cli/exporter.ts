import {isLoopback, type ListenAddress, writeAddress} from '../config/listen-address.ts';
import type {Settings} from '../config/resolve.ts';
import {errorCode, errorMessage} from '../core/errors.ts';
import {safeText} from '../core/text.ts';
import {VERSION} from '../core/version.ts';
import type {RunningServer} from '../sinks/prometheus/index.ts';
import type {Context} from './context.ts';
import {UserError} from './exit.ts';
import type {GivenTls, GivenToken} from './exporter-secrets.ts';
import {tell} from './print.ts';
import type {LiveRun} from './run.ts';

/** Serves the metrics of a live command. */
export interface Exporter {
  /** Serves what this run reads from now on. */
  follow(run: LiveRun): void;
  close(): Promise<void>;
}

/** Where `memtop serve` listens when nobody says. */
export const SERVE_ADDRESS: ListenAddress = {host: '127.0.0.1', port: 9717};

/**
 * Begins to listen where metrics are asked for, before anything else is begun.
 * @throws {UserError} where it cannot listen there, or token and certificate cannot be used
 */
export async function openExporter(context: Context): Promise<Exporter | undefined> {
  const {args, settings, stderr} = context;
  const address = settings.values.prometheus ?? (args.command === 'serve' ? SERVE_ADDRESS : undefined);
  if (address === undefined) return refuseWithout(settings);
  const prometheus = await import('../sinks/prometheus/index.ts');
  const {givenTls, givenToken} = await import('./exporter-secrets.ts');
  const token = givenToken(context, prometheus.isToken, prometheus.TOKEN_RULE);
  const tls = givenTls(context);
  const source = sourceOf(context, new prometheus.AlertCounts(rulesOf(settings)));
  const page = prometheus.pageOf(source, await prometheus.loadWriter());
  const server = await prometheus
    .listen({
      ...address,
      page,
      onError: source.onError,
      isLocal: isLoopback(address),
      ...(token !== undefined && {token: token.text}),
      ...(tls !== undefined && {tls}),
    })
    .catch((error: unknown) => {
      throw new UserError(listenProblem(address, settings, error));
    });
  for (const line of lines({address, server, token, tls})) await tell(stderr, `memtop: ${line}`);
  return {follow: source.follow, close: server.close};
}

/** Said by a flag, it is meant for metrics that nobody serves. */
function refuseWithout({origins}: Settings): undefined {
  for (const name of ['prometheus-token-file', 'prometheus-cert', 'prometheus-key'] as const)
    if (origins[name] === `from --${name}`)
      throw new UserError(`--${name}: expected with --prometheus, got without it`);
  return undefined;
}

function sourceOf(
  {host, settings: {values}}: Context,
  alerts: InstanceType<typeof import('../sinks/prometheus/index.ts').AlertCounts>,
) {
  let run: LiveRun | undefined;
  return {
    clock: () => host.monotonic(),
    view() {
      const frame = run?.session.frame;
      if (run === undefined || frame === undefined) return undefined;
      alerts.look(frame);
      const {startedAt, intervalMs, hostName} = run;
      const facts = {
        version: VERSION,
        hostName,
        platform: host.platform,
        startedAt,
        intervalMs,
        top: values.top,
      };
      return {frame, alerts, facts};
    },
    follow(followed: LiveRun) {
      run = followed;
      run.session.onEvent((event) => alerts.note(event));
    },
    onError: (error: Error) => run?.noteError('metrics', errorMessage(error)),
  };
}

/** Rules beside those on pools that are on. */
function rulesOf({values}: Settings): readonly string[] {
  const all = {
    oom: 'on',
    pressure: values['pressure-threshold'],
    'pressure-full': values['full-pressure-threshold'],
    'swap-in': values['swap-rate-threshold'],
    'swap-out': values['swap-rate-threshold'],
    'limit-in': values['limit-in'],
    process: values['process-threshold'],
  };
  return Object.entries(all).flatMap(([rule, threshold]) => (threshold === 'off' ? [] : [rule]));
}

const PROBLEMS: Readonly<Record<string, readonly [expected: string, why: string]>> = {
  EADDRINUSE: ['a free port', 'in use already'],
  EACCES: ['a port that may be listened on', 'permission denied'],
  EPERM: ['a port that may be listened on', 'permission denied'],
  EADDRNOTAVAIL: ['an address of this machine', 'not one of its addresses'],
  ENOTFOUND: ['an address of this machine', 'no such host'],
  EAI_AGAIN: ['an address of this machine', 'the name cannot be looked up'],
};

function listenProblem(address: ListenAddress, {origins}: Settings, error: unknown): string {
  const [expected, why] = PROBLEMS[errorCode(error) ?? ''] ?? ['to listen', safeText(errorMessage(error))];
  return `prometheus: expected ${expected}, got ${writeAddress(address)}: ${why} (${origins.prometheus ?? 'default'})`;
}

function lines(parts: {
  readonly address: ListenAddress;
  readonly server: RunningServer;
  readonly token: GivenToken | undefined;
  readonly tls: GivenTls | undefined;
}): readonly string[] {
  const {address, server, token, tls} = parts;
  const place = writeAddress({host: address.host, port: server.port});
  const open = isLoopback(address) ? undefined : openText(token, tls);
  const told = `metrics on ${tls === undefined ? 'http' : 'https'}://${place}/metrics`;
  return [told, open, token?.warning, tls?.warning].filter((line) => line !== undefined);
}

/** What others can do with an address that they reach. */
function openText(token: GivenToken | undefined, tls: GivenTls | undefined): string | undefined {
  if (token === undefined && tls === undefined)
    return 'whoever reaches that address can read them: no token, no TLS';
  if (token === undefined) return 'whoever reaches that address can read them: no token';
  return tls === undefined ? 'metrics and token can be read on their way: no TLS' : undefined;
}
