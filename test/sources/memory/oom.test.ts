import {describe, expect, test} from 'vitest';
import type {OomCounter} from '../../../src/core/sample.ts';
import {hostCounter, OomWatch} from '../../../src/sources/memory/oom.ts';
import {FakeHost} from '../fake-host.ts';

const group = (id: string, kills: number): OomCounter => ({scope: 'cgroup', id, name: id, kills});
const killedAt = (seconds: number, pid: number) =>
  `[${seconds.toFixed(6)}] Out of memory: Killed process ${pid} (python) total-vm:9kB, anon-rss:5kB, file-rss:1kB, shmem-rss:0kB\n`;

/** A machine that was up for 1000 s when it was first looked at. */
function machine(log = '') {
  const host: FakeHost = new FakeHost({
    files: {'/proc/uptime': () => `${1000 + host.monotonic() / 1000} 1\n`},
    run: () => ({status: 'exited', code: 0, stdout: log, stderr: ''}),
  });
  return host;
}

describe('the counters', () => {
  test('have risen when any has, and not at the first look', () => {
    const watch = new OomWatch(machine());
    expect([
      watch.note([group('/a', 3), hostCounter(9)]),
      watch.note([group('/a', 3), hostCounter(9)]),
      watch.note([group('/a', 3), hostCounter(10)]),
      watch.note([group('/a', 4), hostCounter(10)]),
      watch.note([group('/a', 4), hostCounter(10)]),
    ]).toEqual([false, false, true, true, false]);
  });

  test('that are gone have not', () => {
    const watch = new OomWatch(machine());
    watch.note([group('/a', 3), hostCounter(9)]);
    expect(watch.note([hostCounter(9)])).toBe(false);
    expect(watch.note([])).toBe(false);
    expect(watch.note([hostCounter(1)])).toBe(true);
  });

  test('of the machine are known as such', () => {
    expect(hostCounter(7)).toEqual({scope: 'host', id: 'host', name: 'host', kills: 7});
  });
});

test('victims are those of since the look before, with the little that the log comes later', async () => {
  const log = [killedAt(994, 1), killedAt(999, 2), killedAt(1004, 3), killedAt(1009, 4)].join('');
  const host = machine(log);
  const watch = new OomWatch(host);
  watch.note([hostCounter(0)]);
  await host.advance(10_000);
  watch.note([hostCounter(1)]);
  expect((await watch.victims()).map(({pid}) => pid)).toEqual([2, 3, 4]);
  watch.note([hostCounter(2)]);
  expect((await watch.victims()).map(({pid}) => pid)).toEqual([4]);
});
