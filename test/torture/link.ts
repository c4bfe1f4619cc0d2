import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import path from 'node:path';
import xterm from '@xterm/headless';
import {CLI, NODE, type Workplace} from '../e2e/program.ts';
import {cleanEnvironment} from '../e2e/pty.ts';

export interface LinkOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** How the program has ended, and whether the terminal is in its usual mode again. */
export interface LinkEnd {
  readonly code: number;
  readonly cooked: boolean;
}

/** The built program on a terminal behind a link that can be slow, blocked or lost; needs Python 3. */
export function memtopBehindLink(place: Workplace, args: readonly string[], options: LinkOptions = {}): Link {
  return behindLink(place, [NODE, CLI, ...args], options);
}

/** The same of any command. */
export function behindLink(place: Workplace, command: readonly string[], options: LinkOptions = {}): Link {
  const {cols = 120, rows = 40, env = {}} = options;
  const child = spawn(
    'python3',
    [path.join(import.meta.dirname, 'link.py'), `${cols}`, `${rows}`, ...command],
    // Python would pass on a locale of its own where there is none.
    {cwd: place.folder, env: {...cleanEnvironment(), ...place.env, PYTHONCOERCECLOCALE: '0', ...env}},
  );
  return new Link(child, cols, rows);
}

export class Link {
  /** Resolves once the program has ended and all that it wrote has been read. */
  readonly ended: Promise<LinkEnd>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  #received = 0;
  #raw = '';

  constructor(child: ChildProcessWithoutNullStreams, cols: number, rows: number) {
    this.#child = child;
    this.#terminal = new xterm.Terminal({
      cols: Math.max(cols, 2),
      rows: Math.max(rows, 1),
      allowProposedApi: true,
    });
    child.stdout.on('data', (data: Buffer) => {
      this.#received += data.length;
      this.#raw += data.toString('latin1');
      this.#terminal.write(data);
    });
    let told = '';
    child.stderr.on('data', (data) => {
      told += data;
    });
    this.ended = new Promise((resolve, reject) => {
      child.on('close', () => {
        const done = () => resolve(JSON.parse(told));
        if (told.startsWith('{')) this.#terminal.write('', done);
        else reject(new Error(`the link broke: ${told}`));
      });
    });
    // Whoever awaits it hears of it; a test that has failed before does not.
    this.ended.catch(() => {});
  }

  /** How many bytes came through so far. */
  get received(): number {
    return this.#received;
  }

  /** All that came through, a character for each byte. */
  get raw(): string {
    return this.#raw;
  }

  get text(): string {
    const {active} = this.#terminal.buffer;
    return Array.from(
      {length: this.#terminal.rows},
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    ).join('\n');
  }

  get isAltScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  /** The first screen, a cursor that is seen, and no mouse that is asked for. */
  get isRestored(): boolean {
    const cursor = this.#raw.lastIndexOf('\u001b[?25h') >= this.#raw.lastIndexOf('\u001b[?25l');
    return !this.isAltScreen && cursor && this.#terminal.modes.mouseTrackingMode === 'none';
  }

  /** Bytes a second that get through: 0 for a link that hangs, Infinity for one as fast as it can be. */
  rate(bytesPerSecond: number): void {
    this.#tell('rate', Number.isFinite(bytesPerSecond) ? bytesPerSecond : -1);
  }

  press(keys: string): void {
    this.#tell('keys', keys);
  }

  resize(cols: number, rows: number): void {
    this.#terminal.resize(Math.max(cols, 2), Math.max(rows, 1));
    this.#tell('size', cols, rows);
  }

  /** The connection is lost. */
  hangUp(): void {
    this.#tell('hang up');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Without commands it ends the program.
    this.#child.stdin.end();
    await this.ended.catch(() => {});
    this.#terminal.dispose();
  }

  #tell(...command: readonly (string | number)[]): void {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }
}
