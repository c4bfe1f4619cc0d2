import {constants} from 'node:os';

/** Exit codes, the same for every command. */
export const EXIT = {
  fine: 0,
  /** `once`: at or above the threshold. `diff`: worse than `--fail-above`. */
  threshold: 1,
  /** `mark`: nobody is there to be marked. `test-alert`: a hook has failed. */
  none: 1,
  /** Bad input, or no terminal to draw on. */
  input: 2,
  /** Memory cannot be read at all. */
  unreadable: 3,
  /** A fault in memtop itself. */
  crash: 70,
  /** `run`: the command cannot be run, and is not there. As of shells. */
  notRunnable: 126,
  notFound: 127,
} as const;

/**
 * Signals that ask to end, those of batch systems and timers among them. Not SIGXFSZ, which Node ignores so that
 * a write fails instead, and not SIGPROF, which is the profiler's.
 */
const NAMES = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGBREAK',
  'SIGABRT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGXCPU',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGIO',
] as const satisfies readonly NodeJS.Signals[];
export type EndingSignal = (typeof NAMES)[number];

/** Numbers differ between systems, and not every system has every signal. */
const NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = constants.signals;

export const ENDING_SIGNALS = NAMES.filter((name) => NUMBERS[name] !== undefined);

/** 128 + the signal's number, as shells tell it. */
export function exitCodeOf(signal: string): number {
  return 128 + (NUMBERS[signal as NodeJS.Signals] ?? 0);
}

/** What ends memtop with one line for the user and an exit code. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: number;

  constructor(message: string, code: number = EXIT.input) {
    super(message);
    this.code = code;
  }
}
