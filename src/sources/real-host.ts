import {execFile} from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdir,
  readdirSync,
  readFile,
  readlinkSync,
  readSync,
  statfsSync,
  statSync,
} from 'node:fs';
import {freemem, hostname, totalmem} from 'node:os';
import {setImmediate as immediate} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {errorCode, errorMessage} from '../core/errors.ts';
import type {Host, RunOptions, RunResult, SystemGraphics, SystemInformation} from './host.ts';
import {monotonicMs} from './monotonic.ts';
import {startProgram} from './real-program.ts';

// Half the cost of those in node:fs/promises, which matters for hundreds of small files; and loaded already.
const readWhole = promisify(readFile);
const listFolder = promisify(readdir);

/** The machine this program runs on. */
export function realHost(): Host {
  return {
    platform: process.platform,
    env: process.env,
    hostName: hostname(),
    pid: process.pid,
    now: () => Date.now(),
    monotonic: monotonicMs,
    ...fileReaders(),
    read: (path) => readWhole(path, 'utf8'),
    list: (path) => listFolder(path),
    listNow: (path) => readdirSync(path),
    ownerOf: (path) => statSync(path).uid,
    run,
    start: startProgram,
    readLink: (path) => readlinkSync(path),
    isProgram,
    fileSystem,
    kill: (pid, signal) => {
      process.kill(pid, signal);
    },
    after,
    breathe: () => immediate(),
    ownCost,
    runtimeMemory: () => ({totalBytes: totalmem(), freeBytes: freemem()}),
    systemInformation,
    systemGraphics,
  };
}

function fileReaders(): Pick<Host, 'readNow' | 'readPiece' | 'readAgain' | 'close'> {
  const readOpened = createReader();
  const kept = new Map<string, number>();
  return {
    readNow: (path) => readOnce(path, false),
    readPiece: (path) => readOnce(path, true),
    readAgain(path) {
      const file = kept.get(path);
      if (file !== undefined) {
        try {
          return readOpened(file, 0);
        } catch {
          // What the open file named is gone (a cgroup made anew, a driver loaded again): open it once more.
          kept.delete(path);
          closeSync(file);
        }
      }
      return keepOpen(path);
    },
    close() {
      for (const file of kept.values()) closeSync(file);
      kept.clear();
    },
  };

  function readOnce(path: string, isOnePiece: boolean): string {
    const file = openSync(path, 'r');
    try {
      return readOpened(file, null, isOnePiece);
    } finally {
      closeSync(file);
    }
  }

  function keepOpen(path: string): string {
    const file = openSync(path, 'r');
    try {
      const text = readOpened(file, 0);
      kept.set(path, file);
      return text;
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }
}

// Kernel files have no size beforehand, and a short read is not their end: read until nothing comes.
function createReader(): (file: number, start: number | null, isOnePiece?: boolean) => string {
  let buffer = Buffer.allocUnsafe(16 * 1024);
  return (file, start, isOnePiece = false) => {
    let length = 0;
    for (;;) {
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const position = start === null ? null : start + length;
      const count = readSync(file, buffer, length, buffer.length - length, position);
      length += count;
      const isEnd = count === 0 || (isOnePiece && length < buffer.length);
      if (isEnd) return buffer.toString('utf8', 0, length);
    }
  };
}

function run(file: string, args: readonly string[], {timeoutMs}: RunOptions): Promise<RunResult> {
  const options = {
    encoding: 'utf8',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
    maxBuffer: 16 * 1024 * 1024,
  } as const;
  return new Promise((resolve) => {
    try {
      execFile(file, [...args], options, (error, stdout, stderr) => {
        resolve(
          error
            ? unhappyEnd(error, {stdout, stderr, timeoutMs})
            : {status: 'exited', code: 0, stdout, stderr},
        );
      });
    } catch (error) {
      // execFile throws at once for arguments no system takes, such as one with a NUL.
      resolve({status: 'failed', reason: errorMessage(error)});
    }
  });
}

interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly timeoutMs: number;
}

function unhappyEnd(error: Error, {stdout, stderr, timeoutMs}: Ending): RunResult {
  const {code, killed, signal} = error as {code?: unknown; killed?: boolean; signal?: string};
  if (typeof code === 'number') return {status: 'exited', code, stdout, stderr};
  if (code === 'ENOENT') return {status: 'missing', reason: 'not installed'};
  if (code === 'EACCES' || code === 'EPERM') return {status: 'failed', reason: 'not permitted to run it'};
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return {status: 'failed', reason: 'printed too much'};
  if (killed) return {status: 'late', reason: `no answer within ${timeoutMs / 1000} s`};
  return {status: 'failed', reason: signal ? `ended by ${signal}` : (errorCode(error) ?? error.message)};
}

function after(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
}

function ownCost(): {rssBytes: number; cpuMs: number} | undefined {
  try {
    const {user, system} = process.cpuUsage();
    return {rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000};
  } catch {
    // The runtime opens a file for it, and there may be no descriptor left.
    return undefined;
  }
}

function fileSystem(path: string): {totalBytes: number; freeBytes: number} {
  const {bsize, blocks, bfree} = statfsSync(path);
  return {totalBytes: blocks * bsize, freeBytes: bfree * bsize};
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Beside the bundles that this code is in. */
const GRAPHICS_PROGRAM = './graphics.js';

async function systemGraphics(timeoutMs: number): Promise<readonly SystemGraphics[]> {
  const program = fileURLToPath(new URL(GRAPHICS_PROGRAM, import.meta.url));
  const result = await run(process.execPath, [program], {timeoutMs});
  if (result.status !== 'exited') throw new Error(result.reason);
  if (result.code !== 0) throw new Error(lastError(result.stderr) ?? `exit code ${result.code}`);
  const cards: unknown = JSON.parse(result.stdout);
  if (!Array.isArray(cards)) throw new Error('no list of graphics cards');
  return cards;
}

/** Node writes the error among lines of where it was. */
function lastError(stderr: string): string | undefined {
  return stderr.split('\n').findLast((line) => /^\w*Error: /.test(line));
}

async function systemInformation(): Promise<SystemInformation> {
  const {
    default: {mem, processes},
  } = await import('systeminformation');
  return {mem: () => mem(), processes: () => processes()};
}
