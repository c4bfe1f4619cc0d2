import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {KEY_TABLE} from '../../src/tui/keymap.ts';
import type {Facts} from '../../src/tui/reduce.ts';
import {
  ALL_PANES,
  effectsOf,
  expectValid,
  FACTS,
  JOB,
  NOW,
  press,
  START,
  stateAfter,
  TARGET,
  typeKeys,
} from './reducing.ts';

describe('kill', () => {
  const asking = stateAfter({}, 'kill');

  test('asks first, and only y says yes', () => {
    expect(asking.question).toEqual({kind: 'kill', target: TARGET, signal: 'SIGTERM'});
    expect(effectsOf({}, 'kill')).toEqual([]);
    const yes = typeKeys(asking, 'y');
    expect(yes.effects).toEqual([{kind: 'kill', target: TARGET, signal: 'SIGTERM'}]);
    expect(yes.ui.question).toBeUndefined();
    const others = ['Y', 'enter', 'space', 'x', 'j', 'p', 'tab', '?', 'C-z', 'f1'];
    for (const key of others) expect(typeKeys(asking, key)).toEqual({ui: asking, effects: []});
    for (const key of ['escape', 'n', 'q'])
      expect(typeKeys(asking, key)).toEqual({ui: {...asking, question: undefined}, effects: []});
    expect(typeKeys(asking, 'C-c').effects).toEqual([{kind: 'interrupt'}]);
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
    const {ui, effects} = typeKeys(asking, 's', ...keys, 'enter');
    expect(ui).toMatchObject({question: {target: TARGET, signal}, prompt: undefined});
    expect(effects).toEqual([]);
  });

  test('an unknown signal is said, and the question stands', () => {
    const {ui, effects} = typeKeys(asking, 's', 'x', 'enter');
    expect(effects).toEqual([
      {kind: 'answer', text: expect.stringContaining('no signal "x": one of SIGTERM')},
    ]);
    expect(ui.question).toEqual(asking.question);
    expect(typeKeys(asking, 's', 'escape').ui).toEqual(asking);
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

describe('q while the job runs', () => {
  const facts = {...FACTS, runningJob: JOB};
  const asking = press(START, 'q', facts).ui;

  test('asks what is to become of it, and ends nothing by itself', () => {
    expect(press(START, 'q', facts)).toEqual({
      ui: {...START, question: {kind: 'job', name: 'python train', pid: 812, isStopping: false}},
      effects: [],
    });
  });

  test.each([
    ['y', [{kind: 'stop-job'}], true],
    ['l', [{kind: 'leave-job'}], false],
    ['escape', [], false],
    ['n', [], false],
    ['q', [], false],
  ] as const)('%s answers', (key, effects, isStopping) => {
    expect(typeKeys(asking, key)).toEqual({ui: {...START, isStopping}, effects});
  });

  test('takes no other key for an answer, and Ctrl-C means what it means elsewhere', () => {
    for (const key of ['Y', 'L', 'enter', 'space', 's', 'x', 'j', '?', 'tab'])
      expect(typeKeys(asking, key)).toEqual({ui: asking, effects: []});
    expect(typeKeys(asking, 'C-c').effects).toEqual([{kind: 'interrupt'}]);
  });

  test('asked again after a stop, the question knows it', () => {
    const again = press({...START, isStopping: true}, 'q', facts).ui;
    expect(again.question).toMatchObject({kind: 'job', isStopping: true});
    expect(typeKeys(again, 'y').effects).toEqual([{kind: 'stop-job'}]);
  });

  test('quits at once when the job is over', () => {
    expect(press(START, 'q')).toEqual({ui: START, effects: [{kind: 'quit'}]});
  });
});

describe('a line', () => {
  test('filters while it is typed, is kept by Enter and cleared by Esc', () => {
    const typed = typeKeys({...START, focus: 'memory'}, '/', 'P', 'y', 'space', 'ü', 'backspace');
    expect(typed.ui).toMatchObject({
      focus: 'processes',
      filter: 'Py ',
      prompt: {kind: 'filter', text: 'Py '},
    });
    expect(typeKeys(typed.ui, 'enter').ui).toMatchObject({filter: 'Py', prompt: undefined});
    expect(typeKeys(typed.ui, 'escape').ui).toMatchObject({filter: '', prompt: undefined});
    expect(typeKeys(typed.ui, 'C-u').ui.filter).toBe('');
    expect(typeKeys(typeKeys(typed.ui, 'enter').ui, '/').ui.prompt?.text).toBe('Py');
  });

  test('takes letters that are keys elsewhere, and no arrows', () => {
    expect(typeKeys(START, 'm', 'q', 'x', '?', 'up', 'tab', 'f1').ui.prompt).toEqual({
      kind: 'mark',
      text: 'qx?',
    });
    expect(typeKeys(START, 'm', 'q', 'C-c').effects).toEqual([{kind: 'interrupt'}]);
  });

  test('marks with a note, or without', () => {
    expect(typeKeys(START, 'm', 'a', 'enter').effects).toEqual([{kind: 'mark', note: 'a'}]);
    expect(typeKeys(START, 'm', 'enter').effects).toEqual([{kind: 'mark', note: 'mark'}]);
    expect(typeKeys(START, 'm', 'a', 'escape')).toEqual({ui: START, effects: []});
  });

  test('has an end', () => {
    const {ui} = typeKeys(START, 'm', ...Array<string>(500).fill('a'));
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
    panes: fc.constantFrom(FACTS.panes, ALL_PANES),
    runningJob: fc.constantFrom(undefined, JOB),
    output: fc.constantFrom(FACTS.output, {first: 0, last: 3, rows: 5}, {first: 20, last: 10_020, rows: 5}),
    lineNames: fc.constant(FACTS.lineNames),
  });
  fc.assert(
    fc.property(facts, fc.array(fc.constantFrom(...KEYS), {maxLength: 60}), (known, keys) => {
      let ui = START;
      for (const key of keys) {
        const step = press(ui, key, known);
        if (key === 'escape') expect(step.effects).toEqual([]);
        for (const effect of step.effects) {
          if (effect.kind === 'kill') expect([key, ui.question?.kind]).toEqual(['y', 'kill']);
          if (effect.kind === 'stop-job') expect([key, ui.question?.kind]).toEqual(['y', 'job']);
          if (effect.kind === 'leave-job') expect([key, ui.question?.kind]).toEqual(['l', 'job']);
          if (effect.kind === 'quit') expect(known.runningJob).toBeUndefined();
        }
        ui = step.ui;
        expectValid(ui, known);
      }
    }),
    {numRuns: 300},
  );
});
