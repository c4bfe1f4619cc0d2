import {describe, expect, test} from 'vitest';
import {SORT_KEYS, SPANS} from '../../src/core/choices.ts';
import {ACTIONS, type Action} from '../../src/tui/keymap.ts';
import {CHART_LINES, GROUPINGS, PANES, type UiState} from '../../src/tui/state.ts';
import {ALL_PANES, act, effectsOf, expectValid, FACTS, NOW, START, stateAfter} from './reducing.ts';

describe('panes', () => {
  test('Tab goes round, Shift-Tab back, digits straight there', () => {
    expect(
      FACTS.panes.map(
        (_, times) => stateAfter({focus: 'memory'}, ...Array<Action>(times).fill('next-pane')).focus,
      ),
    ).toEqual(['memory', 'history', 'processes', 'alerts']);
    expect(stateAfter({focus: 'alerts'}, 'next-pane').focus).toBe('memory');
    expect(stateAfter({focus: 'memory'}, 'previous-pane').focus).toBe('alerts');
    expect(stateAfter({focus: 'history'}, 'previous-pane').focus).toBe('memory');
    for (const [index, pane] of PANES.entries()) {
      const action = `pane-${index + 1}` as Action;
      expect(act(START, action, {panes: ALL_PANES})).toEqual({ui: {...START, focus: pane}, effects: []});
    }
  });

  test('of a job that memtop has started its output is one, above alerts', () => {
    const round = (action: Action) => {
      let ui: UiState = {...START, focus: 'memory'};
      return ALL_PANES.map(() => {
        ui = act(ui, action, {panes: ALL_PANES}).ui;
        return ui.focus;
      });
    };
    expect(round('next-pane')).toEqual(['history', 'processes', 'output', 'alerts', 'memory']);
    expect(round('previous-pane')).toEqual(['alerts', 'output', 'processes', 'history', 'memory']);
  });

  test('without a job, 5 says how to come by its output and moves nothing', () => {
    expect(act(START, 'pane-5')).toEqual({
      ui: START,
      effects: [{kind: 'answer', text: 'memtop run -- COMMAND shows what a job writes'}],
    });
  });

  test('another pane closes the detail, and f changes to and fro', () => {
    expect(stateAfter({detail: true}, 'next-pane').detail).toBe(false);
    expect(stateAfter({}, 'enlarge').enlarged).toBe(true);
    expect(stateAfter({}, 'enlarge', 'enlarge').enlarged).toBe(false);
  });
});

describe('the cursor', () => {
  test('begins at the top, of alerts at the newest, and stays inside', () => {
    expect(stateAfter({}, 'down').cursors.processes).toBe('a');
    expect(stateAfter({}, 'up').cursors.processes).toBe('a');
    expect(stateAfter({focus: 'alerts'}, 'up').cursors.alerts).toBe('1');
    expect(stateAfter({}, 'down', 'page-down').cursors.processes).toBe('c');
    expect(stateAfter({}, 'down', 'page-down', 'page-down', 'down').cursors.processes).toBe('d');
    expect(stateAfter({}, 'last', 'up').cursors.processes).toBe('c');
    expect(stateAfter({}, 'last', 'first').cursors.processes).toBe('a');
    expect(stateAfter({}, 'last', 'page-up', 'page-up', 'page-up').cursors.processes).toBe('a');
  });

  test('does nothing where there are no rows', () => {
    expect(stateAfter({focus: 'history'}, 'down', 'open').cursors).toEqual({});
    expect(act(START, 'down', {keys: {...FACTS.keys, processes: []}}).ui).toEqual(START);
  });

  test('is put in again at the top when its row is gone', () => {
    expect(stateAfter({cursors: {processes: 'gone'}}, 'down').cursors.processes).toBe('a');
  });

  test('Enter puts it in, then opens the detail, then closes it', () => {
    expect(stateAfter({}, 'open')).toMatchObject({cursors: {processes: 'a'}, detail: false});
    expect(stateAfter({}, 'open', 'open').detail).toBe(true);
    expect(stateAfter({}, 'open', 'open', 'open').detail).toBe(false);
  });

  test('Enter opens a group and closes it', () => {
    const ui = {...START, cursors: {processes: 'program:python'}};
    const opened = act(ui, 'open', {isGroup: true}).ui;
    expect(opened).toMatchObject({opened: ['program:python'], detail: false});
    expect(act(opened, 'open', {isGroup: true}).ui.opened).toEqual([]);
  });
});

