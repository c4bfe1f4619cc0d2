import type {OptionName} from '../config/options.ts';
import type {SettingsStore} from '../config/store.ts';
import {errorMessage} from '../core/errors.ts';

const WAIT_MS = 1000;

/** Keeps what keys change, a moment after the last of them, so that ten presses are one writing. */
export class KeptSettings {
  readonly #store: SettingsStore;
  #pending: Partial<Record<OptionName, string>> = {};
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #problem: string | undefined;

  constructor(store: SettingsStore) {
    this.#store = store;
  }

  keep(name: OptionName, value: string): void {
    this.#pending[name] = value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), WAIT_MS);
  }

  /** Writes what is pending. @returns why something could not be kept, if so */
  async flush(): Promise<string | undefined> {
    clearTimeout(this.#timer);
    this.#write();
    await this.#writing;
    return this.#problem;
  }

  #write(): void {
    const pending = this.#pending;
    if (Object.keys(pending).length === 0) return;
    this.#pending = {};
    this.#writing = this.#writing
      .then(() => this.#store.keepForScreen(pending))
      .catch((error: unknown) => {
        this.#problem = errorMessage(error);
      });
  }
}
