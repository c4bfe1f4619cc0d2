import {type IPty, spawn} from '@lydell/node-pty';
import xterm, {type IBufferCell, type Terminal} from '@xterm/headless';

export interface StartOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Beside PATH, HOME and the temporary settings folder; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** One cell as the terminal shows it. A colour is −1 (the terminal's own), 0–255, or 0xRRGGBB. */
export interface ScreenCell {
  readonly char: string;
  readonly fg: number;
  readonly bg: number;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
  readonly underline: boolean;
}

export interface Exit {
  readonly exitCode: number;
  /** Number of the signal that ended it; 0 when none did. */
  readonly signal: number;
}

export type Wanted = RegExp | string | ((program: PtyProgram) => boolean);

/** Runs a program on a pseudo-terminal of its own. Always `await end()` it, or use `await using`. */
export function start(command: string, args: readonly string[] = [], options: StartOptions = {}): PtyProgram {
  const {cols = 120, rows = 40, cwd = process.cwd(), env = {}} = options;
  const child = spawn(command, [...args], {cols, rows, cwd, env: {...cleanEnvironment(), ...env}});
  return new PtyProgram(child, new xterm.Terminal({cols, rows, scrollback: 1000, allowProposedApi: true}));
}

export class PtyProgram {
  readonly pid: number;
  /** Resolves when the program has ended and all that it wrote is on the screen. */
  readonly exited: Promise<Exit>;
  #child: IPty;
  #terminal: Terminal;
  #raw = '';
  #cursorHidden = false;
  #exit: Exit | undefined;
  #watchers = new Set<() => void>();

  constructor(child: IPty, terminal: Terminal) {
    this.pid = child.pid;
    this.#child = child;
    this.#terminal = terminal;
    this.#followCursor();
    child.onData((data) => {
      this.#raw += data;
      terminal.write(data, () => this.#notify());
    });
    // A real terminal answers questions about itself.
    terminal.onData((answer) => this.#write(answer));
    this.exited = new Promise((resolve) => {
      child.onExit(({exitCode, signal = 0}) => {
        terminal.write('', () => {
          this.#exit = {exitCode, signal};
          resolve(this.#exit);
          this.#notify();
        });
      });
    });
  }

  /** All that the program has written, escape sequences included. */
  get raw(): string {
    return this.#raw;
  }

  get cursorHidden(): boolean {
    return this.#cursorHidden;
  }

  get size(): {readonly cols: number; readonly rows: number} {
    return {cols: this.#terminal.cols, rows: this.#terminal.rows};
  }

  /** `none` unless the program has asked for mouse events. */
  get mouseMode(): string {
    return this.#terminal.modes.mouseTrackingMode;
  }

  isAltScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  /** The rows of the screen, without the spaces at their ends. */
  screenText(): string[] {
    const {active} = this.#terminal.buffer;
    const row = (y: number) =>
      active
        .getLine(active.baseY + y)
        ?.translateToString(true)
        .trimEnd() ?? '';
    return Array.from({length: this.#terminal.rows}, (_, y) => row(y));
  }

  /** Column and row from 0. */
  cell(x: number, y: number): ScreenCell {
    const {active} = this.#terminal.buffer;
    const cell = active.getLine(active.baseY + y)?.getCell(x);
    if (!cell) throw new RangeError(`no cell at column ${x}, row ${y}`);
    return describeCell(cell);
  }

  /** Sends keys as the terminal would: plain text, or sequences out of `KEYS`. */
  press(keys: string): void {
    this.#write(keys);
  }

  resize(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows);
    this.#child.resize(cols, rows);
  }

  /** Sends a signal to the program alone, not to its group. */
  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /**
   * Waits until the screen shows what is wanted, looking each time that something has been painted.
   * @throws {Error} with the screen's text when it does not come in time, or the program ends before.
   */
  async waitFor(wanted: Wanted, {timeout = 10_000}: {readonly timeout?: number} = {}): Promise<void> {
    const isThere = () => matches(this, wanted);
    await new Promise<void>((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        finish();
      };
      const fail = (why: string) => settle(() => reject(new Error(`${why}: ${wanted}\n${this.#picture()}`)));
      const look = () => {
        try {
          if (isThere()) settle(resolve);
          else if (this.#exit) fail(`the program ended with ${JSON.stringify(this.#exit)} before`);
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const timer = setTimeout(() => fail(`not there after ${timeout} ms`), timeout);
      this.#watchers.add(look);
      look();
    });
  }

  /** Waits for the program's own end. */
  async waitForExit({timeout = 10_000}: {readonly timeout?: number} = {}): Promise<Exit> {
    await this.waitFor(({hasExited}) => hasExited, {timeout});
    return this.exited;
  }

  get hasExited(): boolean {
    return this.#exit !== undefined;
  }

  /** Ends the program if it still runs. */
  async end(): Promise<void> {
    if (!this.#exit) killIfThere(this.pid);
    await this.exited;
    this.#terminal.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #write(text: string): void {
    if (!this.#exit) this.#child.write(text);
  }

  #notify(): void {
    for (const look of [...this.#watchers]) look();
  }

  #followCursor(): void {
    const set = (hidden: boolean) => (params: readonly (number | number[])[]) => {
      if (params.includes(25)) this.#cursorHidden = hidden;
      return false;
    };
    this.#terminal.parser.registerCsiHandler({prefix: '?', final: 'l'}, set(true));
    this.#terminal.parser.registerCsiHandler({prefix: '?', final: 'h'}, set(false));
  }

  #picture(): string {
    const {cols, rows} = this.size;
    const where = this.isAltScreen() ? 'alternate screen' : 'normal screen';
    return [`${cols}x${rows}, ${where}:`, ...this.screenText().map((row) => `|${row}`)].join('\n');
  }
}

/** What a terminal sends for keys that are no letter. */
export const KEYS = {
  enter: '\r',
  escape: '\u001b',
  tab: '\t',
  shiftTab: '\u001b[Z',
  backspace: '\u007f',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  ctrlC: '\u0003',
  ctrlL: '\u000c',
  ctrlZ: '\u001a',
} as const;

/** The environment of a fresh login on a modern terminal. */
export function cleanEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'USER', 'TMPDIR', 'SYSTEMROOT', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME'];
  const inherited = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {...Object.fromEntries(inherited), TERM: 'xterm-256color', LANG: 'C.UTF-8'};
}

function matches(program: PtyProgram, wanted: Wanted): boolean {
  if (typeof wanted === 'function') return wanted(program);
  const text = program.screenText().join('\n');
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

function describeCell(cell: IBufferCell): ScreenCell {
  return {
    char: cell.getChars() || ' ',
    fg: cell.isFgDefault() ? -1 : cell.getFgColor(),
    bg: cell.isBgDefault() ? -1 : cell.getBgColor(),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
    underline: cell.isUnderline() !== 0,
  };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself in between.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
