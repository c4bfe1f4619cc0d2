import {beforeEach, describe, expect, test} from 'vitest';
import type {Frame} from '../../src/core/frame.ts';
import {type JobReading, ok, type ProcessReading, unsupported} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {ProcessList, type RowFacts} from '../../src/tui/process-list.ts';
import {initialState, type UiState} from '../../src/tui/state.ts';
import {gpu, NOW, process, sampleAt} from './machine.ts';
import {MIB} from './rows.ts';

const START = initialState({span: 2, sort: 'rss'});

const FACTS = {changeOf: () => undefined, leakOf: undefined, height: 40};

let list: ProcessList;
let second: number;
let frame: Frame;
beforeEach(() => {
  list = new ProcessList();
  second = 0;
});

/** One more scan with processes of so many MiB, and the pids in order. */
function scan(sizes: Readonly<Record<number, number>>, ui: Partial<UiState> = {}): readonly number[] {
  second += 1;
  const at = NOW + second * 1000;
  const table = Object.entries(sizes).map(([pid, mib]) =>
    process({pid: Number(pid), name: `p${pid}`, rssBytes: mib * MIB}),
  );
  frame = new Session().feed(sampleAt(at, {processes: ok({at, processes: table})}));
  return look(ui);
}

const look = (ui: Partial<UiState> = {}) =>
  list.update(frame, {...START, ...ui}, FACTS).map(({process: {pid}}) => pid);

const cursor = (pid: number): Partial<UiState> => ({cursors: {processes: `${pid}@start${pid}`}});

test('the order stays calm from scan to scan', () => {
  expect(scan({1: 1000, 2: 900})).toEqual([1, 2]);
  expect(scan({1: 1000, 2: 1100})).toEqual([1, 2]);
  expect(scan({1: 1000, 2: 1100})).toEqual([2, 1]);
});

test('looking twice at one scan is not two scans', () => {
  scan({1: 1000, 2: 900});
  scan({1: 1000, 2: 1100});
  for (const ui of [{enlarged: true}, {}, {enlarged: true}, {}]) expect(look(ui)).toEqual([1, 2]);
});

describe('with a job', () => {
  const member = (pid: number, more = {}) => ({pid, startKey: `start${pid}`, rssBytes: 1, ...more});
  const sizes = {1: 5000, 2: 900, 3: 700, 4: 100};

  /** One scan of a machine on which these are the job's, with their proportional shares in MiB. */
  function scanOf(shares: Readonly<Record<number, number | undefined>>, pss: JobReading['pss']) {
    const members = Object.entries(shares).map(([pid, mib]) =>
      member(Number(pid), mib === undefined ? {} : {pssBytes: mib * MIB}),
    );
    const at = NOW + 1000;
    const table = Object.entries(sizes).map(([pid, mib]) =>
      process({pid: Number(pid), name: `p${pid}`, rssBytes: mib * MIB}),
    );
    const job = {name: 'p2', pid: 2, state: 'running', members, cpuMs: 0, ...(pss && {pss})} as const;
    frame = new Session().feed(sampleAt(at, {processes: ok({at, processes: table}), job}));
    return list.update(frame, START, FACTS).map(({process: {pid}, rssBytes}) => [pid, rssBytes / MIB]);
  }

  test('its processes are there alone, in resident sets', () => {
    expect(scanOf({2: undefined, 4: undefined}, undefined)).toEqual([
      [2, 900],
      [4, 100],
    ]);
  });

  test('they stand by their proportional shares where these are known, and are ordered by them', () => {
    const pss = ok({bytes: 0, at: NOW});
    expect(scanOf({2: 300, 3: 600, 4: undefined}, pss)).toEqual([
      [3, 600],
      [2, 300],
      [4, 100],
    ]);
  });

  test('another process that has a pid of its before is not one of them', () => {
    expect(scanOf({99: 5}, undefined)).toEqual([]);
  });
});

describe('a process that stands still', () => {
  /** One scan of these very readings, and the row of each. */
  function rowsOf(processes: readonly ProcessReading[], atSecond: number, facts: Partial<RowFacts> = {}) {
    const at = NOW + atSecond * 1000;
    frame = session.feed(sampleAt(at, {gpus: unsupported('no driver'), processes: ok({at, processes})}));
    return list.update(frame, START, {...FACTS, ...facts});
  }

  const still = process({pid: 1, name: 'still', rssBytes: 900 * MIB});
  const moving = (mib: number) => process({pid: 2, name: 'moving', rssBytes: mib * MIB});
  let session: Session;
  beforeEach(() => {
    session = new Session();
  });

  test('keeps its row, and one that changed does not', () => {
    const [first, other] = rowsOf([still, moving(800)], 1);
    const [again, changed] = rowsOf([still, moving(801)], 2);
    expect(again).toBe(first);
    expect(changed).not.toBe(other);
    expect(changed?.rssBytes).toBe(801 * MIB);
  });

  test('is told of as it changed over the span 5 s later at the latest', () => {
    const changeAt = (second: number) => rowsOf([still], second, {changeOf: () => second * MIB})[0]?.change;
    expect(changeAt(1)).toBe(MIB);
    for (let second = 2; second <= 30; second += 1) {
      const age = second - Number(changeAt(second)) / MIB;
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(5);
    }
  });

  test('is told of anew at once where the span is another', () => {
    rowsOf([still], 1, {changeOf: () => MIB});
    const span = {...START, span: START.span + 1};
    expect(list.update(frame, span, {...FACTS, changeOf: () => 7 * MIB})[0]?.change).toBe(7 * MIB);
  });
});

