import type {Look} from './line.ts';
import {ROLES, type Role} from './roles.ts';

/** How one role looks: its colour where there are 256, where there are 8, and its attributes. */
export interface Ink {
  readonly color256: number | 'default';
  readonly color8: number | 'default';
  readonly bold: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

export interface Theme {
  readonly name: string;
  readonly inks: Readonly<Record<Role, Ink>>;
}

/** How many colours the terminal has; 0 where none may be used. */
export type ColorDepth = 0 | 8 | 256;

/** A theme that cannot be used; names the role, what was expected and what was given. */
export class ThemeError extends Error {
  override readonly name = 'ThemeError';
}

export const THEME_NAMES = ['dark', 'light', 'high-contrast', 'colour-blind', 'mono'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

const PLAIN: Ink = {color256: 'default', color8: 'default', bold: false, underline: false, inverse: false};
const EXPECTED =
  'a colour as "80/6" (256 colours / 8 colours) or "default", with b, u or i behind it for bold, underline, inverse';

/**
 * Reads a theme: an object of role → ink. A role that is left out looks like `text`.
 * @throws {ThemeError}
 */
export function parseTheme(name: string, source: unknown): Theme {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    throw new ThemeError(`theme ${name}: expected an object of role and colour, got ${describe(source)}`);
  }
  const given = source as Readonly<Record<string, unknown>>;
  for (const role of Object.keys(given)) {
    if (!isRole(role))
      throw new ThemeError(`theme ${name}: expected one of ${ROLES.join(', ')}, got ${describe(role)}`);
  }
  const text = given.text === undefined ? PLAIN : parseInk(name, 'text', given.text);
  const inks = ROLES.map(
    (role) => [role, given[role] === undefined ? text : parseInk(name, role, given[role])] as const,
  );
  return {name, inks: Object.fromEntries(inks) as Record<Role, Ink>};
}

/** `80/6 b`: a colour for 256 and one for 8, then attributes. @throws {ThemeError} */
function parseInk(theme: string, role: Role, value: unknown): Ink {
  const match =
    typeof value === 'string'
      ? /^(default|\d{1,3})(?:\/(default|[0-7]))?((?:\s*[bui])*)$/.exec(value.trim())
      : null;
  const [, wide = '', narrow = 'default', attributes = ''] = match ?? [];
  const color256 = wide === 'default' ? 'default' : Number(wide);
  // 8 to 15 are the terminal's own bright colours: what they look like, and whether they show, nobody knows.
  const isUsable = color256 === 'default' || (color256 <= 255 && (color256 < 8 || color256 > 15));
  if (match === null || !isUsable)
    throw new ThemeError(`theme ${theme}: ${role}: expected ${EXPECTED}, got ${describe(value)}`);
  return {
    color256,
    color8: narrow === 'default' ? 'default' : Number(narrow),
    bold: attributes.includes('b'),
    underline: attributes.includes('u'),
    inverse: attributes.includes('i'),
  };
}

const DEFAULT_CELL = 0x1ff;
const BOLD = 1;
const UNDERLINE = 2;
const INVERSE = 8;

/** The look of a run as the one number that a cell of the screen holds: attributes, foreground, background. */
export function cellAttribute(ink: Ink, depth: ColorDepth, look: Look): number {
  const color = depth === 0 ? 'default' : depth === 8 ? ink.color8 : ink.color256;
  const foreground = color === 'default' ? DEFAULT_CELL : color;
  const bold = ink.bold || look.bold === true ? BOLD : 0;
  const underline = ink.underline ? UNDERLINE : 0;
  // Two inversions must not cancel each other: what is to stand out stands out.
  const isInverse = look.inverse === true || (ink.inverse && look.solid !== true);
  const inverse = isInverse ? INVERSE : 0;
  return ((bold | underline | inverse) << 18) | (foreground << 9) | DEFAULT_CELL;
}

/** The theme that comes after another, and the first after the last. */
export function themeAfter(theme: Theme, themes: readonly [Theme, ...Theme[]]): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? themes[0];
}

/** Which theme `auto` is, by what the terminal says of its background in COLORFGBG. */
export function automaticTheme(env: Readonly<Record<string, string | undefined>>): ThemeName {
  const background = /;(\d+)$/.exec(env.COLORFGBG ?? '')?.[1];
  return background === '7' || background === '15' ? 'light' : 'dark';
}

function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
