import {expect, test} from 'vitest';
import {LogClock} from '../../../src/core/log/log-clock.ts';

/** Places of readings that were written at these seconds, in seconds. */
function placesOf(seconds: readonly (number | readonly [at: number, told: number])[]): readonly number[] {
  const clock = new LogClock();
  return seconds.map((one) => {
    const [at, told] = typeof one === 'number' ? [one, undefined] : one;
    return clock.place(at * 1000, told === undefined ? undefined : told * 1000) / 1000;
  });
}

test('it follows timestamps, pauses too', () => {
  expect(placesOf([100, 105, 110, 5000, 5005])).toEqual([100, 105, 110, 5000, 5005]);
});

test('timestamps that do not move stand still', () => {
  expect(placesOf([100, 100, 101])).toEqual([100, 100, 101]);
});

test('where the wall clock was set back it goes on by the usual distance', () => {
  expect(placesOf([1000, 1005, 1010, 400, 405, 410])).toEqual([1000, 1005, 1010, 1015, 1020, 1025]);
});

test('where it is set right again there was no pause', () => {
  expect(placesOf([10_000, 10_005, 10_010, 6415, 10_020, 10_025])).toEqual([
    10_000, 10_005, 10_010, 10_015, 10_020, 10_025,
  ]);
});

test('parts that are out of order lose nothing', () => {
  const [first, second] = [
    [100, 110, 120],
    [200, 210, 220],
  ] as const;
  expect(placesOf([...second, ...first])).toEqual([200, 210, 220, 230, 240, 250]);
});

test('a place that a line tells goes before its timestamp', () => {
  expect(
    placesOf([
      [1000, 1000],
      [400, 1005],
      [405, 1010],
      [410, 1007],
    ]),
  ).toEqual([1000, 1005, 1010, 1010]);
});

test('before two readings there is no interval; then it is the median distance', () => {
  const clock = new LogClock();
  clock.place(0, undefined);
  expect(clock.intervalMs).toBeUndefined();
  for (const at of [1000, 2000, 3001, 90_000, 91_000]) clock.place(at, undefined);
  expect(clock.intervalMs).toBe(1000);
});

test('the median stays that of all readings, however many', () => {
  const clock = new LogClock();
  let at = 0;
  for (let count = 0; count < 20_000; count += 1) {
    at += count % 10 === 0 ? 60_000 : 5000 + (count % 3);
    clock.place(at, undefined);
  }
  expect(clock.intervalMs).toBeGreaterThanOrEqual(5000);
  expect(clock.intervalMs).toBeLessThanOrEqual(5002);
});

test('a further run goes on from where the former ended, also where that had its clock set back', () => {
  const clock = new LogClock();
  const [second, hour] = [1000, 3_600_000];
  // Set back by two hours after the second reading; the run itself tells where it is.
  const former = [
    [10 * hour, undefined],
    [10 * hour + second, undefined],
    [8 * hour + 2 * second, 10 * hour + 2 * second],
    [8 * hour + 3 * second, 10 * hour + 3 * second],
  ] as const;
  for (const [at, told] of former) clock.place(at, told);
  clock.restart();
  expect(clock.place(8 * hour + 63 * second, undefined)).toBe(10 * hour + 63 * second);
  expect(clock.place(8 * hour + 64 * second, undefined)).toBe(10 * hour + 64 * second);
});
