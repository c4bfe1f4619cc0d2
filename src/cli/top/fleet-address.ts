import {listenAddress, writeAddress} from '../../config/listen-address.ts';
import {quote} from '../../config/resolve.ts';
import {ExpectedError} from '../../config/values.ts';
import type {ScrapeTarget} from '../../sources/fleet/scraped-fleet.ts';
import {UserError} from '../exit.ts';

const USUAL_PORT = 9717;
const HOST_RULE = 'expected HOST, HOST:PORT or https://HOST:PORT of a memtop serve, as node1 or node1:9717';
const URL_RULE =
  'prometheus-url: expected an http:// or https:// address, as https://prometheus.example:9090';

/** Where a Prometheus is. */
export interface PrometheusUrl {
  /** Without a slash at its end. */
  readonly href: string;
  /** The host with its port. */
  readonly host: string;
  readonly isSecure: boolean;
}

/** @throws {UserError} that never repeats a password */
export function parsePrometheusUrl(text: string, origin: string): PrometheusUrl {
  const url = readUrl(text.trim());
  if (url === undefined) throw new UserError(`${URL_RULE}, got ${quote(withoutUser(text))} (${origin})`);
  if (url.username !== '' || url.password !== '')
    throw new UserError(
      `prometheus-url: expected an address without user and password, got one with them (${origin}); --prometheus-token-file holds a token`,
    );
  if (url.search !== '' || url.hash !== '')
    throw new UserError(`prometheus-url: expected an address without ? and #, got one with them (${origin})`);
  return {href: url.href.replace(/\/+$/, ''), host: url.host, isSecure: url.protocol === 'https:'};
}

/** A host that serves metrics, at the usual port unless it says another. @throws {UserError} */
export function parseScrapeTarget(word: string): ScrapeTarget {
  const [, scheme = 'http', place = ''] = /^(?:(https?):\/\/)?([^/]*)\/?$/.exec(word.trim()) ?? [];
  const hasPort = /:\d{1,5}$/.test(place) && (!place.includes('::') || place.includes(']:'));
  const bare = place.includes('::') && !place.startsWith('[') ? `[${place}]` : place;
  try {
    if (place === '') throw new ExpectedError(HOST_RULE);
    const instance = writeAddress(listenAddress.parse(hasPort ? place : `${bare}:${USUAL_PORT}`));
    return {instance, url: `${scheme}://${instance}/metrics`};
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new UserError(`memtop top: ${HOST_RULE}, got ${quote(withoutUser(word))}`);
  }
}

function readUrl(text: string): URL | undefined {
  // Blanks and new lines inside would be left out without a word.
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' ? url : undefined;
}

/** What stands before an @ may be a secret. */
function withoutUser(text: string): string {
  return text.includes('@') ? `…${text.slice(text.lastIndexOf('@'))}` : text;
}
