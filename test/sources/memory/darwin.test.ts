import {expect, test} from 'vitest';
import type {SystemMemory} from '../../../src/sources/host.ts';
import {darwinMemory} from '../../../src/sources/memory/darwin.ts';
import {FakeHost} from '../fake-host.ts';

// As the library gives it on a Mac with 16 GiB.
const MEMORY: SystemMemory = {
  total: 17_179_869_184,
  free: 104_857_600,
  available: 6_442_450_944,
  buffers: 0,
  cached: 0,
  swaptotal: 2_147_483_648,
  swapfree: 1_048_576_000,
};

function mac(mem: () => Promise<SystemMemory>): FakeHost {
  return new FakeHost({platform: 'darwin', systemInformation: {mem}});
}

test('gives what is available, and swap', async () => {
  const read = darwinMemory(mac(async () => MEMORY));
  expect(await read()).toEqual({
    status: 'ok',
    value: {
      totalBytes: 17_179_869_184,
      availableBytes: 6_442_450_944,
      freeBytes: 104_857_600,
      swapTotalBytes: 2_147_483_648,
      swapFreeBytes: 1_048_576_000,
    },
  });
});

test('asks once a second at most', async () => {
  let calls = 0;
  const host = mac(async () => {
    calls += 1;
    return MEMORY;
  });
  const read = darwinMemory(host);
  for (let beat = 0; beat < 10; beat++) {
    await read();
    await host.advance(250);
  }
  expect(calls).toBe(3);
});

test('gives its own newest figure each second, not the one before', async () => {
  let available = 1_000_000_000;
  const host = mac(async () => {
    available += 1_000_000;
    return {...MEMORY, available};
  });
  const read = darwinMemory(host);
  await read();
  await host.advance(1000);
  expect(await read()).toMatchObject({value: {availableBytes: 1_002_000_000}});
});

test('does not wait for ever, nor ask twice at once', async () => {
  let calls = 0;
  const host = mac(() => {
    calls += 1;
    return new Promise(() => undefined);
  });
  const read = darwinMemory(host);
  for (let beat = 0; beat < 3; beat++) {
    const reading = read();
    await host.advance(500);
    expect(await reading).toEqual({status: 'failed', reason: 'vm_stat gave no answer within 500 ms'});
  }
  expect(calls).toBe(1);
});

test.each([
  ['no total', {total: 0}],
  ['more available than there is', {available: 2 * MEMORY.total}],
  ['no number', {available: Number.NaN}],
])('fails on %s', async (_, change) => {
  expect((await darwinMemory(mac(async () => ({...MEMORY, ...change})))()).status).toBe('failed');
});

test('leaves swap out when it could not be told', async () => {
  const reading = await darwinMemory(mac(async () => ({...MEMORY, swaptotal: Number.NaN})))();
  expect(reading).not.toHaveProperty('value.swapTotalBytes');
});
