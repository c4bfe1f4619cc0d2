import {expect, test} from 'vitest';
import {failed, type GpuReading, ok, unsupported} from '../../../src/core/sample.ts';
import {poolDetail} from '../../../src/tui/panels/pool-detail.ts';
import {apu, gpu, lostGpu, unifiedGpu} from '../machine.ts';
import {textOf} from '../rows.ts';
import {stageOf, viewOf} from '../views.ts';

const GIB = 2 ** 30;

function detail(reading: GpuReading, {width = 80, later = reading, kind = 'gpu'} = {}): string {
  const view = viewOf(stageOf({gpus: ok([reading])}, [{gpus: ok([later])}]), {width, height: 24});
  const pool = view.frame.pools.find((one) => one.kind === kind);
  if (pool === undefined) throw new Error('expected a pool');
  return textOf(poolDetail(view, pool)).join('\n');
}

test('a GPU with all its figures', () => {
  const uuid = 'GPU-8c2f1e9a-4b7d-4c61-9a53-0d2f6b1e7c34';
  const text = detail(gpu(87.1, 0, {uuid, vendor: 'NVIDIA'}), {width: 60});
  expect(text).toMatch(/used +20\.9 GiB of 24\.0 GiB, 87\.1%\n {2}left +3\.1 GiB\n/);
  expect(text).toMatch(/utilisation +94%\n {2}temperature +71 °C\n {2}average +87\.1%\n {2}peak +87\.1% at /);
  expect(text).toMatch(/trend +stable\n {2}threshold +90%\n {2}vendor +NVIDIA\n/);
  expect(text).toContain(uuid);
  expect(text).toMatch(/processes +none$/);
});

test('each figure that is missing has its reason', () => {
  const {utilizationPercent: _, temperatureCelsius: __, processes: ___, ...bare} = gpu(50);
  const text = detail({
    ...bare,
    missing: {
      utilization: unsupported('not told for MIG'),
      temperature: failed('no sensor'),
      processes: unsupported('hidden inside this container'),
    },
  });
  expect(text).toMatch(/utilisation +not told for MIG/);
  expect(text).toMatch(/temperature +no sensor/);
  expect(text).toMatch(/processes +hidden inside this container/);
});

test('one that is lost keeps its last figures, and says why there are no others', () => {
  const text = detail(gpu(50), {later: lostGpu(0)});
  expect(text).toMatch(/^ {2}lost at 14:02:10: fell off the bus$/m);
  expect(text).toMatch(/last used +12\.0 GiB of 24\.0 GiB, 50\.0% at \d\d:\d\d:\d\d/);
});

test('an APU says whose memory it is', () => {
  expect(detail(apu(40), {width: 60})).toMatch(
    /memory +VRAM and GTT \(system memory that the GPU\n {15}maps\)\n/,
  );
});

test('processes are named where they can be seen, with a reason where not', () => {
  const text = detail(
    gpu(90, 0, {
      processes: [
        {pid: 31_337, usedBytes: 20.4 * GIB, hidden: 'it runs in another container'},
        {pid: 5210, usedBytes: 1.7 * GIB},
        {pid: 1388},
        {pid: 99_999, usedBytes: GIB},
      ],
    }),
  );
  expect(text).toMatch(/pid 31337 +20\.4 GiB {2}it runs in another container/);
  expect(text).toMatch(/python gateway \(5210\) +1\.7 GiB/);
  expect(text).toMatch(/qdrant \(1388\) +–/);
  expect(text).toMatch(/pid 99999 +1\.0 GiB {2}not among the processes/);
});

test('RAM that a GPU shares tells what it holds of it', () => {
  const text = detail(unifiedGpu({wiredLimitBytes: 48 * GIB}), {kind: 'ram'});
  expect(text).toMatch(/GPU +Apple M2 Max · 9\.1 GiB of it · at most 48\.0 GiB · 34%/);
});
