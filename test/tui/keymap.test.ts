import {describe, expect, test} from 'vitest';
import {ACTIONS, KEY_GROUPS, KEY_TABLE, keysOf, PANE_HINTS, TAPE_ACTIONS} from '../../src/tui/keymap.ts';
import {helpRows} from '../../src/tui/panels/help.ts';
import {TAPE_KEY_TABLE, TAPE_PANE_HINTS} from '../../src/tui/tape-keymap.ts';

/** Keys that some terminal takes for itself or never sends. */
const MAY_NOT_ARRIVE = /^(f\d+|home|end|pageup|pagedown|backtab|delete|insert|C-[absq\\]|M-.*)$/;
/** Reached in steps too: the pane before by its number, the first row by k and Ctrl-U. */
const REACHED_OTHERWISE = ['previous-pane', 'first'];
/** Of the live screen; what a replay shows is the past, which nobody can change. */
const NOT_REPLAYED = [
  ...['threshold-up', 'threshold-down', 'threshold-up-5', 'threshold-down-5'],
  ...['interval-longer', 'interval-shorter', 'silence', 'mark', 'save-history', 'kill'],
  ...['back', 'forward', 'next-event', 'previous-event', 'pause'],
];

const TABLES = [
  {name: 'live', table: KEY_TABLE, actions: ACTIONS as readonly string[], hints: PANE_HINTS},
  {
    name: 'replay',
    table: TAPE_KEY_TABLE,
    actions: [...ACTIONS.filter((action) => !NOT_REPLAYED.includes(action)), ...TAPE_ACTIONS],
    hints: TAPE_PANE_HINTS,
  },
] as const;

describe.each(TABLES)('the keys of the screen, $name', ({name, table, actions, hints}) => {
  const bound = table.flatMap(({keys}) => Object.entries(keys));
  const actionOf = (key: string) => keysOf(table).get(key);

  test('reach every action, and no other', () => {
    expect([...new Set(bound.map(([, action]) => action))].sort()).toEqual([...actions].sort());
  });

  test('need none that may not arrive', () => {
    const sure = new Set<string>(
      bound.filter(([key]) => !MAY_NOT_ARRIVE.test(key)).map(([, action]) => action),
    );
    expect(actions.filter((action) => !sure.has(action))).toEqual(REACHED_OTHERWISE);
  });

  test('are a plain letter, a sign, Enter or Tab for what the screen is for', () => {
    const plain = new Set<string>(
      bound.filter(([key]) => /^([!-~]|enter|tab)$/.test(key)).map(([, action]) => action),
    );
    const travel = name === 'live' ? ['back', 'forward'] : ['tape-on', 'tape-back'];
    const others = ['page-up', 'page-down', 'close', 'redraw', 'suspend', 'interrupt', ...travel];
    expect(actions.filter((action) => !plain.has(action)).sort()).toEqual(
      [...others, ...REACHED_OTHERWISE].sort(),
    );
  });

  test('are bound once each', () => {
    const keys = bound.map(([key]) => key);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test('have no upper-case letter but Z, N and G: torn arrow keys end in them', () => {
    expect(bound.map(([key]) => key).filter((key) => /^[A-Z]$/.test(key))).toEqual(['G', 'Z', 'N']);
  });

  test('leave from everywhere with q, never with Esc', () => {
    expect(actionOf('q')).toBe('quit');
    expect(actionOf('escape')).toBe('close');
    expect(actionOf('C-c')).toBe('interrupt');
    expect(actionOf('nothing')).toBeUndefined();
  });

  test('have labels that leave a blank before their help, and both fit their column', () => {
    for (const {label, help} of table) {
      expect(label.length).toBeLessThan(12);
      expect(12 + help.length).toBeLessThanOrEqual(36);
    }
  });

  test('stand in the overlay once each, in two columns or one', () => {
    for (const columns of [1, 2] as const) {
      const rows = helpRows(columns, table);
      for (const {label, help} of table)
        expect(rows.join('\n').split(`${label.padEnd(12)}${help}`).length).toBe(2);
      for (const group of KEY_GROUPS)
        expect(rows.join('\n').includes(group)).toBe(table.some((row) => row.group === group));
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(columns === 2 ? 74 : 36);
    }
    expect(helpRows(2, table).length).toBeLessThanOrEqual(22);
  });

  test('stand in the footer as they are bound', () => {
    const names: Readonly<Record<string, string>> = {
      Tab: 'tab',
      Enter: 'enter',
      Esc: 'escape',
      End: 'end',
      Space: 'space',
      '←': 'left',
      '→': 'right',
    };
    for (const {key} of Object.values(hints).flat())
      for (const one of key.split(' ')) expect([one, actionOf(names[one] ?? one)]).not.toContain(undefined);
  });
});
