import {WEBHOOK_FORMATS} from '../core/notice.ts';
import {LIVE, type OptionSpec, option} from './option.ts';
import {choice, duration, durations, maybe, percent, perSecond, text, threshold, toggle} from './values.ts';

const DAY_MS = 86_400_000;
const HOOKS = [...LIVE, 'test-alert'] as const;

/** From where alerts are raised beside those of RAM, swap and VRAM; when, and who is called. */
export const ALERT_OPTIONS = {
  'shm-threshold': {
    ...option(maybe(threshold), 'alert when /dev/shm reaches this share or size', LIVE),
    fallback: '90%',
  },
  'pressure-threshold': {
    ...option(maybe(percent), 'alert when some task waited for memory this share of 10 s', LIVE),
    fallback: '10%',
  },
  'full-pressure-threshold': {
    ...option(maybe(percent), 'alert when all tasks waited for memory this share of 10 s', LIVE),
    fallback: '5%',
  },
  'swap-rate-threshold': {
    ...option(maybe(perSecond), 'alert when so many pages a second are swapped in, or out', LIVE),
    fallback: 'off',
  },
  'process-threshold': {
    ...option(maybe(threshold), 'alert when one process reaches this share of the limit, or this size', LIVE),
    fallback: 'off',
  },
  'job-threshold': {
    ...option(
      maybe(threshold),
      'alert when the followed job reaches this share of the limit, or this size',
      LIVE,
    ),
    fallback: 'off',
  },
  'limit-in': {
    ...option(maybe(duration(1000, DAY_MS)), 'alert when RAM would reach its limit within this time', LIVE),
    fallback: 'off',
  },
  for: {
    ...option(duration(0, DAY_MS), 'how long a figure must be over its threshold to be an alert', LIVE),
    fallback: '0ms',
  },
  repeat: {
    ...option(maybe(durations(1000, 30 * DAY_MS)), 'when an alert that lasts is told again', LIVE),
    fallback: '1m,5m,15m,1h',
  },
  cooldown: option(
    duration(0, DAY_MS),
    'tells an alert that lasts again after each so much time, instead of --repeat',
    LIVE,
  ),
  'on-alert': option(
    text('COMMAND', 'a program, with its arguments behind blanks'),
    'run this program at each alert and when it is resolved, without a shell',
    HOOKS,
  ),
  webhook: option(
    text('URL', 'an https address'),
    'post each alert, and that it is resolved, to this https address',
    HOOKS,
  ),
  'webhook-format': {
    ...option(choice(WEBHOOK_FORMATS), "the form of what is posted; auto goes by the address's host", HOOKS),
    fallback: 'auto',
  },
  bell: {...option(toggle, "ring the terminal's bell at each alert", HOOKS), fallback: 'off'},
  notify: {
    ...option(toggle, "show each alert as the terminal's own notification", HOOKS),
    fallback: 'off',
  },
} as const satisfies Record<string, OptionSpec>;
