import type {Pane} from './state.ts';

/** Everything a key can do. */
export const ACTIONS = [
  'next-pane',
  'previous-pane',
  'pane-1',
  'pane-2',
  'pane-3',
  'pane-4',
  'pane-5',
  'up',
  'down',
  'page-up',
  'page-down',
  'first',
  'last',
  'open',
  'enlarge',
  'close',
  'threshold-up',
  'threshold-down',
  'threshold-up-5',
  'threshold-down-5',
  'interval-longer',
  'interval-shorter',
  'silence',
  'mark',
  'report',
  'save-history',
  'kill',
  'redraw',
  'suspend',
  'quit',
  'interrupt',
  'help',
  'span-longer',
  'span-shorter',
  'back',
  'forward',
  'next-event',
  'previous-event',
  'lines',
  'scale',
  'sort',
  'reverse',
  'filter',
  'group',
  'pause',
  'theme',
] as const;

/** What keys can do to the tape of a replay. */
export const TAPE_ACTIONS = [
  'tape-play',
  'tape-step',
  'tape-step-back',
  'tape-on',
  'tape-back',
  'tape-faster',
  'tape-slower',
  'tape-next',
  'tape-previous',
  'tape-alert',
  'tape-mark',
  'tape-peak',
  'go-to',
] as const;
export type Action = (typeof ACTIONS)[number] | (typeof TAPE_ACTIONS)[number];

export const KEY_GROUPS = ['MOVE', 'LOOK', 'LIMITS AND ALERTS', 'KEEP', 'ACT', 'REPLAY'] as const;
export type KeyGroup = (typeof KEY_GROUPS)[number];

/** A row of the help: what to press, and what it does. */
export interface KeyHelp {
  readonly group: KeyGroup;
  readonly label: string;
  readonly help: string;
  readonly keys: Readonly<Record<string, Action>>;
}

/** Every key of the screen. The help overlay, the README's list and the footer come from here. */
export const KEY_TABLE: readonly KeyHelp[] = [
  {
    group: 'MOVE',
    label: 'Tab Sh-Tab',
    help: 'next, previous pane',
    keys: {tab: 'next-pane', backtab: 'previous-pane'},
  },
  {
    group: 'MOVE',
    label: '1 … 5',
    help: 'go to a pane',
    keys: {1: 'pane-1', 2: 'pane-2', 3: 'pane-3', 4: 'pane-4', 5: 'pane-5'},
  },
  {
    group: 'MOVE',
    label: '↑ ↓ j k',
    help: 'move the cursor',
    keys: {up: 'up', down: 'down', j: 'down', k: 'up'},
  },
  {
    group: 'MOVE',
    label: 'PgUp PgDn',
    help: 'a page up, down',
    keys: {pageup: 'page-up', pagedown: 'page-down', 'C-u': 'page-up', 'C-d': 'page-down'},
  },
  {group: 'MOVE', label: 'Home End', help: 'first, last', keys: {home: 'first', end: 'last', G: 'last'}},
  {group: 'MOVE', label: 'Enter', help: 'detail of this row', keys: {enter: 'open'}},
  {group: 'MOVE', label: 'f', help: 'enlarge this pane, back', keys: {f: 'enlarge'}},
  {group: 'MOVE', label: 'Esc', help: 'close, clear, let go', keys: {escape: 'close'}},
  {group: 'LOOK', label: 'z Z', help: 'longer, shorter span', keys: {z: 'span-longer', Z: 'span-shorter'}},
  {group: 'LOOK', label: '← →', help: 'back, on in time', keys: {left: 'back', right: 'forward'}},
  {group: 'LOOK', label: 'n N', help: 'next, previous event', keys: {n: 'next-event', N: 'previous-event'}},
  {group: 'LOOK', label: 'g y', help: 'chart: lines, scale', keys: {g: 'lines', y: 'scale'}},
  {group: 'LOOK', label: 's r', help: 'sort by next, reverse', keys: {s: 'sort', r: 'reverse', f6: 'sort'}},
  {group: 'LOOK', label: '/', help: 'filter processes', keys: {'/': 'filter', f4: 'filter'}},
  {group: 'LOOK', label: 'v', help: 'group: tree, program', keys: {v: 'group'}},
  {group: 'LOOK', label: 'p Space', help: 'freeze the picture', keys: {p: 'pause', space: 'pause'}},
  {group: 'LOOK', label: 't', help: 'next theme', keys: {t: 'theme'}},
  {
    group: 'LIMITS AND ALERTS',
    label: '+ -',
    help: 'threshold by 1 point',
    keys: {'+': 'threshold-up', '=': 'threshold-up', '-': 'threshold-down'},
  },
  {
    group: 'LIMITS AND ALERTS',
    label: '} {',
    help: 'threshold by 5 points',
    keys: {'}': 'threshold-up-5', '*': 'threshold-up-5', '{': 'threshold-down-5', _: 'threshold-down-5'},
  },
  {
    group: 'LIMITS AND ALERTS',
    label: '] [',
    help: 'interval longer, shorter',
    keys: {']': 'interval-longer', '>': 'interval-longer', '[': 'interval-shorter', '<': 'interval-shorter'},
  },
  {group: 'LIMITS AND ALERTS', label: 'a', help: 'silence until it clears', keys: {a: 'silence'}},
  {group: 'KEEP', label: 'm', help: 'mark this moment', keys: {m: 'mark'}},
  {group: 'KEEP', label: 'e', help: 'write the report now', keys: {e: 'report'}},
  {group: 'KEEP', label: 'w', help: 'save history as a log', keys: {w: 'save-history'}},
  {group: 'ACT', label: 'x', help: 'kill, asks first', keys: {x: 'kill', f9: 'kill'}},
  {group: 'ACT', label: 'Ctrl-L', help: 'draw again', keys: {'C-l': 'redraw'}},
  {group: 'ACT', label: 'Ctrl-Z', help: 'suspend, fg returns', keys: {'C-z': 'suspend'}},
  {
    group: 'ACT',
    label: 'q Ctrl-C',
    help: 'quit, print the report',
    keys: {q: 'quit', f10: 'quit', 'C-c': 'interrupt'},
  },
  {group: 'ACT', label: '? h', help: 'this help', keys: {'?': 'help', h: 'help', f1: 'help'}},
];

