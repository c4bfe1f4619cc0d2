import {closeSync, constants, openSync, writeSync} from 'node:fs';

/** What takes bytes without making anybody wait. */
export interface TerminalDevice {
  /** How many of them it took: 0 while it has no room. @throws where the terminal is gone */
  write(bytes: Uint8Array): number;
  close(): void;
}

/**
 * The terminal behind a stream, opened anew: that a write does not wait is a property of what was opened,
 * which the shell and the job share with us. `undefined` where there is none to open so, as on macOS, or after su.
 */
export function openTerminalDevice(stream: NodeJS.WriteStream): TerminalDevice | undefined {
  const own = 'fd' in stream ? openAnew(stream.fd) : undefined;
  if (own === undefined) return undefined;
  return {
    write: (bytes) => takenBy(own, bytes),
    close: () => closeSync(own),
  };
}

function openAnew(fd: unknown): number | undefined {
  try {
    return openSync(
      `/proc/self/fd/${fd}`,
      constants.O_WRONLY | constants.O_NONBLOCK | (constants.O_NOCTTY ?? 0),
    );
  } catch {
    return undefined;
  }
}

function takenBy(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && ROOMLESS.has(String(error.code))) return 0;
    throw error;
  }
}

const ROOMLESS = new Set(['EAGAIN', 'EINTR']);
