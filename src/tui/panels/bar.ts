import {formatPercent} from '../../core/format.ts';
import type {Span} from '../line.ts';
import {span} from '../line.ts';
import type {Role} from '../roles.ts';

/** Cells at the bar's beginning that carry its figure. */
export const FIGURE_CELLS = 6;

export interface BarOptions {
  readonly percent: number;
  readonly thresholdPercent: number;
  readonly width: number;
  readonly role: Role;
}

/** A bar of one row: its figure in its first cells, inverse where filled, and a tick at the threshold. */
export function bar({percent, thresholdPercent, width, role}: BarOptions): readonly Span[] {
  const halves = Math.round((Math.min(100, Math.max(0, percent)) / 100) * width * 2);
  const full = Math.floor(halves / 2);
  // A threshold that is off has no tick.
  const place = Math.min(width - 1, Math.floor((thresholdPercent / 100) * width));
  const tick = Number.isFinite(thresholdPercent) ? place : -1;
  const figure = formatPercent(percent).padStart(FIGURE_CELLS);
  const cells = Array.from({length: width}, (_, index): Span => {
    const isFull = index < full;
    if (index < FIGURE_CELLS) return span(figure[index] ?? ' ', role, {inverse: isFull, solid: true});
    if (index === tick)
      return isFull ? span('│', role, {inverse: true, solid: true}) : span('│', 'threshold');
    if (isFull) return span('█', role, {solid: true});
    return index === full && halves % 2 === 1 ? span('▌', role, {solid: true}) : span('░', 'rule');
  });
  return joined(cells);
}

/** Neighbours of one look as one run. */
function joined(cells: readonly Span[]): readonly Span[] {
  const runs: Span[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    const isSame = last !== undefined && last.role === cell.role && last.inverse === cell.inverse;
    if (isSame) runs[runs.length - 1] = {...last, text: last.text + cell.text};
    else runs.push(cell);
  }
  return runs;
}
