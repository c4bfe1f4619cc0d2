import type {ValueType} from './values.ts';

/** The commands, and what each does, for help. */
export const COMMANDS = {
  screen: 'the live screen (what runs without a command)',
  run: 'run -- COMMAND: starts a job, follows all its processes, and tells how it ended',
  watch: 'no screen: log, alerts to standard error, for a service or a batch job',
  serve: 'no screen: metrics for Prometheus, beside what watch does',
  once: 'one reading with the largest processes; exit code 1 at or above the threshold',
  top: 'top HOST…: the hosts that memtop serves on, or those that a Prometheus knows, as one screen',
  replay: 'replay LOG: the screen of a run that was recorded, at any speed and from any place',
  report: 'report LOG…: what the report at the end says, of logs that were recorded',
  export: 'export LOG…: readings as CSV, Parquet or OpenMetrics, for pandas, DuckDB and Prometheus',
  diff: 'diff BEFORE AFTER: what changed from one logged run to the next, beyond chance',
  mark: 'mark NOTE: puts a mark into the running monitor',
  'test-alert': 'sends a sample through every hook that is configured',
  doctor: 'what was found on this machine, and why not the rest',
  config: 'saved settings: get, set, path, reset',
} as const;
export type Command = keyof typeof COMMANDS;

export interface OptionSpec<T = unknown> {
  readonly type: ValueType<T>;
  readonly help: string;
  /** What it is when nobody says; given as text and read like any other value. */
  readonly fallback?: string;
  /** The commands that know it. */
  readonly commands: readonly Command[];
  /** Whether `config set` keeps it. */
  readonly saved: boolean;
}

export const LIVE = ['screen', 'watch', 'serve', 'run'] as const;
export const ALL = ['screen', 'watch', 'serve', 'run', 'once'] as const;
export const SCREEN = ['screen', 'run', 'replay'] as const;
/** Whatever draws on a terminal, also what keeps no setting of the live screen. */
export const DRAWN = [...SCREEN, 'top'] as const;

export const option = <T>(type: ValueType<T>, help: string, commands: readonly Command[]): OptionSpec<T> => ({
  type,
  help,
  commands,
  saved: true,
});

/** Whether a command has a screen to draw on. */
export function hasScreen(command: Command): boolean {
  return SCREEN.some((one) => one === command);
}
