import {
  type Command,
  type FilledName,
  hasScreen,
  isOptionName,
  OPTION_NAMES,
  OPTIONS,
  type OptionName,
  type OptionValue,
  PRESETS,
  variableName,
} from './options.ts';
import {ExpectedError, writeDuration} from './values.ts';

/** A value that cannot be used; its message says what was expected, what was given and where it came from. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** Texts by option name, all from one place. */
export interface Layer {
  /** Where it came from, for messages: `--threshold`, `MEMTOP_THRESHOLD`, the settings file. */
  readonly origin: (name: OptionName) => string;
  readonly texts: Readonly<Partial<Record<OptionName, string>>>;
  /** How a bad value from there is mended, where that is not plain from its origin. */
  readonly remedy?: (name: OptionName) => string;
}

/** Told of a value that cannot be used; where it returns, the value counts as not given. */
export type OnBad = (name: OptionName, error: SettingError) => void;

export type Values = {
  readonly [N in OptionName]: N extends FilledName ? OptionValue<N> : OptionValue<N> | undefined;
};

export interface Settings {
  readonly values: Values;
  /** Where each value came from; absent where it is the default. */
  readonly origins: Readonly<Partial<Record<OptionName, string>>>;
}

/** Options that are set in the environment: `MEMTOP_THRESHOLD=85`. An empty variable is not set. */
export function environmentLayer(env: Readonly<Record<string, string | undefined>>): Layer {
  const given = OPTION_NAMES.flatMap((name) => {
    const text = env[variableName(name)];
    return text === undefined || text === '' ? [] : [[name, text] as const];
  });
  return {origin: (name) => `from ${variableName(name)}`, texts: Object.fromEntries(given)};
}

/**
 * Joins the layers, later ones first: defaults < saved settings < environment < flags.
 * @throws {SettingError} on the first value that cannot be used, unless `onBad` takes it
 */
export function resolveSettings(command: Command, layers: readonly Layer[], onBad: OnBad = raise): Settings {
  const texts: Partial<Record<OptionName, string>> = {};
  const origins: Partial<Record<OptionName, string>> = {};
  for (const layer of layers) {
    const usable = usableTexts(layer, onBad);
    for (const [name, text] of Object.entries({...presetTexts(command, usable.preset), ...usable})) {
      if (!isOptionName(name)) continue;
      texts[name] = text;
      origins[name] = layer.origin(name);
    }
  }
  const values = OPTION_NAMES.map((name) => [name, parsedValue(name, texts[name], origins[name])] as const);
  return {values: Object.fromEntries(values) as Values, origins};
}

function raise(_: OptionName, error: SettingError): never {
  throw error;
}

/** Every value is tried, also one that a later layer hides. */
function usableTexts({texts, origin, remedy}: Layer, onBad: OnBad): Layer['texts'] {
  const usable = Object.entries(texts).filter(([name, text]) => {
    if (!isOptionName(name) || text === undefined) return false;
    try {
      parseSetting(name, text, origin(name));
      return true;
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      const hint = remedy === undefined ? '' : `; ${remedy(name)}`;
      onBad(name, new SettingError(`${error.message}${hint}`));
      return false;
    }
  });
  return Object.fromEntries(usable);
}

/** Reads one value. @throws {SettingError} */
export function parseSetting<N extends OptionName>(name: N, text: string, origin: string): OptionValue<N> {
  try {
    return OPTIONS[name].type.parse(text) as OptionValue<N>;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new SettingError(`${name}: expected ${error.expected}, got ${quote(text)} (${origin})`);
  }
}

/** Given text in a message: on one line, without control characters, not endless. */
export function quote(text: string): string {
  const line = JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
  return line.length > 80 ? `${line.slice(0, 79)}…"` : line;
}

function parsedValue<N extends OptionName>(
  name: N,
  text: string | undefined,
  origin = 'default',
): OptionValue<N> | undefined {
  const given = text ?? ('fallback' in OPTIONS[name] ? OPTIONS[name].fallback : undefined);
  return given === undefined ? undefined : parseSetting(name, given, origin);
}

/** What a preset stands for; on the screen it thins the log and leaves the refresh alone. */
function presetTexts(command: Command, text: string | undefined): Layer['texts'] {
  if (text === undefined) return {};
  const {intervalMs, ...thresholds} = PRESETS[OPTIONS.preset.type.parse(text)];
  const interval = writeDuration(intervalMs);
  return {...(hasScreen(command) ? {'log-interval': interval} : {interval}), ...thresholds};
}
