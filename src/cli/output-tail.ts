import {StringDecoder} from 'node:string_decoder';
import {OutputLines} from '../core/job/output-lines.ts';
import type {Spool} from '../sources/real-spool.ts';

/** How soon what the job writes is looked at: while it writes, and while it is silent. */
const BUSY_MS = 100;
const IDLE_MS = 500;

/** Follows what the job writes, for a screen. The job never waits for it. */
export class OutputTail {
  readonly lines = new OutputLines();
  readonly #spool: Spool;
  readonly #onChange: () => void;
  #decoder = new StringDecoder('utf8');
  #timer: NodeJS.Timeout | undefined;

  constructor(spool: Spool, onChange: () => void) {
    this.#spool = spool;
    this.#onChange = onChange;
    this.#schedule(BUSY_MS);
  }

  /** Takes in all that was written so far. */
  look(): void {
    for (const {bytes, skippedLines} of this.#spool.newPieces()) {
      if (skippedLines > 0) {
        this.lines.skip(skippedLines);
        this.#decoder = new StringDecoder('utf8');
      }
      this.lines.feed(this.#decoder.write(bytes));
    }
  }

  /** The last look. */
  close(): void {
    clearTimeout(this.#timer);
    this.look();
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      const {version} = this.lines;
      this.look();
      const hasNews = version !== this.lines.version;
      if (hasNews) this.#onChange();
      this.#schedule(hasNews ? BUSY_MS : IDLE_MS);
    }, ms).unref();
  }
}
