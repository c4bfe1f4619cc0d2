import {type ChildProcess, spawn} from 'node:child_process';
import {errorCode, errorMessage} from '../../core/errors.ts';
import {safeText} from '../../core/text.ts';
import {type Command, whyNotFound} from './command.ts';
import {type HookResult, inSeconds, timer} from './hook.ts';
import {LastLine} from './last-line.ts';

export interface ProgramCallOptions {
  readonly command: Command;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it finds on its standard input. */
  readonly input: string;
  readonly timeoutMs: number;
  /** A clock that never steps, milliseconds. */
  readonly clock: () => number;
}

// What it wrote at last may come a little later than its end; who holds its pipe open may do so for days.
const LAST_WORDS_MS = 200;
const DEATH_MS = 1000;

/** One run of a program, from its start to its end or until it was killed. */
export class ProgramCall {
  readonly done: Promise<HookResult>;
  readonly #clock: () => number;
  readonly #command: Command;
  readonly #beganMs: number;
  readonly #timers: (() => void)[] = [];
  #resolve: (result: HookResult) => void = () => {};
  #child: ChildProcess | undefined;
  #lastLine: LastLine | undefined;
  /** Why it was killed. */
  #verdict: string | undefined;
  #end: HookResult | undefined;

  constructor({command, env, input, timeoutMs, clock}: ProgramCallOptions) {
    this.#clock = clock;
    this.#command = command;
    this.#beganMs = clock();
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    try {
      this.#start(env, input);
      this.#later(
        () => this.kill(`no end within ${Number((timeoutMs / 1000).toFixed(2))} s, killed`),
        timeoutMs,
      );
    } catch (error) {
      // Short of memory, Node throws at once where it tells of other failures later.
      this.#finish(this.#notStarted(error));
    }
  }

  /** Kills it with all of its group, and says so in its result. */
  kill(verdict: string): void {
    if (this.#verdict !== undefined) return;
    this.#verdict = verdict;
    killGroup(this.#child);
    // A program inside a system call that hangs does not die.
    this.#later(() => this.#finish({ok: false, text: `${verdict}, not dead yet`}), DEATH_MS);
  }

  #start(env: ProgramCallOptions['env'], input: string): void {
    const {file, args} = this.#command;
    const child = spawn(file, [...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      // A group of its own: all of it can be killed at once, and no key in our terminal reaches it.
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: {...env},
    });
    this.#child = child;
    child.on('error', (error) => this.#finish(this.#notStarted(error)));
    child.on('exit', (code, signal) => this.#exited(code, signal));
    child.on('close', () => this.#finish(this.#end));
    if (child.stderr) this.#lastLine = new LastLine(child.stderr);
    // It need not read what it is given.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    const how = code === null ? `by ${signal ?? 'a signal'}` : `with ${code}`;
    const text = this.#verdict ?? `ended ${how} in ${inSeconds(this.#clock() - this.#beganMs)}`;
    this.#end = {ok: this.#verdict === undefined && code === 0, text};
    this.#later(() => this.#finish(this.#end), LAST_WORDS_MS);
  }

  #notStarted(error: unknown): HookResult {
    return {ok: false, text: startProblem(error, this.#command)};
  }

  #later(work: () => void, ms: number): void {
    this.#timers.push(timer(work, ms));
  }

  #finish(result: HookResult = {ok: false, text: 'ended'}): void {
    for (const callOff of this.#timers.splice(0)) callOff();
    this.#child?.stdin?.destroy();
    this.#child?.stderr?.destroy();
    this.#child?.unref();
    const said = this.#lastLine?.text ?? '';
    this.#resolve(said === '' ? result : {...result, text: `${result.text}: ${said}`});
  }
}

function startProblem(error: unknown, command: Command): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return whyNotFound(command);
  if (code === 'EACCES' || code === 'EPERM') return 'not permitted to run it';
  return `not started: ${safeText(code ?? errorMessage(error))}`;
}

/** Only while its end was not seen: afterwards the number may be another group's. */
function killGroup(child: ChildProcess | undefined): void {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}
