import type {Capabilities} from './view.ts';

/** Signs where only ASCII may be written, one cell for one. */
const ASCII: Readonly<Record<string, string>> = {
  '─': '-',
  '━': '=',
  '│': '|',
  '┤': '|',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '╌': '-',
  '█': '#',
  '▌': '.',
  '░': '.',
  '▲': '!',
  '■': 'X',
  '●': '*',
  '◆': '+',
  '▸': '>',
  '▼': 'v',
  '…': '~',
  '–': '-',
  '·': '|',
  '×': 'x',
  '°': ' ',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
};

/** Signs that the font of the Linux console lacks. */
const CONSOLE: Readonly<Record<string, string>> = {
  '━': '═',
  '▸': '►',
  '╌': '-',
  '…': '~',
  '●': '•',
  '◆': '♦',
  '–': '-',
};

/** The same text in signs that this terminal has. */
export function inGlyphs(text: string, {ascii, console}: Capabilities): string {
  if (ascii)
    return /^[ -~]*$/.test(text)
      ? text
      : [...text].map((sign) => (sign <= '~' ? sign : (ASCII[sign] ?? '?'))).join('');
  return console ? text.replace(/[━▸╌…●◆–]/g, (sign) => CONSOLE[sign] ?? sign) : text;
}
