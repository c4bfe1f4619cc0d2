import {expect, test} from 'vitest';
import {type GpuProcess, ok} from '../../../src/core/sample.ts';
import {compose} from '../../../src/tui/compose.ts';
import {hiddenVram} from '../../../src/tui/panels/hidden-vram.ts';
import {gpu} from '../machine.ts';
import {textOf} from '../rows.ts';
import {stageOf, viewOf} from '../views.ts';

const GIB = 2 ** 30;
const hidden = 'it runs in another container';
const unseen = (pid: number, gib?: number): GpuProcess => ({
  pid,
  hidden,
  ...(gib !== undefined && {usedBytes: gib * GIB}),
});
const notes = (processes: readonly (readonly GpuProcess[])[], ui = {}) => {
  const gpus = processes.map((one, index) => gpu(50, index, {processes: one}));
  return hiddenVram(viewOf(stageOf({gpus: ok(gpus)}), {ui: {sort: 'vram', ...ui}}));
};

test('what holds VRAM and is in no row is told GPU by GPU, with its reason', () => {
  expect(notes([[unseen(31_337, 20.4), unseen(31_338, 1)]])).toEqual([
    `2 more on GPU 0 hold 21.4 GiB: ${hidden}`,
  ]);
  expect(notes([[unseen(31_337)]])).toEqual([`1 more on GPU 0: ${hidden}`]);
});

test('of many GPUs the two on which most is held are told', () => {
  expect(notes([[unseen(5, 2)], [unseen(6, 1)], [unseen(7, 3)]])).toEqual([
    `1 more on GPU 0 holds 2.0 GiB: ${hidden}`,
    `1 more on GPU 2 holds 3.0 GiB: ${hidden}`,
  ]);
});

test('nothing is told where the table is not sorted by VRAM, or nothing is hidden', () => {
  expect(notes([[unseen(5, 2)]], {sort: 'rss'})).toEqual([]);
  expect(notes([[unseen(5, 2)]], {reversed: true})).toEqual([]);
  expect(notes([[{pid: 4127, usedBytes: GIB}]])).toEqual([]);
});

test('in the table it takes no place from those that hold VRAM, nor from the cursor', () => {
  const pids = [4127, 5210, 1388, 6044, 912];
  const draw = (holders: number, cursor?: string) => {
    const processes = [
      ...pids.slice(0, holders).map((pid, index) => ({pid, usedBytes: (9 - index) * GIB})),
      unseen(31_337, 20),
    ];
    const stage = stageOf({gpus: ok([gpu(50, 0, {processes})])});
    const view = viewOf(stage, {ui: {sort: 'vram', cursors: {processes: cursor}}});
    return textOf(compose(view).lines).join('\n');
  };
  expect(draw(4)).toMatch(/jupyter-lab .*\n {2}1 more on GPU 0 holds 20\.0 GiB/);
  expect(draw(5)).not.toContain('more on GPU 0');
  expect(draw(2, '1388@start1388')).toMatch(/gateway .*\n {2}1 more on GPU 0 .*\n ▸qdrant/);
});
