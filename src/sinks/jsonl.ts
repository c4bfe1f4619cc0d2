import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {errorCode} from '../core/errors.ts';
import {fileProblem} from './file-problem.ts';
import {linkFlag} from './foreign-link.ts';
import {makeFolder} from './make-folder.ts';
import {toJson} from './to-json.ts';

export interface LogFileOptions {
  /** A clock that never steps, milliseconds. */
  readonly clock: () => number;
  /** Starts a new file beyond this size; the former becomes `FILE.1`. @default never */
  readonly maxBytes?: number;
  /** How many former files are kept. @default 5 */
  readonly keep?: number;
  /** Told when writing begins to fail, and when it works again. */
  readonly onChange?: (state: LogState) => void;
  /** Told when a new file was begun because the former was too large or was moved away. */
  readonly onNewFile?: (why: 'rotated' | 'moved') => void;
  /** Does work later, and hands back what calls it off. @default a timer that keeps no process alive */
  readonly later?: (work: () => void, ms: number) => () => void;
}

export type LogState =
  | {readonly status: 'ok'}
  | {readonly status: 'failing'; readonly reason: string; readonly kept: number; readonly lost: number};

const RETRY_MS = 1000;
const LOOK_MS = 1000;
const MAX_KEPT_BYTES = 8 * 2 ** 20;
const FILE_MODE = 0o600;
const NEW_LINE = 0x0a;
// Non-blocking, so that a pipe without a reader is an error to tell and not a monitor that hangs.
const OPEN_FLAGS = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Appends lines to a file, each whole and in one write, so that a log survives the death of its writer.
 * Writing is synchronous for that reason: a line that `append` returned from is with the kernel. What cannot
 * be written is kept, up to 8 MiB, and tried again every second, also where no further line comes; nothing here
 * ever throws.
 */
export class LogFile {
  readonly path: string;
  readonly #options: LogFileOptions;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  /** How much of the first kept line a pipe has taken already. */
  #written = 0;
  #lost = 0;
  #fd: number | undefined;
  #size = 0;
  #reason: string | undefined;
  #nextTry = Number.NEGATIVE_INFINITY;
  #nextLook = Number.NEGATIVE_INFINITY;
  #forgetRetry: (() => void) | undefined;

  constructor(path: string, options: LogFileOptions) {
    this.path = resolve(path);
    this.#options = options;
  }

