import {mkdirSync, rmSync} from 'node:fs';
import {dirname} from 'node:path';
import type Conf from 'conf';
import type {OptionName} from './options.ts';
import {readSettings} from './settings-file.ts';
import {inTurn} from './turn.ts';

/** Writes saved settings. The store is loaded when something is written, and not before. */
export class SettingsStore {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Keeps one setting for every command. @throws {Error} where the file cannot be written */
  async set(name: OptionName, text: string): Promise<void> {
    await this.#change((conf) => {
      conf.set(name, text);
      // What was last said counts: a value kept by the screen would hide this one there.
      conf.delete(`screen.${name}`);
    });
  }

  /** Keeps what keys on the screen changed, for the screen's next start. */
  async keepForScreen(texts: Readonly<Partial<Record<OptionName, string>>>): Promise<void> {
    await this.#change((conf) => {
      for (const [name, text] of Object.entries(texts)) conf.set(`screen.${name}`, text);
    });
  }

  /** Forgets all saved settings. */
  reset(): void {
    rmSync(this.path, {force: true});
  }

  async #change(change: (conf: Pick<Conf, 'set' | 'delete'>) => void): Promise<void> {
    // A file that cannot be read must be told before the store would throw something of its own.
    readSettings(this.path);
    mkdirSync(dirname(this.path), {recursive: true, mode: 0o700});
    // Loaded before, so that others wait for no longer than the writing takes.
    await import('conf');
    await inTurn(`${this.path}.lock`, async () => change(await this.#open()));
  }

  async #open() {
    const {default: Store} = await import('conf');
    return new Store<Record<string, unknown>>({
      projectName: 'memtop',
      cwd: dirname(this.path),
      configName: 'config',
      configFileMode: 0o600,
      // Only an empty file gets here without being JSON.
      clearInvalidConfig: true,
    });
  }
}
