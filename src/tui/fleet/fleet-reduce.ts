import {SPANS} from '../../core/choices.ts';
import {FLEET_SORTS} from '../../core/fleet/fleet.ts';
import type {Action} from '../keymap.ts';
import {clampSpan, nextOf} from '../state.ts';
import {FLEET_KEYS} from './fleet-keymap.ts';
import type {FleetFacts, FleetStep, FleetUi} from './fleet-state.ts';

const LONGEST_FILTER = 100;
const LAST = Number.MAX_SAFE_INTEGER;

/** What a key comes to. Pure. */
export function reduceFleet(ui: FleetUi, key: string, facts: FleetFacts): FleetStep {
  if (ui.isTyping) return typing(ui, key);
  const action = FLEET_KEYS.get(key);
  const reduce = action && REDUCERS[action];
  return reduce === undefined ? {ui} : reduce(ui, facts);
}

type Reducer = (ui: FleetUi, facts: FleetFacts) => FleetStep;

const REDUCERS: Readonly<Partial<Record<Action, Reducer>>> = {
  up: (ui, facts) => move(ui, facts, -1),
  down: (ui, facts) => move(ui, facts, 1),
  'page-up': (ui, facts) => move(ui, facts, -facts.page),
  'page-down': (ui, facts) => move(ui, facts, facts.page),
  first: (ui, facts) => move(ui, facts, -LAST),
  last: (ui, facts) => move(ui, facts, LAST),
  open: (ui, {rows}) => ({ui: ui.help ? ui : opened(ui, rows)}),
  close: (ui) => ({ui: closed(ui)}),
  quit: (ui) => (ui.help || ui.open !== undefined ? {ui: back(ui)} : {ui, effect: 'quit'}),
  interrupt: (ui) => ({ui, effect: 'interrupt'}),
  help: (ui) => ({ui: {...ui, help: !ui.help, overlayTop: 0}}),
  sort: (ui) => ({ui: {...ui, sort: nextOf(FLEET_SORTS, ui.sort)}}),
  filter: (ui) => ({ui: {...ui, help: false, open: undefined, isTyping: true}}),
  'span-longer': (ui) => ({ui: {...ui, span: clampSpan(ui.span + 1)}}),
  'span-shorter': (ui) => ({ui: {...ui, span: clampSpan(Math.min(ui.span, SPANS.length - 1) - 1)}}),
  redraw: (ui) => ({ui, effect: 'redraw'}),
  suspend: (ui) => ({ui, effect: 'suspend'}),
  theme: (ui) => ({ui, effect: 'theme'}),
};

/** Through the help, the rows, or with a host open from host to host. */
function move(ui: FleetUi, {rows, page}: FleetFacts, by: number): FleetStep {
  if (ui.help) return {ui: {...ui, overlayTop: Math.max(0, Math.min(100, ui.overlayTop + by))}};
  const here = rows.findIndex(({key}) => key === ui.cursor);
  const first = here < 0 ? (by > 0 ? Math.min(by - 1, page - 1) : 0) : here + by;
  const place = Math.max(0, Math.min(rows.length - 1, first));
  if (ui.open === undefined) return {ui: {...ui, cursor: rows[place]?.key}};
  return {ui: nextHost(ui, {rows, page}, Math.sign(by), here)};
}

function nextHost(ui: FleetUi, {rows}: FleetFacts, step: number, from: number): FleetUi {
  let place = from + step;
  while (rows[place] !== undefined && rows[place]?.target.key === ui.open?.target.key) place += step;
  const row = rows[place];
  return row === undefined ? ui : {...ui, cursor: row.key, open: {target: row.target, host: row.host}};
}

/** Without a cursor the first row is meant. */
function opened(ui: FleetUi, rows: FleetFacts['rows']): FleetUi {
  const row = rows.find(({key}) => key === ui.cursor) ?? rows[0];
  return row === undefined || ui.open !== undefined
    ? ui
    : {...ui, cursor: row.key, open: {target: row.target, host: row.host}};
}

function back(ui: FleetUi): FleetUi {
  return ui.help ? {...ui, help: false} : {...ui, open: undefined};
}

/** The innermost thing that is open; then the cursor; then the filter. */
function closed(ui: FleetUi): FleetUi {
  if (ui.help || ui.open !== undefined) return back(ui);
  return ui.cursor === undefined ? {...ui, filter: ''} : {...ui, cursor: undefined};
}

function typing(ui: FleetUi, key: string): FleetStep {
  if (key === 'C-c') return {ui, effect: 'interrupt'};
  if (key === 'escape') return {ui: {...ui, isTyping: false, filter: ''}};
  if (key === 'enter') return {ui: {...ui, isTyping: false, filter: ui.filter.trim()}};
  return {ui: {...ui, filter: typed(ui.filter, key), cursor: undefined}};
}

function typed(text: string, key: string): string {
  if (key === 'backspace') return [...text].slice(0, -1).join('');
  if (key === 'C-u') return '';
  const character = key === 'space' ? ' ' : key;
  return [...character].length === 1 && text.length < LONGEST_FILTER ? text + character : text;
}
