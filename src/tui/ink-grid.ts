import type {ChartStyle} from '../core/choices.ts';
import {DOTS} from './chart.ts';

/** As blessed-contrib's canvas names what it draws with; here it is the number of a line. */
type Ink = string | number | readonly [red: number, green: number, blue: number];

/** Bits of a cell by dot: braille has 2×4, blocks 1×2, ASCII one. */
const BRAILLE_BITS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80] as const;
const BLOCKS: Readonly<Record<number, string>> = {1: '▀', 2: '▄', 3: '█'};

/** The sign of a cell with these dots. */
export function glyphOf(style: ChartStyle, mask: number, mark: string): string {
  if (style === 'ascii') return mark;
  return style === 'blocks' ? (BLOCKS[mask] ?? '█') : String.fromCharCode(0x2800 + mask);
}

/** The dots behind the canvas: which are set in each cell, and by which line last. */
export class InkGrid {
  readonly width: number;
  readonly height: number;
  readonly content: Uint8Array;
  readonly colors: (string | number | null)[];
  readonly chars: (string | null)[] = [];
  color: Ink = 0;
  fontFg: Ink = 0;
  fontBg: Ink = 0;
  readonly #across: number;
  readonly #down: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    // The canvas passes on sizes alone; the style that they came from is the latest one that was asked for.
    [this.#across, this.#down] = DOTS[InkGrid.style];
    const cells = Math.ceil(width / this.#across) * Math.ceil(height / this.#down);
    this.content = new Uint8Array(cells);
    this.colors = new Array(cells).fill(null);
  }

  static style: ChartStyle = 'braille';

  set(x: number, y: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const cell = this.getCoord(x, y);
    const bit = this.#down === 4 ? BRAILLE_BITS[(y % 4) * 2 + (x % 2)] : 1 << (y % this.#down);
    this.content[cell] = (this.content[cell] ?? 0) | (bit ?? 0);
    this.colors[cell] = Number(this.color);
  }

  unset(): void {}

  clear(): void {
    this.content.fill(0);
  }

  getCoord(x: number, y: number): number {
    return Math.floor(y / this.#down) * (this.width / this.#across) + Math.floor(x / this.#across);
  }

  measureText(text: string): {readonly width: number} {
    return {width: text.length};
  }

  writeText(): void {}

  frame(): string {
    return '';
  }
}
