import {statSync} from 'node:fs';
import type {LogProgress} from './open-log.ts';

/** Told while something long is read. */
export interface ReadingProgress {
  readonly note: LogProgress;
  /** Takes it off the screen. */
  clear(): void;
}

const [BAR, FIRST_MS, EACH_MS] = [30, 400, 100];

/** A bar on the terminal while files are read, once that takes long; nothing where nobody looks. */
export function readingProgress(
  stderr: NodeJS.WriteStream,
  names: readonly string[],
  now: () => number = Date.now,
): ReadingProgress {
  if (stderr.isTTY !== true) return {note: () => {}, clear: () => {}};
  const whole = names.reduce((sum, name) => sum + sizeOf(name), 0);
  const start = now();
  let [before, current, former, shownAt] = [0, 0, 0, 0];
  return {
    note(read) {
      // Another file has begun.
      if (read < former) before += former;
      former = read;
      current = before + read;
      if (whole === 0 || now() - start < FIRST_MS || now() - shownAt < EACH_MS) return;
      shownAt = now();
      stderr.write(`\r${barText(Math.min(1, current / whole), now() - start)}`);
    },
    clear() {
      if (shownAt > 0) stderr.write('\r\x1b[K');
    },
  };
}

/** `reading [######----] 42%, 8 s left`. */
export function barText(share: number, elapsedMs: number): string {
  const full = Math.round(share * BAR);
  const left = share > 0.05 ? `, ${Math.ceil((elapsedMs / share - elapsedMs) / 1000)} s left` : '';
  return `reading [${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${Math.floor(share * 100)}%${left}  `;
}

function sizeOf(name: string): number {
  try {
    return statSync(name).size;
  } catch {
    return 0;
  }
}
