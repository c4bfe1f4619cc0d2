import {ENDING_SIGNALS, type EndingSignal} from './exit.ts';

/** How a live command ends. */
export type Ending =
  | {readonly kind: 'key'}
  | {readonly kind: 'lost'}
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
  if (ending.kind === 'key') return 'quit with q';
  return ending.kind === 'lost' ? 'the terminal was lost' : ending.signal;
}
