import {type OptionSpec, option} from './option.ts';
import {toggle} from './values.ts';

/** How a log is replayed. */
export const REPLAY_OPTIONS = {
  follow: {
    ...option(toggle, 'replay a log that is still written: from its end, and on as it grows', ['replay']),
    fallback: 'off',
    saved: false,
  },
} as const satisfies Record<string, OptionSpec>;
