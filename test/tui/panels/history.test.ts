import {describe, expect, test} from 'vitest';
import {ok} from '../../../src/core/sample.ts';
import {layoutOf} from '../../../src/tui/compose.ts';
import {historyPane} from '../../../src/tui/panels/history.ts';
import {preparePlot} from '../../../src/tui/plot.ts';
import {gpu, migGpu, NOW, noGpu} from '../machine.ts';
import {textOf} from '../rows.ts';
import {type Stage, stageOf, viewOf} from '../views.ts';

const draw = (stage: Stage, given: Parameters<typeof viewOf>[1] = {}) => {
  const view = viewOf(stage, given);
  return textOf(historyPane(view, layoutOf(view), 7).lines);
};
const gpus = (...percents: readonly number[]) => ok(percents.map((percent, index) => gpu(percent, index)));

const NORMAL = stageOf();

describe('the rule', () => {
  test('says span, average and peak of RAM, or of the pool under the cursor', () => {
    expect(draw(NORMAL)[0]).toMatch(/^─ History 15 m ─+ RAM average 65\.9% · peak 73\.8% at 14:32:0\d ─$/);
    const ui = {cursors: {memory: 'gpu0'}};
    expect(draw(NORMAL, {ui})[0]).toMatch(/ GPU 0 average 87\.1% · peak 87\.1% at 14:\d\d:\d\d ─$/);
    expect(draw(NORMAL, {width: 60, height: 20})[0]).toMatch(
      /^─ History 15 m ─+ peak 73\.8% at 14:32:0\d ─$/,
    );
  });

  test('says how long all is, and a scale that is fitted', () => {
    expect(draw(NORMAL, {ui: {span: 7}})[0]).toContain('History all, 15 m ');
    expect(draw(NORMAL, {ui: {fitted: true, lines: 'ram'}})[0]).toContain('History 15 m · 55–75% ');
  });
});

describe('names', () => {
  const namesOf = (lines: readonly string[], width: number) =>
    lines
      .slice(1, -1)
      .map((line) => line.slice(width).trim())
      .filter(Boolean);

  test('stand where lines end; GPUs on one row share theirs', () => {
    const lines = draw(stageOf({gpus: gpus(85, 85, 30, 85)}));
    expect(lines.findIndex((line) => line.trimEnd().endsWith(' GPU 0,1,3'))).toBeGreaterThan(0);
    const order = namesOf(lines, 109);
    expect(order).toEqual(['GPU 0,1,3', '90% VRAM', '80% RAM', 'RAM', 'GPU 2']);
  });

  test('are never cut: one that does not fit stands beside, or not at all', () => {
    const whole = /^(\d+% (RAM|VRAM)|(GPU (\d([,-]\d)*|×\d))?( ?RAM)?)$/;
    for (const vram of [0, 20, 40, 60, 70, 72, 74, 76, 79, 85, 95, 100]) {
      const stage = stageOf({gpus: gpus(vram, vram, vram)}, [], {watchLeaks: false});
      for (const [width, height] of [
        [120, 40],
        [80, 24],
        [85, 30],
      ] as const) {
        const nameWidth = width >= 100 ? 11 : 9;
        const lines = draw(stage, {width, height});
        for (const name of namesOf(lines, width - nameWidth)) expect(name).toMatch(whole);
        expect(lines.join('\n')).toMatch(/ RAM *$/m);
      }
    }
  });

  test('of many GPUs on one row join as a run, also where only that is short enough', () => {
    const all = (count: number) => stageOf({gpus: gpus(...Array<number>(count).fill(45))});
    expect(namesOf(draw(all(8)), 109)).toContain('GPU 0-7');
    expect(namesOf(draw(all(12), {width: 99, height: 40}), 90)).toContain('GPU 0-11');
    expect(namesOf(draw(all(2)), 109)).toContain('GPU 0,1');
  });

  test('of MIG instances are those of their pools, each whole', () => {
    const mig = stageOf({gpus: ok([1, 2, 13].map((instance) => migGpu(10 * (instance % 10), instance)))});
    const names = namesOf(draw(mig), 109).filter((name) => name.startsWith('GPU'));
    expect(names).toEqual(['GPU 0/13', 'GPU 0/2', 'GPU 0/1']);
  });

  test('do without room under 80 columns', () => {
    expect(draw(NORMAL, {width: 60, height: 20}).slice(1).join('')).not.toMatch(/RAM|GPU/);
  });
});

describe('thresholds', () => {
  test('are dashes in their row, named at the right', () => {
    expect(
      draw(NORMAL)
        .filter((line) => line.includes('╌') && !line.includes('└'))
        .map((line) => line.slice(109).trim()),
    ).toEqual(['90% VRAM', '80% RAM']);
    expect(draw(stageOf({gpus: noGpu})).filter((line) => line.includes('╌')).length).toBe(2);
  });

  test('lie on the border that the axis names for the same share', () => {
    const lines = draw(NORMAL);
    expect(lines.find((line) => line.startsWith('  80┤'))).toContain('╌');
    expect(draw(NORMAL, {width: 60, height: 20}).find((line) => line.startsWith(' 100┤'))).toBeDefined();
  });
});

describe('the event lane', () => {
  test('has the sign of what happened over its moment, and its name where it fits', () => {
    const stage = stageOf();
    stage.events.add({kind: 'mark', at: NOW - 600_000, note: 'epoch 1'}, NOW);
    stage.events.add({kind: 'mark', at: NOW - 590_000, note: 'crowded'}, NOW);
    const lane = draw(stage)[1] ?? '';
    expect(lane).toMatch(/^ {4}│ +◆◆ crowded +$/);
    expect(lane.indexOf('◆')).toBeGreaterThan(30);
    expect(lane.indexOf('◆')).toBeLessThan(45);
    expect(draw(stage, {ui: {span: 0}})[1]?.trim()).toBe('│');
  });
});

describe('lines', () => {
  const looksOf = (stage: Stage) => {
    const view = viewOf(stage);
    return preparePlot(view, layoutOf(view)).series.map(({role, mark}) => `${role} ${mark}`);
  };

  test('of eight GPUs have a colour and a digit each, and RAM lies on top', () => {
    const digits = [0, 1, 2, 3, 4, 5, 6, 7];
    expect(looksOf(stageOf({gpus: gpus(...digits.map((digit) => 20 + digit))}))).toEqual([
      ...digits.map((digit) => `vram${digit} ${digit}`),
      'ram *',
    ]);
  });

  test('of MIG instances differ though they are of one GPU', () => {
    const mig = stageOf({gpus: ok([7, 8, 9].map((instance) => migGpu(40, instance)))});
    expect(looksOf(mig)).toEqual(['vram0 0', 'vram1 1', 'vram2 2', 'ram *']);
  });

  test('of GPUs that are not the first keep their own digit', () => {
    expect(looksOf(stageOf({gpus: ok([gpu(40, 2), gpu(50, 5)])}))).toEqual(['vram0 2', 'vram1 5', 'ram *']);
  });
});

test('before the first reading the axis is dotted', () => {
  const axis = draw(NORMAL, {ui: {span: 3}}).at(-1) ?? '';
  expect(axis).toMatch(/^ {3}0└·/);
  expect(axis).toMatch(/─now╌[╌0-9:]* +$/);
});