describe("the job's output", () => {
  const output = {first: 100, last: 400, rows: 8};
  const facts = {panes: ALL_PANES, output, page: 8};
  const reading: UiState = {...START, focus: 'output'};
  const endAfter = (...actions: readonly Action[]) =>
    actions.reduce((ui, action) => act(ui, action, facts).ui, reading).outputEnd;

  test('is held where it is scrolled to, within what is kept', () => {
    expect(endAfter('up')).toBe(399);
    expect(endAfter('page-up', 'up', 'down')).toBe(392);
    expect(endAfter('first')).toBe(108);
    expect(endAfter('first', 'up', 'page-up')).toBe(108);
  });

  test('is followed again from its end', () => {
    expect(endAfter('down')).toBeUndefined();
    expect(endAfter('page-up', 'page-down')).toBeUndefined();
    expect(endAfter('first', 'last')).toBeUndefined();
    expect(act({...reading, outputEnd: 300}, 'close', facts).ui).toEqual(reading);
  });

  test('that has fewer lines than rows cannot be scrolled', () => {
    const few = {...facts, output: {first: 0, last: 5, rows: 8}};
    for (const action of ['up', 'page-up', 'first'] as const)
      expect(act(reading, action, few).ui).toEqual(reading);
  });

  test('is enlarged by Enter, and made small again', () => {
    expect(act(reading, 'open', facts).ui).toEqual({...reading, enlarged: true});
    expect(act({...reading, enlarged: true}, 'open', facts).ui).toEqual(reading);
  });
});

describe('what Esc takes back', () => {
  const everything: UiState = {
    ...START,
    detail: true,
    cursors: {processes: 'a'},
    filter: 'py',
    enlarged: true,
    backMs: 1000,
    pausedAt: NOW,
  };

  test('is one thing at a time, and never the program', () => {
    let ui = everything;
    const seen: UiState[] = [];
    for (let step = 0; step < 8; step += 1) {
      const next = act(ui, 'close');
      expect(next.effects).toEqual([]);
      ui = next.ui;
      seen.push(ui);
    }
    expect(
      seen.map(({detail, cursors, filter, enlarged, backMs}) => [
        detail,
        cursors.processes,
        filter,
        enlarged,
        backMs,
      ]),
    ).toEqual([
      [false, 'a', 'py', true, 1000],
      [false, undefined, 'py', true, 1000],
      [false, undefined, '', true, 1000],
      [false, undefined, '', false, 1000],
      ...Array(4).fill([false, undefined, '', false, 0]),
    ]);
    expect(ui.pausedAt).toBeUndefined();
  });

  test('q closes detail, then the enlarged pane, then quits', () => {
    const one = act(everything, 'quit');
    expect(one).toMatchObject({ui: {detail: false, enlarged: true}, effects: []});
    const two = act(one.ui, 'quit');
    expect(two).toMatchObject({ui: {enlarged: false, cursors: {processes: 'a'}}, effects: []});
    expect(act(two.ui, 'quit').effects).toEqual([{kind: 'quit'}]);
  });

  test('the help swallows keys: q, ? and Esc close it, Ctrl-C ends, arrows scroll', () => {
    const help = stateAfter({}, 'help');
    for (const action of ['quit', 'help', 'close'] as const)
      expect(act(help, action)).toEqual({ui: {...help, help: false}, effects: []});
    expect(effectsOf({help: true}, 'interrupt')).toEqual([{kind: 'interrupt'}]);
    expect(effectsOf({help: true}, 'kill')).toEqual([]);
    expect(stateAfter({help: true}, 'down', 'down', 'up').overlayTop).toBe(1);
    expect(stateAfter({help: true}, 'up').overlayTop).toBe(0);
  });
});

describe('plain effects', () => {
  test.each([
    'silence',
    'report',
    'save-history',
    'redraw',
    'suspend',
    'theme',
    'interrupt',
    'quit',
  ] as const)('%s', (action) => expect(act(START, action)).toEqual({ui: START, effects: [{kind: action}]}));
  test.each([
    ['threshold-up', {kind: 'threshold', by: 1}],
    ['threshold-down', {kind: 'threshold', by: -1}],
    ['threshold-up-5', {kind: 'threshold', by: 5}],
    ['threshold-down-5', {kind: 'threshold', by: -5}],
    ['interval-longer', {kind: 'interval', step: 1}],
    ['interval-shorter', {kind: 'interval', step: -1}],
  ] as const)('%s', (action, effect) => expect(act(START, action)).toEqual({ui: START, effects: [effect]}));
});

