import type {KillSignal} from '../core/source.ts';

/**
 * The one door to the world for every sampler: files, child processes, clock and environment.
 * Tests give another one, with captured files under a fake root.
 */
export interface Host {
  /** As `process.platform` tells it: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostName: string;
  /** This process. */
  readonly pid: number;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** A clock that never steps, milliseconds. */
  monotonic(): number;
  /**
   * Reads a small file at once. For kernel files that cannot block (`/proc/meminfo`, `/proc/PID/stat`).
   * @throws {Error} with a `code`, as `fs.readFileSync` does.
   */
  readNow(path: string): string;
  /** As `readNow`, of a file that the kernel makes in one piece (`/proc/PID/stat`): one read has it whole. */
  readPiece(path: string): string;
  /** As `readNow`, keeping the file open between calls: for what is read every beat. */
  readAgain(path: string): string;
  /** Reads a file that may block (`cmdline`, `smaps_rollup` take the process's memory lock). */
  read(path: string): Promise<string>;
  /** Names in a folder. */
  list(path: string): Promise<readonly string[]>;
  /** The same at once. For kernel folders that are known to be small. */
  listNow(path: string): readonly string[];
  /** The owner's numeric id. */
  ownerOf(path: string): number;
  /** Runs a program directly, without a shell, and ends it when the time is over. Never rejects. */
  run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult>;
  /** Starts a program that goes on writing, directly and without a shell. It ends when this process does, however that ends. */
  start(file: string, args: readonly string[], hears: ProgramListener): RunningProgram;
  /** Where a link of the kernel's leads, as in `pid:[4026531836]`. @throws {Error} with a `code` */
  readLink(path: string): string;
  /** Whether a program can be run from there. */
  isProgram(path: string): boolean;
  /** How much room a file system has, by any path in it. Bytes. @throws {Error} with a `code` */
  fileSystem(path: string): {readonly totalBytes: number; readonly freeBytes: number};
  kill(pid: number, signal: KillSignal): void;
  /** Calls `action` once, later; the function it gives takes that back. */
  after(milliseconds: number, action: () => void): () => void;
  /** Lets waiting keys and timers have their turn. */
  breathe(): Promise<void>;
  /** This process's own RSS in bytes and CPU time in milliseconds; `undefined` while that cannot be read. */
  ownCost(): {readonly rssBytes: number; readonly cpuMs: number} | undefined;
  /** Total and free memory as the runtime tells it; exact on Windows. Bytes. */
  runtimeMemory(): {readonly totalBytes: number; readonly freeBytes: number};
  /** The systeminformation library's calls that memtop uses; loaded when first asked for. */
  systemInformation(): Promise<SystemInformation>;
  /**
   * The library's graphics cards, asked for in a process of its own: its calls wait for others without letting go.
   * Rejects after `timeoutMs`.
   */
  systemGraphics(timeoutMs: number): Promise<readonly SystemGraphics[]>;
  /** Closes the files that `readAgain` keeps open; it opens them anew when asked again. */
  close(): void;
}

/** Who hears what a started program writes; each is called on its own turn, and none after `stop`. */
export interface ProgramListener {
  /** A piece of its standard output, however it was cut. */
  output(text: string): void;
  /** A piece of its standard error. */
  error(text: string): void;
  /** It has ended or could not be started: with which code, or why. */
  end(result: ProgramEnd): void;
}

export type ProgramEnd =
  | {readonly status: 'exited'; readonly code: number}
  | {readonly status: 'missing' | 'failed'; readonly reason: string};

export interface RunningProgram {
  /** Ends it at once and for good, also one that heeds no signal; nothing more is heard of it. */
  stop(): void;
}

export interface RunOptions {
  readonly timeoutMs: number;
}

/** How a program ended. `reason` is short and without the program's name, as in `not installed`. */
export type RunResult =
  | {readonly status: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string}
  | {readonly status: 'missing' | 'late' | 'failed'; readonly reason: string};

/** The part of systeminformation's `mem()` that memtop reads. Bytes. */
export interface SystemMemory {
  readonly total: number;
  readonly free: number;
  readonly available: number;
  readonly buffers: number;
  readonly cached: number;
  readonly swaptotal: number;
  readonly swapfree: number;
}

/** The part of systeminformation's `processes()` that memtop reads. `memRss` is in KiB. */
export interface SystemProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  readonly memRss: number;
  readonly started: string;
  readonly command: string;
  readonly params: string;
  readonly path: string;
  readonly user: string;
}

/** The part of systeminformation's `graphics()` that memtop reads. Memory is in MiB. */
export interface SystemGraphics {
  readonly vendor?: unknown;
  readonly model?: unknown;
  readonly vram?: unknown;
  readonly memoryTotal?: unknown;
  readonly memoryUsed?: unknown;
  readonly utilizationGpu?: unknown;
  readonly temperatureGpu?: unknown;
}

export interface SystemInformation {
  mem(): Promise<SystemMemory>;
  processes(): Promise<{readonly list: readonly SystemProcess[]}>;
}
