import {readFileSync} from 'node:fs';
import colourBlind from '../../themes/colour-blind.json' with {type: 'json'};
import dark from '../../themes/dark.json' with {type: 'json'};
import highContrast from '../../themes/high-contrast.json' with {type: 'json'};
import light from '../../themes/light.json' with {type: 'json'};
import mono from '../../themes/mono.json' with {type: 'json'};
import {quote} from '../config/resolve.ts';
import {errorCode} from '../core/errors.ts';
import type {Theme, ThemeName} from '../tui/theme.ts';
import {UserError} from './exit.ts';

/** A theme's source by name: role → colour. */
export const BUILT_IN_THEMES = {
  dark,
  light,
  'high-contrast': highContrast,
  'colour-blind': colourBlind,
  mono,
} as const satisfies Record<ThemeName, unknown>;

/** The asked theme first, then the others, as `t` goes through them. @throws {UserError} */
export async function loadThemes(
  asked: string,
  env: Readonly<Record<string, string | undefined>>,
  origin: string,
): Promise<readonly [Theme, ...Theme[]]> {
  const {automaticTheme, parseTheme, THEME_NAMES, ThemeError} = await import('../tui/theme.ts');
  const builtIn = THEME_NAMES.map((name) => parseTheme(name, BUILT_IN_THEMES[name]));
  const isMono = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  const name = asked !== 'auto' ? asked : isMono ? 'mono' : automaticTheme(env);
  const known = builtIn.findIndex((theme) => theme.name === name);
  const [first] = builtIn.slice(known);
  if (known >= 0 && first !== undefined)
    return [first, ...builtIn.slice(known + 1), ...builtIn.slice(0, known)];
  if (!/\.json$/i.test(name))
    throw new UserError(
      `theme: expected one of auto, ${THEME_NAMES.join(', ')} or a .json file, got ${quote(name)} (${origin})`,
    );
  try {
    return [parseTheme(name, readTheme(name, origin)), ...builtIn];
  } catch (error) {
    if (error instanceof ThemeError) throw new UserError(`${error.message} (${origin})`);
    throw error;
  }
}

function readTheme(file: string, origin: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    throw new UserError(`theme: expected a file that can be read, got ${quote(file)}: ${code} (${origin})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`theme: expected JSON in ${file}, got ${quote(text.slice(0, 40))} (${origin})`);
  }
}
