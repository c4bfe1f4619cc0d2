import {expect, test} from 'vitest';
import {parsePrometheusUrl, parseScrapeTarget} from '../../../src/cli/top/fleet-address.ts';

test.each([
  ['http://p:9090', 'http://p:9090'],
  [' https://p.example/prom/ ', 'https://p.example/prom'],
  ['HTTP://[::1]:9090/', 'http://[::1]:9090'],
])('%s is a Prometheus', (text, href) => expect(parsePrometheusUrl(text, 'x').href).toBe(href));

test.each(['p:9090', 'ftp://p', 'http://', 'https://a b', '', 'http://p/?query=1', 'http://p/#x'])(
  '%j is none',
  (text) => {
    expect(() => parsePrometheusUrl(text, 'from --prometheus-url')).toThrow(
      /^prometheus-url: expected .*\(from --prometheus-url\)$/,
    );
  },
);

test.each(['https://me:hunter2@p', 'http://hunter2@p', 'ftp://me:hunter2@p', 'me:hunter2@p'])(
  'a password is refused and never repeated: %s',
  (text) => {
    expect(() => parsePrometheusUrl(text, 'x')).toThrow(/expected/);
    expect(() => parsePrometheusUrl(text, 'x')).not.toThrow(/hunter2/);
    expect(() => parseScrapeTarget(text)).not.toThrow(/hunter2/);
  },
);

test.each([
  ['node1', 'node1:9717', 'http://node1:9717/metrics'],
  ['node1:80', 'node1:80', 'http://node1:80/metrics'],
  ['https://node1', 'node1:9717', 'https://node1:9717/metrics'],
  ['10.0.0.7', '10.0.0.7:9717', 'http://10.0.0.7:9717/metrics'],
  ['::1', '[::1]:9717', 'http://[::1]:9717/metrics'],
  ['[::1]:9', '[::1]:9', 'http://[::1]:9/metrics'],
])('%s is a host', (word, instance, url) => expect(parseScrapeTarget(word)).toEqual({instance, url}));

test.each(['', 'a b', 'node1:99999', 'http://node1/metrics', 'node1:', 'ftp://x', '1.2.3'])(
  '%j is no host',
  (word) => {
    expect(() => parseScrapeTarget(word)).toThrow(/^memtop top: expected HOST/);
  },
);
