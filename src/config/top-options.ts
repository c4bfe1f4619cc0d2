import {type OptionSpec, option} from './option.ts';
import {text} from './values.ts';

/** Which fleet is shown. */
export const TOP_OPTIONS = {
  'prometheus-url': {
    ...option(
      // What may hold a secret is checked where it is used, by who does not repeat it.
      text('URL', 'an address'),
      'show the hosts that the Prometheus at this address knows',
      ['top'],
    ),
    saved: false,
  },
} as const satisfies Record<string, OptionSpec>;
