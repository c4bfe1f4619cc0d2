import type {FleetRow} from '../../core/fleet/fleet.ts';
import {poolLabel, rowLevel} from '../../core/fleet/row-level.ts';
import {cutEnd} from '../../core/text.ts';
import {cursorSpan, fit, inverted, type Line, type Span, span} from '../line.ts';
import {bar} from '../panels/bar.ts';
import type {Role} from '../roles.ts';
import {type FleetGrid, MARKS, MISSING} from './fleet-columns.ts';
import {downText} from './fleet-status.ts';

const SIGNS = {NORMAL: ' ', HIGH: '▲', CRITICAL: '■'} as const;
const LEVEL_ROLES = {NORMAL: 'ok', HIGH: 'warn', CRITICAL: 'critical'} as const;
const QUIET = new Set(['', MISSING, 'steady', 'learning', 'falling']);

export interface RowLook {
  readonly width: number;
  readonly grid: FleetGrid;
  readonly isUnderCursor: boolean;
  /** Whether its figures are not of now. */
  readonly isOld: boolean;
  /** The colour of its line in a chart. */
  readonly nameRole?: Role;
}

/** A pool of a host, or a host that is down. */
export function fleetRowLine(row: FleetRow, look: RowLook): Line {
  const {width, grid, isUnderCursor} = look;
  const isMuted = look.isOld || row.isStale;
  const level = row.down === undefined ? rowLevel(row) : 'HIGH';
  const ink = isMuted ? 'muted' : 'text';
  const host = cutEnd(row.host, grid.hostWidth).padEnd(grid.hostWidth);
  const head = [
    span(SIGNS[level], isMuted ? 'muted' : LEVEL_ROLES[level]),
    cursorSpan(isUnderCursor),
    span(host, ink),
  ];
  const line = fit([...head, ...bodyOf(row, look, isMuted)], width);
  return isUnderCursor ? inverted(line, width, 'accent') : line;
}

/** A host that is down has no pools: why stands in their place. */
function bodyOf(row: FleetRow, {width, grid, nameRole}: RowLook, isMuted: boolean): Line {
  if (row.down !== undefined)
    return [span(` ${cutEnd(downText(row.down), width - MARKS - grid.hostWidth - 1)}`, 'warn')];
  const pool = poolLabel(row.pool ?? '').padEnd(grid.poolWidth);
  return [span(` ${pool}`, isMuted ? 'muted' : (nameRole ?? 'text')), ...figures(row, grid, isMuted)];
}

function figures(row: FleetRow, grid: FleetGrid, isMuted: boolean): Line {
  const cells = grid.columns.map(({width, cell}): Span => {
    const text = cell(row);
    return span(` ${text.padStart(width)}`, isMuted || QUIET.has(text) ? 'muted' : 'text');
  });
  return [span(' '), ...barOf(row, grid.barWidth, isMuted), ...cells];
}

function barOf(
  {percent, thresholdPercent, status}: FleetRow,
  width: number,
  isMuted: boolean,
): readonly Span[] {
  if (percent === undefined) return [span(MISSING.padStart(6).padEnd(width).slice(0, width), 'muted')];
  const role = isMuted ? 'muted' : LEVEL_ROLES[status ?? 'NORMAL'];
  return bar({percent, thresholdPercent: thresholdPercent ?? Number.POSITIVE_INFINITY, width, role});
}
