const MOST_DIGITS = 15;
const [ZERO, NINE, MINUS, SPACE, TAB, NEW_LINE] = [0x30, 0x39, 0x2d, 0x20, 0x09, 0x0a];

/** The figure on a line `NAME FIGURE`, as in `memory.stat` and `/proc/vmstat`. */
export function counterIn(text: string, name: string): number | undefined {
  return countOf(figureBehind(text, `${name} `, {leastBlanks: 0, mostBlanks: 0, unit: ''}));
}

/** The size on a line `NAME: FIGURE kB`, in bytes, as in `/proc/PID/status` and `smaps_rollup`. */
export function kibibytesIn(text: string, name: string): number | undefined {
  const kibibytes = countOf(figureBehind(text, `${name}:`, {...SIZE, leastBlanks: 1}));
  return kibibytes === undefined ? undefined : kibibytes * 1024;
}

/** What stands between a name and its figure, and behind that up to the end of the line. */
export interface FigureForm {
  readonly leastBlanks: number;
  readonly mostBlanks: number;
  readonly unit: string;
}

/** A size in KiB, as in `/proc/meminfo`. */
export const SIZE: FigureForm = {leastBlanks: 0, mostBlanks: Number.POSITIVE_INFINITY, unit: ' kB'};

/**
 * The figure behind a name at the beginning of a line, below 0 too; nothing where no such line has a whole number in
 * this form. Read by hand: it is asked for dozens of names every second.
 */
export function figureBehind(text: string, name: string, form: FigureForm): number | undefined {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (at > 0 && text.charCodeAt(at - 1) !== NEW_LINE) continue;
    const figure = figureAt(text, at + name.length, form);
    if (figure !== undefined) return figure;
  }
  return undefined;
}

function figureAt(text: string, start: number, {leastBlanks, mostBlanks, unit}: FigureForm) {
  let place = start;
  while (text.charCodeAt(place) === SPACE || text.charCodeAt(place) === TAB) place += 1;
  if (place - start < leastBlanks || place - start > mostBlanks) return undefined;
  const isNegative = text.charCodeAt(place) === MINUS;
  if (isNegative) place += 1;
  const first = place;
  let figure = 0;
  for (let digit = text.charCodeAt(place); digit >= ZERO && digit <= NINE; digit = text.charCodeAt(place)) {
    figure = figure * 10 + digit - ZERO;
    place += 1;
  }
  const isNumber = place > first && place - first <= MOST_DIGITS;
  const end = place + unit.length;
  const isWhole = text.startsWith(unit, place) && (end === text.length || text.charCodeAt(end) === NEW_LINE);
  if (!isNumber || !isWhole) return undefined;
  return isNegative ? -figure : figure;
}

function countOf(figure: number | undefined): number | undefined {
  return figure === undefined || figure < 0 ? undefined : figure;
}
