import type {FleetHost, FleetRow} from '../../core/fleet/fleet.ts';
import {poolLabel} from '../../core/fleet/row-level.ts';
import {formatElapsed} from '../../core/format.ts';
import {formatForecast} from '../../core/leak-words.ts';
import {safeText} from '../../core/text.ts';
import {fit, type Line, span, wrap} from '../line.ts';
import {ruleLine} from '../panels/rule.ts';
import type {Picture} from '../picture.ts';
import {fleetChart} from './fleet-chart.ts';
import {fleetGrid, fleetTitles} from './fleet-columns.ts';
import {lookOf, poolsOf} from './fleet-plot.ts';
import {fleetRowLine} from './fleet-rows.ts';
import type {FleetUi} from './fleet-state.ts';
import {type FleetView, isOld} from './fleet-view.ts';

const LEAST_CHART = 6;
const LEAST_POOLS = 3;

/** One host: its pools in full, what is known of it, and its past. `top` is its first row on the screen. */
export function hostPicture(
  view: FleetView,
  open: NonNullable<FleetUi['open']>,
  top: number,
  height: number,
): Picture {
  const {state, width} = view;
  const all = (state.reading?.pools ?? []).filter(({target}) => target.key === open.target.key);
  const about = state.reading?.hosts.find(({target}) => target.key === open.target.key);
  const facts = factLines(about, all, width, height);
  const most = Math.max(LEAST_POOLS, height - 1 - facts.length - LEAST_CHART);
  const rows = rowLines(view, all, open, most);
  const chartTop = rows.length + facts.length;
  const chart = fleetChart(view, all, top + chartTop, height - chartTop);
  return {lines: [...rows, ...facts, ...chart.lines], chart: chart.chart};
}

function rowLines(
  view: FleetView,
  all: readonly FleetRow[],
  open: NonNullable<FleetUi['open']>,
  most: number,
): readonly Line[] {
  const {width, state} = view;
  const unnamed = all.map((row) => ({...row, host: row.down === undefined ? '' : row.host}));
  const grid = fleetGrid(unnamed, width);
  const own = {...grid, hostWidth: 0, barWidth: grid.barWidth + grid.hostWidth};
  const {instance} = open.target;
  const place = instance.replace(/:9717$/, '');
  const title = open.host.includes(place) ? open.host : `${open.host} · ${instance}`;
  const rule = ruleLine({title: safeText(title), labels: fleetTitles(own, width), focused: true, width});
  if (all.length === 0) return [rule, fit([span('  no figure of this host', 'muted')], width)];
  const pools = poolsOf(all, state.history);
  const lines = chosen(unnamed, most).map((row) =>
    fleetRowLine(row, {
      width,
      grid: row.down === undefined ? own : grid,
      isUnderCursor: false,
      isOld: isOld(view),
      nameRole: lookOf(row.pool ?? '', pools).role,
    }),
  );
  const hidden = all.length - lines.length;
  if (hidden === 0) return [rule, ...lines];
  return [rule, ...lines.slice(0, -1), fit([span(`  + ${hidden + 1} more`, 'muted')], width)];
}

/** RAM, then those that are fullest, in their own order. */
function chosen(rows: readonly FleetRow[], most: number): readonly FleetRow[] {
  if (rows.length <= most) return rows;
  const byShare = rows.toSorted((a, b) => (b.percent ?? -1) - (a.percent ?? -1));
  const shown = new Set([...rows.filter(({pool}) => pool === 'ram'), ...byShare].slice(0, most));
  return rows.filter((row) => shown.has(row));
}

/** Forecasts with their intervals, alerts and what answers, in low screens none of it. */
function factLines(
  host: FleetHost | undefined,
  rows: readonly FleetRow[],
  width: number,
  height: number,
): readonly Line[] {
  if (height < 14) return [];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['limit in', forecastsOf(rows)],
    ['firing', listed(host?.alerts)],
    ['Prometheus', listed(host?.calls)],
    ['memtop', aboutOf(host)],
  ];
  return facts.flatMap(([name, text]) =>
    text === undefined
      ? []
      : wrap(text, width - 14)
          .slice(0, 2)
          .map((part, index) =>
            fit([span(`  ${(index === 0 ? name : '').padEnd(11)} `, 'muted'), span(part)], width),
          ),
  );
}

function forecastsOf(rows: readonly FleetRow[]): string | undefined {
  const told = rows.flatMap(({pool, limitIn}) => {
    const text = limitIn && formatForecast(limitIn);
    return text === undefined ? [] : [`${poolLabel(pool ?? '')} ${text}`];
  });
  return told.length === 0 ? undefined : told.join(' · ');
}

function listed(names: readonly string[] | undefined): string | undefined {
  return names === undefined || names.length === 0 ? undefined : names.join(', ');
}

function aboutOf(host: FleetHost | undefined): string | undefined {
  if (host === undefined) return undefined;
  const age = host.ageMs === undefined ? [] : [`reading ${formatElapsed(host.ageMs)} old`];
  const facts = [...(host.version === undefined ? [] : [host.version]), ...age];
  return facts.length === 0 ? undefined : facts.join(' · ');
}
