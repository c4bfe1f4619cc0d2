import {randomBytes} from 'node:crypto';
import {closeSync, openSync, renameSync, rmSync, statSync, writeSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {quote} from '../config/resolve.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import {makeFolder} from '../sinks/make-folder.ts';
import {UserError} from './exit.ts';
import {removedAtEnd} from './leftovers.ts';
import {isReaderGone, outputError} from './print.ts';

/** Where something long is written to, piece by piece. */
export interface ByteTarget {
  /** @throws {ReaderGone|UserError} */
  put(chunk: string | Uint8Array): void;
  /** Resolves once all that was put is out, and its bytes may be used for something else. @throws {ReaderGone|UserError} */
  flushed(): Promise<void>;
  /** Everything is written; what was there before gives way. @throws {UserError} */
  finish(): Promise<void>;
  /** It will not be finished: what was there before stays. */
  abandon(): void;
}

/** Nobody reads any more, and nothing more need be written. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

const FILE_MODE = 0o600;

/**
 * Standard output. Pipes and files take a write at once on Linux, but hold on to its bytes until others get a turn: who
 * puts much in one go waits for `flushed`.
 */
export function outputTarget(stdout: NodeJS.WritableStream & {readonly errored?: Error | null}): ByteTarget {
  let last = Promise.resolve();
  const check = () => {
    const {errored} = stdout;
    if (errored === undefined || errored === null) return;
    throw isReaderGone(errored) ? new ReaderGone() : outputError(errored);
  };
  const flushed = async () => {
    await last;
    check();
  };
  return {
    put(chunk) {
      check();
      last = new Promise((resolve) => stdout.write(chunk, () => resolve()));
      check();
    },
    flushed,
    finish: flushed,
    abandon() {},
  };
}

/** A file, replaced whole once all is written; a device or a pipe is written to as it is. @throws {UserError} */
export function fileTarget(command: string, given: string, cwd: string): ByteTarget {
  const file = resolve(cwd, given);
  const failed = (error: unknown) =>
    new UserError(`memtop ${command}: ${quote(given)} cannot be written: ${fileProblem(error)}`);
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw failed(error);
    }
  };
  const isSpecial = attempt(() => !(statSync(file, {throwIfNoEntry: false})?.isFile() ?? true));
  const path = isSpecial ? file : join(dirname(file), `.memtop-${randomBytes(6).toString('hex')}.tmp`);
  const fd = attempt(() => {
    makeFolder(dirname(file));
    return openSync(path, isSpecial ? 'w' : 'wx', FILE_MODE);
  });
  // Where it was renamed there is nothing to remove any more.
  const remove = isSpecial ? () => {} : removedAtEnd(() => rmSync(path, {force: true}));
  return {
    put: (chunk) => attempt(() => writeWhole(fd, typeof chunk === 'string' ? Buffer.from(chunk) : chunk)),
    flushed: async () => {},
    async finish() {
      attempt(() => {
        closeSync(fd);
        if (!isSpecial) renameSync(path, file);
      });
      remove();
    },
    abandon: remove,
  };
}

function writeWhole(fd: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(fd, chunk, written);
}
