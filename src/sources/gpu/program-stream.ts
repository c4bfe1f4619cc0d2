import type {Missing} from '../../core/sample.ts';
import type {Host, ProgramEnd, RunningProgram} from '../host.ts';

export interface StreamOptions {
  readonly file: string;
  /** Asked anew at every start. */
  readonly args: () => readonly string[];
  readonly onText: (text: string) => void;
  /** Why it ended, and whether to start it again at once: what stood in its way is out of it. */
  readonly onEnd: (end: ProgramEnd, said: string) => {readonly reason: Missing; readonly again?: boolean};
  /** Kills and starts it again when it has written nothing of use for so long; one that may be silent has none. */
  readonly silenceMs?: number;
}

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 60_000;
const MAX_SAID = 4000;
const SETTLED_MS = 5000;
const MAX_PIECES = 8;
/** At its start the driver may have to wake every GPU first. */
const START_MS = 15_000;

/** A program that goes on writing, started anew after ever longer waits whenever it ends or falls silent. */
export class ProgramStream {
  readonly #host: Host;
  readonly #options: StreamOptions;
  #program: RunningProgram | undefined;
  /** What it wrote last, in pieces: few are ever looked at. */
  #said: string[] = [];
  #startedMs = 0;
  readonly #openedMs: number;
  #lastGoodMs: number | undefined;
  #waitMs = FIRST_WAIT_MS;
  #againAtMs = Number.NEGATIVE_INFINITY;
  #problem: Missing | undefined;
  #isClosed = false;

  constructor(host: Host, options: StreamOptions) {
    this.#host = host;
    this.#options = options;
    this.#openedMs = host.monotonic();
    this.#start();
  }

  /** Why it ended last, until it writes again. */
  get problem(): Missing | undefined {
    return this.#problem;
  }

  get isRunning(): boolean {
    return this.#program !== undefined;
  }

  /** For how long nothing of use has come, milliseconds; since its first start where nothing ever came. */
  get silentMs(): number {
    return this.#host.monotonic() - (this.#lastGoodMs ?? this.#openedMs);
  }

  /** Milliseconds to the next start; 0 while it runs. */
  get againInMs(): number {
    return this.isRunning ? 0 : Math.max(0, this.#againAtMs - this.#host.monotonic());
  }

  /** Looks after it: kills what hangs, starts again what is due. */
  tend(): void {
    if (this.#isClosed) return;
    if (this.isRunning && this.#isHanging()) this.#giveUp();
    // Of one that may be silent, to go on running is all the success there is to see.
    const runsMs = this.#host.monotonic() - this.#startedMs;
    if (this.isRunning && this.#options.silenceMs === undefined && runsMs > SETTLED_MS) this.noteSuccess();
    if (!this.isRunning && this.#host.monotonic() >= this.#againAtMs) this.#start();
  }

  close(): void {
    this.#isClosed = true;
    this.#program?.stop();
    this.#program = undefined;
  }

  #start(): void {
    this.#said = [];
    this.#startedMs = this.#host.monotonic();
    const {file, args, onText} = this.#options;
    this.#program = this.#host.start(file, args(), {
      output: (text) => {
        this.#keep(text);
        onText(text);
      },
      error: (text) => this.#keep(text),
      end: (end) => this.#ended(end),
    });
  }

  #keep(text: string): void {
    this.#said.push(text.length > MAX_SAID ? text.slice(-MAX_SAID) : text);
    if (this.#said.length > MAX_PIECES) this.#said.shift();
  }

  /** What came was of use: it works, and is waited for as after a first failure when it ends again. */
  noteSuccess(): void {
    this.#lastGoodMs = this.#host.monotonic();
    this.#problem = undefined;
    this.#waitMs = FIRST_WAIT_MS;
  }

  #ended(end: ProgramEnd): void {
    this.#program = undefined;
    const {reason, again = false} = this.#options.onEnd(end, this.#said.join(''));
    this.#problem = reason;
    this.#wait(again);
  }

  #isHanging(): boolean {
    const {silenceMs} = this.#options;
    if (silenceMs === undefined) return false;
    const sinceStart = this.#host.monotonic() - this.#startedMs;
    return this.silentMs > silenceMs && sinceStart > Math.max(silenceMs, START_MS);
  }

  #giveUp(): void {
    this.#program?.stop();
    this.#program = undefined;
    this.#wait(false);
  }

  #wait(isFree: boolean): void {
    this.#againAtMs = this.#host.monotonic() + (isFree ? 0 : this.#waitMs);
    if (!isFree) this.#waitMs = Math.min(MAX_WAIT_MS, this.#waitMs * 2);
  }
}

/** Cuts what comes in pieces into lines; a line that never ends is thrown away. */
export function lineCutter(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = `${rest}${text}`.split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > MAX_SAID) rest = '';
    for (const line of lines) onLine(line);
  };
}
