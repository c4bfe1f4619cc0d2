import type {
  Host,
  ProgramListener,
  RunningProgram,
  RunOptions,
  RunResult,
  SystemGraphics,
  SystemInformation,
} from '../../src/sources/host.ts';

/** A file's text, what makes it at each read, or the code with which reading it fails. */
export type FakeFile = string | (() => string) | {readonly error: string};

export interface FakeHostOptions {
  readonly platform?: NodeJS.Platform;
  readonly files?: Readonly<Record<string, FakeFile>>;
  readonly owners?: Readonly<Record<string, number>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly pid?: number;
  readonly run?: (...call: Parameters<Host['run']>) => RunResult | Promise<RunResult>;
  /** Files that are programs, for `isProgram`. */
  readonly programs?: readonly string[];
  /** Where links lead. */
  readonly links?: Readonly<Record<string, string>>;
  /** How much room file systems have, by a path in each. */
  readonly fileSystems?: Readonly<Record<string, {readonly totalBytes: number; readonly freeBytes: number}>>;
  readonly graphics?: () => Promise<readonly SystemGraphics[]>;
  readonly systemInformation?: Partial<SystemInformation>;
  readonly runtimeMemory?: {totalBytes: number; freeBytes: number};
}

/** A machine in memory, with a clock that stands still until it is told to go on. */
export class FakeHost implements Host {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostName = 'testbox';
  readonly pid: number;
  readonly files: Map<string, FakeFile>;
  readonly owners: Map<string, number>;
  /** Every path read, in order. */
  readonly reads: string[] = [];
  readonly signals: {pid: number; signal: string}[] = [];
  /** Paths whose asynchronous read does not come back before it is released. */
  readonly stuck = new Set<string>();
  /** Every program started so far, for a test to let write and end. */
  readonly started: FakeProgram[] = [];
  killError: string | undefined;
  breaths = 0;
  closed = 0;
  /** What each read takes of the clock. */
  readCostMs = 0;
  readonly #options: FakeHostOptions;
  readonly #waiting = new Map<string, () => void>();
  #clock = 0;
  #timers: {at: number; action: () => void}[] = [];

  constructor(options: FakeHostOptions = {}) {
    this.#options = options;
    this.platform = options.platform ?? 'linux';
    this.env = options.env ?? {};
    this.pid = options.pid ?? 4242;
    this.files = new Map(Object.entries(options.files ?? {}));
    this.owners = new Map(Object.entries(options.owners ?? {}));
  }

  /** Lets time go on, with the timers that come due and all that follows from them. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#clock + milliseconds;
    for (;;) {
      await this.settle();
      const [next] = this.#timers.filter(({at}) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#clock = Math.max(this.#clock, next.at);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.action();
    }
    this.#clock = end;
    await this.settle();
  }

  /** Lets everything run that waits for nothing but its turn. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  now(): number {
    return Date.parse('2026-03-01T12:00:00Z') + this.#clock;
  }

  monotonic(): number {
    return this.#clock;
  }

  readNow(path: string): string {
    this.reads.push(path);
    this.#clock += this.readCostMs;
    const file = this.files.get(path);
    if (file === undefined) throw systemError('ENOENT', path);
    if (typeof file === 'object') throw systemError(file.error, path);
    return typeof file === 'function' ? file() : file;
  }

  readPiece(path: string): string {
    return this.readNow(path);
  }

  readAgain(path: string): string {
    return this.readNow(path);
  }

  async read(path: string): Promise<string> {
    if (!this.stuck.has(path)) return this.readNow(path);
    this.reads.push(path);
    await new Promise<void>((resolve) => this.#waiting.set(path, resolve));
    return this.readNow(path);
  }

  /** Lets a stuck read come back, and later ones with it. */
  release(path: string): void {
    this.stuck.delete(path);
    this.#waiting.get(path)?.();
  }

  async list(path: string): Promise<readonly string[]> {
    return this.listNow(path);
  }

