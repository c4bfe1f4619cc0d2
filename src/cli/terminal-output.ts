import {writeSync} from 'node:fs';
import {Writable} from 'node:stream';
import {monotonicMs} from '../sources/monotonic.ts';
import {openTerminalDevice, type TerminalDevice} from './terminal-device.ts';

/** So long a terminal may take nothing before it is left unsaid, in milliseconds. */
export const PATIENCE_MS = 3000;

/** How soon a terminal that has no room is asked again: at first, and at last. */
const [FIRST_RETRY_MS, RETRY_MS] = [1, 20];

/** Ends a control sequence of which the rest will not come. */
const CANCEL = Buffer.from('\u0018');

/** A stream as it is; where it is a terminal, one that waits for nobody. `same`: what it may be another name of. */
export function waitlessly(
  stream: NodeJS.WriteStream,
  same?: TerminalOutput,
): NodeJS.WriteStream | TerminalOutput {
  return stream.isTTY === true ? (same ?? new TerminalOutput(stream)) : stream;
}

/** Writes what is said right before the end. A terminal that takes nothing for so long is not waited for. */
export function writeLast(stream: NodeJS.WriteStream & {readonly fd: number}, text: string): void {
  if (stream.isTTY !== true) {
    writeSync(stream.fd, text);
    return;
  }
  const output = new TerminalOutput(stream);
  output.write(text);
  output.settle(PATIENCE_MS);
}

/**
 * Output to a terminal that waits for nobody. The runtime's own writes to a terminal wait until they are out: behind
 * a link that hangs, or a window that is scrolled back, the readings and the log would stand still with them.
 */
export class TerminalOutput extends Writable {
  readonly isTTY = true;
  readonly #stream: NodeJS.WriteStream;
  readonly #device: TerminalDevice | undefined;
  #rest: Uint8Array = NOTHING;
  #onTaken: ((error?: Error) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #isResized = false;
  /** When it last took something, or began to have something to take; on the clock that never steps. */
  #movedAt = 0;

  constructor(stream: NodeJS.WriteStream, device = openTerminalDevice(stream)) {
    super();
    this.#stream = stream;
    this.#device = device;
    stream.on('resize', this.#onResize);
    stream.on('error', this.#onStreamError);
    // Whoever writes hears of a write that failed; as an event nobody listens to it would be a crash.
    this.on('error', () => {});
  }

  get columns(): number {
    return this.#stream.columns;
  }

  get rows(): number {
    return this.#stream.rows;
  }

  /** Whether something is not out yet; 'drain' or 'free' tells when it is. */
  get isBusy(): boolean {
    return this.writableLength > 0;
  }

  /** Drops what is not out yet of a picture: a newer one comes, or none. */
  drop(): void {
    if (this.#rest.length > 0) this.#rest = CANCEL;
  }

  /**
   * Waits until all is out, and lets nothing else happen meanwhile.
   * @returns false where the terminal took nothing for so many milliseconds
   */
  settle(patienceMs: number): boolean {
    while (this.isBusy) {
      if (this.#isStalled(patienceMs)) return false;
      this.#push();
      if (this.isBusy) Atomics.wait(NEVER, 0, 0, this.#retryMs);
    }
    return true;
  }

  /** Resolves once the terminal took nothing for so many milliseconds, or has nothing to take. */
  async stalled(patienceMs: number): Promise<void> {
    while (this.isBusy && !this.#isStalled(patienceMs))
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  override _write(chunk: Buffer, _: BufferEncoding, onTaken: (error?: Error | null) => void): void {
    if (this.#device === undefined) {
      this.#stream.write(chunk);
      onTaken();
      return;
    }
    this.#rest = chunk;
    this.#onTaken = onTaken;
    this.#movedAt = monotonicMs();
    this.#push();
  }

  override _destroy(error: Error | null, onDone: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#stream.removeListener('resize', this.#onResize);
    // Its number may soon be that of another file, and what is not out yet must not get there.
    this.#rest = NOTHING;
    this.#onTaken = undefined;
    this.#device?.close();
    onDone(error);
  }

  readonly #onResize = (): void => {
    // Whoever hears of it paints anew, and there is no room for that yet.
    if (this.isBusy) this.#isResized = true;
    else this.emit('resize');
  };

  readonly #onStreamError = (error: Error): void => void this.destroy(error);

  #isStalled(patienceMs: number): boolean {
    return monotonicMs() - this.#movedAt >= patienceMs;
  }

  #push(): void {
    clearTimeout(this.#timer);
    const onTaken = this.#onTaken;
    if (this.#device === undefined || onTaken === undefined) return;
    try {
      const taken = this.#device.write(this.#rest);
      if (taken > 0) this.#movedAt = monotonicMs();
      this.#retryMs = taken > 0 ? FIRST_RETRY_MS : Math.min(RETRY_MS, 2 * this.#retryMs);
      this.#rest = this.#rest.subarray(taken);
    } catch (error) {
      this.#end(onTaken, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.#rest.length === 0) this.#end(onTaken);
    else this.#timer = setTimeout(() => this.#push(), this.#retryMs);
  }

  #end(onTaken: (error?: Error) => void, error?: Error): void {
    this.#rest = NOTHING;
    this.#onTaken = undefined;
    onTaken(error);
    if (error !== undefined || this.isBusy) return;
    // Whoever hears of a new size paints anew anyway.
    const news = this.#isResized ? 'resize' : 'free';
    this.#isResized = false;
    this.emit(news);
  }
}

const NOTHING = new Uint8Array();
const NEVER = new Int32Array(new SharedArrayBuffer(4));
