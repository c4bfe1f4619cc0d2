import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {inGlyphs} from '../../src/tui/glyphs.ts';

const SOURCES = path.resolve(import.meta.dirname, '../../src');
const ASCII = {ascii: true, console: false, chart: 'ascii'} as const;
const CONSOLE = {ascii: false, console: true, chart: 'blocks'} as const;
const ALL = {ascii: false, console: false, chart: 'braille'} as const;

/** Signs in code, that is outside comments, of the screen and of what writes figures and texts for it. */
function signsUsed(): ReadonlySet<string> {
  const files = readdirSync(path.join(SOURCES, 'tui'), {recursive: true, encoding: 'utf8'})
    .filter(
      (name) => name.endsWith('.ts') && name !== 'glyphs.ts' && !['widgets.ts', 'ink-grid.ts'].includes(name),
    )
    .map((name) => path.join('tui', name));
  const others = ['core/text.ts', 'core/event.ts', 'core/format.ts', 'core/program.ts'];
  const code = [...files, ...others].map((name) =>
    readFileSync(path.join(SOURCES, name), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/(^|\s)\/\/.*$/gm, ''),
  );
  return new Set([...code.join('')].filter((sign) => sign > '~'));
}

test('every sign on the screen has an ASCII form', () => {
  const signs = [...signsUsed()];
  expect(signs).toContain('█');
  expect(signs.length).toBeGreaterThan(15);
  expect(signs.filter((sign) => inGlyphs(sign, ASCII) === '?')).toEqual([]);
});

test('each sign is one cell for one', () => {
  for (const sign of signsUsed())
    for (const capabilities of [ASCII, CONSOLE, ALL]) expect(inGlyphs(sign, capabilities).length).toBe(1);
});

test.each([
  ['─ Memory ─── ▲', '- Memory --- !'],
  ['█▌░│ 84 °C', '#..| 84  C'],
  ['python jupyter-l…', 'python jupyter-l~'],
  ['●◆▸▼×–·', '*+>vx-|'],
  ['plain, {brackets} and ~', 'plain, {brackets} and ~'],
  ['ÿ⠿日', '???'],
])('%s in ASCII is %s', (text, expected) => expect(inGlyphs(text, ASCII)).toBe(expected));

test('the Linux console gets what its font has', () => {
  expect(inGlyphs('━ ▸╌…●◆– █░│▲', CONSOLE)).toBe('═ ►-~•♦- █░│▲');
  expect(inGlyphs('━ ▸', ALL)).toBe('━ ▸');
});
