import {fileProblem} from '../sinks/file-problem.ts';
import {UserError} from './exit.ts';
import {PATIENCE_MS, TerminalOutput} from './terminal-output.ts';

/**
 * Writes to standard output and waits until it is out, so that leaving right after loses nothing. A reader that
 * is gone has read enough: `memtop once | head -1`.
 * @throws {UserError} where it cannot be written
 */
export function print(stdout: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: unknown) => {
      if (!(error instanceof Error) || isReaderGone(error)) resolve();
      else reject(outputError(error));
    };
    try {
      stdout.write(text.endsWith('\n') ? text : `${text}\n`, settle);
    } catch (error) {
      // A stream to a file may throw at once.
      settle(error);
    }
  });
}

/** Prints where that can be: for what must not fail, nor wait for ever, because nobody can be told. */
export async function tell(stream: NodeJS.WritableStream, text: string): Promise<void> {
  const told = print(stream, text).catch(() => {});
  await (stream instanceof TerminalOutput ? Promise.race([told, stream.stalled(PATIENCE_MS)]) : told);
}

/** Whether a write failed because nobody reads any more. */
export function isReaderGone(error: Error): boolean {
  return 'code' in error && READER_GONE.includes(String(error.code));
}

export function outputError(error: Error): UserError {
  return new UserError(`standard output cannot be written: ${fileProblem(error)}`);
}

// The second is what a write gets behind one that has failed.
const READER_GONE = ['EPIPE', 'ERR_STREAM_DESTROYED'];
