import {closeSync, constants, type FSWatcher, fstatSync, openSync, readSync, rmSync, watch} from 'node:fs';
import {markFile, markFolder} from './mark-place.ts';

const MOST_BYTES = 64 * 1024;
const MOST_NOTE = 200;
const REMEMBERED_BYTES = 256;

/** Where other programs put marks: a file to append lines to, one line a mark. */
export class MarkBox {
  readonly path: string;
  readonly #fd: number;
  readonly #onMark: (note: string) => void;
  readonly #watcher: FSWatcher | undefined;
  #offset = 0;
  /** What stood just before that place; where it is there no longer, the file was begun anew. */
  #read = Buffer.alloc(0);
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
    this.#takeSome();
  }

  /** @returns whether there was anything */
  #takeSome(): boolean {
    if (this.#isBegunAnew()) [this.#offset, this.#read] = [0, Buffer.alloc(0)];
    const bytes = this.#bytesAt(this.#offset, MOST_BYTES);
    if (bytes.length === 0) return false;
    this.#offset += bytes.length;
    this.#read = Buffer.concat([this.#read, bytes]).subarray(-REMEMBERED_BYTES);
    const lines = `${this.#begun}${bytes.toString('utf8')}`.split('\n');
    this.#begun = (lines.pop() ?? '').slice(0, MOST_BYTES);
    for (const line of lines) this.#take(line);
    return true;
  }

  /** Whoever writes with `>` empties the file first. */
  #isBegunAnew(): boolean {
    const {length} = this.#read;
    return length > 0 && !this.#bytesAt(this.#offset - length, length).equals(this.#read);
  }

  #bytesAt(offset: number, most: number): Buffer {
    const length = Math.min(most, Math.max(0, fstatSync(this.#fd).size - offset));
    if (length === 0) return Buffer.alloc(0);
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(this.#fd, buffer, 0, length, offset));
  }

  close(): void {
    this.#watcher?.close();
    while (this.#takeSome());
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
