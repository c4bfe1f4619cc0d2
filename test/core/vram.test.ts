import {describe, expect, test} from 'vitest';
import {denied, failed, type GpuReading, ok, unsupported} from '../../src/core/sample.ts';
import {topOnGpu, vramTable} from '../../src/core/vram.ts';
import {GIB, processesAt, processReading, START} from './samples.ts';

const gpu = (index: number, more: Partial<GpuReading> = {}): GpuReading => ({
  index,
  name: 'RTX',
  usedBytes: 20 * GIB,
  totalBytes: 24 * GIB,
  ...more,
});
const table = processesAt(0, [
  processReading(7, 5 * GIB, {startedAt: START - 60_000}),
  processReading(8, GIB, {startedAt: START - 60_000}),
]);

describe('whose VRAM it is', () => {
  test('is summed over GPUs for each process', () => {
    const vram = vramTable(
      [
        gpu(0, {processes: [{pid: 7, usedBytes: 10 * GIB}]}),
        gpu(1, {
          processes: [
            {pid: 8, usedBytes: 3 * GIB},
            {pid: 7, usedBytes: GIB},
          ],
        }),
        gpu(2, {instance: 1, processes: [{pid: 7, usedBytes: GIB}]}),
      ],
      table,
      START,
    );
    expect(vram?.shares.get('7@k7')).toEqual({bytes: 12 * GIB, gpus: ['0', '1', '2/1']});
    expect(vram?.shares.get('8@k8')).toEqual({bytes: 3 * GIB, gpus: ['1']});
    expect(vram?.unknown).toBeUndefined();
    expect(vram?.hidden).toEqual([]);
  });

  test('is nobody’s that can be seen where the pid is not of here, though a process has that number', () => {
    const hidden = 'its pid is not of this container';
    const missing = {processes: unsupported('VRAM of processes is hidden inside this container')};
    const vram = vramTable([gpu(0, {processes: [{pid: 7, usedBytes: GIB, hidden}], missing})], table, START);
    expect(vram?.shares.size).toBe(0);
    expect(vram?.hidden).toEqual([{gpu: '0', pid: 7, usedBytes: GIB, hidden}]);
    expect(vram?.unknown).toBe('VRAM of processes is hidden inside this container');
  });

  test('is not given to a process that took the pid over later', () => {
    const processes = [{pid: 7, usedBytes: GIB}];
    const vram = vramTable([gpu(0, {processes, at: START - 90_000})], table, START);
    expect(vram?.shares.size).toBe(0);
    expect(vram?.hidden).toMatchObject([{pid: 7, hidden: 'not among the processes that can be seen'}]);
  });

  test('tells why a pid is not seen', () => {
    const reasonIn = (processes: Parameters<typeof vramTable>[1]) =>
      vramTable([gpu(0, {processes: [{pid: 99, usedBytes: GIB}]})], processes, START)?.hidden[0]?.hidden;
    expect(reasonIn(table)).toBe('not among the processes that can be seen');
    expect(reasonIn(denied('/proc cannot be read: permission denied'))).toBe(
      '/proc cannot be read: permission denied',
    );
    expect(reasonIn(undefined)).toBe('processes were not read yet');
    const note = "other users' processes are hidden (hidepid)";
    expect(reasonIn(ok({at: START, processes: [], note}))).toBe(note);
  });

  test.each<[string, Partial<GpuReading>, string | undefined]>([
    ['nobody computes', {processes: []}, undefined],
    ['the list is missing', {missing: {processes: denied('not permitted')}}, 'not permitted'],
    ['the GPU is lost', {lost: failed('fell off the bus')}, 'fell off the bus'],
    ['nothing is said', {}, 'the driver does not tell which processes hold its memory'],
    ['the sizes are not told', {processes: [{pid: 7}]}, 'the driver does not tell what its processes hold'],
  ])('where %s', (_, more, unknown) => {
    expect(vramTable([gpu(0, more)], table, START)?.unknown).toBe(unknown);
  });

  test('is no question where there is no GPU', () => {
    expect(vramTable([], table, START)).toBeUndefined();
  });
});

test('the largest on a GPU are those that can be seen, by what they hold there', () => {
  const processes = [
    {pid: 99, usedBytes: 12 * GIB},
    {pid: 8, usedBytes: 3 * GIB},
    {pid: 7, usedBytes: GIB},
  ];
  expect(topOnGpu(gpu(0, {processes}), table, {at: START, count: 5})).toEqual([
    {pid: 8, name: 'p8', rssBytes: GIB, vramBytes: 3 * GIB},
    {pid: 7, name: 'p7', rssBytes: 5 * GIB, vramBytes: GIB},
  ]);
});
