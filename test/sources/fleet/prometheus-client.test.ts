import {expect, test} from 'vitest';
import {PrometheusClient} from '../../../src/sources/fleet/prometheus-client.ts';
import type {WebAnswer} from '../../../src/sources/fleet/web.ts';
import {FakeWeb} from './fake-web.ts';

const client = (answer: WebAnswer | string, token?: string) => {
  const web = new FakeWeb(() => answer);
  return {web, client: new PrometheusClient(web, {href: 'https://p/x', token, userAgent: 'memtop/0'})};
};

test('it is asked by its API, in a form, with the token', async () => {
  const body = '{"status":"success","data":{"resultType":"vector","result":[]}}';
  const {web, client: asking} = client({status: 200, body}, 'secret');
  expect(await asking.query('up')).toEqual([]);
  expect(web.asked[0]).toMatchObject({
    url: 'https://p/x/api/v1/query',
    form: {query: 'up', timeout: '10s'},
    headers: {authorization: 'Bearer secret'},
    timeoutMs: 10_000,
  });
});

test.each([
  ['connection refused', 'Prometheus does not answer (connection refused)'],
  [{status: 401, body: ''}, 'expected a token that Prometheus accepts, got none'],
  [{status: 403, body: ''}, 'expected a token that Prometheus accepts, got none'],
  [{status: 302, body: ''}, 'expected Prometheus at this address, got a redirect (302)'],
  [{status: 404, body: ''}, 'expected Prometheus at this address, got 404 not found'],
  [{status: 503, body: '<h1>'}, 'Prometheus answers with 503'],
  [
    {status: 422, body: '{"error":"query timed out\\u001b[2J"}'},
    'Prometheus answers with 422: query timed out',
  ],
  [{status: 200, body: '<h1>'}, 'expected an answer of Prometheus, got something else'],
])('%j is told as: %s', async (answer, problem) => {
  await expect(client(answer).client.query('up')).rejects.toThrow(problem);
});

test('a token that is not accepted is not repeated', async () => {
  const asked = client({status: 401, body: ''}, 'secret').client.query('up');
  await expect(asked).rejects.toThrow('expected a token that Prometheus accepts, got 401 for the one given');
});
