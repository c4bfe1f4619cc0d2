import {type Command, OPTIONS} from '../config/options.ts';
import {environmentLayer, resolveSettings, type Settings} from '../config/resolve.ts';
import {savedLayer, settingsPath} from '../config/settings-file.ts';
import type {Host} from '../sources/host.ts';
import type {Arguments} from './args.ts';

/** What a command gets: the way in and out, and its settings. */
export interface Context {
  readonly host: Host;
  readonly args: Arguments;
  readonly settings: Settings;
  readonly settingsPath: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly cwd: string;
}

/** Settings of a command: defaults < saved < environment < flags. @throws {SettingError} */
export function settingsFor(command: Command, args: Arguments, host: Host, path: string): Settings {
  const layers = [savedLayer(path, command), environmentLayer(host.env), args.layer];
  return resolveSettings(command, layers);
}

export function pathOfSettings(host: Host): string {
  return settingsPath(host);
}

/** How a value is written for people: `1s`, `80%`, `off`. */
export function writeValue(settings: Settings, name: keyof typeof OPTIONS): string {
  const value = settings.values[name];
  return value === undefined ? '–' : OPTIONS[name].type.format(value as never);
}

/** Writes and waits until it is out, so that leaving right after loses nothing. */
export function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text.endsWith('\n') ? text : `${text}\n`, () => resolve());
  });
}
