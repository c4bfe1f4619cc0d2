import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {OutputLines} from '../../src/core/job/output-lines.ts';
import {compose, layoutOf, upperRows} from '../../src/tui/compose.ts';
import {inGlyphs} from '../../src/tui/glyphs.ts';
import {plainText, widthOf} from '../../src/tui/line.ts';
import type {View} from '../../src/tui/view.ts';
import {job} from './machine.ts';
import {anyOutside, anyUi, type Stage, stageOf, stages, viewOf} from './views.ts';

const ALL = stages();

function expectWhole(view: View): void {
  const {width, height} = view;
  const {lines, chart, panes} = compose(view);
  expect(lines.length).toBe(height);
  for (const line of lines) {
    expect(widthOf(line)).toBe(width);
    // One cell for each character, and nothing that a terminal would take for more.
    expect(plainText(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/);
    const isPlain = view.capabilities.ascii;
    if (isPlain) expect(inGlyphs(plainText(line), view.capabilities)).toMatch(/^[ -~]*$/);
  }
  for (const {top, bottom, left, right} of panes)
    expect(top >= 0 && top <= bottom && bottom <= height && left >= 0 && left < right && right <= width).toBe(
      true,
    );
  if (chart === undefined) return;
  expect(chart.top).toBeGreaterThanOrEqual(0);
  expect(chart.top + chart.height).toBeLessThan(height);
  expect(chart.left + chart.width).toBeLessThanOrEqual(width);
}

const anyStage = fc.integer({min: 0, max: ALL.length - 1}).map((index): Stage => ALL[index] ?? stageOf());
const sizes = fc.tuple(
  fc.oneof(fc.integer({min: 1, max: 200}), fc.constantFrom(39, 40, 59, 60, 79, 80, 99, 100, 159, 160)),
  fc.oneof(fc.integer({min: 1, max: 60}), fc.constantFrom(11, 12, 17, 18, 21, 22, 35, 36)),
);

test('the picture is exactly as high and wide as the screen, in every state, at every size', () => {
  fc.assert(
    fc.property(anyStage, sizes, anyUi, anyOutside, (stage, [width, height], ui, outside) => {
      expectWhole(viewOf(stage, {...outside, width, height, ui}));
    }),
    {numRuns: 600},
  );
}, 60_000);

test('the plain state is whole at each size', () => {
  for (const stage of ALL)
    for (let width = 1; width <= 200; width += 13)
      for (let height = 1; height <= 60; height += 3) expectWhole(viewOf(stage, {width, height}));
}, 60_000);

test('the same view is the same picture', () => {
  const [stage = stageOf()] = ALL;
  expect(compose(viewOf(stage))).toEqual(compose(viewOf(stage)));
});

test.each([false, true])(
  'no cell belongs to two panes, and every cell of the body but the line between two to one, with a job %s',
  (hasJob) => {
    const stage = hasJob ? stageOf({job: job()}) : stageOf();
    const output = hasJob ? {lines: new OutputLines(), file: undefined, end: 0} : undefined;
    for (const width of [80, 160, 200]) {
      const {panes, lines} = compose(viewOf(stage, {width, output}));
      const cells = panes.reduce(
        (sum, {top, bottom, left, right}) => sum + (bottom - top) * (right - left),
        0,
      );
      const beside = panes.filter(({left}) => left > 0).reduce((sum, {top, bottom}) => sum + bottom - top, 0);
      expect(cells + beside).toBe((lines.length - 3) * width);
    }
  },
);

describe('a detail', () => {
  test('takes the rows of Memory and History, whatever the machine and the size', () => {
    fc.assert(
      fc.property(anyStage, sizes, (stage, [width, height]) => {
        fc.pre(width >= 40 && height >= 12);
        const view = viewOf(stage, {width, height});
        const rows = compose(view)
          .panes.filter(({pane}) => pane === 'memory' || pane === 'history')
          .reduce((sum, {top, bottom}) => sum + bottom - top, 0);
        expect(upperRows(layoutOf(view))).toBe(rows);
      }),
      {numRuns: 400},
    );
  });

  test('draws nothing of the panes under it', () => {
    const stage = stageOf();
    const asked: string[] = [];
    const poolHistory = (id: string) => {
      asked.push(id);
      return stage.session.pool(id)?.history;
    };
    const detail = {detail: true, focus: 'alerts'} as const;
    compose(viewOf(stage, {poolHistory}));
    expect(asked).toContain('gpu0');
    asked.length = 0;
    compose(viewOf(stage, {ui: detail, poolHistory}));
    expect(asked).not.toContain('gpu0');
  });
});
