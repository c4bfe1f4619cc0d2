import {describe, expect, test} from 'vitest';
import {findNvidiaSmi, lostBusId, unknownField, whyEnded} from '../../../src/sources/gpu/nvidia-smi.ts';
import {FakeHost, type FakeHostOptions} from '../fake-host.ts';
import {gpuLine, LOST_GPU, MISMATCH, NO_DRIVER} from './smi-output.ts';

const find = (options: FakeHostOptions) => findNvidiaSmi(new FakeHost(options));

describe('nvidia-smi is found', () => {
  test.each<[string, FakeHostOptions, string | undefined]>([
    [
      'on PATH, the first',
      {env: {PATH: '/a:/usr/bin:/b'}, programs: ['/b/nvidia-smi', '/usr/bin/nvidia-smi']},
      '/usr/bin/nvidia-smi',
    ],
    [
      'in the folder of WSL',
      {env: {}, programs: ['/usr/lib/wsl/lib/nvidia-smi']},
      '/usr/lib/wsl/lib/nvidia-smi',
    ],
    [
      'not in the folder at hand',
      {env: {PATH: '.::bin'}, programs: ['./nvidia-smi', '/nvidia-smi']},
      undefined,
    ],
    [
      'in System32',
      {
        platform: 'win32',
        env: {Path: 'C:\\a;C:\\b', SystemRoot: 'D:\\Windows'},
        programs: ['D:\\Windows\\System32\\nvidia-smi.exe'],
      },
      'D:\\Windows\\System32\\nvidia-smi.exe',
    ],
    [
      'where older drivers put it',
      {
        platform: 'win32',
        env: {},
        programs: ['C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe'],
      },
      'C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe',
    ],
    ['nowhere', {env: {PATH: '/usr/bin'}}, undefined],
  ])('%s', (_, options, file) => {
    expect(find(options)).toBe(file);
  });
});

describe('why nvidia-smi ended', () => {
  test.each([
    [18, MISMATCH, 'failed', 'driver and library differ, restart needed'],
    [255, MISMATCH, 'failed', 'driver and library differ, restart needed'],
    [9, NO_DRIVER, 'unsupported', 'no NVIDIA driver running'],
    [1, NO_DRIVER, 'unsupported', 'no NVIDIA driver running'],
    [6, 'No devices were found\n', 'unsupported', 'the NVIDIA driver finds no GPU'],
    [4, 'Insufficient Permissions', 'denied', 'not permitted to ask the NVIDIA driver'],
    [
      12,
      "NVIDIA-SMI couldn't find libnvidia-ml.so library",
      'unsupported',
      'no NVIDIA driver library (NVML) found',
    ],
    [15, LOST_GPU, 'failed', 'fell off the bus'],
    [1, '', 'failed', 'nvidia-smi ended with 1'],
    [1, `${gpuLine(0)}Etwas ging schief\u001b[2J\n`, 'failed', 'nvidia-smi: Etwas ging schief'],
  ])('%i, %j', (code, said, status, reason) => {
    expect(whyEnded(code, said)).toEqual({status, reason});
  });
});

test('the GPU that stood in the way is named by its place on the bus', () => {
  expect(lostBusId(LOST_GPU)).toBe('0000:02:00.0');
  expect(lostBusId('Unable to determine the device handle for GPU 0000:0B:00.0: Unknown Error')).toBe(
    '0000:0B:00.0',
  );
  expect(lostBusId(MISMATCH)).toBeUndefined();
});

test('a field that is not known is named', () => {
  expect(unknownField('Field "mig.mode.current" is not a valid field to query.')).toBe('mig.mode.current');
  expect(unknownField(NO_DRIVER)).toBeUndefined();
});
