/** Callbacks that cannot harm each other or whoever calls them: what one throws is reported, once for each. */
export class Callbacks<T> {
  readonly #onError: (error: unknown) => void;
  readonly #callbacks = new Set<(value: T) => unknown>();
  readonly #reported = new WeakSet<(value: T) => unknown>();

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Adds one; returns what takes it away again. */
  add(callback: (value: T) => unknown): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  call(value: T): void {
    for (const callback of this.#callbacks) this.#callOne(callback, value);
  }

  #callOne(callback: (value: T) => unknown, value: T): void {
    try {
      const result = callback(value);
      // Any thenable, not only this realm's promises: one that nobody catches would end the host program.
      Promise.resolve(result).catch((error: unknown) => this.#report(callback, error));
    } catch (error) {
      this.#report(callback, error);
    }
  }

  #report(callback: (value: T) => unknown, error: unknown): void {
    if (this.#reported.has(callback)) return;
    this.#reported.add(callback);
    this.#onError(error);
  }
}
