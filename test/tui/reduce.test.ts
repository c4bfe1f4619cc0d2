import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {SORT_KEYS, SPANS} from '../../src/core/choices.ts';
import {ACTIONS, type Action, actionOf, KEY_TABLE} from '../../src/tui/keymap.ts';
import {type Facts, reduce, reducePrompt, reduceQuestion, type Step} from '../../src/tui/reduce.ts';
import {CHART_LINES, GROUPINGS, initialState, PANES, type UiState} from '../../src/tui/state.ts';

const NOW = 1_000_000;
const TARGET = {pid: 5210, startKey: 's', name: 'python gateway', user: 'mira'};
const FACTS: Facts = {
  now: NOW,
  keys: {memory: ['ram', 'swap', 'gpu0'], history: [], processes: ['a', 'b', 'c', 'd'], alerts: ['0', '1']},
  page: 2,
  spanMs: 900_000,
  reachMs: 3_600_000,
  eventsAgoMs: [3_000_000, 1_500_000, 60_000],
  killTarget: TARGET,
  killRefused: undefined,
  isGroup: false,
};
const START = initialState({span: 2, sort: 'rss'});

const act = (ui: UiState, action: Action, facts: Partial<Facts> = {}): Step =>
  reduce(ui, action, {...FACTS, ...facts});
const stateAfter = (ui: Partial<UiState>, ...actions: readonly Action[]): UiState =>
  actions.reduce((state, action) => act(state, action).ui, {...START, ...ui});
const effectsOf = (ui: Partial<UiState>, action: Action, facts: Partial<Facts> = {}) =>
  act({...START, ...ui}, action, facts).effects;

/** One key, as the app takes it. */
const press = (ui: UiState, key: string, facts: Facts = FACTS): Step => {
  const action = actionOf(key);
  return (
    reducePrompt(ui, key) ??
    reduceQuestion(ui, key) ??
    (action === undefined ? {ui, effects: []} : reduce(ui, action, facts))
  );
};
const type = (ui: UiState, ...keys: readonly string[]): Step =>
  keys.reduce<Step>((step, key) => press(step.ui, key), {ui, effects: []});

