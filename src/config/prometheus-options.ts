import {listenAddress} from './listen-address.ts';
import {LIVE, type OptionSpec, option} from './option.ts';
import {text} from './values.ts';

/** Where metrics are served, and to whom. */
export const PROMETHEUS_OPTIONS = {
  prometheus: {
    ...option(listenAddress, 'serve metrics for Prometheus at http://HOST:PORT/metrics', LIVE),
    saved: false,
  },
  'prometheus-token-file': {
    ...option(
      text('FILE', 'the name of a file'),
      'the bearer token, in FILE or in MEMTOP_PROMETHEUS_TOKEN: asked of scrapers, carried by top',
      [...LIVE, 'top'],
    ),
    saved: false,
  },
  'prometheus-cert': {
    ...option(text('FILE', 'the name of a file'), 'serve metrics over TLS with this certificate (PEM)', LIVE),
    saved: false,
  },
  'prometheus-key': {
    ...option(text('FILE', 'the name of a file'), 'the private key of that certificate (PEM)', LIVE),
    saved: false,
  },
} as const satisfies Record<string, OptionSpec>;
