import {expect, test} from 'vitest';
import {ok, type Reading} from '../../src/core/sample.ts';
import {slowReading} from '../../src/sources/slow-reading.ts';
import {FakeHost} from './fake-host.ts';

interface Reader {
  readonly host: FakeHost;
  readonly starts: number[];
  read(): Promise<Reading<number>>;
}

/** A reader that takes `workMs` each time and gives how many reads there have been. */
function reader(workMs: number): Reader {
  const host = new FakeHost();
  const starts: number[] = [];
  const read = () =>
    new Promise<Reading<number>>((resolve) => {
      starts.push(host.monotonic());
      const count = starts.length;
      host.after(workMs, () => resolve(ok(count)));
    });
  return {host, starts, read};
}

test('gives nothing at first, then the newest, without waiting', async () => {
  const {host, read} = reader(100);
  const slow = slowReading(host, 1000, read);
  expect(slow.latest()).toBeUndefined();
  await host.advance(100);
  expect(slow.latest()).toEqual(ok(1));
});

test('starts on its beat even when asked a little early each time', async () => {
  const {host, starts, read} = reader(30);
  const slow = slowReading(host, 1000, read);
  for (let beat = 0; beat < 5; beat++) {
    slow.latest();
    await host.advance(998);
  }
  expect(starts).toEqual([0, 998, 1996, 2994, 3992]);
});

test('rests ten times as long as the work took', async () => {
  const {host, starts, read} = reader(300);
  const slow = slowReading(host, 1000, read);
  for (let beat = 0; beat < 100; beat++) {
    slow.latest();
    await host.advance(100);
  }
  expect(starts).toEqual([0, 3300, 6600, 9900]);
});

test('never reads twice at once, however often and in whichever way it is asked', async () => {
  const {host, starts, read} = reader(5000);
  const slow = slowReading(host, 10, read);
  slow.latest();
  const both = [slow.next(), slow.next()];
  await host.advance(4999);
  slow.latest();
  expect(starts).toHaveLength(1);
  await host.advance(1);
  expect(await Promise.all(both)).toEqual([ok(1), ok(1)]);
});

test('next begins a read before it is due', async () => {
  const {host, starts, read} = reader(10);
  const slow = slowReading(host, 60_000, read);
  for (let call = 1; call <= 2; call++) {
    const next = slow.next();
    await host.advance(10);
    expect(await next).toEqual(ok(call));
  }
  expect(starts).toEqual([0, 10]);
});

test('waits no longer than asked for the read that is running', async () => {
  const {host, read} = reader(800);
  const slow = slowReading(host, 1000, read);
  const first = slow.latestWithin(500);
  await host.advance(500);
  expect(await first).toBeUndefined();
  const second = slow.latestWithin(500);
  await host.advance(300);
  expect(await second).toEqual(ok(1));
  expect(host.pendingTimers).toBe(0);
});

test('says so when a read never comes back, and takes the value when it does', async () => {
  const {host, read} = reader(60_000);
  const slow = slowReading(host, 1000, read);
  slow.latest();
  await host.advance(30_000);
  expect(slow.latest()).toEqual({status: 'failed', reason: 'no answer for 30 s'});
  await host.advance(30_000);
  expect(slow.latest()).toEqual(ok(1));
});

test('gives the reason of a reader that throws', async () => {
  const slow = slowReading(new FakeHost(), 1000, () => Promise.reject(new Error('out of order')));
  expect(await slow.next()).toEqual({status: 'failed', reason: 'out of order'});
});
