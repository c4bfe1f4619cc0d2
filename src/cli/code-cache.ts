import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {xdgFolder} from '../config/user-folders.ts';

/** One word of so many is summed: all of them would take longer than the code saves. */
const SUMMED_WORDS = 16;
const [HEAD_BYTES, WORD_BYTES] = [8, 4];
const OTHERS_WRITE = 0o022;
/** Of versions that were not started for so long, what they left goes. */
const KEPT_MS = 30 * 86_400_000;

/** Where each system wants what can be made anew; nothing where nobody has a home. */
export function cacheFolder(platform: string, env: NodeJS.ProcessEnv): string | undefined {
  // Node's own word for its own cache.
  if (env.NODE_DISABLE_COMPILE_CACHE !== undefined) return undefined;
  if (platform === 'win32') {
    const base = env.LOCALAPPDATA;
    return base === undefined ? undefined : join(base, 'memtop', 'Cache');
  }
  const home = env.HOME ?? homedir();
  if (!home.startsWith('/')) return undefined;
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'memtop');
  return xdgFolder(env.XDG_CACHE_HOME, home, '.cache');
}

/**
 * Compiled code from the last time. It is run, and so it is taken only from a file that nobody else could write. V8
 * tells code of another version or of other options by itself, but not code that was damaged.
 */
export class CodeCache {
  readonly #folder: string;
  readonly #file: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#file = join(folder, name);
  }

  /** Nothing where there is none that can be trusted. */
  read(): Buffer | undefined {
    let file: number | undefined;
    try {
      file = openSync(this.#file, 'r');
      const {uid, mode} = fstatSync(file);
      if (process.getuid !== undefined && (uid !== process.getuid() || (mode & OTHERS_WRITE) !== 0))
        return undefined;
      const whole = readFileSync(file);
      const code = whole.subarray(HEAD_BYTES);
      return whole.length > HEAD_BYTES && whole.readDoubleLE(0) === sumOf(code) ? code : undefined;
    } catch {
      // It is made anew.
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** What cannot be kept is compiled again the next time, and so nobody needs to hear of it. */
  write(code: Buffer): void {
    const temporary = join(this.#folder, `~${process.pid}`);
    try {
      mkdirSync(this.#folder, {recursive: true, mode: 0o700});
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeDoubleLE(sumOf(code));
      const file = openSync(temporary, 'wx', 0o600);
      try {
        writeSync(file, Buffer.concat([head, code]));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, this.#file);
      this.#forgetOld();
    } catch {
      removeIfThere(temporary);
    }
  }

  #forgetOld(): void {
    for (const name of readdirSync(this.#folder)) {
      const file = join(this.#folder, name);
      if (file !== this.#file && Date.now() - statSync(file).mtimeMs > KEPT_MS) rmSync(file, {force: true});
    }
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, {force: true});
  } catch {
    // There is no such folder either.
  }
}

function sumOf(code: Buffer): number {
  // A view of it where that stands at the bounds of words, as what is read from a file does, else of a copy.
  const {buffer, byteOffset, length} = code.byteOffset % WORD_BYTES === 0 ? code : Uint8Array.from(code);
  const words = new Int32Array(buffer, byteOffset, Math.floor(length / WORD_BYTES));
  let sum = length;
  for (let place = 0; place < words.length; place += SUMMED_WORDS)
    sum = (Math.imul(sum, 31) + (words[place] ?? 0)) | 0;
  return sum;
}
