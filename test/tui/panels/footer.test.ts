import {describe, expect, test} from 'vitest';
import {ok} from '../../../src/core/sample.ts';
import {plainText} from '../../../src/tui/line.ts';
import {footerLine} from '../../../src/tui/panels/footer.ts';
import {PANES, type UiState} from '../../../src/tui/state.ts';
import {job, NOW} from '../machine.ts';
import {stageOf, viewOf} from '../views.ts';

const NORMAL = stageOf();
const FIRING = stageOf({}, [{ramPercent: 85}]);

const footer = (ui: Partial<UiState> = {}, width = 120, stage = NORMAL) =>
  plainText(footerLine(viewOf(stage, {ui, width}))).trimEnd();

test.each([
  [
    120,
    ' ? help  Tab pane  f enlarge  Enter detail  / filter  s sort  z zoom  + - threshold  p pause  q quit   self 0.3% 61 MiB',
  ],
  [80, ' ? help  Tab pane  / filter  s sort  z zoom  + - threshold  p pause  q quit'],
  [60, ' ? help  Tab pane  / filter  z zoom  p pause  q quit'],
  [40, ' ? help  Tab pane  p pause  q quit'],
])('at %i columns', (width, text) => expect(footer({}, width)).toBe(text));

test('help stands first and the way out last, whole, in every pane at every width', () => {
  for (const focus of PANES)
    for (const enlarged of [false, true])
      for (const cursors of [{}, {memory: 'ram', processes: '4127@start4127', alerts: '0'}])
        for (let width = 40; width <= 200; width += 1) {
          const text = footer({focus, enlarged, cursors}, width, FIRING);
          expect(text).toMatch(/^ \? help {2}/);
          expect(text).toMatch(enlarged ? / q f back( |$)/ : / q quit( |$)/);
          expect(text.length).toBeLessThanOrEqual(width);
        }
});

describe('it says what the keys do now', () => {
  test('silence leads while an alert fires', () =>
    expect(footer({}, 80, FIRING)).toMatch(/^ \? help {2}a silence {2}/));
  test('with the cursor on a process it can be killed', () =>
    expect(footer({cursors: {processes: '4127@start4127'}})).toContain('x kill  Esc let go'));
  test('in a detail q goes back', () => expect(footer({detail: true})).toMatch(/x kill {2}q Esc back/));
  test('in the help q closes it', () =>
    expect(footer({help: true})).toMatch(/^ ↑ ↓ scroll {2}\? q Esc close/));
});

describe('with a job', () => {
  const JOB = stageOf({job: job()});

  test.each([
    [80, ' ? help  Tab pane  / filter  s sort  m mark  + - threshold  p pause  q quit'],
    [60, ' ? help  Tab pane  / filter  m mark  p pause  q quit'],
  ])('its moments can be marked, also at %i columns', (width, text) => {
    expect(footer({}, width, JOB)).toBe(text);
  });

  test('its output is enlarged, and followed from its end', () => {
    expect(footer({focus: 'output'}, 80, JOB)).toMatch(/f enlarge {2}End follows {2}m mark/);
  });

  test.each([
    [40, false, ' 4194304? '],
    [40, true, ' 4194304? '],
    [60, false, ' python jupyter-lab (4194304). '],
    [80, false, ' Job still running: '],
    [80, true, ' Job still running: '],
    [200, true, ' Job still running: python jupyter-lab (4194304). '],
  ])(
    'a question keeps its answers in sight at %i columns, asked to stop before: %s',
    (width, isStopping, head) => {
      const question = {kind: 'job', name: 'python jupyter-lab', pid: 4_194_304, isStopping} as const;
      const text = footer({question}, width, JOB);
      expect(text.length).toBeLessThanOrEqual(width);
      expect(text.startsWith(head.trimEnd())).toBe(true);
      expect(text).toMatch(isStopping ? / y kill/ : / y stop/);
      expect(text).toMatch(/ l leave.* Esc back$/);
      expect(text).toContain('4194304');
    },
  );

  test('a question is whole at every width from 40', () => {
    for (const name of ['sh', 'python train', 'x'.repeat(80)])
      for (const pid of [1, 4_194_304])
        for (const isStopping of [false, true])
          for (let width = 40; width <= 200; width += 1) {
            const text = footer({question: {kind: 'job', name, pid, isStopping}}, width, JOB);
            expect(text).toMatch(/ y (stop|kill).* l leave.* Esc back$/);
            expect(text).toContain(`${pid}`);
          }
  });
});

test('silence is offered for an alert on something else than a pool, until it is silent', () => {
  const stage = stageOf({}, [{pressure: ok({some10: 40, some60: 0, full10: 0, full60: 0})}]);
  expect(footer({}, 80, stage)).toMatch(/ a silence /);
  stage.session.silence(NOW);
  stage.session.refresh();
  expect(footer({}, 80, stage)).not.toContain('silence');
});

describe('a line being typed', () => {
  test('shows its end where it is long', () => {
    const text = footer({prompt: {kind: 'mark', text: `${'x'.repeat(100)}END`}}, 40);
    expect(text).toMatch(/^ mark: x*END {3}Enter takes it {2}Esc no$/);
  });
  test('says what Enter and Esc do', () =>
    expect(footer({prompt: {kind: 'filter', text: 'vllm'}})).toBe(' /vllm   Enter keeps  Esc clears'));
});

test.each([
  [40, ' SIGTERM to 4194304?  y yes  Esc no'],
  [60, ' SIGTERM to python jupyter-lab (4194304)?  y yes  Esc no'],
  [120, ' SIGTERM to python jupyter-lab (4194304, postgres)?  y yes  s other signal  Esc no'],
])('a question keeps its answers in sight at %i columns', (width, text) => {
  const target = {pid: 4_194_304, startKey: 's', name: 'python jupyter-lab', user: 'postgres'};
  expect(footer({question: {kind: 'kill', target, signal: 'SIGTERM'}}, width)).toBe(text);
});
