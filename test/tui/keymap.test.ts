import {expect, test} from 'vitest';
import {ACTIONS, actionOf, KEY_GROUPS, KEY_TABLE, PANE_HINTS} from '../../src/tui/keymap.ts';
import {helpRows} from '../../src/tui/panels/help.ts';

const BOUND = KEY_TABLE.flatMap(({keys}) => Object.entries(keys));

test('every action has a key', () => {
  const reached = new Set(BOUND.map(([, action]) => action));
  expect(ACTIONS.filter((action) => !reached.has(action))).toEqual([]);
});

/** Keys that some terminal takes for itself or never sends. */
const MAY_NOT_ARRIVE = /^(f\d+|home|end|pageup|pagedown|backtab|delete|insert|C-[absq\\]|M-.*)$/;
/** Reached in steps too: the pane before by its number, the first row by k and Ctrl-U. */
const REACHED_OTHERWISE = ['previous-pane', 'first'];

test('no action needs a key that may not arrive', () => {
  const sure = new Set(BOUND.filter(([key]) => !MAY_NOT_ARRIVE.test(key)).map(([, action]) => action));
  expect(ACTIONS.filter((action) => !sure.has(action))).toEqual(REACHED_OTHERWISE);
});

test('what the screen is for has a plain letter, a sign, Enter or Tab', () => {
  const plain = new Set(BOUND.filter(([key]) => /^([!-~]|enter|tab)$/.test(key)).map(([, action]) => action));
  const others = ['page-up', 'page-down', 'close', 'redraw', 'suspend', 'interrupt', 'back', 'forward'];
  expect(ACTIONS.filter((action) => !plain.has(action)).sort()).toEqual(
    [...others, ...REACHED_OTHERWISE].sort(),
  );
});

test('no key is bound twice', () => {
  const keys = BOUND.map(([key]) => key);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test('no upper-case letter is bound but Z, N and G: torn arrow keys end in them', () => {
  expect(BOUND.map(([key]) => key).filter((key) => /^[A-Z]$/.test(key))).toEqual(['G', 'Z', 'N']);
});

test('q leaves from everywhere, Esc never does', () => {
  expect(actionOf('q')).toBe('quit');
  expect(actionOf('escape')).toBe('close');
  expect(actionOf('C-c')).toBe('interrupt');
  expect(actionOf('nothing')).toBeUndefined();
});

test('labels leave a blank before their help, and both fit their column', () => {
  for (const {label, help} of KEY_TABLE) {
    expect(label.length).toBeLessThan(12);
    expect(12 + help.length).toBeLessThanOrEqual(36);
  }
});

test('the overlay lists every row once, in two columns or one', () => {
  for (const columns of [1, 2] as const) {
    const text = helpRows(columns).join('\n');
    for (const {help} of KEY_TABLE) expect(text.split(help).length).toBe(2);
    for (const group of KEY_GROUPS) expect(text).toContain(group);
    for (const row of helpRows(columns)) expect(row.length).toBeLessThanOrEqual(columns === 2 ? 74 : 36);
  }
  expect(helpRows(2).length).toBeLessThanOrEqual(22);
});

test('the footer names keys that are bound', () => {
  const names: Readonly<Record<string, string>> = {
    Tab: 'tab',
    Enter: 'enter',
    Esc: 'escape',
    End: 'end',
    '←': 'left',
    '→': 'right',
  };
  for (const hints of Object.values(PANE_HINTS))
    for (const {key} of hints)
      for (const one of key.split(' ')) expect([one, actionOf(names[one] ?? one)]).not.toContain(undefined);
});
