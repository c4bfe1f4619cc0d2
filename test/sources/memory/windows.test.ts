import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {RunResult, SystemMemory} from '../../../src/sources/host.ts';
import {parseCommit, windowsMemory} from '../../../src/sources/memory/windows.ts';
import {FakeHost} from '../fake-host.ts';
import {mutated, numbersIn} from '../mutations.ts';

const GIB = 2 ** 30;
// As PowerShell prints it, in KiB.
const ANSWER = '{"TotalVirtualMemorySize":39845888,"FreeVirtualMemory":9437184}\r\n';
const MEMORY: SystemMemory = {
  total: 0,
  free: 0,
  available: 0,
  buffers: 0,
  cached: 0,
  swaptotal: 4 * GIB,
  swapfree: 3 * GIB,
};

interface Calls {
  mem: number;
  powershell: string[][];
}

function windows(run: () => RunResult | Promise<RunResult>): {host: FakeHost; calls: Calls} {
  const calls: Calls = {mem: 0, powershell: []};
  const host = new FakeHost({
    platform: 'win32',
    runtimeMemory: {totalBytes: 32 * GIB, freeBytes: 12 * GIB},
    run: (file, args) => {
      calls.powershell.push([file, ...args]);
      return run();
    },
    systemInformation: {
      mem: async () => {
        calls.mem += 1;
        return MEMORY;
      },
    },
  });
  return {host, calls};
}

const exited = (stdout: string): RunResult => ({status: 'exited', code: 0, stdout, stderr: ''});

test('gives physical memory at once, the rest as soon as it is there', async () => {
  const {host} = windows(() => exited(ANSWER));
  const read = windowsMemory(host);
  const physical = {totalBytes: 32 * GIB, availableBytes: 12 * GIB};
  expect(await read()).toEqual({status: 'ok', value: physical});
  await host.settle();
  expect(await read()).toEqual({
    status: 'ok',
    value: {
      ...physical,
      swapTotalBytes: 4 * GIB,
      swapFreeBytes: 3 * GIB,
      commitBytes: 29 * GIB,
      commitLimitBytes: 38 * GIB,
    },
  });
});

test('asks for page files every 30 s and for the commit charge every 10 s', async () => {
  const {host, calls} = windows(() => exited(ANSWER));
  const read = windowsMemory(host);
  for (let beat = 0; beat < 60; beat++) {
    await read();
    await host.advance(1000);
  }
  expect(calls.mem).toBe(2);
  expect(calls.powershell).toHaveLength(6);
  expect(calls.powershell[0]?.slice(0, 4)).toEqual([
    'powershell.exe',
    '-NoProfile',
    '-NonInteractive',
    '-Command',
  ]);
});

test('starts no second PowerShell while one hangs', async () => {
  const {host, calls} = windows(() => new Promise(() => undefined));
  const read = windowsMemory(host);
  for (let beat = 0; beat < 60; beat++) {
    expect(await read()).toMatchObject({status: 'ok'});
    await host.advance(1000);
  }
  expect(calls.powershell).toHaveLength(1);
});

test('gives memory without the commit charge where PowerShell is missing', async () => {
  const {host} = windows(() => ({status: 'missing', reason: 'not installed'}));
  const read = windowsMemory(host);
  await read();
  await host.settle();
  expect(await read()).not.toHaveProperty('value.commitBytes');
});

test('takes an answer with a byte order mark', () => {
  expect(parseCommit(`\uFEFF${ANSWER}`)).toMatchObject({status: 'ok'});
});

test.each([
  ['more free than there is', '{"TotalVirtualMemorySize":100,"FreeVirtualMemory":101}'],
  ['a missing figure', '{"TotalVirtualMemorySize":100}'],
  ['figures that are no numbers', '{"TotalVirtualMemorySize":"100","FreeVirtualMemory":null}'],
  ['nothing', 'null'],
])('fails on %s', (_, text) => {
  expect(parseCommit(text)).toEqual({status: 'failed', reason: 'powershell.exe gave no commit charge'});
});

test('gives a sound commit charge, or a reason, whatever is printed', () => {
  fc.assert(
    fc.property(mutated(ANSWER), (text) => {
      const reading = parseCommit(text);
      return (
        reading.status !== 'ok' ||
        numbersIn(reading.value).every((bytes) => bytes >= 0 && Number.isFinite(bytes))
      );
    }),
    {numRuns: 500},
  );
});
