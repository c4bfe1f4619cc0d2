import {closeSync, constants, type FSWatcher, fstatSync, openSync, readSync, rmSync, watch} from 'node:fs';
import {markFile, markFolder} from './mark-place.ts';

const MOST_BYTES = 64 * 1024;
const MOST_NOTE = 200;

/** Where other programs put marks: a file to append lines to, one line a mark. */
export class MarkBox {
  readonly path: string;
  readonly #fd: number;
  readonly #onMark: (note: string) => void;
  readonly #watcher: FSWatcher | undefined;
  #offset = 0;
  /** A line whose end has not come yet. */
  #begun = '';

  /** @throws {Error} where the file cannot be made */
  constructor(path: string, onMark: (note: string) => void) {
    this.path = path;
    this.#onMark = onMark;
    const {O_RDWR, O_CREAT, O_EXCL} = constants;
    // One that a memtop with our pid has left behind is not ours to go on with.
    rmSync(path, {force: true});
    this.#fd = openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600);
    this.#watcher = this.#startWatching();
  }

  /** Takes what has been put in since the last look. */
  look(): void {
    const size = Math.min(fstatSync(this.#fd).size, this.#offset + MOST_BYTES);
    // Whoever writes with `>` begins the file anew.
    if (size < this.#offset) this.#offset = 0;
    const buffer = Buffer.alloc(size - this.#offset);
    const count = buffer.length === 0 ? 0 : readSync(this.#fd, buffer, 0, buffer.length, this.#offset);
    if (count === 0) return;
    this.#offset += count;
    const lines = `${this.#begun}${buffer.toString('utf8', 0, count)}`.split('\n');
    this.#begun = (lines.pop() ?? '').slice(0, MOST_BYTES);
    for (const line of lines) this.#take(line);
  }

  close(): void {
    this.#watcher?.close();
    this.look();
    // The last line may have no end, as of printf.
    this.#take(this.#begun);
    closeSync(this.#fd);
    rmSync(this.path, {force: true});
  }

  #take(line: string): void {
    const note = line.trim().slice(0, MOST_NOTE);
    if (note !== '') this.#onMark(note);
  }

  #startWatching(): FSWatcher | undefined {
    try {
      return watch(this.path, {persistent: false}, () => this.look()).on('error', () => {});
    } catch {
      // Out of watches: then every check looks.
      return undefined;
    }
  }
}

/** The box of this monitor; `undefined` where there is no place for one. */
export function openMarkBox(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
  onMark: (note: string) => void,
): MarkBox | undefined {
  const folder = markFolder(env);
  if (folder === undefined) return undefined;
  try {
    return new MarkBox(markFile(folder, pid), onMark);
  } catch {
    // Marks from outside are an extra: the monitor works without.
    return undefined;
  }
}
