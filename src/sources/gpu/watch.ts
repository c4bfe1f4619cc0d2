import {failed, unsupported} from '../../core/sample.ts';
import {withDeadline} from '../deadline.ts';
import type {Host} from '../host.ts';
import {type GpuPart, type Gpus, openGpus} from './gpus.ts';

const NOT_LOOKED: GpuPart = {gpus: unsupported('GPUs are still being looked for')};

/** The GPUs for as long as somebody wants them: begun, read and ended as often as is asked. */
export class GpuWatch {
  readonly #host: Host;
  readonly #intervalMs: number;
  #opening: Promise<Gpus> | undefined;
  #gpus: Gpus | undefined;
  #isFollowed = false;
  /** How many wait for a reading of their own. */
  #readers = 0;

  constructor(host: Host, intervalMs: number) {
    this.#host = host;
    this.#intervalMs = intervalMs;
  }

  /** Begins to read, until `close`; twice is harmless. @returns when it is known which GPUs there are */
  async begin(): Promise<void> {
    this.#isFollowed = true;
    await this.#open();
  }

  /** Resolves when each vendor has a first reading or a reason; at once where nothing was begun. */
  get ready(): Promise<void> {
    return this.#gpus?.ready ?? Promise.resolve();
  }

  /** The newest readings, without waiting. */
  latest(): GpuPart {
    return this.#gpus?.latest() ?? NOT_LOOKED;
  }

  /** The GPUs now, waiting for a first reading where none is there; nothing goes on that was not begun before. */
  async read(withinMs: number): Promise<GpuPart> {
    this.#readers += 1;
    const settled = await withDeadline(this.#host, withinMs, this.#firstReading());
    const part = this.latest();
    this.#readers -= 1;
    if (!this.#isFollowed && this.#readers === 0) this.#end();
    const isWaiting = settled.status === 'late' && part.gpus.status === 'unsupported';
    return isWaiting ? {gpus: failed(`no GPU gave an answer within ${withinMs / 1000} s`)} : part;
  }

  /** Ends all that was begun. It may be begun again. */
  close(): void {
    this.#isFollowed = false;
    if (this.#readers === 0) this.#end();
  }

  #end(): void {
    this.#gpus?.close();
    this.#gpus = undefined;
    this.#opening = undefined;
  }

  async #open(): Promise<void> {
    this.#opening ??= openGpus(this.#host, {intervalMs: this.#intervalMs});
    const opening = this.#opening;
    const gpus = await opening;
    if (this.#opening === opening) this.#gpus = gpus;
    else gpus.close();
  }

  async #firstReading(): Promise<void> {
    await this.#open();
    await this.ready;
  }
}
