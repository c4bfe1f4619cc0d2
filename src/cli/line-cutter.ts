const NEW_LINE = 0x0a;
/** Longer lines are no lines of a log. */
const MOST_BYTES = 1024 * 1024;

/** Cuts what comes in chunks into lines. One that is too long is told as `undefined`, and never kept whole. */
export class LineCutter {
  readonly #onLine: (line: string | undefined) => void;
  /** The beginning of a line whose end has not come yet. */
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(onLine: (line: string | undefined) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, start)) {
      if (this.#bytes === 0 && end - start <= MOST_BYTES) this.#onLine(chunk.toString('utf8', start, end));
      else {
        this.#keep(chunk.subarray(start, end));
        this.#tell();
      }
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** The last line may have no end. */
  end(): void {
    if (this.#bytes > 0) this.#tell();
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > MOST_BYTES) this.#parts = [];
    // A part of its own: the chunk's memory may be used again.
    else if (part.length > 0) this.#parts.push(Buffer.from(part));
  }

  #tell(): void {
    this.#onLine(this.#bytes > MOST_BYTES ? undefined : Buffer.concat(this.#parts).toString('utf8'));
    this.#parts = [];
    this.#bytes = 0;
  }
}
