import {COMMANDS, type Command, OPTION_NAMES, OPTIONS, PRESETS} from '../config/options.ts';

const WIDTH = 80;
const LABEL_WIDTH = 28;

const CONFIG_USES = [
  ['memtop config', 'every setting, its value and where it comes from'],
  ['memtop config get NAME', 'one setting'],
  ['memtop config set NAME VALUE', 'keep a setting for every command'],
  ['memtop config path', 'where settings are kept'],
  ['memtop config reset', 'forget them all'],
] as const;

const RUN_USES = [
  ['memtop run [options] -- COMMAND ARGS', 'starts the command, follows it, and ends with its exit code'],
  ['memtop run --quiet -- COMMAND', 'the same without a screen'],
] as const;

const MARK_USES = [
  [
    'memtop mark "epoch 3"',
    'into every monitor of yours that runs; inside a job into the one that follows it',
  ],
] as const;

const REPORT_USES = [
  ['memtop report run.jsonl', 'prints the report of a log; a log in .gz is unpacked, - is standard input'],
  ['memtop report run.jsonl*', 'the parts of a rotated log, or runs one after another, as one report'],
  ['memtop report --output run.html run.jsonl', 'a page with a chart; --format and the ending tell the form'],
  [
    'memtop report --from -2h run.jsonl',
    'of a part: from and to a time, +1h from the start, -1h from the end',
  ],
  ['memtop report --json run.jsonl', 'the same for programs, with verdicts on leaks and forecasts'],
] as const;

const SERVE_USES = [
  ['memtop serve [options]', 'http://127.0.0.1:9717/metrics, and /healthz; --prometheus says where else'],
] as const;

const TOP_USES = [
  ['memtop top node1 node2:9717', 'asks each memtop serve itself; https://node1 over TLS'],
  ['memtop top --prometheus-url URL', 'every host that this Prometheus knows, in any number'],
  ['memtop top --prometheus-url URL node1', 'these of them'],
  ['memtop top --json HOST', 'the rows once, as JSON, without a screen'],
] as const;

const REPLAY_USES = [
  [
    'memtop replay run.jsonl',
    'the screen of that run; Space plays and pauses, : goes to a time, ? shows the keys',
  ],
  ['memtop replay --follow run.jsonl', 'the screen of a run that still writes its log'],
] as const;

const EXPORT_USES = [
  ['memtop export run.jsonl', 'a row for each reading as CSV; --table processes for the processes it names'],
  ['memtop export --output run.parquet run.jsonl', 'Parquet, as the ending or --format tells'],
  ['memtop export --format openmetrics run.jsonl', 'for promtool tsdb create-blocks-from openmetrics'],
] as const;

const DIFF_USES = [
  ['memtop diff before.jsonl after.jsonl', 'whether a leak is gone, and which figures changed beyond chance'],
  ['memtop diff --fail-above 5% old.jsonl new.jsonl', 'for CI: exit code 1 where the new run is worse'],
] as const;

const USES: {readonly [C in Command]?: readonly (readonly [string, string])[]} = {
  config: CONFIG_USES,
  run: RUN_USES,
  mark: MARK_USES,
  replay: REPLAY_USES,
  report: REPORT_USES,
  serve: SERVE_USES,
  top: TOP_USES,
  export: EXPORT_USES,
  diff: DIFF_USES,
};

const EXIT_CODES = [
  ['0', 'fine'],
  [
    '1',
    'once: at or above the threshold; diff: worse than --fail-above; mark: no monitor; test-alert: a hook failed',
  ],
  ['2', 'bad input, no terminal to draw on, or output that cannot be written'],
  ['3', 'memory cannot be read at all, or VRAM that once was asked for'],
  ['70', 'a fault in memtop itself'],
  ['126, 127', 'run: the command cannot be run, cannot be found; else its own code'],
  ['128 + n', 'ended by signal n'],
] as const;

/** The help of a command, from the same tables that read it. */
export function helpText(command: Command): string {
  return command === 'screen' ? wholeHelp() : commandHelp(command);
}

function wholeHelp(): string {
  return [
    'memtop: a terminal monitor of memory for people who run long model jobs',
    '',
    ...section(
      'Use',
      Object.entries(COMMANDS).map(([name, help]) => [name === 'screen' ? 'memtop' : `memtop ${name}`, help]),
    ),
    '',
    ...section('Options', optionRows('screen')),
    '',
    ...section('Exit codes', EXIT_CODES),
    '',
    'Every option is also read from MEMTOP_NAME (MEMTOP_THRESHOLD=85), and kept with',
    'memtop config set. On the screen, ? shows the keys.',
  ].join('\n');
}

function commandHelp(command: Command): string {
  const uses = USES[command] ?? [[`memtop ${command} [options]`, COMMANDS[command]] as const];
  const options = optionRows(command);
  return [
    ...section('Use', uses),
    ...(options.length === 0 ? [] : ['', ...section('Options', options)]),
  ].join('\n');
}

function optionRows(command: Command): readonly (readonly [string, string])[] {
  const rows = OPTION_NAMES.filter((name) => OPTIONS[name].commands.some((one) => one === command)).map(
    (name) => {
      const {type, help} = OPTIONS[name];
      const placeholder = name === 'preset' ? Object.keys(PRESETS).join('|') : type.placeholder;
      const fallback =
        'fallback' in OPTIONS[name] && OPTIONS[name].fallback !== 'off' && name !== 'theme'
          ? ` (${OPTIONS[name].fallback})`
          : '';
      return [`--${name}${placeholder === '' ? '' : ` ${placeholder}`}`, `${help}${fallback}`] as const;
    },
  );
  return command === 'config' ? [] : [...rows, ['--help, --version', 'this help, the version'] as const];
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  return [title, ...rows.flatMap(([label, help]) => helpRow(label, help))];
}

function helpRow(label: string, help: string): readonly string[] {
  const lines: string[] = [''];
  for (const word of help.split(' ')) {
    const last = lines[lines.length - 1] ?? '';
    if (last !== '' && LABEL_WIDTH + last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  const start = `  ${label}`;
  const isLong = start.length >= LABEL_WIDTH;
  const [first = '', ...rest] = lines;
  const head = isLong
    ? [start, `${' '.repeat(LABEL_WIDTH)}${first}`]
    : [`${start.padEnd(LABEL_WIDTH)}${first}`];
  return [...head, ...rest.map((line) => `${' '.repeat(LABEL_WIDTH)}${line}`)];
}
