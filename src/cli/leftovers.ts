import {exitCodeOf} from './exit.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const leftovers = new Set<() => void>();

/**
 * Sees to it that what lies on disk only while memtop works is removed, also where a signal ends it first.
 * @returns removes it now
 */
export function removedAtEnd(remove: () => void): () => void {
  if (leftovers.size === 0) for (const signal of SIGNALS) process.on(signal, leave);
  leftovers.add(remove);
  return () => {
    if (!leftovers.delete(remove)) return;
    if (leftovers.size === 0) for (const signal of SIGNALS) process.removeListener(signal, leave);
    remove();
  };
}

function leave(signal: NodeJS.Signals): void {
  // Who else listens ends in order, and removes everything on the way.
  if (process.listenerCount(signal) > 1) return;
  for (const remove of leftovers) attempt(remove);
  process.exit(exitCodeOf(signal));
}

function attempt(remove: () => void): void {
  try {
    remove();
  } catch {
    // The others are to be removed all the same.
  }
}
