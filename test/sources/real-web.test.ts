import {createServer, type RequestListener, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, expect, test} from 'vitest';
import {realWeb} from '../../src/sources/real-web.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function served(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string, more: Partial<Parameters<typeof realWeb.fetch>[0]> = {}) =>
  realWeb.fetch({
    url,
    headers: {accept: 'text/plain'},
    timeoutMs: 2000,
    mostBytes: 1024 ** 2,
    signal: new AbortController().signal,
    ...more,
  });

test('a form is posted, with the headers that were given', async () => {
  const url = await served((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => response.end(`${request.method} ${request.headers.authorization} ${body}`));
  });
  const answer = await ask(url, {form: {query: 'a b=c'}, headers: {authorization: 'Bearer x'}});
  expect(answer).toEqual({status: 200, body: 'POST Bearer x query=a+b%3Dc'});
});

test('a redirect is not followed', async () => {
  const url = await served((_, response) => response.writeHead(302, {location: 'http://127.0.0.1:1/'}).end());
  expect(await ask(url)).toMatchObject({status: 302});
});

test('an endless body is cut off at its limit', async () => {
  let sent = 0;
  const url = await served((_, response) => {
    const chunk = 'x'.repeat(64 * 1024);
    const more = () => {
      while (!response.destroyed && sent < 100 * 1024 ** 2 && response.write(chunk)) sent += chunk.length;
      sent += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  await expect(ask(url)).rejects.toThrow('an answer of more than 1 MiB');
  expect(sent).toBeLessThan(50 * 1024 ** 2);
});

test('a body that drips has all its time for all of it', async () => {
  const url = await served((_, response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });
  await expect(ask(url, {timeoutMs: 200})).rejects.toThrow('no answer in 200 ms');
});

test('silence ends too, and so does what was asked when nobody waits any more', async () => {
  const url = await served(() => {});
  await expect(ask(url, {timeoutMs: 100})).rejects.toThrow('no answer in 100 ms');
  const closing = new AbortController();
  const asked = ask(url, {signal: closing.signal});
  closing.abort();
  await expect(asked).rejects.toThrow('ABORT_ERR');
});

test.each([
  ['http://127.0.0.1:1', 'connection refused'],
  ['http://nohost.invalid', 'host not found'],
])('%s: %s', async (url, problem) => {
  await expect(ask(url)).rejects.toThrow(problem);
});

test('what speaks no https, or breaks off, is told', async () => {
  const url = await served((request) => request.socket.destroy());
  await expect(ask(url)).rejects.toThrow('connection lost');
  await expect(ask(url.replace('http:', 'https:'))).rejects.toThrow(
    /it does not speak https|connection lost/,
  );
});
