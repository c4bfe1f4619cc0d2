import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {Beat, type BeatOptions} from '../../src/sources/beat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function open(work: BeatOptions['work'] = () => {}, intervalMs = 1000) {
  const begun = performance.now();
  const times: number[] = [];
  const beat = new Beat({
    intervalMs,
    clock: () => performance.now(),
    work: () => {
      times.push(Math.round(performance.now() - begun));
      return work();
    },
  });
  return {beat, times};
}

/** Work that takes so long. */
const lasting = (milliseconds: number) => () =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe('a beat', () => {
  test('works at once and then on every interval, until it is stopped', async () => {
    const {beat, times} = open();
    expect(beat.active).toBe(false);
    beat.start();
    expect(times).toEqual([0]);
    await vi.advanceTimersByTimeAsync(3500);
    await beat.stop();
    expect(beat.active).toBe(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(times).toEqual([0, 1000, 2000, 3000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not drift, however long its work takes and however late its timers are', async () => {
    const {beat, times} = open(lasting(370));
    beat.start();
    await vi.advanceTimersByTimeAsync(60_000);
    await Promise.all([beat.stop(), vi.advanceTimersByTimeAsync(400)]);
    expect(times).toEqual(Array.from({length: 61}, (_, index) => index * 1000));
  });

  test('leaves out beats that its work is too long for, and makes none up', async () => {
    const {beat, times} = open(lasting(2500));
    beat.start();
    await vi.advanceTimersByTimeAsync(9000);
    expect(times).toEqual([0, 3000, 6000, 9000]);
    await Promise.all([beat.stop(), vi.advanceTimersByTimeAsync(2500)]);
  });

  test('is on its grid again after the process stood still', async () => {
    let late = 0;
    const times: number[] = [];
    const begun = performance.now();
    const clock = () => performance.now() - begun + late;
    const beat = new Beat({intervalMs: 1000, clock, work: () => void times.push(Math.round(clock()))});
    beat.start();
    await vi.advanceTimersByTimeAsync(1000);
    late = 7300;
    await vi.advanceTimersByTimeAsync(2700);
    expect(times).toEqual([0, 1000, 9300, 10_000, 11_000]);
    await beat.stop();
  });

  test('started twice is one beat', async () => {
    const {beat, times} = open();
    beat.start();
    beat.start();
    await vi.advanceTimersByTimeAsync(2000);
    expect(times).toEqual([0, 1000, 2000]);
    await beat.stop();
  });

  test('waits for intervals that are longer than a timer takes', async () => {
    const interval = 2 ** 31 + 5000;
    const {beat, times} = open(() => {}, interval);
    beat.start();
    await vi.advanceTimersByTimeAsync(interval - 1);
    expect(times).toEqual([0]);
    await vi.advanceTimersByTimeAsync(1);
    expect(times).toEqual([0, interval]);
    await beat.stop();
  });
});

describe('a changed interval', () => {
  test('holds from now on', async () => {
    const {beat, times} = open();
    beat.start();
    await vi.advanceTimersByTimeAsync(1500);
    beat.setInterval(200);
    await vi.advanceTimersByTimeAsync(500);
    expect([times, beat.intervalMs]).toEqual([[0, 1000, 1700, 1900], 200]);
    await beat.stop();
  });

  test('before the start or during work starts nothing by itself', async () => {
    const {beat, times} = open(lasting(300));
    beat.setInterval(500);
    await vi.advanceTimersByTimeAsync(5000);
    expect(times).toEqual([]);
    beat.start();
    await vi.advanceTimersByTimeAsync(100);
    beat.setInterval(50);
    await vi.advanceTimersByTimeAsync(190);
    expect(times).toEqual([5000]);
    await vi.advanceTimersByTimeAsync(100);
    expect(times).toHaveLength(2);
    await Promise.all([beat.stop(), vi.advanceTimersByTimeAsync(300)]);
  });
});

describe('stop', () => {
  test('waits for the work in flight', async () => {
    const {beat} = open(lasting(700));
    beat.start();
    let stopped = false;
    const stopping = beat.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(699);
    expect(stopped).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await stopping;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('and start again at once never has two pieces of work at a time', async () => {
    let running = 0;
    let most = 0;
    const {beat, times} = open(async () => {
      running += 1;
      most = Math.max(most, running);
      await lasting(700)();
      running -= 1;
    });
    beat.start();
    await vi.advanceTimersByTimeAsync(100);
    void beat.stop();
    beat.start();
    await vi.advanceTimersByTimeAsync(2100);
    expect([most, times]).toEqual([1, [0, 1100, 2100]]);
    await Promise.all([beat.stop(), vi.advanceTimersByTimeAsync(700)]);
  });

  test('before a start is harmless', async () => {
    await expect(open().beat.stop()).resolves.toBeUndefined();
  });
});

test.each([
  [true, true],
  [undefined, true],
  [false, false],
])('keepAlive %s leaves a timer that keeps the process alive: %s', async (keepAlive, alive) => {
  vi.useRealTimers();
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const beat = new Beat({
    intervalMs: 60_000,
    clock: () => performance.now(),
    work: () => {},
    ...(keepAlive !== undefined && {keepAlive}),
  });
  beat.start();
  const after = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  expect(after - before).toBe(alive ? 1 : 0);
  await beat.stop();
});
