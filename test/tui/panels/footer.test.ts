import {describe, expect, test} from 'vitest';
import {plainText} from '../../../src/tui/line.ts';
import {footerLine} from '../../../src/tui/panels/footer.ts';
import {PANES, type UiState} from '../../../src/tui/state.ts';
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
  expect(footer({question: {target, signal: 'SIGTERM'}}, width)).toBe(text);
});
