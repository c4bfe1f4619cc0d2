import {describe, expect, test} from 'vitest';
import type {ProcessReading} from '../../src/core/sample.ts';
import {filterRows, groupRows, processRows, sortRows} from '../../src/tui/process-rows.ts';
import {process, processes} from './machine.ts';
import {MIB} from './rows.ts';

const rows = processRows(processes(), (key) => (key.startsWith('5210') ? 154 * MIB : undefined));
const titles = (groups: readonly (readonly {readonly title: string}[])[]) =>
  groups.map((group) => group.map(({title}) => title));

describe('a row', () => {
  test('is named by its program, with arguments apart', () => {
    expect(rows[1]).toMatchObject({
      key: '5210@start5210',
      title: 'python gateway',
      rest: '--upstream http://127.0.0.1:8080 --cache 4096 --port 8000',
      user: 'mira',
      change: 154 * MIB,
      count: 1,
      inner: false,
      ended: false,
    });
    expect(rows[0]?.change).toBeUndefined();
  });

  test('is safe for a terminal', () => {
    const [row] = processRows([process({pid: 1, args: ['\u001b[31mx\u0007'], user: 'a\nb'})], () => 0);
    expect(row).toMatchObject({title: 'x', user: 'a b'});
  });
});

describe('the filter', () => {
  test.each([
    ['GATEWAY', [5210]],
    ['config.yaml', [1388]],
    ['postgres', [912]],
    ['6044', [6044]],
    ['nothing like it', []],
  ])('finds name, arguments, user or pid, whatever the case: %s', (filter, pids) => {
    expect(filterRows(rows, filter).map(({process: {pid}}) => pid)).toEqual(pids);
  });
  test('that is empty keeps all', () => expect(filterRows(rows, '')).toBe(rows));
});

describe('groups', () => {
  test('by program are one row with count and total', () => {
    const groups = groupRows(rows, 'program', []);
    const [workers] = groups.find(([row]) => row?.title.startsWith('python train')) ?? [];
    const total = Array.from({length: 12}, (_, index) => (120 + index) * MIB).reduce((a, b) => a + b);
    expect(workers).toMatchObject({
      key: 'program:python train',
      title: 'python train ×12',
      count: 12,
      user: 'mira',
      rssBytes: total,
    });
    expect(workers?.process.pid).toBe(7011);
    expect(groups.length).toBe(6);
  });

  test('that are open show their members behind them, largest first', () => {
    const group = groupRows(rows, 'program', ['program:python train']).find(({length}) => length > 1) ?? [];
    expect(group.length).toBe(13);
    expect(group.map(({inner}) => inner)).toEqual([false, ...Array(12).fill(true)]);
    expect(group.slice(1, 3).map(({process: {pid}}) => pid)).toEqual([7011, 7010]);
  });

  test('of one are that one itself', () => {
    expect(groupRows(rows, 'program', [])[0]?.[0]).toBe(rows[0]);
    expect(groupRows(rows, 'none', [])).toEqual(rows.map((row) => [row]));
  });

  const tree = (...parents: readonly (readonly [number, number, string])[]) =>
    processRows(
      parents.map(([pid, parentPid, name]) => process({pid, parentPid, name, rssBytes: pid * MIB})),
      () => undefined,
    );

  test('by tree end below what only starts jobs', () => {
    const family = tree(
      [10, 1, 'systemd'],
      [20, 10, 'bash'],
      [30, 20, 'torchrun'],
      [31, 30, 'worker'],
      [32, 31, 'loader'],
      [40, 20, 'vim'],
    );
    expect(titles(groupRows(family, 'tree', []))).toEqual([['systemd'], ['bash'], ['loader ×3'], ['vim']]);
  });

  test('by tree come to an end in a ring of parents', () => {
    const ring = tree([10, 11, 'a'], [11, 10, 'b']);
    expect(groupRows(ring, 'tree', []).flat().length).toBeGreaterThan(0);
  });

  test('of several users say how many', () => {
    const two = [
      process({pid: 1, name: 'x', user: 'a'}),
      process({pid: 2, name: 'x', user: 'b'}),
    ] as readonly ProcessReading[];
    expect(
      groupRows(
        processRows(two, () => 5),
        'program',
        [],
      )[0]?.[0],
    ).toMatchObject({
      user: '2 users',
      change: 10,
    });
  });
});

describe('VRAM', () => {
  const two = [process({pid: 1, name: 'x'}), process({pid: 2, name: 'x'}), process({pid: 3, name: 'y'})];
  const shares = new Map([
    ['1@start1', {bytes: 7 * MIB, gpus: ['0']}],
    ['2@start2', {bytes: 5 * MIB, gpus: ['0', '1']}],
  ]);
  const vramOf = (unknown?: string) =>
    processRows(two, () => 0, {shares, hidden: [], ...(unknown !== undefined && {unknown})});

  test('of a process without a share is 0 where all is told, and unknown where not', () => {
    expect(vramOf().map(({vramBytes}) => vramBytes)).toEqual([7 * MIB, 5 * MIB, 0]);
    expect(vramOf('hidden').map(({vramBytes}) => vramBytes)).toEqual([7 * MIB, 5 * MIB, undefined]);
    expect(processRows(two, () => 0)[0]).toMatchObject({vramBytes: undefined, gpus: []});
  });

  test('of a group is the sum, on all its GPUs', () => {
    expect(groupRows(vramOf(), 'program', [])[0]?.[0]).toMatchObject({
      title: 'x ×2',
      vramBytes: 12 * MIB,
      gpus: ['0', '1'],
    });
  });
});

describe('sorting', () => {
  const some = processRows(
    [
      process({pid: 3, name: 'b', user: 'x', rssBytes: 10}),
      process({pid: 1, name: 'c', user: 'y', rssBytes: 30}),
      process({pid: 2, name: 'a', user: 'x', rssBytes: 20}),
    ],
    (key) => ({'3@start3': 7, '1@start1': -2})[key],
    {
      shares: new Map([
        ['3@start3', {bytes: 500, gpus: ['0']}],
        ['2@start2', {bytes: 400, gpus: ['0', '1']}],
      ]),
      hidden: [],
      unknown: 'the driver does not tell',
    },
  );
  const order = (sort: Parameters<typeof sortRows>[1], reversed = false) =>
    sortRows(groupRows(some, 'none', []), sort, reversed).map(([row]) => row?.process.pid);

  test.each([
    ['rss', [1, 2, 3]],
    ['vram', [3, 2, 1]],
    ['change', [3, 1, 2]],
    ['name', [2, 3, 1]],
    ['pid', [1, 2, 3]],
    ['user', [2, 3, 1]],
  ] as const)('by %s, and reversed', (sort, pids) => {
    expect(order(sort)).toEqual(pids);
    expect(order(sort, true)).toEqual([...pids].reverse());
  });
});
