import {isLoopback, listenAddress} from '../../config/listen-address.ts';
import {quote} from '../../config/resolve.ts';
import type {FleetSource} from '../../core/fleet/fleet.ts';
import {VERSION} from '../../core/version.ts';
import {PrometheusClient} from '../../sources/fleet/prometheus-client.ts';
import {PrometheusFleet} from '../../sources/fleet/prometheus-fleet.ts';
import {MOST_HOSTS, ScrapedFleet} from '../../sources/fleet/scraped-fleet.ts';
import {realWeb} from '../../sources/real-web.ts';
import type {Context} from '../context.ts';
import {UserError} from '../exit.ts';
import {givenToken} from '../exporter-secrets.ts';
import {tell} from '../print.ts';
import {parsePrometheusUrl, parseScrapeTarget} from './fleet-address.ts';

const USER_AGENT = `memtop/${VERSION}`;
const TOKEN = /^[!-~]{1,8192}$/;
const TOKEN_RULE = 'a token of 1 to 8192 letters, digits and signs without blanks';
const MOST_WORDS = 256;
const LONGEST_WORD = 253;

/** The fleet that was asked for. @throws {UserError} where none was, or what was given is wrong */
export async function openFleet(context: Context): Promise<FleetSource> {
  const {args, settings} = context;
  const url = settings.values['prometheus-url'];
  if (url !== undefined) return prometheusFleet(context, url);
  if (args.words.length === 0)
    throw new UserError(
      'memtop top: expected HOST… of running memtop serves, or --prometheus-url URL, got nothing; memtop top --help shows how',
    );
  return scrapedFleet(context);
}

async function prometheusFleet(context: Context, url: string): Promise<FleetSource> {
  const {args, host, settings} = context;
  const {
    href,
    host: place,
    isSecure,
  } = parsePrometheusUrl(url, settings.origins['prometheus-url'] ?? 'default');
  const bad = args.words.find((word) => word.trim() === '' || word.length > LONGEST_WORD);
  if (bad !== undefined) throw new UserError(`memtop top: expected names of hosts, got ${quote(bad)}`);
  if (args.words.length > MOST_WORDS)
    throw new UserError(
      `memtop top: expected at most ${MOST_WORDS} hosts, got ${args.words.length}; / on the screen filters`,
    );
  const token = await tokenFor(context, isSecure ? [] : [new URL(href).hostname]);
  const client = new PrometheusClient(realWeb, {href, token, userAgent: USER_AGENT});
  return new PrometheusFleet(client, host, {title: place, hosts: args.words});
}

async function scrapedFleet(context: Context): Promise<FleetSource> {
  const parsed = context.args.words.map(parseScrapeTarget);
  const targets = [...new Map(parsed.map((target) => [target.instance, target])).values()];
  if (targets.length > MOST_HOSTS)
    throw new UserError(
      `memtop top: expected at most ${MOST_HOSTS} hosts, got ${targets.length}; --prometheus-url shows any number`,
    );
  const open = targets
    .filter(({url}) => url.startsWith('http:'))
    .map(({instance}) => listenAddress.parse(instance).host);
  return new ScrapedFleet(realWeb, context.host, {
    targets,
    token: await tokenFor(context, open),
    userAgent: USER_AGENT,
  });
}

/** The token, and a word where others can read it on its way to one of `open`. */
async function tokenFor(context: Context, open: readonly string[]): Promise<string | undefined> {
  const token = givenToken(context, (text) => TOKEN.test(text), TOKEN_RULE);
  const isRead = open.some((host) => !isLoopback({host: host.replace(/^\[|\]$/g, ''), port: 0}));
  if (token?.warning !== undefined) await tell(context.stderr, `memtop: ${token.warning}`);
  if (token !== undefined && isRead)
    await tell(
      context.stderr,
      'memtop: the token goes over http, where others can read it; https:// keeps it',
    );
  return token?.text;
}
