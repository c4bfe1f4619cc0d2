import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {failed, type GpuReading, unsupported} from '../../../src/core/sample.ts';
import {apple} from '../../../src/sources/gpu/apple.ts';
import type {GpuReader} from '../../../src/sources/gpu/vendor.ts';
import type {RunResult} from '../../../src/sources/host.ts';
import {FakeHost} from '../fake-host.ts';
import {mutated, numbersIn} from '../mutations.ts';

const GIB = 2 ** 30;
const RAM = 64 * GIB;
const STATISTICS =
  '"PerformanceStatistics" = {"In use system memory (driver)"=0,"Alloc system memory"=5398626304,"Tiler Utilization %"=4,"recoveryCount"=0,"lastRecoveryTime"=0,"Renderer Utilization %"=11,"TiledSceneBytes"=1048576,"Device Utilization %"=12,"SplitSceneCount"=0,"Allocated PB Size"=86638592,"In use system memory"=4543037440}';
const M2_MAX = `+-o AGXAcceleratorG14X  <class AGXAcceleratorG14X, id 0x100000452, registered, matched, active, busy 0 (0 ms), retain 187>
    {
      "CFBundleIdentifier" = "com.apple.AGXG14X"
      "model" = "Apple M2 Max"
      "gpu-core-count" = 38
      "IOClass" = "AGXAcceleratorG14X"
      ${STATISTICS}
      "vendor-id" = <6b100000>
    }

`;
const INTEL_MAC = M2_MAX.replace('Apple M2 Max', 'AMD Radeon Pro 5500M');

type Answer = RunResult | Promise<RunResult>;
const said = (stdout: string): RunResult => ({status: 'exited', code: 0, stdout, stderr: ''});

function mac(ioreg: () => Answer, limit: () => Answer = () => said('0\n')) {
  const calls: {at: number; command: string}[] = [];
  const host: FakeHost = new FakeHost({
    platform: 'darwin',
    runtimeMemory: {totalBytes: RAM, freeBytes: GIB},
    run: (file, args) => {
      calls.push({at: host.monotonic(), command: [file, ...args].join(' ')});
      return file === '/usr/sbin/ioreg' ? ioreg() : limit();
    },
  });
  return {host, calls};
}

async function opened(host: FakeHost, intervalMs = 1000): Promise<GpuReader> {
  const gpu = await apple.open(host, {intervalMs});
  if (!gpu) throw new Error('no reader');
  await gpu.ready;
  return gpu;
}

async function reading(text: string, limit = '0\n') {
  return (
    await opened(
      mac(
        () => said(text),
        () => said(limit),
      ).host,
    )
  ).latest();
}

async function only(text: string, limit?: string): Promise<GpuReading> {
  const latest = await reading(text, limit);
  if (latest?.status !== 'ok') throw new Error(latest?.reason);
  expect(latest.value).toHaveLength(1);
  return latest.value[0] ?? expect.fail('no GPU');
}

test('an M2 Max tells what the GPU holds of RAM', async () => {
  expect(await only(M2_MAX)).toEqual({
    index: 0,
    name: 'Apple M2 Max',
    vendor: 'Apple',
    memory: 'unified',
    at: Date.parse('2026-03-01T12:00:00Z'),
    usedBytes: 4_543_037_440,
    utilizationPercent: 12,
    missing: {
      temperature: unsupported('macOS does not tell the temperature of the GPU'),
      total: unsupported("its memory is the machine's RAM"),
      processes: unsupported('macOS does not tell what a process holds of the GPU'),
    },
  });
});

describe('the limit of what it may hold', () => {
  test.each([
    ['57344\n', 56 * GIB],
    ['0\n', undefined],
    ['-1\n', undefined],
    ['unknown oid\n', undefined],
  ])('%j is %s', async (text, bytes) => {
    expect((await only(M2_MAX, text)).wiredLimitBytes).toBe(bytes);
  });

  test('is none where the system does not know it', async () => {
    const {host} = mac(
      () => said(M2_MAX),
      () => ({status: 'exited', code: 1, stdout: '57344', stderr: 'unknown oid'}),
    );
    expect(await opened(host).then((gpu) => gpu.latest())).toMatchObject({
      status: 'ok',
      value: [{usedBytes: 4_543_037_440}],
    });
    expect(JSON.stringify((await opened(host)).latest())).not.toContain('wiredLimit');
  });
});

