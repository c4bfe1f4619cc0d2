import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {bar} from '../../src/tui/panels/bar.ts';
import {ROLES, vramRole} from '../../src/tui/roles.ts';
import {
  automaticTheme,
  cellAttribute,
  type Ink,
  parseTheme,
  THEME_NAMES,
  ThemeError,
} from '../../src/tui/theme.ts';

const source = (name: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(new URL(`../../themes/${name}.json`, import.meta.url), 'utf8'));

const PLAIN: Ink = {color256: 'default', color8: 'default', bold: false, underline: false, inverse: false};

describe.each(THEME_NAMES)('the theme %s', (name) => {
  const theme = parseTheme(name, source(name));

  test('gives every role its ink', () => {
    expect(Object.keys(source(name)).sort()).toEqual([...ROLES].sort());
    expect(Object.keys(theme.inks).sort()).toEqual([...ROLES].sort());
  });

  test('tells levels apart without colour too', () => {
    expect(theme.inks.warn.bold).toBe(true);
    expect(theme.inks.critical).toMatchObject({bold: true, inverse: true});
    expect(theme.inks.ok).not.toEqual(theme.inks.warn);
  });

  test('draws bars solid, also where a level stands inside out', () => {
    for (const role of ['ok', 'warn', 'critical'] as const) {
      const runs = bar({percent: 60, thresholdPercent: 80, width: 30, role});
      const inverse = runs.map((run) => (cellAttribute(theme.inks[run.role], 256, run) >> 18) & 8);
      // The figure on the filled part stands inside out, the filled cells behind it do not.
      expect(runs.slice(0, 2).map(({text}) => text)).toEqual([' 60.0%'.slice(0, 6), '█'.repeat(12)]);
      expect(inverse.slice(0, 2)).toEqual([8, 0]);
    }
  });
});

test('high-contrast and mono use the terminal’s own colours, but for a critical red', () => {
  for (const name of ['high-contrast', 'mono'] as const)
    for (const [role, ink] of Object.entries(parseTheme(name, source(name)).inks))
      if (role !== 'critical') expect(ink).toMatchObject({color256: 'default', color8: 'default'});
});

describe('an ink', () => {
  test.each([
    ['default', PLAIN],
    ['80', {...PLAIN, color256: 80}],
    ['80/6', {...PLAIN, color256: 80, color8: 6}],
    ['default/6 b', {...PLAIN, color8: 6, bold: true}],
    ['203/1 b i u', {color256: 203, color8: 1, bold: true, inverse: true, underline: true}],
    ['203/1 bi', {...PLAIN, color256: 203, color8: 1, bold: true, inverse: true}],
    [' 0/0 ', {...PLAIN, color256: 0, color8: 0}],
    ['255', {...PLAIN, color256: 255}],
  ])('%j', (text, ink) => expect(parseTheme('mine', {accent: text}).inks.accent).toEqual(ink));

  test.each([
    '8',
    '12/6',
    '15',
    '256',
    '999',
    '80/8',
    '80/',
    'red',
    '#ff0000',
    '',
    '80 x',
    80,
    null,
    ['80'],
    {},
  ])('is not %j, and the message names role, expected and given', (value) => {
    expect(() => parseTheme('mine', {accent: value})).toThrow(ThemeError);
    expect(() => parseTheme('mine', {accent: value})).toThrow(
      `theme mine: accent: expected a colour as "80/6" (256 colours / 8 colours) or "default", with b, u or i behind it for bold, underline, inverse, got ${JSON.stringify(value)}`,
    );
  });
});

describe('a theme', () => {
  test.each([
    ['a string', 'dark', '"dark"'],
    ['nothing', null, 'null'],
    ['a list', [], '[]'],
    ['a number', 7, '7'],
    ['undefined', undefined, 'undefined'],
  ])('is not %s', (_, value, got) => {
    expect(() => parseTheme('mine', value)).toThrow(
      `theme mine: expected an object of role and colour, got ${got}`,
    );
  });

  test('with a role that nobody knows names those there are', () => {
    expect(() => parseTheme('mine', {acent: '80'})).toThrow(
      `theme mine: expected one of ${ROLES.join(', ')}, got "acent"`,
    );
  });

  test('that is very wrong is quoted in short', () => {
    expect(() => parseTheme('mine', {accent: 'x'.repeat(1000)})).toThrow(/got "x{58}…$/);
  });

  test('shows a role that it leaves out as text', () => {
    const {inks} = parseTheme('mine', {text: '250/7', accent: '80'});
    expect(inks.warn).toEqual({...PLAIN, color256: 250, color8: 7});
    expect(inks.accent.color256).toBe(80);
    expect(parseTheme('none', {}).inks.critical).toEqual(PLAIN);
  });
});

describe('a cell', () => {
  const ink: Ink = {...PLAIN, color256: 203, color8: 1, bold: true, inverse: true};
  const parts = (attribute: number) => ({
    flags: attribute >> 18,
    foreground: (attribute >> 9) & 0x1ff,
    background: attribute & 0x1ff,
  });

  test('has the colour of its depth, and never a background', () => {
    expect(parts(cellAttribute(ink, 256, {}))).toEqual({flags: 9, foreground: 203, background: 0x1ff});
    expect(parts(cellAttribute(ink, 8, {})).foreground).toBe(1);
    expect(parts(cellAttribute(ink, 0, {}))).toEqual({flags: 9, foreground: 0x1ff, background: 0x1ff});
  });

  test('is turned inside out once, never twice', () => {
    expect(parts(cellAttribute(ink, 256, {inverse: true})).flags & 8).toBe(8);
    expect(parts(cellAttribute(ink, 256, {solid: true})).flags & 8).toBe(0);
    expect(parts(cellAttribute(ink, 256, {solid: true, inverse: true})).flags & 8).toBe(8);
    expect(parts(cellAttribute(PLAIN, 256, {bold: true})).flags).toBe(1);
    expect(parts(cellAttribute({...PLAIN, underline: true}, 256, {})).flags).toBe(2);
  });
});

test.each([
  [{}, 'dark'],
  [{COLORFGBG: '15;0'}, 'dark'],
  [{COLORFGBG: '0;15'}, 'light'],
  [{COLORFGBG: '0;default;7'}, 'light'],
  [{COLORFGBG: 'nonsense'}, 'dark'],
])('by itself it goes by %o: %s', (env, name) => expect(automaticTheme(env)).toBe(name));

test('GPUs beyond eight begin with the first colour again', () => {
  expect([0, 7, 8, 17].map(vramRole)).toEqual(['vram0', 'vram7', 'vram0', 'vram1']);
});
