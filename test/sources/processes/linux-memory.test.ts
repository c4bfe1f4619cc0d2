import {expect, test} from 'vitest';
import {processMemoryReader} from '../../../src/sources/processes/linux-memory.ts';
import {FakeHost} from '../fake-host.ts';
import {fixture} from '../fixtures.ts';

const files = {
  '/proc/9/status': fixture('proc/status-sleep'),
  '/proc/9/smaps_rollup': fixture('proc/smaps-rollup-sleep'),
};

function kib(text: string, name: string): number {
  return (
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.match(/\d+/)?.[0],
    ) * 1024
  );
}

test('reads a captured process', async () => {
  const status = fixture('proc/status-sleep');
  expect(await processMemoryReader(new FakeHost({files}))(9)).toEqual({
    status: 'ok',
    value: {
      rssBytes: kib(status, 'VmRSS'),
      rssAnonBytes: kib(status, 'RssAnon'),
      rssFileBytes: kib(status, 'RssFile'),
      rssShmemBytes: kib(status, 'RssShmem'),
      swapBytes: kib(status, 'VmSwap'),
      peakRssBytes: kib(status, 'VmHWM'),
      pssBytes: kib(fixture('proc/smaps-rollup-sleep'), 'Pss'),
      threads: 1,
    },
  });
});

test('leaves PSS out where it is not permitted', async () => {
  const host = new FakeHost({files: {...files, '/proc/9/smaps_rollup': {error: 'EACCES'}}});
  const reading = await processMemoryReader(host)(9);
  expect(reading).toMatchObject({status: 'ok', value: {threads: 1}});
  expect(reading).not.toHaveProperty('value.pssBytes');
});

test('leaves PSS out when the process holds its lock', async () => {
  const host = new FakeHost({files});
  host.stuck.add('/proc/9/smaps_rollup');
  const running = processMemoryReader(host)(9);
  await host.advance(1000);
  expect(await running).not.toHaveProperty('value.pssBytes');
});

test('never reads a second PSS while one hangs, and reads again when it came back', async () => {
  const other = {
    '/proc/10/status': files['/proc/9/status'],
    '/proc/10/smaps_rollup': files['/proc/9/smaps_rollup'],
  };
  const host = new FakeHost({files: {...files, ...other}});
  host.stuck.add('/proc/9/smaps_rollup');
  const read = processMemoryReader(host);
  const look = async (pid: number) => {
    const running = read(pid);
    await host.advance(1000);
    return running;
  };
  for (const pid of [9, 9, 10]) expect(await look(pid)).not.toHaveProperty('value.pssBytes');
  expect(host.reads.filter((path) => path.endsWith('/smaps_rollup'))).toEqual(['/proc/9/smaps_rollup']);
  host.release('/proc/9/smaps_rollup');
  await host.settle();
  for (const pid of [10, 9]) expect(await look(pid)).toHaveProperty('value.pssBytes');
});

test('says that the process has ended', async () => {
  expect(await processMemoryReader(new FakeHost())(9)).toEqual({
    status: 'failed',
    reason: 'process 9 has ended',
  });
});