test('s sorts anew at once', () => {
  scan({1: 1000, 2: 900});
  expect(scan({1: 1000, 2: 1100}, {sort: 'pid', reversed: true})).toEqual([2, 1]);
  expect(look({sort: 'rss'})).toEqual([2, 1]);
});

describe('with the cursor in the table', () => {
  test('the order is held, and newcomers wait below', () => {
    scan({1: 1000, 2: 900}, cursor(2));
    for (let times = 0; times < 4; times += 1)
      expect(scan({1: 1000, 2: 1100, 9: 5000}, cursor(2))).toEqual([1, 2, 9]);
  });

  test('a process that ends stays, marked, until the cursor leaves it', () => {
    scan({1: 1000, 2: 900, 3: 800}, cursor(2));
    expect(scan({1: 1000, 3: 800}, cursor(2))).toEqual([1, 2, 3]);
    expect(list.rows[1]).toMatchObject({ended: true, title: 'p2'});
    expect(scan({1: 1000, 3: 800}, cursor(2))).toEqual([1, 2, 3]);
    expect(scan({1: 1000, 3: 800}, cursor(3))).toEqual([1, 3]);
  });

  test('a process that a filter or a group takes away has not ended', () => {
    scan({1: 1000, 2: 900}, cursor(2));
    expect(look({...cursor(2), filter: 'p1'})).toEqual([1]);
    expect(look(cursor(2))).toEqual([1, 2]);
  });
});

test('a table that cannot be read has no rows', () => {
  const {processes: _, ...bare} = new Session().feed(sampleAt(NOW, {processes: 'none'}));
  frame = bare;
  expect(look()).toEqual([]);
});

test('of very many only the largest are named, unless all are asked for', () => {
  const many = Object.fromEntries(Array.from({length: 300}, (_, index) => [index + 1, 1000 - index]));
  expect(scan(many).length).toBe(50);
  expect(look({enlarged: true}).length).toBe(300);
  expect(look({filter: 'p3'}).length).toBe(12);
});

describe('by VRAM', () => {
  /** The same scan once more, with so many MiB of VRAM held now. */
  function read(
    sizes: Readonly<Record<number, number>>,
    vram: Readonly<Record<number, number>>,
  ): readonly number[] {
    second += 1;
    const at = NOW + second * 1000;
    const table = Object.entries(sizes).map(([pid, mib]) =>
      process({pid: Number(pid), name: `p${pid}`, rssBytes: mib * MIB}),
    );
    const held = Object.entries(vram).map(([pid, mib]) => ({pid: Number(pid), usedBytes: mib * MIB}));
    const gpus = ok([gpu(50, 0, {processes: held})]);
    frame = new Session().feed(sampleAt(at, {processes: ok({at: NOW, processes: table}), gpus}));
    return look({sort: 'vram'});
  }

  test('one that is small in RAM and large in VRAM comes to the top', () => {
    const many = Object.fromEntries(Array.from({length: 300}, (_, index) => [index + 1, 1000 - index]));
    expect(read(many, {300: 20_000, 299: 10_000}).slice(0, 3)).toEqual([300, 299, 1]);
  });

  test('cells are as fresh as the GPUs, whenever the scan was', () => {
    read({1: 1000, 2: 900}, {1: 100});
    read({1: 1000, 2: 900}, {1: 150});
    expect(list.rows[0]?.vramBytes).toBe(150 * MIB);
  });

  test('a table that says the same again is not made anew', () => {
    read({1: 1000, 2: 900}, {1: 100});
    const {rows} = list;
    read({1: 1000, 2: 900}, {1: 100});
    expect(list.rows).toBe(rows);
  });

  test('the order stays calm from reading to reading', () => {
    expect(read({1: 1000, 2: 900}, {1: 500})).toEqual([1, 2]);
    expect(read({1: 1000, 2: 900}, {1: 500, 2: 600})).toEqual([1, 2]);
    expect(read({1: 1000, 2: 900}, {1: 500, 2: 601})).toEqual([2, 1]);
  });
});