  get state(): LogState {
    if (this.#reason === undefined) return {status: 'ok'};
    return {status: 'failing', reason: this.#reason, kept: this.#kept.length, lost: this.#lost};
  }

  /** Lines that were dropped because too many could not be written. */
  get lostLines(): number {
    return this.#lost;
  }

  /** Appends one line as JSON. */
  append(line: object): void {
    this.#keep(Buffer.from(`${toJson(line)}\n`));
    if (this.#reason === undefined || this.#options.clock() >= this.#nextTry) this.#drain();
  }

  /** Tries once more to write what is kept, and closes the file. */
  close(): void {
    if (this.#kept.length > 0) this.#drain();
    this.#retryLater(false);
    this.#closeFile();
  }

  #keep(line: Buffer): void {
    this.#kept.push(line);
    this.#keptBytes += line.length;
    while (this.#keptBytes > MAX_KEPT_BYTES && this.#kept.length > 1) {
      this.#keptBytes -= this.#kept.shift()?.length ?? 0;
      this.#written = 0;
      this.#lost += 1;
    }
  }

  #drain(): void {
    const before = this.#reason;
    try {
      this.#followFile();
      this.#open();
      for (let line = this.#kept[0]; line !== undefined; line = this.#kept[0]) this.#write(line);
      this.#reason = undefined;
    } catch (error) {
      this.#fail(error);
    }
    this.#retryLater(this.#reason !== undefined);
    if (before !== this.#reason) this.#options.onChange?.(this.state);
  }

  /** Lines may come minutes apart; what is kept must not wait for the next one. */
  #retryLater(isDue: boolean): void {
    this.#forgetRetry?.();
    const {later = timer} = this.#options;
    this.#forgetRetry = isDue ? later(() => this.#drain(), RETRY_MS) : undefined;
  }

  #fail(error: unknown): void {
    this.#reason = fileProblem(error);
    this.#nextTry = this.#options.clock() + RETRY_MS;
    this.#closeFile();
  }

  /** One write a line. Where a disk takes only part of it, that part is taken back, so that no line is ever cut. */
  #write(line: Buffer): void {
    if (this.#fd === undefined) throw new Error('the log file is not open');
    const rotated = this.#written === 0 && this.#rotateBefore(line.length);
    const written = writeSync(this.#fd, line, this.#written);
    if (written < line.length - this.#written) this.#stopShort(written);
    this.#size += written;
    this.#kept.shift();
    this.#keptBytes -= line.length;
    this.#written = 0;
    // Only now: who is told may append a line of its own, which must not come before this one or write it twice.
    if (rotated) this.#options.onNewFile?.('rotated');
  }

  /** A pipe goes on from where it stopped; a file is as it was before. @throws {Error} always */
  #stopShort(written: number): never {
    const fd = this.#fd ?? -1;
    const status = fstatSync(fd);
    if (!status.isFile()) this.#written += written;
    else ftruncateSync(fd, status.size - written);
    throw Object.assign(new Error('only part of a line could be written'), {
      code: status.isFile() ? 'ENOSPC' : 'EAGAIN',
    });
  }

  #open(): void {
    if (this.#fd !== undefined) return;
    makeFolder(dirname(this.path));
    this.#fd = openSync(this.path, OPEN_FLAGS | linkFlag(this.path), FILE_MODE);
    this.#size = fstatSync(this.#fd).size;
    // A writer that was killed in the middle of a line must not spoil the first line of this one.
    if (endsMidLine(this.path, this.#size)) this.#size += writeSync(this.#fd, '\n');
  }

  /** Opens anew when the file was moved or removed under us, as logrotate does; looked at once a second. */
  #followFile(): void {
    const now = this.#options.clock();
    if (this.#fd === undefined || now < this.#nextLook) return;
    this.#nextLook = now + LOOK_MS;
    if (isSameFile(this.#fd, this.path)) return;
    this.#closeFile();
    this.#options.onNewFile?.('moved');
  }

  /** @returns whether a new file was begun */
  #rotateBefore(bytes: number): boolean {
    const {maxBytes, keep = 5} = this.#options;
    if (maxBytes === undefined || this.#fd === undefined) return false;
    // Asked of the file: another memtop may write into it too.
    const {size} = fstatSync(this.#fd);
    if (size === 0 || size + bytes <= maxBytes) return false;
    this.#closeFile();
    rmSync(`${this.path}.${keep}`, {force: true});
    for (let part = keep - 1; part >= 0; part -= 1) shift(this.path, part);
    this.#open();
    return true;
  }

  #closeFile(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#fd = undefined;
    try {
      closeSync(fd);
    } catch (error) {
      // Some file systems report a full disk only here; the lines went out as far as they could.
      this.#reason ??= fileProblem(error);
    }
  }
}

function timer(work: () => void, ms: number): () => void {
  const handle = setTimeout(work, ms).unref();
  return () => clearTimeout(handle);
}

function isSameFile(fd: number, path: string): boolean {
  try {
    const [open, named] = [fstatSync(fd, {bigint: true}), statSync(path, {bigint: true})];
    return open.ino === named.ino && open.dev === named.dev;
  } catch {
    // Whatever stat says, opening anew will say it better.
    return false;
  }
}

function endsMidLine(path: string, size: number): boolean {
  if (size === 0) return false;
  try {
    return lastByte(path, size) !== NEW_LINE;
  } catch {
    // A file that may be written and not read is taken as whole.
    return false;
  }
}

function lastByte(path: string, size: number): number | undefined {
  const last = Buffer.alloc(1);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, last, 0, 1, size - 1);
    return last[0];
  } finally {
    closeSync(fd);
  }
}

function shift(path: string, part: number): void {
  const from = part === 0 ? path : `${path}.${part}`;
  try {
    renameSync(from, `${path}.${part + 1}`);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
