import type {Spool} from '../sources/real-spool.ts';

const LOOK_MS = 50;

/** Copies what the job writes into its file to a stream as well, byte for byte and no faster than that is read. */
export class OutputCopy {
  readonly #spool: Spool;
  readonly #stream: NodeJS.WritableStream;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #copying: Promise<void> = Promise.resolve();

  constructor(spool: Spool, stream: NodeJS.WritableStream) {
    this.#spool = spool;
    this.#stream = stream;
    // Whoever read it is gone: the file has it all.
    stream.on('error', () => {
      this.#isOver = true;
    });
    this.#schedule();
  }

  /** Copies what is left, and waits until it is out. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#copying;
    await this.#copy();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#copying = this.#copy().then(() => this.#schedule());
    }, LOOK_MS).unref();
  }

  async #copy(): Promise<void> {
    for (let bytes = this.#spool.nextBytes(); bytes !== undefined; bytes = this.#spool.nextBytes()) {
      if (this.#isOver) return;
      await this.#write(bytes);
    }
  }

  #write(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.#stream.write(bytes, () => resolve());
    });
  }
}
