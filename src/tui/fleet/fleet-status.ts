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
  /** In so many cells. */
  readonly text: (room: number) => string;
}

/** The second row: one chip and one sentence, the worst truth now. */
export function fleetStatus(view: FleetView): Line {
  const {chip, sign, role, text} = concernOf(view);
  const head = ` ${sign} ${chip} `;
  const room = Math.max(0, view.width - head.length - 2);
  const sentence = ` ${cutEnd(text(room), room)}`;
  if (role === 'critical') return inverted([span(head), span(sentence)], view.width, 'critical');
  return fit([span(head, role, {inverse: role === 'warn', bold: true}), span(sentence)], view.width);
}

/** `down since 14:02`, `down, connection refused`. */
export function downText({sinceAt, reason}: NonNullable<FleetRow['down']>): string {
  return sinceAt === undefined ? `down, ${reason}` : `down since ${formatClock(sinceAt, 'minutes')}`;
}

function concernOf(view: FleetView): Concern {
  const {state, now, ui} = view;
  const {reading, problem} = state;
  if (problem !== undefined) return noData(view, problem);
  if (reading === undefined) return {chip: 'ASKING', sign: '●', role: 'ok', text: () => view.title};
  if (isOld(view)) return noData(view, `no answer for ${formatDuration(now - reading.at)}`);
  const open = ui.open?.target.key;
  const rows = open === undefined ? reading.rows : reading.pools.filter(({target}) => target.key === open);
  return worstOf(rows, open === undefined ? reading : undefined);
}

/** `Prometheus does not answer (connection refused), trying again in 15 s · figures of 14:02:11`. */
function noData({state: {reading, nextAt}, now}: FleetView, problem: string): Concern {
  const inMs = Math.ceil(Math.max(0, nextAt - now) / 1000) * 1000;
  const again = inMs === 0 ? 'trying again now' : `trying again in ${formatDuration(inMs)}`;
  const old = reading === undefined ? '' : ` · figures of ${formatClock(reading.at)}`;
  const texts = [
    `${problem}, ${again}${old}`,
    `${problem}, ${again}`,
    `${problem}, ${again.replace('trying ', '')}`,
    problem,
  ];
  const text = (room: number) => texts.find(({length}) => length <= room) ?? problem;
  return {chip: 'NO DATA', sign: '▲', role: 'warn', text};
}

const CHIPS: readonly (readonly [(row: FleetRow) => boolean, Omit<Concern, 'text'>])[] = [
  [(row) => rowLevel(row) === 'CRITICAL', {chip: 'CRITICAL', sign: '■', role: 'critical'}],
  [({status}) => status === 'HIGH', {chip: 'HIGH', sign: '▲', role: 'warn'}],
  [({verdict}) => verdict === 'leak', {chip: 'LEAK', sign: '▲', role: 'warn'}],
  [({down}) => down !== undefined, {chip: 'DOWN', sign: '▲', role: 'warn'}],
];

/** Old figures are no truth of now; of those alike the first row is told. */
function worstOf(rows: readonly FleetRow[], reading: FleetReading | undefined): Concern {
  for (const [is, chip] of CHIPS) {
    const row = rows.filter((one) => !one.isStale).find(is);
    if (row !== undefined) return {...chip, text: (room) => sentenceOf(row, room)};
  }
  const known = rows.filter(({percent}) => percent !== undefined);
  const [fullest] = known.toSorted((a, b) => (b.percent ?? 0) - (a.percent ?? 0));
  if (fullest !== undefined)
    return {
      chip: 'NORMAL',
      sign: '●',
      role: 'ok',
      text: (room) => `fullest ${sentenceOf(fullest, room - 'fullest '.length)}`,
    };
  const text = reading?.counts.hosts === 0 ? 'no host' : 'no figure';
  return {chip: 'NO DATA', sign: '▲', role: 'warn', text: () => text};
}

const LEAST_NAME = 8;

/** `atlas07 RAM 73.8%, +2.6 GiB/h · limit in ~5 h 40 m`; where room is short the name is cut, and no figure. */
function sentenceOf(row: FleetRow, room: number): string {
  const texts = factsOf(row);
  const facts = texts.find(({length}) => length + LEAST_NAME <= room) ?? texts.at(-1) ?? '';
  return `${cutEnd(row.host, Math.max(1, room - facts.length))}${facts}`;
}

/** What there is to say of a row, the longest first. */
function factsOf({pool, percent, growthPerHour, limitIn, down}: FleetRow): readonly string[] {
  if (down !== undefined) return [` ${downText(down)}`];
  const share = ` ${poolLabel(pool ?? '')}${percent === undefined ? '' : ` ${formatPercent(percent)}`}`;
  const pace = growthPerHour === undefined ? '' : `, ${formatChange(growthPerHour)}/h`;
  const ahead = limitIn && formatAhead(limitIn.ms);
  const limit = ahead === undefined ? '' : ` · limit in ${ahead}`;
  return [`${share}${pace}${limit}`, `${share}${limit}`, share];
}
