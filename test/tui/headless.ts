import {EventEmitter} from 'node:events';
import {readFileSync} from 'node:fs';
import {PassThrough} from 'node:stream';
import xterm from '@xterm/headless';
import {vi} from 'vitest';
import type {SortKey} from '../../src/core/choices.ts';
import type {JobEnding} from '../../src/core/job/job-ending.ts';
import {OutputLines} from '../../src/core/job/output-lines.ts';
import type {Sample} from '../../src/core/sample.ts';
import {Session, type SessionOptions} from '../../src/core/session.ts';
import type {KillResult, KillSignal, Source} from '../../src/core/source.ts';
import type {TapeControl} from '../../src/core/tape.ts';
import {App} from '../../src/tui/app.ts';
import {readTerminal} from '../../src/tui/capabilities.ts';
import type {AppServices, JobControl} from '../../src/tui/services.ts';
import type {ScreenOutput} from '../../src/tui/terminal.ts';
import {parseTheme, THEME_NAMES, type Theme} from '../../src/tui/theme.ts';
import type {Recording} from '../../src/tui/view.ts';
import {NOW, quarterHour} from './machine.ts';

export interface HeadlessOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly samples?: readonly Sample[];
  readonly env?: Readonly<Record<string, string>>;
  readonly theme?: string;
  readonly sort?: SortKey;
  readonly readonly?: boolean;
  readonly mouse?: boolean;
  readonly intervalMs?: number;
  readonly recording?: Recording;
  /** How the session alerts. */
  readonly alerts?: SessionOptions;
  /** A job that memtop has started, with what it has written so far. */
  readonly job?: {readonly output?: string; readonly file?: string};
  /** Of a replay. */
  readonly tape?: TapeControl;
  readonly kill?: (pid: number, key: string, signal: KillSignal) => Promise<KillResult>;
}

const UTF8 = {TERM: 'xterm-256color', LANG: 'C.UTF-8'};

/** The whole screen on a terminal in memory, with a clock that moves when the test says so. */
export async function openHeadless(options: HeadlessOptions = {}): Promise<Headless> {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'Date'], now: NOW});
  const screen = new Headless(options);
  await screen.settle();
  return screen;
}

