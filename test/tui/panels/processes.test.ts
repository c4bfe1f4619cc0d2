import {describe, expect, test} from 'vitest';
import {type GpuReading, type JobMember, ok} from '../../../src/core/sample.ts';
import {layoutOf} from '../../../src/tui/compose.ts';
import {processDetail} from '../../../src/tui/panels/process-detail.ts';
import {processLines} from '../../../src/tui/panels/processes.ts';
import {gpu, job, migGpu, noGpu} from '../machine.ts';
import {textOf} from '../rows.ts';
import {stageOf, viewOf} from '../views.ts';

const GIB = 2 ** 30;
const holding = (index: number, gib = 2) => gpu(50, index, {processes: [{pid: 4127, usedBytes: gib * GIB}]});
const several = (count: number) => Array.from({length: count}, (_, index) => holding(index));

const draw = (gpus: readonly GpuReading[], given: Parameters<typeof viewOf>[1] = {}) => {
  const view = viewOf(stageOf({gpus: ok(gpus)}), given);
  return textOf(processLines(view, layoutOf(view), 5, view.width));
};
const rowOf = (name: string, lines: readonly string[]) => lines.find((line) => line.includes(name)) ?? '';

describe('VRAM', () => {
  test.each([
    [1, ' 2.0 GiB   0 '],
    [2, ' 4.0 GiB 0,1 '],
    [4, ' 8.0 GiB 0-3 '],
    [8, '16.0 GiB 0-7 '],
    [12, '24.0 GiB ×12 '],
  ])('of %i GPUs is the sum, with the GPUs in three cells', (count, cells) => {
    const lines = draw(several(count));
    expect(lines[0]).toMatch(/ VRAM GPU command /);
    expect(rowOf('llama-server', lines)).toContain(cells);
    expect(rowOf('qdrant', lines)).toMatch(/ 0 {3}steady {8}0 {5}--config/);
  });

  test('on a MIG instance names it whole', () => {
    const mig = [1, 12].map((instance) => ({
      ...migGpu(40, instance),
      processes: instance === 12 ? [{pid: 4127, usedBytes: GIB}] : [],
    }));
    expect(rowOf('llama-server', draw(mig))).toContain(' 1.0 GiB 0/12 ');
  });

  test('is a dash where nobody can tell', () => {
    const {processes: _, ...untold} = gpu(50);
    expect(rowOf('llama-server', draw([untold]))).toMatch(/ – {5}-m /);
  });

  test('has a column wherever there is a GPU, and in the narrowest only when asked for', () => {
    expect(draw(several(1), {width: 80})[0]).toMatch(/ VRAM command /);
    expect(draw(several(1), {width: 60})[0]).toMatch(/ VRAM$/);
    expect(draw(several(1), {width: 40})[0]).toMatch(/ growth\/h$/);
    const byVram = draw(several(1), {width: 40, ui: {sort: 'vram'}});
    expect(byVram[0]).toMatch(/ VRAM▼$/);
    expect(rowOf('llama-ser', byVram)).toMatch(/ 2\.0 GiB$/);
    const view = viewOf(stageOf({gpus: noGpu}));
    expect(textOf(processLines(view, layoutOf(view), 5, 120))[0]).not.toMatch(/VRAM|GPU/);
  });
});

describe('a job of which a log tells a sum', () => {
  const told = (members: readonly JobMember[], processes = 13) => {
    const sum = {processes, rssBytes: 12 * GIB};
    const view = viewOf(stageOf({job: job({members, sum})}));
    return textOf(processLines(view, layoutOf(view), 5, view.width));
  };

  test('has the rows of those that are named, counts all, and shows their RSS', () => {
    const lines = told(job().members.slice(0, 2));
    expect(lines[0]).toMatch(/Processes 2 of 13 .* RSS▼/);
    expect(lines[1]).toContain('python gateway');
    expect(lines[3]).toBe('');
  });

  test('says why there is no row', () => {
    expect(told([])[1]).toMatch(/the log names none of its processes/);
    expect(told([], 0)[1]).toMatch(/waiting for the second scan/);
  });
});

describe('the detail of a process', () => {
  const detail = (gpus: readonly GpuReading[]) => {
    const view = viewOf(stageOf({gpus: ok(gpus)}));
    const [row] = view.rows;
    if (row === undefined) throw new Error('expected a process');
    return textOf(processDetail(view, row, 20, 3).lines).join('\n');
  };

  test('says what it holds of VRAM, and where there are several GPUs, of which', () => {
    expect(detail([holding(0, 20.6)])).toMatch(/VRAM +20\.6 GiB/);
    expect(detail([holding(0, 20.6)])).not.toContain('on GPU');
    expect(detail(several(3))).toMatch(/VRAM +6\.0 GiB +on GPU +0-2/);
  });
});
