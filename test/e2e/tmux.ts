import {execFile, spawnSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {setTimeout as pause} from 'node:timers/promises';
import {promisify} from 'node:util';
import {cleanEnvironment, type StartOptions} from './pty.ts';

const run = promisify(execFile);

export interface TmuxOptions extends StartOptions {
  /** The TERM that programs see inside; tmux has no other than these two families. */
  readonly term?: 'tmux-256color' | 'screen-256color' | 'screen';
}

export type TmuxWanted = RegExp | string | ((rows: readonly string[]) => boolean);

export function hasTmux(): boolean {
  return spawnSync('tmux', ['-V']).status === 0;
}

/**
 * Runs a program in a tmux server of its own. Always `await end()` it, or use `await using`.
 * tmux may lose its exit code, writes a line of its own below what it left, and hides the cursor: where
 * these matter, start `sh` here and type the command.
 */
export async function startInTmux(
  command: string,
  args: readonly string[] = [],
  options: TmuxOptions = {},
): Promise<TmuxProgram> {
  const {cols = 120, rows = 40, cwd = process.cwd(), env = {}, term = 'tmux-256color'} = options;
  const socket = `memtop-test-${randomUUID()}`;
  const server = ['-L', socket, '-f', '/dev/null', '-u'];
  const settings = ['set -g remain-on-exit on', `set -g default-terminal ${term}`, 'set -g status off'];
  const session = ['new-session', '-d', '-x', `${cols}`, '-y', `${rows}`, '-c', cwd, '--', command, ...args];
  await run('tmux', [...server, 'start-server', ...settings.flatMap(afterSemicolon), ';', ...session], {
    env: {...cleanEnvironment(), ...env},
  });
  return new TmuxProgram(server);
}

export class TmuxProgram {
  #server: readonly string[];

  constructor(server: readonly string[]) {
    this.#server = server;
  }

  /** The rows of the screen, without the spaces at their ends. */
  async screenText(): Promise<string[]> {
    const text = await this.#tmux('capture-pane', '-p');
    return text
      .replace(/\n$/, '')
      .split('\n')
      .map((row) => row.trimEnd());
  }

  /** The rows with their colours as escape sequences. */
  async screenWithColours(): Promise<string[]> {
    return (await this.#tmux('capture-pane', '-p', '-e')).replace(/\n$/, '').split('\n');
  }

  /** Keys by tmux's names, as in `Enter`, `C-c`, `Up`, `q`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', '--', text);
  }

  async resize(cols: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', `${cols}`, '-y', `${rows}`);
  }

  async isAltScreen(): Promise<boolean> {
    return (await this.#ask('alternate_on')) === '1';
  }

  async cursorHidden(): Promise<boolean> {
    return (await this.#ask('cursor_flag')) === '0';
  }

  async hasEnded(): Promise<boolean> {
    return (await this.#ask('pane_dead')) === '1';
  }

  async pid(): Promise<number> {
    return Number(await this.#ask('pane_pid'));
  }

  /**
   * Waits until the screen shows what is wanted. tmux tells nobody of changes, so this looks again and again.
   * @throws {Error} with the screen's text when it does not come in time.
   */
  async waitFor(wanted: TmuxWanted, {timeout = 10_000}: {readonly timeout?: number} = {}): Promise<void> {
    const last = Date.now() + timeout;
    for (;;) {
      const rows = await this.screenText();
      if (matches(rows, wanted)) return;
      if (Date.now() > last) throw new Error(`not there after ${timeout} ms: ${wanted}\n${rows.join('\n')}`);
      await pause(50);
    }
  }

  async waitForEnd({timeout = 10_000}: {readonly timeout?: number} = {}): Promise<void> {
    const last = Date.now() + timeout;
    while (!(await this.hasEnded())) {
      if (Date.now() > last) throw new Error(`still running after ${timeout} ms`);
      await pause(50);
    }
  }

  async end(): Promise<void> {
    // With its last session gone the server is gone too.
    await this.#tmux('kill-server').catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /** Any other command of tmux, to this server. */
  async command(...args: readonly string[]): Promise<string> {
    return this.#tmux(...args);
  }

  /** What a client of this server is to be started with. */
  get client(): readonly string[] {
    return [...this.#server, 'attach-session'];
  }

  async #ask(variable: string): Promise<string> {
    return (await this.#tmux('display-message', '-p', `#{${variable}}`)).trimEnd();
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const {stdout} = await run('tmux', [...this.#server, ...args], {env: cleanEnvironment()});
    return stdout;
  }
}

function afterSemicolon(command: string): string[] {
  return [';', ...command.split(' ')];
}

function matches(rows: readonly string[], wanted: TmuxWanted): boolean {
  if (typeof wanted === 'function') return wanted(rows);
  const text = rows.join('\n');
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}
