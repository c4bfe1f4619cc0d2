import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {
  FleetProblem,
  type FleetReading,
  type FleetSource,
  type FleetWish,
} from '../../../src/core/fleet/fleet.ts';
import {PolledFleet} from '../../../src/sources/fleet/feed.ts';

const WISH: FleetWish = {sort: 'limit', filter: '', open: undefined};
const READING: FleetReading = {
  at: 0,
  counts: {hosts: 0, down: 0, critical: 0, high: 0, leak: 0, stale: 0, rows: 0},
  rows: [],
  pools: [],
  hosts: [],
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function feedOf(read: (wish: FleetWish) => Promise<FleetReading>) {
  const asked: FleetWish[] = [];
  let [atOnce, most] = [0, 0];
  const faults: unknown[] = [];
  const source: FleetSource = {
    title: 'test',
    farthestMs: undefined,
    read: async (wish) => {
      asked.push(wish);
      atOnce += 1;
      most = Math.max(most, atOnce);
      return read(wish).finally(() => {
        atOnce -= 1;
      });
    },
    history: async (target) => ({target, endAt: 0, firstAt: undefined, pools: new Map()}),
    close: () => {},
  };
  const feed = new PolledFleet(source, {
    host: {
      now: () => Date.now(),
      after: (ms, action) => {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      },
    },
    intervalMs: 15_000,
    wish: WISH,
    onChange: () => {},
    onFault: (error) => void faults.push(error),
  });
  return {feed, asked, faults, most: () => most};
}

test('it asks again an interval after each answer, and never twice at once', async () => {
  const {feed, asked, most} = feedOf(
    () => new Promise((resolve) => setTimeout(() => resolve(READING), 20_000)),
  );
  feed.start();
  await vi.advanceTimersByTimeAsync(36_000);
  expect(asked).toHaveLength(2);
  for (let press = 0; press < 5; press += 1) feed.wish({...WISH, filter: String(press)});
  await vi.advanceTimersByTimeAsync(19_000);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.slice(2)).toEqual([{...WISH, filter: '4'}]);
  expect(most()).toBe(1);
  feed.close();
});

test('what is typed quickly is one question', async () => {
  const {feed, asked} = feedOf(async () => READING);
  feed.start();
  await vi.advanceTimersByTimeAsync(10);
  for (const filter of ['a', 'at', 'atl']) {
    feed.wish({...WISH, filter});
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(200);
  expect(asked.map(({filter}) => filter)).toEqual(['', 'atl']);
  feed.close();
});

test('a problem is told with the time of the next try, and the last figures are kept', async () => {
  let isUp = true;
  const {feed} = feedOf(async () => {
    if (!isUp) throw new FleetProblem('gone');
    return READING;
  });
  feed.start();
  await vi.advanceTimersByTimeAsync(10);
  isUp = false;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(feed.state).toMatchObject({problem: 'gone', reading: READING, nextAt: Date.now() + 15_000 - 10});
  isUp = true;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(feed.state.problem).toBeUndefined();
  feed.close();
});

test('a fault of our own is no problem of the net', async () => {
  const fault = new TypeError('x');
  const {feed, faults} = feedOf(async () => {
    throw fault;
  });
  feed.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(faults).toEqual([fault]);
});

test('the past of a host that is no longer open is not shown', async () => {
  const {feed} = feedOf(async () => READING);
  const open = (key: string) => ({target: {key, instance: key, job: undefined}, spanMs: 1});
  feed.wish({...WISH, open: open('a')});
  await vi.advanceTimersByTimeAsync(300);
  expect(feed.state.history?.target.key).toBe('a');
  feed.wish({...WISH, open: open('b')});
  expect(feed.state.history).toBeUndefined();
  feed.close();
});
