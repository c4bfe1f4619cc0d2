import {expect, test} from 'vitest';
import {GpuWatch} from '../../../src/sources/gpu/watch.ts';
import {FakeHost} from '../fake-host.ts';
import {gpuLine} from './smi-output.ts';

/** A machine whose driver writes as soon as it is started. */
function machine(): FakeHost {
  return new FakeHost({env: {PATH: '/usr/bin'}, programs: ['/usr/bin/nvidia-smi']});
}

async function answered(host: FakeHost): Promise<void> {
  await host.settle();
  for (const program of host.started)
    if (program.args[0]?.startsWith('--query-gpu')) program.write(gpuLine(0));
  await host.advance(700);
}

test('two who ask at once get the same reading, and nothing goes on behind them', async () => {
  const host = machine();
  const watch = new GpuWatch(host, 1000);
  const asked = Promise.all([watch.read(5000), watch.read(5000)]);
  await answered(host);
  expect((await asked).map(({gpus}) => gpus.status)).toEqual(['ok', 'ok']);
  expect(host.started.every(({isStopped}) => isStopped)).toBe(true);
});

test('who asks does not end what was begun meanwhile', async () => {
  const host = machine();
  const watch = new GpuWatch(host, 1000);
  const asked = watch.read(5000);
  void watch.begin();
  await answered(host);
  await asked;
  expect(host.started.some(({isStopped}) => isStopped)).toBe(false);
  expect(watch.latest().gpus.status).toBe('ok');
  watch.close();
  expect(host.started.every(({isStopped}) => isStopped)).toBe(true);
});

test('a driver that gives no answer is not waited for longer than was asked', async () => {
  const host = machine();
  const watch = new GpuWatch(host, 1000);
  const asked = watch.read(2000);
  await host.advance(2000);
  expect(await asked).toEqual({gpus: {status: 'failed', reason: 'no GPU gave an answer within 2 s'}});
  expect(host.started.every(({isStopped}) => isStopped)).toBe(true);
});
