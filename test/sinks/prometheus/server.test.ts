import {Buffer} from 'node:buffer';
import {connect, type Socket} from 'node:net';
import {gunzipSync} from 'node:zlib';
import fc from 'fast-check';
import {afterEach, describe, expect, onTestFinished, test} from 'vitest';
import type {Page} from '../../../src/sinks/prometheus/page.ts';
import {listen, type ServerOptions} from '../../../src/sinks/prometheus/server.ts';
import {talk} from './raw.ts';

const TOKEN = 'a-token-of-many-letters';
const BODY = Buffer.from('memtop_up 1\n'.repeat(100));

const servers: {close(): Promise<void>}[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(more: Partial<ServerOptions> = {}, page: Partial<Page> = {}) {
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    page: {
      metrics: async (format) => ({contentType: `text/${format}`, body: BODY}),
      health: () => ({isFresh: true, text: 'ok'}),
      ...page,
    },
    ...more,
  });
  servers.push(server);
  return {
    port: server.port,
    get: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init),
  };
}

describe('what it serves', () => {
  test('metrics, in the format that is asked for and packed where that is taken', async () => {
    const {get, port} = await serve();
    const plain = await get('/metrics?name=x', {headers: {accept: 'text/plain'}});
    expect([plain.status, plain.headers.get('content-type'), await plain.text()]).toEqual([
      200,
      'text/prometheus',
      String(BODY),
    ]);
    const open = await get('/metrics', {headers: {accept: 'application/openmetrics-text;version=1.0.0'}});
    expect(open.headers.get('content-type')).toBe('text/openmetrics');
    expect(open.headers.get('cache-control')).toBe('no-store');
    const {text} = await talk(port, [
      'GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n',
    ]);
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toContain('Content-Encoding: gzip');
    expect(gunzipSync(Buffer.from(body, 'latin1')).equals(BODY)).toBe(true);
  });

  test('503 before the first reading, and health by how old the latest is', async () => {
    const {get} = await serve(
      {},
      {
        metrics: async () => undefined,
        health: () => ({isFresh: false, text: 'the latest reading is 90 s old'}),
      },
    );
    expect((await get('/metrics')).status).toBe(503);
    const health = await get('/healthz');
    expect([health.status, await health.text()]).toEqual([503, 'the latest reading is 90 s old\n']);
  });

  test('an index, and nothing else', async () => {
    const {get} = await serve();
    expect((await get('/')).headers.get('content-type')).toMatch('text/html');
    for (const path of ['/metrics/', '/metricsx', '/etc/passwd', '/..%2f', '/%00'])
      expect((await get(path)).status, path).toBe(404);
  });

  test('a fault while it writes is a 500 without details, and told of', async () => {
    const errors: Error[] = [];
    const {get} = await serve(
      {onError: (error) => errors.push(error)},
      {metrics: () => Promise.reject(new Error('secret'))},
    );
    const answer = await get('/metrics');
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    expect(errors.map(({message}) => message)).toEqual(['secret']);
  });
});