/** One that a test owns: `close` it, so that the next finds the process as it was. */
export class Headless {
  readonly session: Session;
  /** What the job writes. */
  readonly output = new OutputLines();
  isJobRunning = true;
  jobEnding: JobEnding | undefined;
  readonly calls: {readonly name: string; readonly value: unknown}[] = [];
  readonly app: App;
  readonly #output: FakeOutput;
  readonly #input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode: () => this.#input,
  });
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  #unread: string[] = [];
  #written = '';
  #writes = 0;
  #interval: number;

  constructor(options: HeadlessOptions) {
    const {
      columns = 120,
      rows = 40,
      samples = quarterHour(),
      env = UTF8,
      theme = 'dark',
      sort = 'rss',
    } = options;
    this.session = new Session(options.alerts);
    this.output.feed(options.job?.output ?? '');
    this.#interval = options.intervalMs ?? 1000;
    this.#terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
    this.#output = new FakeOutput(columns, rows, (text) => {
      this.#unread.push(text);
      this.#writes += 1;
    });
    for (const sample of samples) this.session.feed(sample);
    this.app = new App(this.#services(options), {
      terminal: readTerminal(env, 'linux', {ascii: undefined, chart: undefined}),
      streams: {
        input: this.#input as unknown as NodeJS.ReadStream,
        output: this.#output as unknown as ScreenOutput,
      },
      themes: themesFrom(theme),
      span: 2,
      sort,
      top: 5,
      mouse: options.mouse ?? false,
      readonly: options.readonly ?? false,
    });
    this.session.onEvent((event) => this.app.addEvent(event));
    this.app.update();
  }

  /** The rows as a person sees them, without blanks at their ends. */
  get rows(): readonly string[] {
    const {active} = this.#terminal.buffer;
    return Array.from(
      {length: this.#terminal.rows},
      (_, row) => active.getLine(row)?.translateToString(true).trimEnd() ?? '',
    );
  }

  /** All that went to the terminal so far, escape sequences included. */
  get written(): string {
    return this.#written;
  }

  /** How many times something went to the terminal. */
  get writes(): number {
    return this.#writes;
  }

  /** Whether the terminal has room for what is written. */
  set isBlocked(isBlocked: boolean) {
    this.#output.isBusy = isBlocked;
    if (!isBlocked) this.#output.emit('free');
  }

  get text(): string {
    return `${this.rows.join('\n')}\n`;
  }

  /** How a cell looks. */
  cell(column: number, row: number) {
    const cell = this.#terminal.buffer.active.getLine(row)?.getCell(column);
    if (cell === undefined) throw new Error(`no cell at ${column}, ${row}`);
    return {
      text: cell.getChars(),
      color: cell.isFgDefault() ? 'default' : cell.getFgColor(),
      isInverse: cell.isInverse() !== 0,
      isBold: cell.isBold() !== 0,
    };
  }

  /** Lets timers of so many milliseconds run, and shows what was written. @returns how many bytes were */
  async settle(ms = 50): Promise<number> {
    await vi.advanceTimersByTimeAsync(ms);
    await new Promise((resolve) => setImmediate(resolve));
    const text = this.#unread.join('');
    this.#unread = [];
    this.#written += text;
    const written = new Promise<void>((resolve) => this.#terminal.write(text, resolve));
    await vi.advanceTimersByTimeAsync(20);
    await written;
    return Buffer.byteLength(text);
  }

  /** Types keys as bytes, one after the other. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#input.write(key);
      await new Promise((resolve) => setImmediate(resolve));
      await this.settle();
    }
  }

  /** A lone Esc counts once nothing follows it. */
  async escape(): Promise<void> {
    await this.press('\u001b');
    await this.settle(200);
  }

  async feed(...samples: readonly Sample[]): Promise<number> {
    for (const sample of samples) {
      vi.setSystemTime(sample.at);
      this.session.feed(sample);
      this.app.update();
    }
    return this.settle();
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#terminal.resize(columns, rows);
    this.#output.resize(columns, rows);
    await this.settle(100);
  }

  close(): void {
    this.app.close();
    vi.useRealTimers();
  }

  #services({recording = {status: 'off'}, kill, job, tape}: HeadlessOptions): AppServices {
    const note = (name: string) => (value: unknown) => void this.calls.push({name, value});
    const source: Source = {
      hostName: 'atlas',
      sample: () => Promise.reject(new Error('nobody samples here')),
      processMemory: async () => ({
        status: 'ok',
        value: {
          rssBytes: 15.2 * 2 ** 30,
          pssBytes: 15.1 * 2 ** 30,
          rssAnonBytes: 15 * 2 ** 30,
          rssFileBytes: 0.2 * 2 ** 30,
          swapBytes: 0,
          threads: 12,
        },
      }),
      close: async () => {},
      ...(kill !== undefined && {kill}),
    };
    return {
      session: this.session,
      source,
      now: () => Date.now(),
      clock: () => Date.now(),
      upMs: () => Date.now() - NOW + 22_920_000,
      intervalMs: () => this.#interval,
      setInterval: (ms) => {
        this.#interval = ms;
      },
      recording: () => recording,
      mark: (text) => this.session.emit({kind: 'mark', at: Date.now(), note: text}),
      writeReport: async () => 'report written to memtop-report.md',
      saveHistory: async () => 'history written to memtop-history.jsonl',
      keep: (name, value) => note(`keep ${name}`)(value),
      quit: note('quit'),
      jobEnding: () => this.jobEnding,
      ...(tape !== undefined && {tape}),
      ...(job !== undefined && {job: this.#jobControl(job.file)}),
    };
  }

  #jobControl(outputFile: string | undefined): JobControl {
    let asked = 0;
    const ask = (name: string, first: string) => () => {
      asked += 1;
      this.calls.push({name, value: asked});
      return asked > 1 ? 'SIGKILL' : first;
    };
    return {
      output: this.output,
      outputFile,
      isRunning: () => this.isJobRunning,
      stop: ask('stop', 'SIGTERM'),
      interrupt: ask('interrupt job', 'SIGINT'),
      hangUp: () => void this.calls.push({name: 'hang up', value: undefined}),
      leave: () => void this.calls.push({name: 'leave', value: undefined}),
      onChange: () => {},
    };
  }
}

export function themesFrom(first: string): readonly [Theme, ...Theme[]] {
  const load = (name: string) =>
    parseTheme(name, JSON.parse(readFileSync(new URL(`../../themes/${name}.json`, import.meta.url), 'utf8')));
  return [load(first), ...THEME_NAMES.filter((name) => name !== first).map(load)];
}

export class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  isBusy = false;
  columns: number;
  rows: number;
  readonly #take: (text: string) => void;

  constructor(columns: number, rows: number, take: (text: string) => void) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#take = take;
  }

  write(text: string): boolean {
    this.#take(text);
    return true;
  }

  drop(): void {}

  settle(): boolean {
    return true;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }
}
