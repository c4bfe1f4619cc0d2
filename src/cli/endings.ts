import {ENDING_SIGNALS, type EndingSignal, EXIT, exitCodeOf, type UserError} from './exit.ts';

/** How a live command ends. */
export type Ending =
  | {readonly kind: 'key'}
  /** Nobody is left to show anything to. */
  | {readonly kind: 'lost'; readonly reason: string; readonly code: number}
  /** It cannot go on, and says why. */
  | {readonly kind: 'failed'; readonly error: UserError}
  | {readonly kind: 'signal'; readonly signal: EndingSignal};

/** Resolves with the first thing that ends a live command. */
export interface Endings {
  readonly first: Promise<Ending>;
  end(ending: Ending): void;
  release(): void;
}

/**
 * Listens for every signal that asks to end. Without a terminal there is none that could hang up: under nohup
 * and in a service SIGHUP is heard and ends nothing.
 */
export function listenForEndings({hasTerminal}: {readonly hasTerminal: boolean}): Endings {
  let end: (ending: Ending) => void = () => {};
  const first = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  const listeners = ENDING_SIGNALS.map((signal) => {
    const isIgnored = signal === 'SIGHUP' && !hasTerminal;
    return [signal, () => isIgnored || end({kind: 'signal', signal})] as const;
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
    case 'failed':
      return ending.error.code;
  }
}
