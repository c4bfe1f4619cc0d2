import {isOptionName, OPTION_NAMES, OPTIONS, type OptionName, variableName} from '../config/options.ts';
import {parseSetting, quote, SettingError} from '../config/resolve.ts';
import {screenKept, unknownSaved} from '../config/settings-file.ts';
import {SettingsStore} from '../config/store.ts';
import {errorMessage} from '../core/errors.ts';
import {safeText} from '../core/text.ts';
import {type Surroundings, usableSettings, writeValue} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {print} from './print.ts';
import {loadThemes} from './themes.ts';

/** `memtop config [get|set|path|reset]`. */
export async function config(context: Surroundings): Promise<number> {
  const [verb = 'list', ...rest] = context.args.words;
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb as keyof typeof VERBS] : undefined;
  if (run === undefined)
    throw new UserError(`memtop config: expected get, set, path or reset, got ${quote(verb)}`);
  await print(context.stdout, await run(context, rest));
  return EXIT.fine;
}

type Verb = (context: Surroundings, words: readonly string[]) => string | Promise<string>;

const VERBS = {list, get, set, path: ({settingsPath}) => settingsPath, reset} as const satisfies Record<
  string,
  Verb
>;

function list(context: Surroundings): string {
  return [...settingRows(context), ...furtherLines(context.settingsPath)].join('\n');
}

function settingRows(context: Surroundings): readonly string[] {
  const {settings, problems} = usableSettings(context);
  const names = OPTION_NAMES.filter((name) => OPTIONS[name].saved);
  const wide = Math.max(...names.map((name) => name.length));
  return names.map((name) => {
    const problem = problems.get(name);
    const value = problem === undefined ? writeValue(settings, name) : '–';
    const origin = problem?.message ?? settings.origins[name] ?? 'default';
    return `${name.padEnd(wide)}  ${value.padEnd(12)}  ${origin}`;
  });
}

/** What the file holds beside the settings of every command. */
function furtherLines(path: string): readonly string[] {
  const kept = Object.entries(screenKept(path)).map(([name, text]) => `${name} ${keptValue(name, text)}`);
  const unknown = unknownSaved(path).map(safeText);
  return [
    ...(kept.length === 0 ? [] : [`kept by the screen: ${kept.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`not known to this version: ${unknown.join(', ')}`]),
  ];
}

function keptValue(name: string, text: string): string {
  try {
    // Of single GPUs alone, which is not all that the option says.
    if (name === 'vram-threshold') return safeText(text).replaceAll(',', ', ');
    return isOptionName(name) ? writeSetting(name, text) : quote(text);
  } catch (error) {
    if (error instanceof SettingError) return `${quote(text)}, which cannot be used`;
    throw error;
  }
}

function writeSetting(name: OptionName, text: string): string {
  return OPTIONS[name].type.format(parseSetting(name, text, 'kept by the screen') as never);
}

function get(context: Surroundings, [word]: readonly string[]): string {
  const name = nameOf(word);
  const {settings, problems} = usableSettings(context);
  const problem = problems.get(name);
  if (problem !== undefined) throw problem;
  return writeValue(settings, name);
}

async function set(
  {settingsPath, host}: Surroundings,
  [word, value, ...more]: readonly string[],
): Promise<string> {
  const name = nameOf(word);
  if (value === undefined || more.length > 0)
    throw new UserError(
      `memtop config set: expected NAME VALUE, got ${quote([word, value, ...more].filter(Boolean).join(' '))}`,
    );
  if (!OPTIONS[name].saved) throw new UserError(`${name}: expected as a flag, it is not kept`);
  parseSetting(name, value, 'from the command line');
  if (name === 'theme') await loadThemes(value, host.env, 'from the command line');
  await kept(settingsPath, () => new SettingsStore(settingsPath).set(name, value));
  const overriding = host.env[variableName(name)];
  const note =
    overriding === undefined || overriding === ''
      ? ''
      : `; ${variableName(name)} in the environment goes before it`;
  return `${name} ${value}${note}`;
}

async function reset({settingsPath}: Surroundings, words: readonly string[]): Promise<string> {
  if (words.length > 0)
    throw new UserError(
      `memtop config reset: expected nothing behind it, got ${quote(words.join(' '))}; it resets all`,
    );
  await kept(settingsPath, async () => new SettingsStore(settingsPath).reset());
  return 'all settings are back to their defaults';
}

function nameOf(word: string | undefined): OptionName {
  if (word !== undefined && isOptionName(word)) return word;
  throw new UserError(
    `memtop config: expected the name of an option, got ${word === undefined ? 'nothing' : quote(word)}; memtop config lists them`,
  );
}

async function kept(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof SettingError) throw error;
    throw new UserError(`settings cannot be kept in ${path}: ${errorMessage(error)}`);
  }
}