  listNow(path: string): readonly string[] {
    const folder = this.files.get(path);
    if (typeof folder === 'object') throw systemError(folder.error, path);
    const inside = [...this.files.keys()].filter((name) => name.startsWith(`${path}/`));
    if (inside.length === 0) throw systemError('ENOENT', path);
    return [...new Set(inside.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))];
  }

  ownerOf(path: string): number {
    const isThere = [...this.files.keys()].some((name) => name === path || name.startsWith(`${path}/`));
    if (!isThere && !this.owners.has(path)) throw systemError('ENOENT', path);
    return this.owners.get(path) ?? 0;
  }

  async run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
    return this.#options.run?.(file, args, options) ?? {status: 'missing', reason: 'not installed'};
  }

  start(file: string, args: readonly string[], hears: ProgramListener): RunningProgram {
    const program = new FakeProgram(file, args, hears);
    this.started.push(program);
    return program;
  }

  readLink(path: string): string {
    const target = this.#options.links?.[path];
    if (target === undefined) throw systemError('ENOENT', path);
    return target;
  }

  isProgram(path: string): boolean {
    return this.#options.programs?.includes(path) === true;
  }

  fileSystem(path: string): {readonly totalBytes: number; readonly freeBytes: number} {
    const room = this.#options.fileSystems?.[path];
    if (room === undefined) throw systemError('ENOENT', path);
    return room;
  }

  async systemGraphics(): Promise<readonly SystemGraphics[]> {
    if (this.#options.graphics === undefined) throw new Error('not scripted');
    return this.#options.graphics();
  }

  kill(pid: number, signal: NodeJS.Signals): void {
    if (this.killError !== undefined) throw systemError(this.killError, 'kill');
    this.signals.push({pid, signal});
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer = {at: this.#clock + milliseconds, action};
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async breathe(): Promise<void> {
    this.breaths += 1;
  }

  ownCost(): {rssBytes: number; cpuMs: number} {
    return {rssBytes: 60_000_000, cpuMs: 1500};
  }

  runtimeMemory(): {totalBytes: number; freeBytes: number} {
    return this.#options.runtimeMemory ?? {totalBytes: 16 * 2 ** 30, freeBytes: 6 * 2 ** 30};
  }

  async systemInformation(): Promise<SystemInformation> {
    const notScripted = () => Promise.reject(new Error('not scripted'));
    return {mem: notScripted, processes: notScripted, ...this.#options.systemInformation};
  }

  close(): void {
    this.closed += 1;
  }
}

/** A program that a test lets write and end. */
export class FakeProgram implements RunningProgram {
  readonly file: string;
  readonly args: readonly string[];
  isStopped = false;
  hasEnded = false;
  readonly #hears: ProgramListener;

  constructor(file: string, args: readonly string[], hears: ProgramListener) {
    this.file = file;
    this.args = args;
    this.#hears = hears;
  }

  write(text: string): void {
    if (!this.isStopped) this.#hears.output(text);
  }

  complain(text: string): void {
    if (!this.isStopped) this.#hears.error(text);
  }

  end(code: number): void {
    this.hasEnded = true;
    if (!this.isStopped) this.#hears.end({status: 'exited', code});
  }

  fail(status: 'missing' | 'failed', reason: string): void {
    this.hasEnded = true;
    if (!this.isStopped) this.#hears.end({status, reason});
  }

  stop(): void {
    this.isStopped = true;
  }
}

export function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), {code});
}

/** The files of one process, as `/proc` has them. */
export function procFiles(pid: number, process: FakeProcess): Record<string, FakeFile> {
  const {
    name = 'python',
    parent = 1,
    startTicks = 1000,
    rssPages = 25_600,
    flags = 4194304,
    args = [name],
    session = 1,
    state = 'S',
    userTicks = 150,
  } = process;
  const stat = `${pid} (${name}) ${state} ${parent} 1 ${session} 0 -1 ${flags} 0 0 0 0 ${userTicks} 50 0 0 20 0 1 0 ${startTicks} 1000000 ${rssPages} 18446744073709551615 1 1 0\n`;
  const cmdline = typeof args === 'string' ? args : args.map((arg) => `${arg}\0`).join('');
  return {[`/proc/${pid}/stat`]: stat, [`/proc/${pid}/cmdline`]: cmdline};
}

export interface FakeProcess {
  readonly name?: string;
  readonly parent?: number;
  readonly startTicks?: number;
  readonly rssPages?: number;
  readonly flags?: number;
  readonly session?: number;
  /** As the kernel's letter. */
  readonly state?: string;
  /** Hundredths of a second; 50 more are the system's. */
  readonly userTicks?: number;
  /** A string stands for the file's own text. */
  readonly args?: readonly string[] | string;
}