/** The keys of the live screen, by their actions. */
export const LIVE_KEYS = keysOf(KEY_TABLE);

/** Which action a key means. */
export type KeyActions = ReadonlyMap<string, Action>;

export function keysOf(table: readonly KeyHelp[]): KeyActions {
  return new Map(table.flatMap(({keys}) => Object.entries(keys)));
}

/** A key in the footer: what to press, one or two words, and from which width it stands there. */
export interface Hint {
  readonly key: string;
  readonly word: string;
  readonly from: number;
}

export const hint = (key: string, word: string, from = 40): Hint => ({key, word, from});

/** The keys that matter in a pane, as they stand in the footer. */
export const PANE_HINTS: Readonly<Record<Pane, readonly Hint[]>> = {
  memory: [
    hint('Tab', 'pane'),
    hint('f', 'enlarge', 100),
    hint('Enter', 'detail', 60),
    hint('z', 'zoom', 80),
    hint('+ -', 'threshold', 60),
    hint('p', 'pause'),
  ],
  history: [
    hint('Tab', 'pane'),
    hint('← →', 'in time', 60),
    hint('n N', 'event', 80),
    hint('z', 'zoom', 60),
    hint('g', 'lines', 80),
    hint('y', 'scale', 100),
    hint('p', 'pause'),
  ],
  processes: [
    hint('Tab', 'pane'),
    hint('f', 'enlarge', 100),
    hint('Enter', 'detail', 100),
    hint('/', 'filter', 60),
    hint('s', 'sort', 80),
    hint('z', 'zoom', 60),
    hint('+ -', 'threshold', 80),
    hint('p', 'pause'),
  ],
  output: [
    hint('Tab', 'pane'),
    hint('f', 'enlarge', 60),
    hint('End', 'follows', 60),
    hint('m', 'mark', 80),
    hint('p', 'pause'),
  ],
  alerts: [
    hint('Tab', 'pane'),
    hint('f', 'enlarge', 80),
    hint('Enter', 'detail', 60),
    hint('m', 'mark', 60),
    hint('p', 'pause'),
  ],
};

/** With the cursor on a row: what can be done to it. */
export const CURSOR_HINTS: readonly Hint[] = [
  hint('Enter', 'detail', 60),
  hint('x', 'kill', 80),
  hint('Esc', 'let go'),
];
