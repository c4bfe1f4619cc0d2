import {isOptionName, OPTION_NAMES, OPTIONS, type OptionName, variableName} from '../config/options.ts';
import {parseSetting, quote} from '../config/resolve.ts';
import {SettingsStore} from '../config/store.ts';
import {type Context, print, writeValue} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {loadThemes} from './themes.ts';

/** `memtop config [get|set|path|reset]`. */
export async function config(context: Context): Promise<number> {
  const [verb = 'list', ...rest] = context.args.words;
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb as keyof typeof VERBS] : undefined;
  if (run === undefined)
    throw new UserError(`memtop config: expected get, set, path or reset, got ${quote(verb)}`);
  await print(context.stdout, await run(context, rest));
  return EXIT.fine;
}

type Verb = (context: Context, words: readonly string[]) => string | Promise<string>;

const VERBS = {list, get, set, path: ({settingsPath}) => settingsPath, reset} as const satisfies Record<
  string,
  Verb
>;

function list({settings}: Context): string {
  const names = OPTION_NAMES.filter((name) => OPTIONS[name].saved);
  const wide = Math.max(...names.map((name) => name.length));
  return names
    .map(
      (name) =>
        `${name.padEnd(wide)}  ${writeValue(settings, name).padEnd(12)}  ${settings.origins[name] ?? 'default'}`,
    )
    .join('\n');
}

function get({settings}: Context, [name]: readonly string[]): string {
  return writeValue(settings, nameOf(name));
}

async function set(
  {settingsPath, host}: Context,
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

async function reset({settingsPath}: Context): Promise<string> {
  await kept(settingsPath, async () => new SettingsStore(settingsPath).reset());
  return 'all settings are as they come';
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
    if (error instanceof Error && error.name === 'SettingError') throw error;
    throw new UserError(
      `settings cannot be kept in ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
