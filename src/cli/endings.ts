import {exitText} from '../core/job/job-ending.ts';
import type {JobExit} from '../core/sample.ts';
import {ENDING_SIGNALS, type EndingSignal, EXIT, exitCodeOf, type UserError} from './exit.ts';

/** How a live command ends. */
export type Ending =
  | {readonly kind: 'key'}
  /** Nobody is left to show anything to. */
  | {readonly kind: 'lost'; readonly reason: string; readonly code: number}
  /** The job has ended. */
  | {readonly kind: 'job'; readonly exit: JobExit}
  /** The job goes on without memtop. */
  | {readonly kind: 'left'}
  /** It cannot go on, and says why. */
  | {readonly kind: 'failed'; readonly error: UserError}
  | {readonly kind: 'signal'; readonly signal: EndingSignal};

/** Resolves with the first thing that ends a live command. */
export interface Endings {
  readonly first: Promise<Ending>;
  end(ending: Ending): void;
  release(): void;
}

export interface EndingOptions {
  readonly hasTerminal: boolean;
  /** Takes a signal in memtop's place: with a job it is the job's. */
  readonly onSignal?: (signal: EndingSignal) => void;
}

/**
 * Listens for every signal that asks to end. Without a terminal there is none that could hang up: under nohup
 * and in a service SIGHUP is heard and ends nothing.
 */
export function listenForEndings({hasTerminal, onSignal}: EndingOptions): Endings {
  let end: (ending: Ending) => void = () => {};
  const first = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  const listeners = ENDING_SIGNALS.map((signal) => {
    const isIgnored = signal === 'SIGHUP' && !hasTerminal;
    const take = onSignal ?? (() => isIgnored || end({kind: 'signal', signal}));
    return [signal, () => void take(signal)] as const;
  });
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return {
    first,
    end,
    release() {
      for (const [signal, listener] of listeners) process.removeListener(signal, listener);
    },
  };
}

export function reasonOf(ending: Ending): string {
  switch (ending.kind) {
    case 'key':
      return 'quit with q';
    case 'signal':
      return ending.signal;
    case 'lost':
      return ending.reason;
    case 'job':
      return `the job ${ending.exit.signal === undefined ? '' : 'was '}${exitText(ending.exit)}`;
    case 'left':
      return 'left the job running';
    case 'failed':
      return ending.error.message;
  }
}

export function codeOf(ending: Ending): number {
  switch (ending.kind) {
    case 'key':
      return EXIT.fine;
    case 'signal':
      return exitCodeOf(ending.signal);
    case 'lost':
      return ending.code;
    case 'job':
      return codeOfExit(ending.exit);
    case 'left':
      return EXIT.fine;
    case 'failed':
      return ending.error.code;
  }
}

/** The job's own, as a shell would tell it; of one that memtop did not start there is none to tell. */
export function codeOfExit({code, signal}: JobExit): number {
  return signal === undefined ? (code ?? EXIT.fine) : exitCodeOf(signal);
}
