import {PassThrough} from 'node:stream';
import blessed, {type Screen} from 'blessed';
import type {Terminal} from './capabilities.ts';
import {decodeKeys, ESCAPE_WAIT_MS, flushKeys, isPaste, type MouseEvent} from './keys.ts';
import {quietly, type StrayOutput, withholdStrayOutput} from './stray-output.ts';

/** The terminal as memtop takes it: two streams that are a terminal. */
export interface TerminalStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: ScreenOutput;
}

/** A terminal to draw on, where a write waits for nobody. */
export interface ScreenOutput extends NodeJS.WritableStream {
  /** Whether something is not out yet; 'free' tells when it is. */
  readonly isBusy: boolean;
  /** Drops what is not out yet. */
  drop(): void;
  /** Waits until all is out; false where the terminal took nothing for so many milliseconds. */
  settle(patienceMs: number): boolean;
}

export interface TerminalOptions extends TerminalStreams {
  /** What it can do. */
  readonly terminal: Terminal;
  readonly mouse: boolean;
  /** A key by its name; `isPasted` when it came in a burst that nobody types. */
  readonly onKey: (key: string, isPasted: boolean) => void;
  readonly onMouse: (event: MouseEvent) => void;
  /** Back on the screen after Ctrl-Z and `fg`. */
  readonly onResume: () => void;
  /** The terminal is gone: the window was closed, the connection was lost. */
  readonly onLost: () => void;
}

const MOUSE_ON = '\u001b[?1000h\u001b[?1006h';
const MOUSE_OFF = '\u001b[?1006l\u001b[?1000l';
const RESIZE_WAIT_MS = 30;
/** How long a stop may take before it is clear that nobody stops us: no shell to come back from. */
const STOP_WAIT_MS = 400;
/** How long a terminal that takes nothing keeps us from giving it back. */
const LEAVE_PATIENCE_MS = 3000;
const LOST_CODES = new Set(['EPIPE', 'EIO', 'ENOTCONN', 'ECONNRESET']);

