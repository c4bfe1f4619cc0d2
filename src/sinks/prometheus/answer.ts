import {Buffer} from 'node:buffer';
import type {IncomingHttpHeaders} from 'node:http';
import {isIP} from 'node:net';
import {promisify} from 'node:util';
import {gzip} from 'node:zlib';
import {formatFor, takesGzip} from './negotiate.ts';
import type {Page} from './page.ts';
import {carriesToken} from './token.ts';

export interface Request {
  readonly method: string;
  /** The path with its query, as it was sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const PLAIN = 'text/plain; charset=utf-8';

const INDEX = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>memtop</title></head>
<body><h1>memtop</h1><p><a href="metrics">/metrics</a> for Prometheus, <a href="healthz">/healthz</a></p></body></html>
`;

type Handler = (request: Request, page: Page, token: string | undefined) => Promise<Answer> | Answer;

const HANDLERS = new Map<string, Handler>([
  ['/', () => answer(200, INDEX, {'Content-Type': 'text/html; charset=utf-8'})],
  ['/healthz', health],
  ['/metrics', metrics],
]);

/** What a request gets; `isLocal` where only this machine is listened to. */
export async function answerTo(
  request: Request,
  page: Page,
  {token, isLocal = false}: {readonly token?: string | undefined; readonly isLocal?: boolean} = {},
): Promise<Answer> {
  const handler = HANDLERS.get(pathOf(request.url));
  if (isLocal && !isOwnName(request.headers.host))
    return answer(421, 'expected this machine by its address\n');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(405, 'only GET and HEAD\n', {Allow: 'GET, HEAD'});
  return handler === undefined ? answer(404, 'not here; /metrics is\n') : handler(request, page, token);
}

/** Also of a request in absolute form, as proxies send it. */
function pathOf(url: string): string {
  return URL.canParse(url, 'http://host') ? new URL(url, 'http://host').pathname : url;
}

/**
 * Whether a request was meant for this machine: a page in a browser can have a name of its own lead to 127.0.0.1, and
 * would read the answer (DNS rebinding); an address cannot be made to lead elsewhere.
 */
function isOwnName(host: string | undefined): boolean {
  const name =
    host
      ?.replace(/:\d+$/, '')
      .replace(/^\[|\]$/g, '')
      .toLowerCase() ?? '';
  return host === undefined || name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0;
}

function health(_: Request, page: Page): Answer {
  const {isFresh, text} = page.health();
  return answer(isFresh ? 200 : 503, `${text}\n`);
}

async function metrics({headers}: Request, page: Page, token: string | undefined): Promise<Answer> {
  if (token !== undefined && !carriesToken(headers.authorization, token))
    return answer(401, 'a bearer token is needed\n', {'WWW-Authenticate': 'Bearer realm="memtop"'});
  const text = await page.metrics(formatFor(headers.accept));
  if (text === undefined) return answer(503, 'no reading yet\n');
  const whole = answer(200, text.body, {'Content-Type': text.contentType, Vary: 'Accept, Accept-Encoding'});
  if (!takesGzip(String(headers['accept-encoding'] ?? ''))) return whole;
  return {...whole, headers: {...whole.headers, 'Content-Encoding': 'gzip'}, body: await packed(whole.body)};
}

/** Every scrape of one reading has the same text, which is packed once. */
const knownPacked = new WeakMap<Buffer, Promise<Buffer>>();
const pack = promisify(gzip);

function packed(body: Buffer): Promise<Buffer> {
  const known = knownPacked.get(body) ?? pack(body);
  knownPacked.set(body, known);
  return known;
}

function answer(
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: {
      'Content-Type': PLAIN,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}