describe('panes', () => {
  test('Tab goes round, Shift-Tab back, digits straight there', () => {
    expect(
      PANES.map((_, times) => stateAfter({focus: 'memory'}, ...Array<Action>(times).fill('next-pane')).focus),
    ).toEqual(PANES);
    expect(stateAfter({focus: 'memory'}, 'previous-pane').focus).toBe('alerts');
    expect(stateAfter({focus: 'history'}, 'previous-pane').focus).toBe('memory');
    for (const [index, pane] of PANES.entries())
      expect(stateAfter({}, `pane-${index + 1}` as Action).focus).toBe(pane);
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
    expect(ui.sort).toBe('change');
    expect(effects).toEqual([
      {kind: 'keep', name: 'sort', value: 'change'},
      {kind: 'answer', text: 'sorted by change'},
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

  test('back goes a tenth of the span and freezes; on to now lets go', () => {
    expect(stateAfter({}, 'back')).toMatchObject({backMs: 90_000, pausedAt: NOW});
    expect(stateAfter({}, 'back', 'back', 'forward').backMs).toBe(90_000);
    expect(stateAfter({}, 'back', 'forward')).toMatchObject({backMs: 0, pausedAt: undefined});
    expect(stateAfter({}, ...Array<Action>(60).fill('back')).backMs).toBe(FACTS.reachMs);
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

describe('kill', () => {
  const asking = stateAfter({}, 'kill');

  test('asks first, and only y says yes', () => {
    expect(asking.question).toEqual({target: TARGET, signal: 'SIGTERM'});
    expect(effectsOf({}, 'kill')).toEqual([]);
    const yes = type(asking, 'y');
    expect(yes.effects).toEqual([{kind: 'kill', target: TARGET, signal: 'SIGTERM'}]);
    expect(yes.ui.question).toBeUndefined();
    const others = ['Y', 'enter', 'space', 'x', 'j', 'p', 'tab', '?', 'C-z', 'f1'];
    for (const key of others) expect(type(asking, key)).toEqual({ui: asking, effects: []});
    for (const key of ['escape', 'n', 'q'])
      expect(type(asking, key)).toEqual({ui: {...asking, question: undefined}, effects: []});
    expect(type(asking, 'C-c').effects).toEqual([{kind: 'interrupt'}]);
  });

  test.each([
    ['9', 'SIGKILL'],
    ['kill', 'SIGKILL'],
    ['SIGHUP', 'SIGHUP'],
    ['usr1', 'SIGUSR1'],
    ['19', 'SIGSTOP'],
    [' int ', 'SIGINT'],
  ])('another signal by name or number: %s', (text, signal) => {
    const keys = [...text].map((sign) => (sign === ' ' ? 'space' : sign));
    const {ui, effects} = type(asking, 's', ...keys, 'enter');
    expect(ui).toMatchObject({question: {target: TARGET, signal}, prompt: undefined});
    expect(effects).toEqual([]);
  });

  test('an unknown signal is said, and the question stands', () => {
    const {ui, effects} = type(asking, 's', 'x', 'enter');
    expect(effects).toEqual([
      {kind: 'answer', text: expect.stringContaining('no signal "x": one of SIGTERM')},
    ]);
    expect(ui.question).toEqual(asking.question);
    expect(type(asking, 's', 'escape').ui).toEqual(asking);
  });

  test('says why not: nothing under the cursor, another pane, read-only', () => {
    const why = [{kind: 'answer', text: 'move the cursor to a process first'}];
    expect(effectsOf({}, 'kill', {killTarget: undefined})).toEqual(why);
    expect(effectsOf({focus: 'memory'}, 'kill')).toEqual(why);
    expect(effectsOf({}, 'kill', {killRefused: 'read-only: kill is off'})).toEqual([
      {kind: 'answer', text: 'read-only: kill is off'},
    ]);
  });
});

describe('a line', () => {
  test('filters while it is typed, is kept by Enter and cleared by Esc', () => {
    const typed = type({...START, focus: 'memory'}, '/', 'P', 'y', 'space', 'ü', 'backspace');
    expect(typed.ui).toMatchObject({
      focus: 'processes',
      filter: 'Py ',
      prompt: {kind: 'filter', text: 'Py '},
    });
    expect(type(typed.ui, 'enter').ui).toMatchObject({filter: 'Py', prompt: undefined});
    expect(type(typed.ui, 'escape').ui).toMatchObject({filter: '', prompt: undefined});
    expect(type(typed.ui, 'C-u').ui.filter).toBe('');
    expect(type(type(typed.ui, 'enter').ui, '/').ui.prompt?.text).toBe('Py');
  });

  test('takes letters that are keys elsewhere, and no arrows', () => {
    expect(type(START, 'm', 'q', 'x', '?', 'up', 'tab', 'f1').ui.prompt).toEqual({kind: 'mark', text: 'qx?'});
    expect(type(START, 'm', 'q', 'C-c').effects).toEqual([{kind: 'interrupt'}]);
  });

  test('marks with a note, or without', () => {
    expect(type(START, 'm', 'a', 'enter').effects).toEqual([{kind: 'mark', note: 'a'}]);
    expect(type(START, 'm', 'enter').effects).toEqual([{kind: 'mark', note: 'mark'}]);
    expect(type(START, 'm', 'a', 'escape')).toEqual({ui: START, effects: []});
  });

  test('has an end', () => {
    const {ui} = type(START, 'm', ...Array<string>(500).fill('a'));
    expect(ui.prompt?.text.length).toBe(200);
  });
});

const KEYS = [
  ...KEY_TABLE.flatMap(({keys}) => Object.keys(keys)),
  'backspace',
  'Q',
  'ö',
  '😀',
  'delete',
  'C-x',
];

function expectValid(ui: UiState, facts: Facts): void {
  expect(PANES).toContain(ui.focus);
  expect(SPANS[ui.span]).toBeDefined();
  expect(SORT_KEYS).toContain(ui.sort);
  expect(ui.overlayTop).toBeGreaterThanOrEqual(0);
  expect(ui.overlayTop).toBeLessThanOrEqual(100);
  expect(ui.backMs).toBeGreaterThanOrEqual(0);
  expect(ui.backMs).toBeLessThanOrEqual(facts.reachMs);
  if (ui.backMs > 0) expect(ui.pausedAt).toBeDefined();
  if (ui.prompt?.kind === 'signal') expect(ui.question).toBeDefined();
  expect(ui.prompt?.text.length ?? 0).toBeLessThanOrEqual(202);
  for (const pane of PANES) {
    const cursor = ui.cursors[pane];
    if (cursor !== undefined) expect(facts.keys[pane]).toContain(cursor);
  }
}

test('no keys, in whatever order, bring the state into disorder', () => {
  const facts = fc.record<Facts>({
    now: fc.constant(NOW),
    keys: fc.constant(FACTS.keys),
    page: fc.integer({min: 1, max: 50}),
    spanMs: fc.constantFrom(60_000, 900_000, 604_800_000),
    reachMs: fc.constantFrom(0, 1000, 3_600_000),
    eventsAgoMs: fc.array(fc.nat({max: 3_600_000}), {maxLength: 5}),
    killTarget: fc.constantFrom(undefined, TARGET),
    killRefused: fc.constantFrom(undefined, 'no'),
    isGroup: fc.boolean(),
  });
  fc.assert(
    fc.property(facts, fc.array(fc.constantFrom(...KEYS), {maxLength: 60}), (known, keys) => {
      let ui = START;
      for (const key of keys) {
        const step = press(ui, key, known);
        if (key === 'escape') expect(step.effects).toEqual([]);
        for (const effect of step.effects) {
          if (effect.kind === 'kill') expect([key, ui.question !== undefined]).toEqual(['y', true]);
        }
        ui = step.ui;
        expectValid(ui, known);
      }
    }),
    {numRuns: 300},
  );
});

test('every action is a step from every plain state', () => {
  for (const action of ACTIONS)
    for (const focus of PANES) expectValid(act({...START, focus}, action).ui, FACTS);
});