describe('with a token', () => {
  const ask = async (authorization?: string) => {
    const {get} = await serve({token: TOKEN});
    return get('/metrics', authorization === undefined ? {} : {headers: {authorization}});
  };

  test.each([`Bearer ${TOKEN}`, `bearer  ${TOKEN}`])('%s is let in', async (header) => {
    expect((await ask(header)).status).toBe(200);
  });

  test.each([
    undefined,
    'Bearer',
    'Bearer ',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    TOKEN,
    `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`,
    `Bearer ${TOKEN} ${TOKEN}`,
  ])('%s is not', async (header) => {
    const answer = await ask(header);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="memtop"');
    expect(await answer.text()).not.toContain('memtop_up');
  });

  test('health needs none: it tells nothing', async () => {
    const {get} = await serve({token: TOKEN});
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('hostile clients', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'])(
    '%s gets 405 with what is allowed',
    async (method) => {
      const {port} = await serve();
      const {text} = await talk(port, [
        `${method} /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc`,
      ]);
      expect(text).toMatch(/^HTTP\/1\.1 405 /);
      expect(text).toContain('Allow: GET, HEAD');
      expect(text).toContain('Connection: close');
    },
  );

  test('HEAD gets the head alone', async () => {
    const {port} = await serve();
    const {text} = await talk(port, ['HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n']);
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toContain(`Content-Length: ${BODY.length}`);
    expect(text.split('\r\n\r\n')[1]).toBe('');
  });

  test.each([
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n', 400],
    ['no such version', 'GET / HTTP/9.9\r\n\r\n', 400],
    ['a path with a new line', 'GET /met\nrics HTTP/1.1\r\n\r\n', 400],
    ['two lengths', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['a head of 20 KB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a path of 20 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ])('%s is refused, and the next is served', async (_, request, status) => {
    const {port, get} = await serve();
    const {text, closed} = await talk(port, [request]);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(closed).toBe(true);
    expect((await get('/metrics')).status).toBe(200);
  });

  test('anything at all leaves it standing', async () => {
    const {port, get} = await serve({limits: {idleTimeout: 200}});
    const bytes = fc.oneof(
      fc.string(),
      fc.string().map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
      fc
        .string()
        .map(
          (value) =>
            `GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: ${value}\r\nAccept: ${value}\r\n\r\n`,
        ),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (request) => {
        await talk(port, [request], {doneMs: 5});
      }),
      {numRuns: 60},
    );
    expect((await get('/metrics')).status).toBe(200);
  });

  test('one that sends its head byte by byte is cut off', async () => {
    const {port} = await serve({limits: {headersTimeout: 200, connectionsCheckingInterval: 50}});
    const drip = Array.from({length: 20}, () => ['X', {waitMs: 40}]).flat();
    const {text, closed} = await talk(port, ['GET / HTTP/1.1\r\n', ...drip]);
    expect(closed).toBe(true);
    expect(text).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test('one that says nothing is cut off', async () => {
    const {port} = await serve({limits: {idleTimeout: 100}});
    expect((await talk(port, [], {doneMs: 2000})).closed).toBe(true);
  });

  test('one that takes no answer is cut off', async () => {
    const body = Buffer.alloc(64 * 1024 * 1024);
    const {port} = await serve(
      {limits: {idleTimeout: 200}},
      {metrics: async () => ({contentType: 'x', body})},
    );
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.pause();
    await expect.poll(() => isReset(socket), {timeout: 5000}).toBe(true);
  });

  test('those that only wait make room for the next', async () => {
    const {port, get} = await serve({limits: {connections: 10, crowded: 6}});
    const waiting = await Promise.all(Array.from({length: 7}, () => atRest(port)));
    onTestFinished(() => {
      for (const socket of waiting) socket.destroy();
    });
    expect((await get('/metrics')).status).toBe(200);
    await expect.poll(() => waiting.filter(({closed}) => closed).length).toBeGreaterThan(0);
  });

  test('more than so many at once are not let in, and it goes on', async () => {
    const {port, get} = await serve({limits: {connections: 4, crowded: 99, idleTimeout: 300}});
    const many = await Promise.all(Array.from({length: 12}, () => talk(port, [], {doneMs: 50})));
    expect(many.filter(({closed}) => closed).length).toBeGreaterThanOrEqual(8);
    const status = () =>
      get('/metrics').then(
        (answer) => answer.status,
        () => 0,
      );
    await expect.poll(status, {timeout: 5000}).toBe(200);
  });
});

test('who holds connections open and asks nothing makes room for who asks', async () => {
  const {port, get} = await serve({limits: {connections: 16, crowded: 8}});
  const silent = Array.from({length: 40}, () => connect(port, '127.0.0.1').on('error', () => {}));
  onTestFinished(() => {
    for (const socket of silent) socket.destroy();
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await get('/healthz')).status).toBe(200);
});

test('a request in absolute form, as proxies send it, gets what it asks for', async () => {
  const {port} = await serve();
  const {text} = await talk(port, ['GET http://x/metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n']);
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
});

test('where only this machine is listened to, no name from outside may lead here', async () => {
  const {port} = await serve({isLocal: true});
  const status = async (host: string) => {
    const {text} = await talk(port, [`GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`]);
    return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
  };
  for (const host of [`127.0.0.1:${port}`, 'localhost', `LOCALHOST:${port}`, '[::1]:9717', 'a.localhost'])
    expect([host, await status(host)]).toEqual([host, 200]);
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])
    expect([host, await status(host)]).toEqual([host, 421]);
});

test('listens on IPv6 too', async () => {
  const {port} = await serve({host: '::1'});
  const {text} = await talk(port, ['GET /healthz HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n'], {
    host: '::1',
  });
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
});

test('a port in use is an error at once', async () => {
  const {port} = await serve();
  await expect(serve({port})).rejects.toMatchObject({code: 'EADDRINUSE'});
});

test('closing waits for nobody', async () => {
  const {port} = await serve();
  const socket = await atRest(port);
  const [server] = servers.splice(0);
  await server?.close();
  await expect.poll(() => socket.closed).toBe(true);
});

/** A connection that was served once, and is kept. */
function atRest(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {}).on('data', () => resolve(socket));
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  });
}

function isReset(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('error', () => resolve(true));
    socket.write('x', (error) => {
      if (error) resolve(true);
      else setTimeout(() => resolve(socket.destroyed), 50);
    });
  });
}
