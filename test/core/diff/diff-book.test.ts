import {expect, test} from 'vitest';
import {DiffBook} from '../../../src/core/diff/diff-book.ts';
import {Session} from '../../../src/core/session.ts';
import {GIB, processesAt, processReading, sampleAt} from '../samples.ts';

test('what has no threshold was above none for no time at all', () => {
  const session = new Session();
  const book = new DiffBook(10_000);
  for (let second = 0; second <= 10; second += 1) {
    const member = processReading(9, GIB);
    const processes = processesAt(second < 5 ? 0 : 5, [member]);
    const at = sampleAt(second, 90).at;
    const job = {name: 'a', pid: 9, state: 'running' as const, scannedAt: at, members: [member], cpuMs: 0};
    book.feed(session.feed(sampleAt(second, 90, {processes, job})));
  }
  const share = (id: string) => book.pools.find((pool) => pool.id === id)?.series.aboveShare;
  expect(share('ram')).toBe(1);
  expect(share('job')).toBeUndefined();
  expect(book.tables).toBe(2);
});
