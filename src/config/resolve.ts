import {
  type Command,
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
}

export type Values = {readonly [N in OptionName]: OptionValue<N> | undefined};

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
 * @throws {SettingError} on the first value that cannot be used
 */
export function resolveSettings(command: Command, layers: readonly Layer[]): Settings {
  const texts: Partial<Record<OptionName, string>> = {};
  const origins: Partial<Record<OptionName, string>> = {};
  for (const layer of layers) {
    for (const [name, text] of Object.entries({...presetTexts(command, layer), ...layer.texts})) {
      if (!isOptionName(name) || text === undefined) continue;
      texts[name] = text;
      origins[name] = layer.origin(name);
      parseSetting(name, text, origins[name]);
    }
  }
  const values = OPTION_NAMES.map((name) => [name, parsedValue(name, texts[name], origins[name])] as const);
  return {values: Object.fromEntries(values) as Values, origins};
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
function presetTexts(command: Command, layer: Layer): Layer['texts'] {
  const text = layer.texts.preset;
  if (text === undefined) return {};
  const preset = PRESETS[parseSetting('preset', text, layer.origin('preset'))];
  const interval = writeDuration(preset.intervalMs);
  return {
    ...(command === 'screen' ? {'log-interval': interval} : {interval}),
    ...('threshold' in preset && {threshold: String(preset.threshold)}),
  };
}
