import {formatCount} from '../../core/format.ts';
import {cutEnd, cutStart, safeText} from '../../core/text.ts';
import {fit, type Line, padded, span} from '../line.ts';
import type {OutputView, View} from '../view.ts';
import {ruleLine} from './rule.ts';

const FILE_WIDTH = 40;

/** What the job writes: a rule with how much it was and where all of it is, then its latest lines. */
export function outputLines(view: View, rows: number): readonly Line[] {
  const {output, width, ui} = view;
  if (output === undefined) return [];
  const rule = ruleLine({
    title: `Output ${linesText(output)}`,
    note: noteOf(output, width),
    focused: ui.focus === 'output',
    width,
  });
  return [rule, ...padded(bodyOf(view, output, rows), rows)];
}

function linesText({lines}: OutputView): string {
  return lines.count === 1 ? '1 line' : `${formatCount(lines.count)} lines`;
}

function noteOf({lines, file, end}: OutputView, width: number): string {
  if (end < lines.count) return 'held, End follows';
  if (file === undefined || width < 60) return '';
  return `all of it in ${cutStart(safeText(file), FILE_WIDTH)}`;
}

function bodyOf({width}: View, {lines, end}: OutputView, rows: number): readonly Line[] {
  if (lines.count === 0) return [[span('  '), span('the job has written nothing yet', 'muted')]];
  // What was held may have gone meanwhile: then the oldest that is kept stands there.
  const last = Math.max(end - (lines.count - lines.size), Math.min(rows, lines.size));
  const shown = lines.slice(Math.max(0, last - rows), last);
  return shown.map((text) => fit([span(` ${cutEnd(safeText(text), width - 2)}`)], width));
}
