import type {Readable} from 'node:stream';
import {cutEnd, safeText} from '../../core/text.ts';
import {timer} from './hook.ts';

const MAX_LINE = 200;
// Escape sequences and blanks take room that the line itself then does not.
const KEPT = 4096;
const FREE_BYTES = 2 ** 20;
const REST_MS = 20;

/**
 * Reads a stream to its end and keeps the last line with something in it: at most 200 characters, safe for a
 * terminal. A flood is read slowly, so that it costs its writer's time and not ours.
 */
export class LastLine {
  #tail = '';
  #bytes = 0;

  constructor(stream: Readable) {
    stream.setEncoding('utf8');
    // It may be torn off under us when its writer is killed.
    stream.on('error', () => {});
    stream.on('data', (text: string) => {
      this.#tail = (this.#tail + text).slice(-KEPT);
      this.#bytes += text.length;
      if (this.#bytes > FREE_BYTES) rest(stream);
    });
  }

  /** Empty where nothing was written. */
  get text(): string {
    const lines = this.#tail.split(/[\r\n]+/).map((line) => safeText(line).trim());
    return cutEnd(lines.findLast((line) => line !== '') ?? '', MAX_LINE);
  }
}

function rest(stream: Readable): void {
  stream.pause();
  timer(() => stream.resume(), REST_MS);
}
