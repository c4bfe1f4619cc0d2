import {describe, expect, test} from 'vitest';
import {OutputLines} from '../../../src/core/job/output-lines.ts';
import {outputLines} from '../../../src/tui/panels/output.ts';
import type {OutputView} from '../../../src/tui/view.ts';
import {job} from '../machine.ts';
import {textOf} from '../rows.ts';
import {stageOf, viewOf} from '../views.ts';

const STAGE = stageOf({job: job()});

const written = (text: string) => {
  const lines = new OutputLines();
  lines.feed(text);
  return lines;
};
const numbered = (count: number) =>
  written(Array.from({length: count}, (_, index) => `line ${index + 1}\n`).join(''));

function draw(
  lines: OutputLines,
  rows: number,
  more: Partial<OutputView> = {},
  width = 80,
): readonly string[] {
  const output = {lines, file: undefined, end: lines.count, ...more};
  return textOf(outputLines(viewOf(STAGE, {width, output}), rows)).map((line) => line.trimEnd());
}

test('there is none of a job that memtop has not started', () => {
  expect(outputLines(viewOf(STAGE), 5)).toEqual([]);
});

describe('the rule', () => {
  test.each([
    [0, 'Output 0 lines'],
    [1, 'Output 1 line'],
    [12, 'Output 12 lines'],
  ])('counts the lines: %i', (count, title) => {
    expect(draw(numbered(count), 2)[0]).toMatch(new RegExp(`^─ ${title} ─+$`));
  });

  test('counts all, also those that are no longer kept', () => {
    const lines = numbered(3);
    lines.skip(1_000_000);
    lines.feed('last\n');
    expect(draw(lines, 2)).toEqual([expect.stringMatching(/^─ Output 1,000,004 lines ─+$/), ' last', '']);
  });

  test('tells where all of it is, by the end of a long path, where there is room', () => {
    const file = `/data/${'deep/'.repeat(40)}train.log`;
    expect(draw(numbered(1), 1, {file: 'train.log'})[0]).toMatch(/ all of it in train\.log ─$/);
    expect(draw(numbered(1), 1, {file})[0]).toMatch(/ all of it in ….*\/train\.log ─$/);
    expect(draw(numbered(1), 1, {file: 'train.log'}, 59)[0]).not.toContain('train.log');
  });

  test('says that it is held in place of that', () => {
    expect(draw(numbered(9), 2, {file: 'train.log', end: 5})[0]).toMatch(/ held, End follows ─$/);
  });
});

describe('its lines', () => {
  test('are the latest, as many as there are rows', () => {
    expect(draw(numbered(9), 3).slice(1)).toEqual([' line 7', ' line 8', ' line 9']);
    expect(draw(numbered(2), 3).slice(1)).toEqual([' line 1', ' line 2', '']);
  });

  test('are those up to where it is held', () => {
    expect(draw(numbered(9), 3, {end: 5}).slice(1)).toEqual([' line 3', ' line 4', ' line 5']);
  });

  test('are those up to there among the ones that are kept', () => {
    expect(draw(numbered(10_050), 2, {end: 60}).slice(1)).toEqual([' line 59', ' line 60']);
  });

  test('are the oldest that are kept where it is held before those', () => {
    for (const count of [10_050, 25_000]) {
      const lines = numbered(count);
      const oldest = count - 10_000 + 1;
      expect(draw(lines, 2, {end: 40}).slice(1)).toEqual([` line ${oldest}`, ` line ${oldest + 1}`]);
    }
  });

  test('are cut where they are too long, and safe', () => {
    const [, long = '', odd] = draw(written(`${'x'.repeat(200)}\n\u202ea日\tb\n`), 2, {}, 40);
    expect(long).toBe(` ${'x'.repeat(37)}…`);
    expect(odd).toMatch(/^ a\? +b$/);
  });

  test('are none yet', () => {
    expect(draw(new OutputLines(), 3).slice(1)).toEqual(['  the job has written nothing yet', '', '']);
  });
});
