const NEW_LINE = 0x0a;
/** Longer lines are no lines of a log. */
const MOST_BYTES = 1024 * 1024;

/** Told where a line stands, which it does until the chunk is used for something else; without bytes it was too long. */
export type LineListener = (bytes: Buffer | undefined, start: number, end: number) => void;

/** Cuts what comes in chunks into lines. One that is too long is never kept whole. */
export class LineCutter {
  readonly #onLine: LineListener;
  /** The beginning of a line whose end has not come yet. */
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(onLine: LineListener) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, start)) {
      if (this.#bytes === 0 && end - start <= MOST_BYTES) this.#onLine(chunk, start, end);
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
    const line = this.#bytes > MOST_BYTES ? undefined : Buffer.concat(this.#parts);
    this.#onLine(line, 0, line?.length ?? 0);
    this.#parts = [];
    this.#bytes = 0;
  }
}