test.each([
  [
    '"In use system memory"=4543037440',
    '',
    'used',
    unsupported('ioreg does not tell "In use system memory"'),
  ],
  [
    'memory"=4543037440',
    'memory"=-5',
    'used',
    failed('ioreg\'s "In use system memory": "-5" makes no sense'),
  ],
  [
    'memory"=4543037440',
    'memory"=70866960384',
    'used',
    failed('ioreg\'s "In use system memory": "70866960384" makes no sense'),
  ],
  [
    '"Device Utilization %"=12,',
    '',
    'utilization',
    unsupported('ioreg does not tell "Device Utilization %"'),
  ],
  [
    '"Device Utilization %"=12',
    '"Device Utilization %"=120',
    'utilization',
    failed('ioreg\'s "Device Utilization %": "120" makes no sense'),
  ],
] as const)('%s as "%s" is a reason', async (piece, other, figure, reason) => {
  const gpu = await only(M2_MAX.replace(piece, other));
  expect(gpu.missing?.[figure]).toEqual(reason);
  expect(numbersIn(gpu)).toHaveLength(numbersIn(await only(M2_MAX)).length - 1);
});

test.each([
  [INTEL_MAC, unsupported('AMD Radeon Pro 5500M: only GPUs of Apple Silicon are read')],
  [
    M2_MAX.replace('"model"', '"x"'),
    unsupported('the GPU does not tell its model; only those of Apple Silicon are read'),
  ],
  ['', unsupported('no GPU found')],
])('no other GPU is read', async (text, reason) => {
  expect(await reading(text)).toEqual(reason);
});

test.each<[RunResult, unknown]>([
  [{status: 'missing', reason: 'not installed'}, unsupported('/usr/sbin/ioreg: not installed')],
  [{status: 'late', reason: 'no answer within 3 s'}, failed('ioreg: no answer within 3 s')],
  [{status: 'exited', code: 2, stdout: M2_MAX, stderr: ''}, failed('ioreg ended with code 2')],
])('%j is a reason', async (result, reason) => {
  expect((await opened(mac(() => result).host)).latest()).toEqual(reason);
});

describe('its beat', () => {
  async function minute(intervalMs: number): Promise<string[]> {
    const {host, calls} = mac(() => said(M2_MAX));
    const gpu = await opened(host, intervalMs);
    for (let second = 0; second < 61; second++) {
      gpu.latest();
      await host.advance(1000);
    }
    gpu.close();
    const before = calls.length;
    gpu.latest();
    await host.advance(60_000);
    gpu.latest();
    expect(calls).toHaveLength(before);
    return calls.map(({at, command}) => `${at / 1000} ${command}`);
  }

  test('is five seconds, and a minute for the limit', async () => {
    const list = await minute(1000);
    const ioreg = '/usr/sbin/ioreg -r -d 1 -w 0 -c IOAccelerator';
    expect(list.filter((call) => call.includes('ioreg'))).toEqual(
      Array.from({length: 13}, (_, beat) => `${beat * 5} ${ioreg}`),
    );
    expect(list.filter((call) => call.includes('sysctl'))).toEqual([
      '0 /usr/sbin/sysctl -n iogpu.wired_limit_mb',
      '60 /usr/sbin/sysctl -n iogpu.wired_limit_mb',
    ]);
  });

  test('is slower when the monitor is', async () => {
    expect((await minute(20_000)).filter((call) => call.includes('ioreg'))).toHaveLength(4);
  });
});

test('stays with the reason while ioreg fails, and comes back', async () => {
  let answer: RunResult = said(M2_MAX);
  const {host} = mac(() => answer);
  const gpu = await opened(host);
  const next = async () => {
    await host.advance(5000);
    gpu.latest();
    await host.settle();
    return gpu.latest();
  };
  answer = {status: 'late', reason: 'no answer within 3 s'};
  const lost = failed('ioreg: no answer within 3 s');
  expect(await next()).toEqual({
    status: 'ok',
    value: [
      {index: 0, name: 'Apple M2 Max', vendor: 'Apple', memory: 'unified', at: expect.any(Number), lost},
    ],
  });
  answer = said(M2_MAX);
  expect(await next()).toMatchObject({value: [{usedBytes: 4_543_037_440}]});
});

test('there is none on another system', () => {
  expect(apple.open(new FakeHost({platform: 'linux'}), {intervalMs: 1000})).toBeUndefined();
});

test('gives only sound figures whatever ioreg and sysctl say', async () => {
  await fc.assert(
    fc.asyncProperty(mutated(M2_MAX), mutated('57344\n'), async (text, limit) => {
      const latest = await reading(text, limit);
      for (const number of numbersIn(latest))
        expect(Number.isFinite(number) && number >= 0, String(number)).toBe(true);
      if (latest?.status !== 'ok') return;
      for (const {usedBytes = 0} of latest.value) expect(usedBytes).toBeLessThanOrEqual(RAM * 1.02);
    }),
    {numRuns: 500},
  );
});
