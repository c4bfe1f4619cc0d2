import {eventSubject, momentOf} from '../../core/event.ts';
import {safeText} from '../../core/text.ts';
import {DOTS} from '../chart.ts';
import {fit, type Line, type Span, span} from '../line.ts';
import type {Plot} from '../plot.ts';
import type {Role} from '../roles.ts';
import type {View} from '../view.ts';
import {signOf} from './alerts.ts';

interface LaneSign {
  readonly column: number;
  readonly sign: string;
  readonly role: Role;
  readonly name: string;
}

/** Signs of alerts and marks over their moment, with the name where it fits. */
export function eventLane(view: View, plot: Plot): Line {
  const [across] = DOTS[view.capabilities.chart];
  const placed = view.events.flatMap(({event}): readonly LaneSign[] => {
    const column = Math.floor((momentOf(event) - plot.window.from) / (plot.window.columnMs * across));
    if (column < 0 || column >= plot.past) return [];
    if (event.kind !== 'mark' && event.kind !== 'raised') return [];
    return [{column, ...signOf(event), name: safeText(eventSubject(event))}];
  });
  const edge = span(`${' '.repeat(plot.axisWidth - 1)}│`, 'muted');
  if (placed.length === 0) return fit([edge], view.width);
  const cells: Span[] = Array.from({length: plot.width}, () => span(' '));
  for (const [index, {column, sign, role, name}] of placed.entries()) {
    const room = (placed[index + 1]?.column ?? plot.width) - column - 3;
    cells[column] = span(sign, role);
    if (name.length > room || name.length === 0) continue;
    for (const [offset, character] of [...name].entries())
      cells[column + 2 + offset] = span(character, 'muted');
  }
  return fit([edge, ...cells], view.width);
}
