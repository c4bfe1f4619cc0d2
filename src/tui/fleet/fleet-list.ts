import type {FleetRow, FleetSort} from '../../core/fleet/fleet.ts';
import {formatCount} from '../../core/format.ts';
import {safeText} from '../../core/text.ts';
import {fit, type Line, padded, span} from '../line.ts';
import {ruleLine} from '../panels/rule.ts';
import {fleetGrid, fleetTitles} from './fleet-columns.ts';
import {fleetRowLine} from './fleet-rows.ts';
import {type FleetView, isOld, shownRows} from './fleet-view.ts';

const SORT_WORDS: Readonly<Record<FleetSort, string>> = {
  limit: 'by time to limit',
  share: 'by share',
  growth: 'by growth',
  host: 'by host',
};

/** The pools of all hosts: a rule with the column names, then as many rows as there is room for. */
export function listLines(view: FleetView, height: number): readonly Line[] {
  const {width} = view;
  const rows = shownRows(view);
  const grid = fleetGrid(rows, width);
  const rule = ruleLine({title: titleOf(view, rows), labels: fleetTitles(grid, width), focused: true, width});
  if (rows.length === 0) return padded([rule, fit([span(`  ${emptyText(view)}`, 'muted')], width)], height);
  const lines = visible(rows, view.ui.cursor, height - 1).map((row) =>
    fleetRowLine(row, {width, grid, isUnderCursor: row.key === view.ui.cursor, isOld: isOld(view)}),
  );
  return padded([rule, ...lines], height);
}

/** Scrolled so that the cursor is among them. */
function visible(rows: readonly FleetRow[], cursor: string | undefined, room: number): readonly FleetRow[] {
  const place = rows.findIndex(({key}) => key === cursor);
  const top = Math.max(0, Math.min(rows.length - room, place - room + 1 + Math.min(2, room - 1)));
  return rows.slice(top, top + room);
}

/** `100 of 2,496 pools by time to limit, /node`. */
function titleOf({state, ui, width}: FleetView, {length}: readonly FleetRow[]): string {
  const all = state.reading?.counts.rows;
  const count =
    all === undefined
      ? ''
      : length < all
        ? `${formatCount(length)} of ${formatCount(all)} `
        : `${formatCount(length)} `;
  const filter = ui.filter.trim() === '' ? '' : `/${safeText(ui.filter.trim()).slice(0, 16)} `;
  const order = width < 60 ? '' : SORT_WORDS[ui.sort];
  return `${width < 80 ? '' : 'Pools '}${count}${filter}${order}`.trim();
}

function emptyText({state: {reading, problem}, ui}: FleetView): string {
  if (reading === undefined) return problem === undefined ? '' : 'nothing known yet';
  return ui.filter.trim() === '' ? 'no host that runs memtop' : 'no host matches';
}
