import {type Command, OPTIONS, type OptionName} from '../config/options.ts';
import {environmentLayer, resolveSettings, type SettingError, type Settings} from '../config/resolve.ts';
import {savedLayer} from '../config/settings-file.ts';
import type {Host} from '../sources/host.ts';
import type {Arguments} from './args.ts';
import {UserError} from './exit.ts';

/** What is around a command: the way in and out. */
export interface Surroundings {
  readonly host: Host;
  readonly args: Arguments;
  readonly settingsPath: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly cwd: string;
}

/** What a command gets that runs by settings. */
export interface Context extends Surroundings {
  readonly settings: Settings;
}

/** Settings of a command: defaults < saved < environment < flags. @throws {SettingError|UserError} */
export function settingsFor(command: Command, args: Arguments, host: Host, path: string): Settings {
  const layers = [savedLayer(path, command), environmentLayer(host.env), args.layer];
  const settings = resolveSettings(command, layers);
  refuseBlindForecast(settings);
  return settings;
}

/** An alert that could never be raised is asked for by mistake; a saved one gives way to the flag. */
function refuseBlindForecast({values, origins}: Settings): void {
  const isAsked = origins['limit-in'] === 'from --limit-in' && values['limit-in'] !== 'off';
  if (!isAsked || values.leak) return;
  const where = origins.leak === 'from --leak' ? '--no-leak' : origins.leak;
  throw new UserError(`--limit-in: expected with forecasts, got leaks switched off (${where})`);
}

/** Settings as far as they can be used, for the command that mends them, with what is wrong with the others. */
export function usableSettings({settingsPath, host, args}: Surroundings) {
  const problems = new Map<OptionName, SettingError>();
  const layers = [savedLayer(settingsPath, args.command), environmentLayer(host.env)];
  const settings = resolveSettings(args.command, layers, (name, error) => problems.set(name, error));
  return {settings, problems};
}

/** How a value is written for people: `1s`, `80%`, `off`. */
export function writeValue(settings: Settings, name: OptionName): string {
  const value = settings.values[name];
  return value === undefined ? '–' : OPTIONS[name].type.format(value as never);
}
