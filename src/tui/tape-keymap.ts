import {type Action, hint, KEY_TABLE, type KeyHelp, keysOf, PANE_HINTS} from './keymap.ts';
import type {Pane} from './state.ts';

/** What cannot be done to a machine of the past, and what the tape's own keys take. */
const NOT_REPLAYED: ReadonlySet<Action> = new Set([
  'back',
  'forward',
  'next-event',
  'previous-event',
  'pause',
  'threshold-up',
  'threshold-up-5',
  'interval-longer',
  'silence',
  'mark',
  'save-history',
  'kill',
]);

const TAPE_ROWS: readonly KeyHelp[] = [
  {group: 'REPLAY', label: 'Space', help: 'play, pause', keys: {space: 'tape-play', p: 'tape-play'}},
  {group: 'REPLAY', label: '← →', help: 'back, on', keys: {left: 'tape-back', right: 'tape-on'}},
  {
    group: 'REPLAY',
    label: '. ,',
    help: 'one reading on, back',
    keys: {'.': 'tape-step', ',': 'tape-step-back'},
  },
  {
    group: 'REPLAY',
    label: '] [',
    help: 'faster, slower',
    keys: {']': 'tape-faster', '>': 'tape-faster', '[': 'tape-slower', '<': 'tape-slower'},
  },
  {
    group: 'REPLAY',
    label: 'n N',
    help: 'next alert or mark, back',
    keys: {n: 'tape-next', N: 'tape-previous'},
  },
  {group: 'REPLAY', label: 'a m', help: 'next alert, next mark', keys: {a: 'tape-alert', m: 'tape-mark'}},
  {group: 'REPLAY', label: 'o', help: 'the peak of RAM', keys: {o: 'tape-peak'}},
  {group: 'REPLAY', label: ':', help: 'go to 03:12, 42%, peak', keys: {':': 'go-to'}},
];

/** Every key of a replay. */
export const TAPE_KEY_TABLE: readonly KeyHelp[] = [
  ...KEY_TABLE.filter(({keys}) => !Object.values(keys).some((action) => NOT_REPLAYED.has(action))).map(
    (row) => (row.label === 'q Ctrl-C' ? {...row, help: 'quit'} : row),
  ),
  ...TAPE_ROWS,
];

export const TAPE_KEYS = keysOf(TAPE_KEY_TABLE);

const OF_TAPE = [
  hint('Space', 'play'),
  hint('← →', 'in time', 60),
  hint('n N', 'alerts', 60),
  hint('] [', 'speed', 80),
  hint(':', 'go to'),
];
const KEPT = new Set(['Tab', 'Enter', '/', 'z', 'f']);

/** The keys that matter in a pane of a replay: those of the tape, and of the pane what there is room for. */
export const TAPE_PANE_HINTS = Object.fromEntries(
  Object.entries(PANE_HINTS).map(([pane, hints]) => [
    pane,
    [
      ...OF_TAPE,
      ...hints.filter(({key}) => KEPT.has(key)).map((one) => ({...one, from: Math.max(100, one.from)})),
    ],
  ]),
) as unknown as Readonly<Record<Pane, typeof OF_TAPE>>;

const PAUSE = hint('Space', 'pause');

/** The same, with what Space would do now. */
export function tapeHints(pane: Pane, isPlaying: boolean): typeof OF_TAPE {
  const hints = TAPE_PANE_HINTS[pane];
  return isPlaying ? hints.map((one) => (one.key === PAUSE.key ? PAUSE : one)) : hints;
}
