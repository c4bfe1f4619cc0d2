import type {FleetRow} from '../../core/fleet/fleet.ts';
import {poolLabel} from '../../core/fleet/row-level.ts';
import {formatChange, formatNarrowPair, formatPair} from '../../core/format.ts';
import {formatAhead} from '../../core/leak-words.ts';
import {widthClassOf} from '../layout.ts';
import type {RuleLabel} from '../panels/rule.ts';

export interface FleetColumn {
  readonly title: string;
  readonly width: number;
  readonly cell: (row: FleetRow) => string;
}

/** Where everything stands in a row: marks, host, pool, bar, then columns. */
export interface FleetGrid {
  readonly hostWidth: number;
  readonly poolWidth: number;
  readonly barWidth: number;
  readonly columns: readonly FleetColumn[];
}

export const MISSING = '–';
export const MARKS = 2;
const LEAST_BAR = 8;
const MOST_HOST = 32;

const PAIR: FleetColumn = {
  title: 'used / limit',
  width: 15,
  cell: ({usedBytes, totalBytes}) =>
    usedBytes === undefined || totalBytes === undefined ? MISSING : formatPair(usedBytes, totalBytes),
};
const NARROW_PAIR: FleetColumn = {
  title: 'used/limit',
  width: 13,
  cell: ({usedBytes, totalBytes}) =>
    usedBytes === undefined || totalBytes === undefined ? MISSING : formatNarrowPair(usedBytes, totalBytes),
};
const GROWTH: FleetColumn = {
  title: 'growth/h',
  width: 8,
  cell: ({growthPerHour}) => (growthPerHour === undefined ? '' : formatChange(growthPerHour)),
};
const GROWTH_OR_VERDICT: FleetColumn = {...GROWTH, cell: (row) => GROWTH.cell(row) || (row.verdict ?? '')};
const VERDICT: FleetColumn = {title: 'verdict', width: 8, cell: ({verdict}) => verdict ?? ''};
const LIMIT_IN: FleetColumn = {
  title: 'limit in',
  width: 10,
  cell: ({limitIn}) => (limitIn && formatAhead(limitIn.ms)) ?? '',
};
const ALERTS: FleetColumn = {
  title: 'alerts',
  width: 6,
  cell: ({alerts}) => (alerts.length === 0 ? '' : String(alerts.length)),
};

const COLUMNS = {
  100: [PAIR, GROWTH, VERDICT, LIMIT_IN, ALERTS],
  80: [PAIR, GROWTH_OR_VERDICT, LIMIT_IN],
  60: [NARROW_PAIR, LIMIT_IN],
  40: [LIMIT_IN],
} as const satisfies Record<number, readonly FleetColumn[]>;

/** The columns that there is room for; a host's name gets what it needs, and the bar the rest. */
export function fleetGrid(rows: readonly FleetRow[], width: number): FleetGrid {
  const columns: readonly FleetColumn[] = COLUMNS[widthClassOf(width)];
  const fixed = MARKS + columns.reduce((sum, column) => sum + column.width + 1, 0);
  const poolWidth = Math.max(5, ...rows.map(({pool}) => poolLabel(pool ?? '').length));
  const room = width - fixed - poolWidth - 2;
  const longest = Math.max(6, ...rows.map(({host}) => host.length));
  const most = Math.min(MOST_HOST, Math.max(6, room - LEAST_BAR - (room > 40 ? 12 : 0)));
  const hostWidth = Math.min(longest, most);
  return {hostWidth, poolWidth, barWidth: Math.max(0, room - hostWidth), columns};
}

/** The columns' names over their ends. */
export function fleetTitles({columns}: FleetGrid, width: number): readonly RuleLabel[] {
  let end = width - 1;
  return columns.toReversed().map(({title, width: cells}) => {
    const label = {text: title, endsAt: end};
    end -= cells + 1;
    return label;
  });
}
