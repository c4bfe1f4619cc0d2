import {type FileHandle, open, stat} from 'node:fs/promises';
import type {Readable} from 'node:stream';
import {openLog} from '../open-log.ts';

const CHUNK_BYTES = 256 * 1024;
const NEW_LINE = Buffer.from('\n');

/** One file of a tape, in chunks of their own. */
export interface TapeFile {
  /** Nothing at its end; a file that is followed may have more later. */
  read(): Promise<Buffer | undefined>;
  close(): Promise<void>;
  /** How often another file took its place. */
  readonly rotations: number;
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
    rotations: 0,
  };
}

/** A file that is still written; where another took its place (the log was rotated), that is read on from its beginning. */
class FollowedFile implements TapeFile {
  readonly #name: string;
  #handle: FileHandle;
  #read = 0;
  #endsInLine = true;
  rotations = 0;

  constructor(name: string, handle: FileHandle) {
    this.#name = name;
    this.#handle = handle;
  }

  async read(): Promise<Buffer | undefined> {
    const chunk = await this.#readHere();
    if (chunk !== undefined || !(await this.#isReplaced())) return chunk;
    // What was written between the last look and the rename.
    const rest = await this.#readHere();
    if (rest !== undefined) return rest;
    const next = await open(this.#name, 'r').catch(() => undefined);
    if (next === undefined) return undefined;
    await this.#handle.close();
    this.#handle = next;
    this.#read = 0;
    this.rotations += 1;
    // A line that was cut off there ends there.
    return this.#endsInLine ? this.#readHere() : NEW_LINE;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #readHere(): Promise<Buffer | undefined> {
    const room = Buffer.allocUnsafe(CHUNK_BYTES);
    const {bytesRead} = await this.#handle.read(room, 0, CHUNK_BYTES, this.#read);
    this.#read += bytesRead;
    if (bytesRead > 0) this.#endsInLine = room[bytesRead - 1] === NEW_LINE[0];
    return bytesRead === 0 ? undefined : room.subarray(0, bytesRead);
  }

  async #isReplaced(): Promise<boolean> {
    const [here, there] = [await this.#handle.stat(), await stat(this.#name).catch(() => undefined)];
    return there !== undefined && (there.ino !== here.ino || there.size < this.#read);
  }
}
