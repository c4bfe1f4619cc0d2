import type {Command, OptionName} from '../../src/config/options.ts';
import {resolveSettings, type Settings} from '../../src/config/resolve.ts';

/** The settings of a command that was given these flags. */
export function settingsOf(
  texts: Readonly<Partial<Record<OptionName, string>>> = {},
  command: Command = 'watch',
): Settings {
  return resolveSettings(command, [{origin: (name) => `from --${name}`, texts}]);
}
