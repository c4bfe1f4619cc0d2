import {describe, expect, test} from 'vitest';
import {liveSource} from '../../src/sources/live.ts';
import {type FakeFile, FakeHost, procFiles} from './fake-host.ts';
import {fixture} from './fixtures.ts';

/** What is read of the system itself with each refresh: memory, swap, OOM counters, pressure, groups. */
const MOST_OF_SYSTEM = 12;
const WARM_UP = 60;
const SECONDS = 30;

function machineOf(idle: number, busy: number): FakeHost {
  const files: Record<string, FakeFile> = {
    '/proc/meminfo': fixture('proc/meminfo'),
    '/proc/vmstat': fixture('proc/vmstat'),
    '/proc/pressure/memory': fixture('proc/pressure-memory'),
    '/proc/stat': 'btime 1772360000\n',
    '/proc/uptime': '1000.00 900.00\n',
  };
  const host = new FakeHost({files});
  for (let index = 0; index < idle + busy; index += 1) {
    const pid = 1000 + index;
    const fileAt = (rssPages: number) => procFiles(pid, {rssPages});
    for (const [path, text] of Object.entries(fileAt(10 + index))) host.files.set(path, text);
    if (index < busy) host.files.set(`/proc/${pid}/stat`, growing(pid));
  }
  return host;
}

/** Holds a page more each time that it is looked at. */
function growing(pid: number): () => string {
  let pages = 0;
  return () => {
    pages += 1;
    return String(procFiles(pid, {rssPages: pages})[`/proc/${pid}/stat`]);
  };
}

/** Files read in a second, once the screen has been up for a minute. */
async function readsASecond(host: FakeHost): Promise<number> {
  const source = liveSource(host, {processes: 'scan'});
  let from = 0;
  for (let second = 0; second < WARM_UP + SECONDS; second += 1) {
    if (second === WARM_UP) from = host.reads.length;
    await source.sample();
    await host.advance(1000);
  }
  return (host.reads.length - from) / SECONDS;
}

describe('a refresh reads no more files than', () => {
  test.each([
    {idle: 70, busy: 5, most: 50},
    {idle: 1950, busy: 50, most: 300},
    {idle: 4900, busy: 100, most: 680},
  ])(
    '$most with $idle idle processes and $busy busy ones',
    async ({idle, busy, most}) => {
      const reads = await readsASecond(machineOf(idle, busy));
      expect(reads).toBeLessThan(most + MOST_OF_SYSTEM);
      // It looks at all that changes, and at the others in turn.
      expect(reads).toBeGreaterThan(busy + idle / 40);
    },
    120_000,
  );
});