describe('what is looked at', () => {
  test('sort goes round, is kept and said; reverse turns it, and the next sort begins anew', () => {
    const {ui, effects} = act(START, 'sort');
    expect(ui.sort).toBe('vram');
    expect(effects).toEqual([
      {kind: 'keep', name: 'sort', value: 'vram'},
      {kind: 'answer', text: 'sorted by vram'},
    ]);
    expect(stateAfter({}, ...SORT_KEYS.map((): Action => 'sort')).sort).toBe('rss');
    expect(stateAfter({}, 'reverse').reversed).toBe(true);
    expect(stateAfter({}, 'reverse', 'sort').reversed).toBe(false);
  });

  test('zoom stops at both ends and is kept', () => {
    expect(effectsOf({}, 'span-longer')).toEqual([{kind: 'keep', name: 'span', value: '1h'}]);
    expect(stateAfter({}, ...SPANS.map((): Action => 'span-longer')).span).toBe(SPANS.length - 1);
    expect(stateAfter({}, ...SPANS.map((): Action => 'span-shorter')).span).toBe(0);
  });

  test('lines, scale and groups go round and say what they are', () => {
    expect(stateAfter({}, ...CHART_LINES.map((): Action => 'lines')).lines).toBe('both');
    expect(effectsOf({}, 'lines')).toEqual([{kind: 'answer', text: 'chart: RAM'}]);
    const lineNames = {both: 'job and VRAM', ram: 'job, RAM and VRAM', vram: 'VRAM'};
    expect(effectsOf({}, 'lines', {lineNames})).toEqual([{kind: 'answer', text: 'chart: job, RAM and VRAM'}]);
    expect(effectsOf({}, 'scale')).toEqual([{kind: 'answer', text: 'scale fits what is shown'}]);
    expect(effectsOf({fitted: true}, 'scale')).toEqual([{kind: 'answer', text: 'scale 0–100%'}]);
    expect(
      GROUPINGS.map((_, times) => stateAfter({}, ...Array<Action>(times).fill('group')).grouping),
    ).toEqual(GROUPINGS);
    expect(stateAfter({cursors: {memory: 'ram', processes: 'a'}, opened: ['x']}, 'group')).toMatchObject({
      opened: [],
      cursors: {memory: 'ram', processes: undefined},
    });
  });
});

describe('time', () => {
  test('pause freezes at this moment and lets go', () => {
    expect(stateAfter({}, 'pause').pausedAt).toBe(NOW);
    expect(stateAfter({}, 'pause', 'pause').pausedAt).toBeUndefined();
  });

  test('back goes a twentieth of the span and freezes; on to now lets go', () => {
    expect(stateAfter({}, 'back')).toMatchObject({backMs: 45_000, pausedAt: NOW});
    expect(stateAfter({}, 'back', 'back', 'forward').backMs).toBe(45_000);
    expect(stateAfter({}, 'back', 'forward')).toMatchObject({backMs: 0, pausedAt: undefined});
    expect(stateAfter({}, ...Array<Action>(120).fill('back')).backMs).toBe(FACTS.reachMs);
    expect(stateAfter({}, 'back', 'pause')).toMatchObject({backMs: 0, pausedAt: undefined});
  });

  test('a paused picture stays so when there is nothing further on', () => {
    expect(stateAfter({}, 'pause', 'forward').pausedAt).toBe(NOW);
    expect(act(stateAfter({}, 'pause'), 'back', {reachMs: 0}).ui.pausedAt).toBe(NOW);
  });

  test('events come to the middle one after the other, and back again', () => {
    const first = stateAfter({}, 'previous-event');
    expect(first.backMs).toBe(1_500_000 - 450_000);
    const second = stateAfter(first, 'previous-event');
    expect(second.backMs).toBe(3_000_000 - 450_000);
    expect(act(second, 'previous-event').effects).toEqual([{kind: 'answer', text: 'no further event'}]);
    expect(stateAfter(second, 'next-event').backMs).toBe(first.backMs);
    expect(stateAfter(second, 'next-event', 'next-event')).toMatchObject({backMs: 0, pausedAt: undefined});
    expect(effectsOf({}, 'next-event')).toEqual([{kind: 'answer', text: 'no further event'}]);
    expect(effectsOf({}, 'previous-event', {eventsAgoMs: []})).toEqual([
      {kind: 'answer', text: 'no further event'},
    ]);
  });
});

test('every action is a step from every plain state', () => {
  for (const action of ACTIONS)
    for (const focus of PANES) expectValid(act({...START, focus}, action).ui, FACTS);
});
