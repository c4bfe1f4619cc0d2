const FIRST_ROOM = 32;
const NONE = new Float64Array(0);

/**
 * The latest figures of several columns, oldest first. It makes no objects: readings come by the million when a log is
 * read.
 */
export class NumberRing {
  readonly #most: number;
  readonly #columns: Float64Array[];
  #room: number;
  #start = 0;
  #size = 0;

  constructor(most: number, columns: number) {
    this.#most = most;
    this.#room = Math.min(most, FIRST_ROOM);
    this.#columns = Array.from({length: columns}, () => new Float64Array(this.#room));
  }

  get size(): number {
    return this.#size;
  }

  /** Makes room for one more row, the oldest goes where there are as many as are kept. Its figures are set with `set`. */
  push(): void {
    if (this.#size === this.#most) this.#start = this.#start + 1 < this.#room ? this.#start + 1 : 0;
    else {
      if (this.#size === this.#room) this.#grow();
      this.#size += 1;
    }
  }

  clear(): void {
    this.#start = 0;
    this.#size = 0;
  }

  get(column: number, index: number): number {
    return this.#columns[column]?.[this.#place(index)] ?? 0;
  }

  set(column: number, index: number, value: number): void {
    const figures = this.#columns[column];
    if (figures !== undefined) figures[this.#place(index)] = value;
  }

  /** Of a column from one row to before another. */
  sum(column: number, from: number, to: number): number {
    const figures = this.#columns[column] ?? NONE;
    let sum = 0;
    for (let index = from; index < to; index += 1) sum += figures[this.#place(index)] ?? 0;
    return sum;
  }

  /** The first row with the highest figure of a column; 0 where there is none. */
  highest(column: number): number {
    const figures = this.#columns[column] ?? NONE;
    let [best, highest] = [0, Number.NEGATIVE_INFINITY];
    for (let index = 0; index < this.#size; index += 1) {
      const figure = figures[this.#place(index)] ?? highest;
      if (figure > highest) [best, highest] = [index, figure];
    }
    return best;
  }

  /** A remainder would take longer than all else here. */
  #place(index: number): number {
    const place = this.#start + index;
    return place < this.#room ? place : place - this.#room;
  }

  /** It is never full but from its beginning on: rows go only once there are as many as are kept. */
  #grow(): void {
    this.#room = Math.min(this.#most, this.#room * 2);
    for (const [index, column] of this.#columns.entries()) {
      const larger = new Float64Array(this.#room);
      larger.set(column);
      this.#columns[index] = larger;
    }
  }
}
