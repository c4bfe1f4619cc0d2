import {type FileHandle, open, stat} from 'node:fs/promises';
import type {Readable} from 'node:stream';
import {openLog} from '../open-log.ts';

const CHUNK_BYTES = 256 * 1024;

/** One file of a tape, in chunks of their own. */
export interface TapeFile {
  /** Nothing at its end; a file that is followed may have more later. */
  read(): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

/** @throws what the runtime throws where it cannot be read */
export async function openTapeFile(name: string, stdin: Readable, follows: boolean): Promise<TapeFile> {
  if (follows) return new FollowedFile(name, await open(name, 'r'));
  const log = await openLog(name, stdin);
  if ('problem' in log) throw new Error(log.problem);
  const chunks = log.chunks[Symbol.asyncIterator]();
  return {
    async read() {
      const {value, done} = await chunks.next();
      // The chunk's memory will be used for the next.
      return done === true ? undefined : Buffer.from(value);
    },
    async close() {
      await chunks.return?.();
    },
  };
}

/** A file that is still written; where another took its place (the log was rotated), that is read on from its beginning. */
class FollowedFile implements TapeFile {
  readonly #name: string;
  #handle: FileHandle;
  #read = 0;

  constructor(name: string, handle: FileHandle) {
    this.#name = name;
    this.#handle = handle;
  }

  async read(): Promise<Buffer | undefined> {
    const chunk = await this.#readHere();
    if (chunk !== undefined) return chunk;
    if (!(await this.#isReplaced())) return undefined;
    await this.#handle.close();
    this.#handle = await open(this.#name, 'r');
    this.#read = 0;
    return this.#readHere();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #readHere(): Promise<Buffer | undefined> {
    const room = Buffer.allocUnsafe(CHUNK_BYTES);
    const {bytesRead} = await this.#handle.read(room, 0, CHUNK_BYTES, this.#read);
    this.#read += bytesRead;
    return bytesRead === 0 ? undefined : room.subarray(0, bytesRead);
  }

  async #isReplaced(): Promise<boolean> {
    const [here, there] = [await this.#handle.stat(), await stat(this.#name).catch(() => undefined)];
    return there !== undefined && (there.ino !== here.ino || there.size < this.#read);
  }
}
