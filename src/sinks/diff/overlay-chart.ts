import {formatBytes, formatDuration} from '../../core/format.ts';

export interface OverlayInput {
  readonly before: readonly (number | undefined)[];
  readonly after: readonly (number | undefined)[];
  /** What the whole width stands for, milliseconds. */
  readonly lengthMs: number;
  readonly isAscii: boolean;
}

const [WIDTH, HEIGHT, AXIS] = [70, 12, 9];
const DOTS = 4;
/** The dots of a braille cell by column and row from the top. */
const BRAILLE = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/**
 * Two curves over each other, told apart without colour: the run before is a shaded area, the run after a line of dots.
 * Bytes, from 0 to the highest of both; what was not read is left out.
 */
export function overlayChart({before, after, lengthMs, isAscii}: OverlayInput): readonly string[] {
  const most = Math.max(1, ...[...before, ...after].map((value) => value ?? 0));
  const cells = Array.from({length: HEIGHT}, () => new Array<string>(WIDTH).fill(' '));
  shade(cells, before, most, isAscii ? ':' : '░');
  if (isAscii) star(cells, after, most);
  else dot(cells, after, most);
  const rows = cells.map((row, index) => `${axisLabel(index, most)}${row.join('').trimEnd()}`);
  const [area, line] = isAscii ? [':', '*'] : ['░', '⠒'];
  const end = formatDuration(lengthMs);
  return [
    ...rows.map((row) => row.trimEnd()),
    `${' '.repeat(AXIS)}0${end.padStart(WIDTH - 1)}`,
    `${' '.repeat(AXIS)}${area.repeat(3)} before   ${line.repeat(3)} after   (means of each column: a peak may be higher)`,
  ];
}

function axisLabel(row: number, most: number): string {
  const label = row === 0 ? formatBytes(most) : row === HEIGHT - 1 ? '0' : '';
  return `${label.padStart(AXIS - 1)} `;
}

/** The value of one of so many columns that the whole stands in. */
function valueAt(
  values: readonly (number | undefined)[],
  place: number,
  columns: number,
): number | undefined {
  return values[Math.floor(((place + 0.5) / columns) * values.length)];
}

function shade(cells: string[][], values: readonly (number | undefined)[], most: number, ink: string): void {
  for (let x = 0; x < WIDTH; x += 1) {
    const value = valueAt(values, x, WIDTH);
    if (value === undefined) continue;
    // Something that is not nothing is seen.
    const height = Math.max(1, Math.round((value / most) * HEIGHT));
    for (let y = HEIGHT - height; y < HEIGHT; y += 1) put(cells, y, x, ink);
  }
}

function star(cells: string[][], values: readonly (number | undefined)[], most: number): void {
  for (let x = 0; x < WIDTH; x += 1) {
    const value = valueAt(values, x, WIDTH);
    if (value !== undefined) put(cells, rowOf(value, most, HEIGHT), x, '*');
  }
}

function dot(cells: string[][], values: readonly (number | undefined)[], most: number): void {
  const bits = Array.from({length: HEIGHT}, () => new Array<number>(WIDTH).fill(0));
  let last: number | undefined;
  for (let x = 0; x < WIDTH * 2; x += 1) {
    const value = valueAt(values, x, WIDTH * 2);
    const row = value === undefined ? undefined : rowOf(value, most, HEIGHT * DOTS);
    if (row !== undefined) for (const y of between(last ?? row, row)) setDot(bits, x, y);
    last = row;
  }
  for (const [y, row] of bits.entries())
    for (const [x, bit] of row.entries()) if (bit > 0) put(cells, y, x, String.fromCodePoint(0x2800 + bit));
}

function setDot(bits: number[][], x: number, y: number): void {
  const row = bits[Math.floor(y / DOTS)];
  const bit = BRAILLE[x % 2 === 0 ? 0 : 1][(y % DOTS) as 0 | 1 | 2 | 3];
  const column = Math.floor(x / 2);
  if (row !== undefined) row[column] = (row[column] ?? 0) | bit;
}

/** A step is drawn through, its start left out. */
function between(from: number, to: number): readonly number[] {
  const step = Math.sign(to - from);
  const count = Math.max(1, Math.abs(to - from));
  return Array.from({length: count}, (_, index) => to - step * index);
}

function rowOf(value: number, most: number, rows: number): number {
  return Math.min(rows - 1, Math.max(0, rows - 1 - Math.round((value / most) * (rows - 1))));
}

function put(cells: string[][], y: number, x: number, ink: string): void {
  const row = cells[y];
  if (row !== undefined && x < WIDTH) row[x] = ink;
}
