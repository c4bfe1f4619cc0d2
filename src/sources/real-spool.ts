import {execFile} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {closeSync, constants, fstatSync, mkdirSync, openSync, readSync, rmSync, statfsSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';

const FILE_MODE = 0o600;
const CHUNK_BYTES = 256 * 1024;
/** Of a flood only so much is kept, in lines; what was before them is counted and passed over. */
const MOST_BEHIND_BYTES = 1024 * 1024;
/** A file that is nobody's but ours is emptied from the front: so much stays. */
const KEPT_BYTES = 64 * 1024 * 1024;
const NEW_LINE = 0x0a;
const TMPFS = 0x01021994;

/** What was written since the last look. */
export interface SpoolPiece {
  readonly bytes: Buffer;
  /** Lines before it that were passed over, because there were too many to look at each. */
  readonly skippedLines: number;
}

/** The file that a job's output goes into, and the reading of it: the job never waits for who reads. */
export class Spool {
  readonly path: string;
  /** Whether it is a temporary file of ours, and not one that was asked for. */
  readonly isOwn: boolean;
  /** For the job to write to: each write lands at the end. */
  readonly writeFd: number;
  readonly #readFd: number;
  #startsAt: number;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #offset: number;
  #freed = 0;
  #isFreeing = false;

  /** @param moreFlags for opening a file that was given @throws {Error} with a `code` where it cannot be opened, or is no plain file. */
  constructor(file: string | undefined, moreFlags = 0) {
    this.isOwn = file === undefined;
    this.path = file === undefined ? temporaryName() : resolve(file);
    if (file !== undefined) mkdirSync(dirname(this.path), {recursive: true, mode: 0o700});
    const {O_APPEND, O_CREAT, O_EXCL, O_WRONLY, O_NONBLOCK} = constants;
    // Non-blocking for the opening alone: a pipe without a reader must be an error and not a program that hangs.
    const flags = O_APPEND | O_CREAT | O_WRONLY | (this.isOwn ? O_EXCL : (O_NONBLOCK ?? 0) | moreFlags);
    this.writeFd = openSync(this.path, flags, FILE_MODE);
    if (!fstatSync(this.writeFd).isFile()) {
      closeSync(this.writeFd);
      throw Object.assign(new Error('it is no plain file'), {code: 'ENOTFILE'});
    }
    this.#readFd = openSync(this.path, 'r');
    this.#startsAt = fstatSync(this.#readFd).size;
    this.#offset = this.#startsAt;
  }

  /** How much the job has written. */
  get bytes(): number {
    const {size} = fstatSync(this.#readFd);
    // One that was emptied since holds nothing from before.
    return size < this.#startsAt ? size : size - this.#startsAt;
  }

  /** The job has its own copy of this. */
  closeWriting(): void {
    closeSync(this.writeFd);
  }

  /** What is new, in pieces; a flood is passed over up to its last lines. */
  *newPieces(): Generator<SpoolPiece> {
    const size = fstatSync(this.#readFd).size;
    // Somebody has emptied the file.
    if (size < this.#offset) this.#offset = 0;
    if (size < this.#startsAt) this.#startsAt = 0;
    let skippedLines = 0;
    if (size - this.#offset > MOST_BEHIND_BYTES) skippedLines = this.#passOver(size - MOST_BEHIND_BYTES);
    while (this.#offset < size) {
      const count = readSync(this.#readFd, this.#chunk, 0, CHUNK_BYTES, this.#offset);
      if (count === 0) return;
      this.#offset += count;
      yield {bytes: this.#chunk.subarray(0, count), skippedLines};
      skippedLines = 0;
    }
    if (this.isOwn) this.#freeFront();
  }

  /** All that is new, as it is, nothing passed over: for who copies it. */
  nextBytes(): Buffer | undefined {
    const count = readSync(this.#readFd, this.#chunk, 0, CHUNK_BYTES, this.#offset);
    this.#offset += count;
    return count === 0 ? undefined : Buffer.from(this.#chunk.subarray(0, count));
  }

  /** Stops reading. A temporary file goes unless `keep`. */
  close({keep}: {readonly keep: boolean}): void {
    closeSync(this.#readFd);
    if (this.isOwn && !keep) rmSync(this.path, {force: true});
  }

  /** Reads on to just behind the last new line before `until`, counting. @returns how many lines went by */
  #passOver(until: number): number {
    let lines = 0;
    let end = this.#offset;
    while (this.#offset < until) {
      const wanted = Math.min(CHUNK_BYTES, until - this.#offset);
      const count = readSync(this.#readFd, this.#chunk, 0, wanted, this.#offset);
      if (count === 0) break;
      const read = this.#chunk.subarray(0, count);
      for (let at = read.indexOf(NEW_LINE); at >= 0; at = read.indexOf(NEW_LINE, at + 1)) {
        lines += 1;
        end = this.#offset + at + 1;
      }
      this.#offset += count;
    }
    this.#offset = end;
    return lines;
  }

  /** Gives back the room of what was read long ago, without changing where anything stands. */
  #freeFront(): void {
    const until = Math.floor((this.#offset - KEPT_BYTES) / CHUNK_BYTES) * CHUNK_BYTES;
    if (this.#isFreeing || until - this.#freed < KEPT_BYTES) return;
    this.#isFreeing = true;
    const args = ['--punch-hole', '--offset', '0', '--length', String(until), this.path];
    execFile('fallocate', args, (error) => {
      // Where that cannot be done the file stays as large as the output is.
      this.#isFreeing = error !== null;
      if (error === null) this.#freed = until;
    }).unref();
  }
}

/** A place on a disk: what lies in memory would be counted as the job's. */
function temporaryName(): string {
  const state = process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');
  const folders = [tmpdir(), '/var/tmp', state];
  const folder = folders.find((one) => isOnDisk(one)) ?? tmpdir();
  return join(folder, `memtop-output-${process.pid}-${randomBytes(6).toString('hex')}.log`);
}

function isOnDisk(folder: string): boolean {
  try {
    return statfsSync(folder).type !== TMPFS;
  } catch {
    return false;
  }
}
