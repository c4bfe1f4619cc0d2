import {describe, expect, test} from 'vitest';
import {NO_ORDER, type Order, settleOrder, vramOf} from '../../src/tui/process-order.ts';
import {MIB, rowsOf} from './rows.ts';

describe('the order', () => {
  const key = (pid: number) => `${pid}@start${pid}`;
  const from = (...pids: readonly number[]): Order => ({...NO_ORDER, keys: pids.map(key)});
  const pidsOf = ({keys}: Order) => keys.map((one) => Number(one.split('@')[0]));
  const settle = (order: Order, sizes: Readonly<Record<number, number>>, isHeld = false) =>
    settleOrder(order, rowsOf(sizes), isHeld);

  test('changes only for a lead of 2 % and 16 MiB in two scans running', () => {
    const once = settle(from(1, 2), {1: 1000, 2: 1020});
    expect(pidsOf(once)).toEqual([1, 2]);
    expect(pidsOf(settle(once, {1: 1000, 2: 1020}))).toEqual([2, 1]);
  });

  test.each([
    ['15 MiB', {1: 100, 2: 115}],
    ['16 MiB but under 2 %', {1: 1000, 2: 1019}],
  ])('does not change for a lead of %s', (_, sizes) => {
    let order = from(1, 2);
    for (let scan = 0; scan < 5; scan += 1) order = settle(order, sizes);
    expect(pidsOf(order)).toEqual([1, 2]);
  });

  test('does not change for two leads with a scan between', () => {
    let order = from(1, 2);
    for (const lead of [1100, 1000, 1100, 1000]) order = settle(order, {1: 1000, 2: lead});
    expect(pidsOf(order)).toEqual([1, 2]);
  });

  test('lets a row that grew a lot pass several in the end', () => {
    let order = from(1, 2, 3, 4);
    for (let scan = 0; scan < 8; scan += 1) order = settle(order, {1: 400, 2: 300, 3: 200, 4: 4000});
    expect(pidsOf(order)).toEqual([4, 1, 2, 3]);
  });

  test('puts newcomers where they belong, and forgets who is gone', () => {
    expect(pidsOf(settle(from(1, 2, 3), {1: 400, 3: 200, 9: 300, 8: 1}))).toEqual([1, 9, 3, 8]);
  });

  test('that is held changes for nobody; newcomers wait below', () => {
    let order = from(1, 2);
    for (let scan = 0; scan < 4; scan += 1) order = settle(order, {9: 9000, 2: 5000, 1: 10}, true);
    expect(pidsOf(order)).toEqual([1, 2, 9]);
  });

  test('lets a row that leads everything pass all of it at its second scan', () => {
    const once = settle(from(1, 2, 3, 4), {1: 400, 2: 300, 3: 200, 4: 4000});
    expect(pidsOf(once)).toEqual([1, 2, 3, 4]);
    expect(pidsOf(settle(once, {1: 400, 2: 300, 3: 200, 4: 4000}))).toEqual([4, 1, 2, 3]);
  });

  describe('by VRAM', () => {
    const held = (vram: Readonly<Record<number, number | undefined>>) =>
      rowsOf({1: 900, 2: 500, 3: 100}).map((row) => {
        const mib = vram[row.process.pid];
        return {...row, vramBytes: mib === undefined ? undefined : mib * MIB};
      });
    const twice = (order: Order, vram: Readonly<Record<number, number | undefined>>) =>
      settleOrder(settleOrder(order, held(vram), false, vramOf), held(vram), false, vramOf);

    test('goes by what they hold of it, whatever their RAM', () =>
      expect(pidsOf(twice(from(1, 2, 3), {1: 0, 2: 100, 3: 9000}))).toEqual([3, 2, 1]));

    test('of those that hold none the larger in RAM comes first', () =>
      expect(pidsOf(twice(from(3, 2, 1), {1: 0, 2: undefined, 3: 0}))).toEqual([1, 2, 3]));
  });
});
