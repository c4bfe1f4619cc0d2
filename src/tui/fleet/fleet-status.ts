import type {FleetReading, FleetRow} from '../../core/fleet/fleet.ts';
import {poolLabel, rowLevel} from '../../core/fleet/row-level.ts';
import {formatChange, formatClock, formatDuration, formatPercent} from '../../core/format.ts';
import {formatAhead} from '../../core/leak-words.ts';
import {cutEnd} from '../../core/text.ts';
import {fit, inverted, type Line, span} from '../line.ts';
import type {Role} from '../roles.ts';
import {type FleetView, isOld} from './fleet-view.ts';

interface Concern {
  readonly chip: string;
  readonly sign: string;
  readonly role: Role;
  readonly text: string;
}

/** The second row: one chip and one sentence, the worst truth now. */
export function fleetStatus(view: FleetView): Line {
  const {chip, sign, role, text} = concernOf(view);
  const head = ` ${sign} ${chip} `;
  const sentence = ` ${cutEnd(text, Math.max(0, view.width - head.length - 2))}`;
  if (role === 'critical') return inverted([span(head), span(sentence)], view.width, 'critical');
  return fit([span(head, role, {inverse: role === 'warn', bold: true}), span(sentence)], view.width);
}

function concernOf(view: FleetView): Concern {
  const {state, now, ui} = view;
  const {reading, problem} = state;
  if (problem !== undefined) return noData(view, problem);
  if (reading === undefined) return {chip: 'ASKING', sign: '●', role: 'ok', text: view.title};
  if (isOld(view)) return noData(view, `no answer for ${formatDuration(now - reading.at)}`);
  const open = ui.open?.target.key;
  const rows = open === undefined ? reading.rows : reading.pools.filter(({target}) => target.key === open);
  return worstOf(rows, open === undefined ? reading : undefined);
}

/** `Prometheus does not answer (connection refused), trying again in 15 s · figures of 14:02:11`. */
function noData({state: {reading, nextAt}, now, width}: FleetView, problem: string): Concern {
  const inMs = Math.ceil(Math.max(0, nextAt - now) / 1000) * 1000;
  const again = inMs === 0 ? 'trying again now' : `trying again in ${formatDuration(inMs)}`;
  const old = reading === undefined ? '' : ` · figures of ${formatClock(reading.at)}`;
  const whole = [`${problem}, ${again}${old}`, `${problem}, ${again}`].find(
    ({length}) => length <= width - 13,
  );
  return {chip: 'NO DATA', sign: '▲', role: 'warn', text: whole ?? problem};
}

const CHIPS: readonly (readonly [(row: FleetRow) => boolean, Omit<Concern, 'text'>])[] = [
  [(row) => rowLevel(row) === 'CRITICAL', {chip: 'CRITICAL', sign: '■', role: 'critical'}],
  [({status}) => status === 'HIGH', {chip: 'HIGH', sign: '▲', role: 'warn'}],
  [({verdict}) => verdict === 'leak', {chip: 'LEAK', sign: '▲', role: 'warn'}],
  [({down}) => down !== undefined, {chip: 'DOWN', sign: '▲', role: 'warn'}],
];

function worstOf(rows: readonly FleetRow[], reading: FleetReading | undefined): Concern {
  for (const [is, chip] of CHIPS) {
    const row = rows.filter((one) => !one.isStale).find(is);
    if (row !== undefined) return {...chip, text: sentenceOf(row)};
  }
  const fullest = rows.reduce<FleetRow | undefined>(
    (most, row) => ((row.percent ?? -1) > (most?.percent ?? -1) ? row : most),
    undefined,
  );
  const hosts = reading?.counts.hosts ?? rows.length;
  const text =
    fullest === undefined ? (hosts === 0 ? 'no host' : 'no figure') : `fullest ${sentenceOf(fullest)}`;
  return {chip: fullest === undefined ? 'NO DATA' : 'NORMAL', sign: '●', role: 'ok', text};
}

/** `atlas07 RAM 73.8%, +2.6 GiB/h · limit in ~5 h 40 m`. */
function sentenceOf({host, pool, percent, growthPerHour, limitIn, down}: FleetRow): string {
  if (down !== undefined) return `${host} ${downText(down)}`;
  const share = percent === undefined ? '' : ` ${formatPercent(percent)}`;
  const pace = growthPerHour === undefined ? '' : `, ${formatChange(growthPerHour)}/h`;
  const ahead = limitIn && formatAhead(limitIn.ms);
  return `${host} ${poolLabel(pool ?? '')}${share}${pace}${ahead === undefined ? '' : ` · limit in ${ahead}`}`;
}

/** `down since 14:02`, `down: connection refused`. */
export function downText({sinceAt, reason}: NonNullable<FleetRow['down']>): string {
  return sinceAt === undefined ? `down, ${reason}` : `down since ${formatClock(sinceAt, 'minutes')}`;
}
