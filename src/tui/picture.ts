import type {ChartSpec} from './chart.ts';
import {fit, type Line, plainText} from './line.ts';

/** The whole screen: one line for each row, and the chart that is drawn over some of them. */
export interface Picture {
  readonly lines: readonly Line[];
  readonly chart: ChartSpec | undefined;
}

/** What floats over a picture. */
export interface Overlay {
  readonly top: number;
  readonly left: number;
  readonly lines: readonly Line[];
}

/** A picture with something floating over it, and over the chart in it. */
export function covered({lines, chart}: Picture, {top, left, lines: over}: Overlay, width: number): Picture {
  const result = lines.map((line, row) => {
    const here = over[row - top];
    if (here === undefined) return line;
    return [...fit(line, left), ...here, ...after(line, left + plainText(here).length, width)];
  });
  const hole = {top, left, width: plainText(over[0] ?? []).length, height: over.length};
  return {lines: result, chart: chart && {...chart, hole}};
}

function after(line: Line, from: number, width: number): Line {
  let column = 0;
  return fit(line, width).flatMap((part) => {
    const start = column;
    column += part.text.length;
    if (column <= from) return [];
    return [start >= from ? part : {...part, text: part.text.slice(from - start)}];
  });
}
