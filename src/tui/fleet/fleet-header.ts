import type {FleetCounts} from '../../core/fleet/fleet.ts';
import {formatClock, formatCount, formatDuration} from '../../core/format.ts';
import {cutEnd} from '../../core/text.ts';
import {widthClassOf} from '../layout.ts';
import {type Line, type Span, span, spread, widthOf} from '../line.ts';
import type {Role} from '../roles.ts';
import type {FleetView} from './fleet-view.ts';

/** How many hosts are how, worst first; what there is none of is not told. */
const STATES: readonly (readonly [keyof FleetCounts, string, Role])[] = [
  ['critical', 'critical', 'critical'],
  ['high', 'high', 'warn'],
  ['leak', 'leak', 'warn'],
  ['down', 'down', 'warn'],
  ['stale', 'stale', 'warn'],
];

/** Less of an address says nothing. */
const LEAST_TITLE = 12;

/** The first row: how many hosts there are and how they are, who says so, and when. */
export function fleetHeader(view: FleetView): Line {
  const {width, state, title, intervalMs, now} = view;
  const widthClass = widthClassOf(width);
  const name =
    widthClass === 100 ? [span(' '), span('memtop', 'accent', {bold: true}), span('  ')] : [span(' ')];
  const clock = widthClass < 60 ? '' : formatClock(now, widthClass === 100 ? 'seconds' : 'minutes');
  const counts = countSpans(
    state.reading?.counts,
    width - widthOf(name) - (clock === '' ? 0 : clock.length + 3),
  );
  const room = width - widthOf(name) - widthOf(counts) - clock.length - 5;
  const every = `every ${formatDuration(intervalMs)}`;
  const texts = [`${title} · ${every}`, title, room < LEAST_TITLE ? '' : cutEnd(title, room)];
  const source = widthClass < 60 ? '' : (texts.find(({length}) => length <= room) ?? '');
  const right = [source, clock].filter((text) => text !== '').join('  ');
  return spread([...name, ...counts], right === '' ? [] : [span(`${right} `, 'muted')], width);
}

/** The first that give way where there is no room for all. */
const LEAST_NEEDED: readonly (keyof FleetCounts)[] = ['stale', 'high', 'leak', 'down'];

function countSpans(counts: FleetCounts | undefined, room: number): readonly Span[] {
  if (counts === undefined) return [span('fleet', 'muted')];
  const texts = LEAST_NEEDED.map((_, gone) => countsWithout(counts, LEAST_NEEDED.slice(0, gone)));
  return texts.find((spans) => widthOf(spans) <= room) ?? countsWithout(counts, LEAST_NEEDED);
}

function countsWithout(counts: FleetCounts, gone: readonly (keyof FleetCounts)[]): readonly Span[] {
  const hosts = `${formatCount(counts.hosts)} ${counts.hosts === 1 ? 'host' : 'hosts'}`;
  const told = STATES.filter(([name]) => counts[name] > 0 && !gone.includes(name));
  const states = told.flatMap(([name, word, role]) => [
    span(' · ', 'muted'),
    span(`${formatCount(counts[name])} ${word}`, role),
  ]);
  return [span(hosts), ...states];
}
