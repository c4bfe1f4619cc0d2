/** Exit codes, the same for every command. */
export const EXIT = {
  fine: 0,
  /** `once`: at or above the threshold. */
  threshold: 1,
  /** Bad input, or no terminal to draw on. */
  input: 2,
  /** Memory cannot be read at all. */
  unreadable: 3,
  /** A fault in memtop itself. */
  crash: 70,
} as const;

const SIGNAL_NUMBERS = {SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15, SIGBREAK: 21} as const;
export type EndingSignal = keyof typeof SIGNAL_NUMBERS;

export const ENDING_SIGNALS = Object.keys(SIGNAL_NUMBERS) as readonly EndingSignal[];

/** 128 + the signal's number, as shells tell it. */
export function exitCodeOf(signal: EndingSignal): number {
  return 128 + SIGNAL_NUMBERS[signal];
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
