import {appendFileSync, closeSync, mkdtempSync, openSync, readSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {quote} from '../config/resolve.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import {UserError} from './exit.ts';
import {removedAtEnd} from './leftovers.ts';

const CHUNK = 256 * 1024;

/** A folder that only its user can read, gone when it is given back or a signal ends memtop. */
export class LentFolder {
  readonly path: string;
  readonly #command: string;
  readonly #remove: () => void;

  /** @throws {UserError} where no folder can be made */
  constructor(command: string, name: string) {
    this.#command = command;
    const beginning = join(tmpdir(), `memtop-${name}-`);
    this.path = this.attempt(() => mkdtempSync(beginning), tmpdir());
    this.#remove = removedAtEnd(() => rmSync(this.path, {recursive: true, force: true}));
  }

  /** @throws {UserError} */
  append(name: string, text: string): void {
    this.attempt(() => appendFileSync(join(this.path, name), text, {mode: 0o600}));
  }

  /** A file in chunks; each stands until the next is asked for. @throws {UserError} */
  *chunksOf(name: string): Generator<Uint8Array> {
    const fd = this.attempt(() => openSync(join(this.path, name), 'r'));
    try {
      const room = Buffer.allocUnsafe(CHUNK);
      for (;;) {
        const length = this.attempt(() => readSync(fd, room));
        if (length === 0) return;
        yield room.subarray(0, length);
      }
    } finally {
      closeSync(fd);
    }
  }

  /** Does what may find no room. @throws {UserError} */
  attempt<T>(work: () => T, where = this.path): T {
    try {
      return work();
    } catch (error) {
      throw this.problem(error, where);
    }
  }

  problem(error: unknown, where = this.path): UserError {
    return new UserError(
      `memtop ${this.#command}: expected room for temporary files in ${quote(where)}, got: ${fileProblem(error)}; TMPDIR names another folder`,
    );
  }

  [Symbol.dispose](): void {
    this.#remove();
  }
}