/** The one owner of the terminal: takes it over, gives it back, and does so whatever happens. */
export class TerminalOwner {
  readonly screen: Screen;
  readonly #options: TerminalOptions;
  readonly #stray: StrayOutput;
  #pending = '';
  #pendingTimer: NodeJS.Timeout | undefined;
  #stopTimer: NodeJS.Timeout | undefined;
  #isSuspended = false;
  #isRestored = false;
  /** What waits until the former picture is out; whatever comes meanwhile is in the next. */
  #due: 'nothing' | 'paint' | 'redraw' = 'nothing';
  #bell = '';

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#stray = withholdStrayOutput();
    this.screen = openScreen(options);
    this.#listen();
  }

  /** Lines that somebody tried to print over the screen meanwhile. */
  get strayLines(): readonly string[] {
    return this.#stray.lines;
  }

  /**
   * Draws what changed: not while the terminal is somebody else's, nor before the former picture is out. On a slow
   * link pictures are left out, and none waits in a queue.
   */
  render(): void {
    if (this.#isAway) return;
    if (this.#options.output.isBusy) this.#due = this.#due === 'redraw' ? 'redraw' : 'paint';
    else this.screen.render();
  }

  /** Draws everything anew, as after something else wrote to the terminal. */
  redraw(): void {
    if (this.#options.output.isBusy) {
      this.#due = 'redraw';
      return;
    }
    this.screen.alloc();
    this.render();
  }

  /** Writes what moves nothing on the screen: a bell, a notification. */
  ring(bytes: string): void {
    if (this.#isAway) return;
    if (this.#options.output.isBusy) this.#bell = bytes;
    else this.#options.output.write(bytes);
  }

  /** Gives the terminal back. Twice is harmless. */
  restore(): void {
    if (this.#isRestored) return;
    this.#isRestored = true;
    this.#stopListening();
    quietly(() => this.#leave());
    quietly(() => this.screen.destroy());
    this.#stray.release();
  }

  /** Ctrl-Z: gives the terminal back, stops the whole job, and takes the terminal again on `fg`. */
  suspend(): void {
    if (this.#isSuspended || this.#isRestored || process.platform === 'win32') return;
    this.#isSuspended = true;
    quietly(() => this.#leave());
    process.removeListener('SIGTSTP', this.#onStop);
    // The whole group: stopping this process alone would leave npx or sh waiting with the terminal in hand.
    process.kill(0, 'SIGTSTP');
    clearTimeout(this.#stopTimer);
    this.#stopTimer = setTimeout(() => this.#resume(), STOP_WAIT_MS);
  }

  readonly #onStop = (): void => this.suspend();
  readonly #onContinue = (): void => {
    this.#isSuspended = true;
    this.#resume();
  };
  readonly #onData = (chunk: string): void => this.#take(chunk);
  readonly #onFree = (): void => {
    const due = this.#due;
    const bell = this.#bell;
    this.#due = 'nothing';
    this.#bell = '';
    if (bell !== '') this.ring(bell);
    if (due === 'redraw') this.redraw();
    else if (due === 'paint') this.render();
  };
  readonly #onEnd = (): void => this.#options.onLost();
  readonly #onStreamError = (error: NodeJS.ErrnoException): void => {
    if (!LOST_CODES.has(error.code ?? '')) throw error;
    this.#options.onLost();
  };

  #listen(): void {
    const {input, output, mouse} = this.#options;
    input.setEncoding('utf8');
    input.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onStreamError);
    output.on('error', this.#onStreamError).on('free', this.#onFree);
    process.on('SIGTSTP', this.#onStop).on('SIGCONT', this.#onContinue);
    input.setRawMode(true);
    input.resume();
    if (mouse) output.write(MOUSE_ON);
  }

  #stopListening(): void {
    const {input, output} = this.#options;
    clearTimeout(this.#pendingTimer);
    clearTimeout(this.#stopTimer);
    input.removeListener('data', this.#onData).removeListener('end', this.#onEnd);
    output.removeListener('free', this.#onFree);
    process.removeListener('SIGTSTP', this.#onStop).removeListener('SIGCONT', this.#onContinue);
    // The listeners for errors stay: a terminal that is gone must not become a crash while we say good-bye.
  }

  #leave(): void {
    const {input, output, mouse, terminal} = this.#options;
    this.screen.program.flush();
    output.drop();
    if (mouse) output.write(MOUSE_OFF);
    this.screen.leave();
    // Without a second screen the picture would stay; what is printed next belongs on an empty one.
    if (!terminal.hasSecondScreen) output.write('\u001b[H\u001b[J');
    output.settle(LEAVE_PATIENCE_MS);
    input.setRawMode(false);
    input.pause();
  }

  get #isAway(): boolean {
    return this.#isSuspended || this.#isRestored;
  }

  #resume(): void {
    if (!this.#isSuspended || this.#isRestored) return;
    clearTimeout(this.#stopTimer);
    this.#isSuspended = false;
    const {input, output, mouse, onResume} = this.#options;
    process.removeListener('SIGTSTP', this.#onStop).on('SIGTSTP', this.#onStop);
    // The shell set the terminal back behind the runtime's back: only a change makes it set it again.
    input.setRawMode(false);
    input.setRawMode(true);
    input.resume();
    if (mouse) output.write(MOUSE_ON);
    this.screen.program.isAlt = false;
    this.screen.enter();
    onResume();
    this.redraw();
    // Who is stopped is not told of a new size: the runtime asks for it again.
    process.kill(process.pid, 'SIGWINCH');
  }

  #take(chunk: string): void {
    clearTimeout(this.#pendingTimer);
    const {keys, rest, mouse} = decodeKeys(this.#pending + chunk);
    this.#pending = rest;
    if (rest !== '') this.#pendingTimer = setTimeout(() => this.#flush(), ESCAPE_WAIT_MS);
    const isPasted = isPaste(keys);
    for (const key of keys) this.#options.onKey(key, isPasted);
    for (const event of mouse) this.#options.onMouse(event);
  }

  #flush(): void {
    const keys = flushKeys(this.#pending);
    this.#pending = '';
    for (const key of keys) this.#options.onKey(key, false);
  }
}

function openScreen({output, terminal}: TerminalOptions): Screen {
  // blessed reads only the old form of terminal descriptions, so it is given its own and looks at no other.
  blessed.tput.ipaths.length = 0;
  const {TMUX} = process.env;
  // Inside tmux it would start a tmux to ask its version, and wrap what it writes for a tmux of long ago.
  delete process.env.TMUX;
  const screen = blessed.screen({
    // Keys are read by this file alone.
    input: new PassThrough(),
    output,
    terminal: terminal.description,
    forceUnicode: !terminal.capabilities.ascii,
    resizeTimeout: RESIZE_WAIT_MS,
    warnings: false,
  });
  if (TMUX !== undefined) process.env.TMUX = TMUX;
  screen.tput.brokenACS = true;
  screen.tput.colors = 256;
  removeForeignListeners();
  return screen;
}

/** Signals and crashes are answered in one place, and that place is not here nor in blessed. */
function removeForeignListeners(): void {
  const {_sigtermHandler, _sigintHandler, _sigquitHandler, _exceptionHandler} = blessed.Screen;
  if (_sigtermHandler) process.removeListener('SIGTERM', _sigtermHandler);
  if (_sigintHandler) process.removeListener('SIGINT', _sigintHandler);
  if (_sigquitHandler) process.removeListener('SIGQUIT', _sigquitHandler);
  if (_exceptionHandler) process.removeListener('uncaughtException', _exceptionHandler);
}
