const MOST_DIGITS = 15;
const [ZERO, NINE, MINUS, SPACE, NEW_LINE] = [0x30, 0x39, 0x2d, 0x20, 0x0a];

/** The figure on a line `NAME FIGURE`, as in `memory.stat` and `/proc/vmstat`. */
export function counterIn(text: string, name: string): number | undefined {
  const figure = figureBehind(text, `${name} `, '\n');
  return figure === undefined || figure < 0 ? undefined : figure;
}

/**
 * The figure behind a name at the beginning of a line, blanks between them left out; nothing where that is no whole
 * number with this ending. Read by hand: it is asked for dozens of names every second.
 */
export function figureBehind(text: string, name: string, ending: string): number | undefined {
  const start = lineWith(text, name);
  if (start === undefined) return undefined;
  let place = start;
  while (text.charCodeAt(place) === SPACE) place += 1;
  const isNegative = text.charCodeAt(place) === MINUS;
  if (isNegative) place += 1;
  const first = place;
  let figure = 0;
  for (let digit = text.charCodeAt(place); digit >= ZERO && digit <= NINE; digit = text.charCodeAt(place)) {
    figure = figure * 10 + digit - ZERO;
    place += 1;
  }
  const isNumber = place > first && place - first <= MOST_DIGITS;
  const isEnd = text.startsWith(ending, place) || (ending === '\n' && place === text.length);
  if (!isNumber || !isEnd) return undefined;
  return isNegative ? -figure : figure;
}

/** Where what stands behind a name begins, of the first line that begins with it. */
function lineWith(text: string, name: string): number | undefined {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (at === 0 || text.charCodeAt(at - 1) === NEW_LINE) return at + name.length;
  return undefined;
}
