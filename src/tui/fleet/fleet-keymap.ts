import {type Hint, hint, KEY_TABLE, type KeyHelp, keysOf} from '../keymap.ts';

/** Keys of the live screen that mean the same here. */
const SAME = new Set(['↑ ↓ j k', 'PgUp PgDn', 'Home End', 'Esc', 't', 'Ctrl-L', 'Ctrl-Z', '? h']);

const OWN: readonly KeyHelp[] = [
  {group: 'MOVE', label: 'Enter', help: 'this host and its chart', keys: {enter: 'open'}},
  {group: 'LOOK', label: 's', help: 'sort: limit share growth', keys: {s: 'sort', f6: 'sort'}},
  {group: 'LOOK', label: '/', help: 'filter hosts', keys: {'/': 'filter', f4: 'filter'}},
  {group: 'LOOK', label: 'z Z', help: 'chart: longer, shorter', keys: {z: 'span-longer', Z: 'span-shorter'}},
  {group: 'ACT', label: 'q', help: 'back, from the list quit', keys: {q: 'quit', f10: 'quit'}},
  {group: 'ACT', label: 'Ctrl-C', help: 'quit', keys: {'C-c': 'interrupt'}},
];

/** Every key of a fleet. */
export const FLEET_KEY_TABLE: readonly KeyHelp[] = [
  ...KEY_TABLE.filter(({label}) => SAME.has(label)),
  ...OWN,
];

export const FLEET_KEYS = keysOf(FLEET_KEY_TABLE);

const FIRST = hint('?', 'help');

/** What stands in the footer of the list. */
export const LIST_HINTS: readonly Hint[] = [
  FIRST,
  hint('Enter', 'chart'),
  hint('/', 'filter'),
  hint('s', 'sort', 60),
  hint('t', 'theme', 100),
  hint('q', 'quit'),
];

/** And of one host. */
export const HOST_HINTS: readonly Hint[] = [
  FIRST,
  hint('z Z', 'span'),
  hint('j k', 'next, previous', 60),
  hint('q Esc', 'back'),
];
