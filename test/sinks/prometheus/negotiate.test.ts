import fc from 'fast-check';
import {expect, test} from 'vitest';
import {formatFor, takesGzip} from '../../../src/sinks/prometheus/negotiate.ts';

test.each([
  // As Prometheus 2.42, 2.53 and 3.5 ask.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  [
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'openmetrics',
  ],
  [
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    'openmetrics',
  ],
  ['text/plain;version=0.0.4;q=1,*/*;q=0.1', 'prometheus'],
  ['application/openmetrics-text; version="1.0.0"', 'openmetrics'],
  ['Application/OpenMetrics-Text', 'openmetrics'],
  ['application/openmetrics-text;version=0.0.1', 'prometheus'],
  ['application/openmetrics-text;q=0.3,text/plain;q=0.9', 'prometheus'],
  ['application/openmetrics-text;q=0', 'prometheus'],
  ['application/openmetrics-text;q=nonsense', 'prometheus'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
  ['application/json', 'prometheus'],
  ['*/*', 'prometheus'],
  ['', 'prometheus'],
  [undefined, 'prometheus'],
] as const)('%s gets %s', (accept, format) => {
  expect(formatFor(accept)).toBe(format);
});

test.each([
  ['gzip', true],
  ['gzip, deflate, br', true],
  ['gzip;q=0', false],
  ['identity', false],
  ['', false],
])('%s: gzip %s', (encoding, gzip) => {
  expect(takesGzip(encoding)).toBe(gzip);
});

test('any header gets one of the two', () => {
  fc.assert(fc.property(fc.string(), (accept) => ['prometheus', 'openmetrics'].includes(formatFor(accept))));
});
