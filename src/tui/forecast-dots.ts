import {type ChartPoint, type Scale, shareOf, type Window} from './chart.ts';

/** What of a plot is kept for the future. */
const FUTURE_SHARE = 5 / 26;
/** Dots stand in every second cell, so that nobody takes them for readings. */
const CELLS_APART = 2;

/** How many cells of a plot show what was; the others what comes. */
export function pastCells(width: number, hasFuture: boolean): number {
  return hasFuture ? width - Math.floor(width * FUTURE_SHARE) : width;
}

export interface Way {
  /** Where it stands now, and how much it gains in a millisecond, in the scale's unit. */
  readonly now: number;
  readonly perMs: number;
  /** Where it ends: at the limit. */
  readonly most: number;
}

/** Single dots behind the last column of what was, as far as it stays under its limit and the scale. */
export function forecastStrokes(
  way: Way,
  {
    window,
    across,
    cells,
    scale,
  }: {
    readonly window: Window;
    /** Columns of dots in a cell. */
    readonly across: number;
    /** Cells of the future. */
    readonly cells: number;
    readonly scale: Scale;
  },
): readonly (readonly ChartPoint[])[] {
  const strokes: ChartPoint[][] = [];
  for (let cell = 1; cell < cells; cell += CELLS_APART) {
    const x = window.count + cell * across + across - 1;
    const ms = (x - window.count + 1) * window.columnMs;
    const value = way.now + way.perMs * ms;
    if (value > Math.min(way.most, scale.high) || value < scale.low) break;
    const share = shareOf(value, scale);
    strokes.push([{x, low: share, mean: share, high: share}]);
  }
  return strokes;
}
