import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {SCREEN_KEPT} from '../core/choices.ts';
import {errorCode} from '../core/errors.ts';
import {type Command, hasScreen, isOptionName, OPTION_NAMES, OPTIONS, type OptionName} from './options.ts';
import {type Layer, quote, SettingError} from './resolve.ts';
import {xdgFolder} from './user-folders.ts';

interface Place {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What memtop and its store write beside the options. */
const OWN_KEYS = ['screen', '__internal__'];

/** The folder of the saved settings, where each system wants it. */
export function settingsFolder({platform, env}: Place): string {
  if (platform === 'win32')
    return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'memtop', 'Config');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Preferences', 'memtop');
  return xdgFolder(env.XDG_CONFIG_HOME, homedir(), '.config');
}

export function settingsPath(place: Place): string {
  return join(settingsFolder(place), 'config.json');
}

/**
 * The saved settings as a layer, by one plain read: most runs never change them, so the store need not load.
 * Names that no option has are passed over: a newer memtop may have saved them.
 * @throws {SettingError} where the file is there and cannot be used
 */
export function savedLayer(path: string, command: Command): Layer {
  const saved = readSettings(path);
  const kept = hasScreen(command) ? pick(screenPart(saved), SCREEN_KEPT) : {};
  return {
    origin: () => `from ${path}`,
    texts: {...pick(saved, OPTION_NAMES), ...kept, ...vramTexts(saved, kept)},
    remedy: (name) => `memtop config set ${name} VALUE mends it`,
  };
}

/** Keys change the thresholds of single GPUs, which go before what was set for all of them. */
function vramTexts(saved: Readonly<Record<string, unknown>>, kept: Layer['texts']): Layer['texts'] {
  const own = kept['vram-threshold'];
  const common = saved['vram-threshold'];
  if (own === undefined || typeof common !== 'string') return {};
  const parts = [...common.split(','), ...own.split(',')];
  const byGpu = new Map(parts.map((part) => [part.includes('=') ? part.split('=')[0]?.trim() : '', part]));
  return {'vram-threshold': [...byGpu.values()].join(',')};
}

/** What keys on the screen changed, as it was saved. @throws {SettingError} */
export function screenKept(path: string): Layer['texts'] {
  return pick(screenPart(readSettings(path)), SCREEN_KEPT);
}

/** Saved names that are no option, or none that the screen keeps. @throws {SettingError} */
export function unknownSaved(path: string): readonly string[] {
  const saved = readSettings(path);
  const common = Object.keys(saved).filter((key) => !isOptionName(key) && !OWN_KEYS.includes(key));
  const kept: readonly string[] = SCREEN_KEPT;
  const screen = Object.keys(screenPart(saved)).filter((key) => !kept.includes(key));
  return [...common, ...screen.map((key) => `screen.${key}`)];
}

/** What the settings file holds; nothing where there is none. @throws {SettingError} */
export function readSettings(path: string): Readonly<Record<string, unknown>> {
  const text = readIfThere(path);
  if (text === undefined || text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed)) return parsed;
  } catch {
    // Told below, in one line for every kind of damage.
  }
  throw new SettingError(
    `settings: expected a JSON object, got ${quote(text.slice(0, 40))} (from ${path}); memtop config reset begins anew`,
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    // Without a readable home there are no saved settings, and memtop works without them.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw new SettingError(`settings: expected a file, got ${String(code ?? error)} (from ${path})`);
  }
}

function pick(source: Readonly<Record<string, unknown>>, names: readonly OptionName[]): Layer['texts'] {
  return Object.fromEntries(
    names
      .filter((name) => OPTIONS[name].saved && source[name] !== undefined)
      .map((name) => [name, textOf(source[name])]),
  );
}

/** Numbers and switches as they would be given; what is neither is told as it stands in the file. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function screenPart({screen}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isRecord(screen) ? screen : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
