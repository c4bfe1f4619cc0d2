import {expect} from 'vitest';
import {SORT_KEYS, SPANS} from '../../src/core/choices.ts';
import type {Step} from '../../src/tui/effect.ts';
import {type Action, LIVE_KEYS} from '../../src/tui/keymap.ts';
import {type Facts, reduce} from '../../src/tui/reduce.ts';
import {reducePrompt, reduceQuestion} from '../../src/tui/reduce-typing.ts';
import {initialState, PANES, type UiState} from '../../src/tui/state.ts';

export const NOW = 1_000_000;
export const TARGET = {pid: 5210, startKey: 's', name: 'python gateway', user: 'mira'};
export const JOB = {name: 'python train', pid: 812};
/** Top to bottom, where a job's output is shown. */
export const ALL_PANES: Facts['panes'] = ['memory', 'history', 'processes', 'output', 'alerts'];
export const FACTS: Facts = {
  now: NOW,
  keys: {
    memory: ['ram', 'swap', 'gpu0'],
    history: [],
    processes: ['a', 'b', 'c', 'd'],
    alerts: ['0', '1'],
    output: [],
  },
  page: 2,
  spanMs: 900_000,
  reachMs: 3_600_000,
  eventsAgoMs: [3_000_000, 1_500_000, 60_000],
  killTarget: TARGET,
  killRefused: undefined,
  isGroup: false,
  panes: ['memory', 'history', 'processes', 'alerts'],
  runningJob: undefined,
  output: {first: 0, last: 0, rows: 0},
  lineNames: {both: 'RAM and VRAM', ram: 'RAM', vram: 'VRAM'},
};
export const START = initialState({span: 2, sort: 'rss'});

export const act = (ui: UiState, action: Action, facts: Partial<Facts> = {}): Step =>
  reduce(ui, action, {...FACTS, ...facts});
export const stateAfter = (ui: Partial<UiState>, ...actions: readonly Action[]): UiState =>
  actions.reduce((state, action) => act(state, action).ui, {...START, ...ui});
export const effectsOf = (ui: Partial<UiState>, action: Action, facts: Partial<Facts> = {}) =>
  act({...START, ...ui}, action, facts).effects;

/** One key, as the app takes it. */
export const press = (ui: UiState, key: string, facts: Facts = FACTS): Step => {
  const action = LIVE_KEYS.get(key);
  return (
    reducePrompt(ui, key) ??
    reduceQuestion(ui, key) ??
    (action === undefined ? {ui, effects: []} : reduce(ui, action, facts))
  );
};
export const typeKeys = (ui: UiState, ...keys: readonly string[]): Step =>
  keys.reduce<Step>((step, key) => press(step.ui, key), {ui, effects: []});

/** Whatever was pressed, the state makes sense. */
export function expectValid(ui: UiState, facts: Facts): void {
  expect(PANES).toContain(ui.focus);
  expect(SPANS[ui.span]).toBeDefined();
  expect(SORT_KEYS).toContain(ui.sort);
  expect(ui.overlayTop).toBeGreaterThanOrEqual(0);
  expect(ui.overlayTop).toBeLessThanOrEqual(100);
  expect(ui.backMs).toBeGreaterThanOrEqual(0);
  expect(ui.backMs).toBeLessThanOrEqual(facts.reachMs);
  if (ui.backMs > 0) expect(ui.pausedAt).toBeDefined();
  if (ui.prompt?.kind === 'signal') expect(ui.question?.kind).toBe('kill');
  if (ui.outputEnd !== undefined) {
    expect(ui.outputEnd).toBeGreaterThanOrEqual(facts.output.first);
    expect(ui.outputEnd).toBeLessThan(facts.output.last);
  }
  expect(ui.prompt?.text.length ?? 0).toBeLessThanOrEqual(202);
  for (const pane of PANES) {
    const cursor = ui.cursors[pane];
    if (cursor !== undefined) expect(facts.keys[pane]).toContain(cursor);
  }
}
