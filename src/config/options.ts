import {CHART_STYLES, REPORT_ENDINGS, SORT_KEYS, SPANS} from '../core/choices.ts';
import {ALERT_OPTIONS} from './alert-options.ts';
import {DIFF_OPTIONS} from './diff-options.ts';
import {JOB_OPTIONS} from './job-options.ts';
import {ALL, DRAWN, LIVE, type OptionSpec, option, SCREEN} from './option.ts';
import {PROMETHEUS_OPTIONS} from './prometheus-options.ts';
import {REPLAY_OPTIONS} from './replay-options.ts';
import {REPORT_OPTIONS} from './report-options.ts';
import {TOP_OPTIONS} from './top-options.ts';
import {
  choice,
  duration,
  size,
  text,
  threshold,
  toggle,
  toggleOr,
  vramThresholds,
  wholeNumber,
} from './values.ts';

export {COMMANDS, type Command, hasScreen, type OptionSpec} from './option.ts';

export const PRESETS = {
  short: {intervalMs: 60_000},
  medium: {intervalMs: 300_000},
  long: {intervalMs: 600_000},
  server: {intervalMs: 600_000, threshold: '85%'},
  rtx3090: {intervalMs: 300_000, 'vram-threshold': '80%'},
} as const satisfies Record<string, Preset>;

interface Preset {
  readonly intervalMs: number;
  readonly threshold?: string;
  readonly 'vram-threshold'?: string;
}

const DOTTED_ENDINGS = REPORT_ENDINGS.map((ending) => `.${ending}`);
const DEMO = ['screen', 'watch', 'serve', 'once'] as const;

/** Every option: its flag is `--name`, its variable `MEMTOP_NAME`, its saved setting `name`. */
export const OPTIONS = {
  interval: option(
    duration(100, 86_400_000),
    'time between two checks: 1s on the screen, 5s in serve, 15s in top, 5m in watch',
    [...LIVE, 'top'],
  ),
  threshold: {
    ...option(threshold, 'alert when RAM reaches this share of the limit in force, or this size', [
      ...ALL,
      'report',
      'diff',
    ]),
    fallback: '80',
  },
  'swap-threshold': {
    ...option(threshold, 'alert when swap reaches this share or size', LIVE),
    fallback: '50',
  },
  'vram-threshold': {
    ...option(
      vramThresholds({percent: 90}),
      'alert when the VRAM of a GPU reaches this; 90%,1=80% sets GPU 1 apart',
      ALL,
    ),
    fallback: '90%',
  },
  ...ALERT_OPTIONS,
  leak: {
    ...option(toggle, 'look for leaks: verdicts, forecasts, an alert; --no-leak does not', [
      ...LIVE,
      'report',
      'replay',
      'diff',
    ]),
    fallback: 'on',
  },
  window: {
    ...option(wholeNumber(1, 100_000), 'checks that average, peak and trend speak of', LIVE),
    fallback: '100',
  },
  top: {
    ...option(wholeNumber(1, 50), 'how many processes are shown and logged', [...ALL, 'replay']),
    fallback: '5',
  },
  preset: option(
    choice(Object.keys(PRESETS) as (keyof typeof PRESETS)[]),
    'every 60, 300, 600 s; server 600 s, RAM 85 %; rtx3090 300 s, VRAM 80 %; the screen logs so often',
    LIVE,
  ),
  log: option(
    text('FILE', 'the name of a file'),
    'append readings, alerts and changes to FILE as JSON Lines',
    LIVE,
  ),
  'log-interval': {
    ...option(duration(0, 86_400_000), 'least time between two readings in the log', LIVE),
    fallback: '0',
  },
  'log-max-size': option(size(4096), 'begin a new log file beyond this size, keep five old ones', LIVE),
  redact: {
    ...option(
      toggleOr('logs'),
      'hide secrets in command lines also on the screen; logs: in what is written; --no-redact: nowhere',
      [...ALL, 'export'],
    ),
    fallback: 'logs',
  },
  report: option(
    text('FILE', `the name of a file that ends in ${DOTTED_ENDINGS.join(', ')}`, isReportName),
    'write the report at the end, in the form its ending tells: .txt .md .json .html',
    LIVE,
  ),
  ...JOB_OPTIONS,
  ...REPORT_OPTIONS,
  ...REPLAY_OPTIONS,
  ...PROMETHEUS_OPTIONS,
  ...TOP_OPTIONS,
  ...DIFF_OPTIONS,
  theme: {
    ...option(
      text('NAME', 'the name of a theme or of a .json file'),
      'colours: a name, or a file of your own',
      DRAWN,
    ),
    fallback: 'auto',
  },
  span: {...option(choice(SPANS), 'the time that the chart shows', DRAWN), fallback: '15m'},
  sort: {...option(choice(SORT_KEYS), 'what processes are ordered by', SCREEN), fallback: 'rss'},
  chart: option(choice(CHART_STYLES), 'what the chart is drawn with', DRAWN),
  ascii: option(toggle, 'only ASCII characters on the screen', [...DRAWN, 'diff']),
  mouse: {...option(toggle, 'a click focuses, the wheel scrolls', DRAWN), fallback: 'off'},
  readonly: {...option(toggle, 'take killing away', SCREEN), fallback: 'off'},
  demo: {...option(toggle, 'a scripted machine instead of this one', DEMO), fallback: 'off', saved: false},
  seed: {
    ...option(wholeNumber(0, 4_294_967_295), 'which demo is played', DEMO),
    fallback: '1',
    saved: false,
  },
  gpus: {
    ...option(wholeNumber(0, 16), 'how many GPUs the demo has', DEMO),
    fallback: '1',
    saved: false,
  },
  json: {
    ...option(
      toggle,
      "machine-readable: the reading, the rows, the report or the log's lines, on standard output",
      ['watch', 'once', 'top', 'report', 'diff', 'doctor'],
    ),
    fallback: 'off',
    saved: false,
  },
  capture: {
    ...option(
      text('DIR', 'the name of a folder'),
      'write what drivers and kernel tell of GPUs and memory into DIR, to be sent with a report',
      ['doctor'],
    ),
    saved: false,
  },
  names: {
    ...option(toggle, 'names of processes, users and the host in the capture; --no-names leaves them out', [
      'doctor',
    ]),
    fallback: 'on',
    saved: false,
  },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;
export type OptionValue<N extends OptionName> = ReturnType<(typeof OPTIONS)[N]['type']['parse']>;

/** Options that always have a value, their fallback where nobody says. */
export type FilledName = {
  [N in OptionName]: (typeof OPTIONS)[N] extends {readonly fallback: string} ? N : never;
}[OptionName];

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** Whether an option is a switch that takes no value as a flag. */
export function isToggle(name: OptionName): boolean {
  return OPTIONS[name].type.placeholder === '';
}

export function variableName(name: OptionName): string {
  return `MEMTOP_${name.replaceAll('-', '_').toUpperCase()}`;
}

function isReportName(file: string): boolean {
  return DOTTED_ENDINGS.some((ending) => file.toLowerCase().endsWith(ending));
}
