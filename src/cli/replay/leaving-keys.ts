import {codeOf} from '../endings.ts';

const CTRL_C = '\u0003';

/** While standard input is waited for there is no screen yet whose keys could end it: `q` and Ctrl-C do. */
export class LeavingKeys implements Disposable {
  readonly #stream: NodeJS.ReadStream | undefined;
  readonly #leave = new AbortController();
  readonly #take = (bytes: Buffer) => {
    const typed = bytes.toString('latin1');
    if (typed.includes(CTRL_C)) this.code = codeOf({kind: 'signal', signal: 'SIGINT'});
    else if (typed.includes('q')) this.code = codeOf({kind: 'key'});
    if (this.code !== undefined) this.#leave.abort();
  };
  /** The exit code, once somebody left. */
  code: number | undefined;

  /** @param stream where keys come from; nothing where nothing is waited for */
  constructor(stream: NodeJS.ReadStream | undefined) {
    this.#stream = stream?.isTTY === true ? stream : undefined;
    // Raw, so that a key counts at once and is not echoed.
    this.#stream?.setRawMode(true);
    this.#stream?.on('data', this.#take);
  }

  get signal(): AbortSignal {
    return this.#leave.signal;
  }

  /** The keys are the screen's from now on. Twice is harmless. */
  [Symbol.dispose](): void {
    this.#stream?.off('data', this.#take);
    this.#stream?.pause();
    this.#stream?.setRawMode(false);
  }
}
