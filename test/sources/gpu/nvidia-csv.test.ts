import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {GPU_FIELDS, gpuLineParser, parseAppLine} from '../../../src/sources/gpu/nvidia-csv.ts';
import {mutated, numbersIn} from '../mutations.ts';
import {appLine, gpuLine, type LineFigures, UUIDS} from './smi-output.ts';

const MIB = 2 ** 20;
const parseGpuLine = gpuLineParser(GPU_FIELDS);
const parse = (given: LineFigures) => parseGpuLine(gpuLine(0, given).trimEnd());

test('a line of a GPU is read with its units', () => {
  expect(parse({})).toEqual({
    gpu: {
      index: 0,
      uuid: UUIDS[0],
      busId: '00000000:01:00.0',
      name: 'NVIDIA GeForce RTX 3090',
      isMig: false,
      total: {value: 24_576 * MIB},
    },
    used: {value: 20_891 * MIB},
    utilization: {value: 97},
    temperature: {value: 66},
  });
});

test('what a GPU is, is read once and stays the same', () => {
  expect(parse({used: '1'})?.gpu).toBe(parse({used: '2'})?.gpu);
  expect(parse({total: '8192'})?.gpu).not.toBe(parse({})?.gpu);
});

test('nothing in use is measured, and a name may hold a comma', () => {
  expect(parse({used: '0', util: '0', name: 'Quadro, the old one'})).toMatchObject({
    used: {value: 0},
    utilization: {value: 0},
    gpu: {name: 'Quadro, the old one'},
  });
});

describe('a figure that is not there is missing with its reason', () => {
  test.each<[LineFigures, string, string, string]>([
    [{util: '[N/A]'}, 'utilization', 'unsupported', 'this GPU does not tell utilisation'],
    [{temp: '[Not Supported]'}, 'temperature', 'unsupported', 'this GPU does not tell temperature'],
    [{used: '[Insufficient Permissions]'}, 'used', 'denied', 'not permitted to read VRAM in use'],
    [{used: 'ERR!'}, 'used', 'failed', 'the driver answers "ERR!" for VRAM in use'],
    [
      {util: '[Unknown Error]'},
      'utilization',
      'failed',
      'the driver answers "[Unknown Error]" for utilisation',
    ],
    [{used: '[GPU is lost]'}, 'used', 'failed', 'fell off the bus'],
    [{temp: ''}, 'temperature', 'failed', 'the driver answers "" for temperature'],
    [{total: '0'}, 'total', 'unsupported', 'this GPU does not tell its VRAM'],
    [{used: '99999'}, 'used', 'failed', 'the driver answers "more than there is" for VRAM in use'],
  ])('%j', (given, figure, status, reason) => {
    const line = parse(given);
    const {gpu, ...figures} = line ?? {};
    const missing = Object.entries({...figures, total: gpu?.total}).filter(
      ([, one]) => one && 'missing' in one,
    );
    expect(missing).toEqual([[figure, {missing: {status, reason}}]]);
  });
});

test.each([
  '',
  'timestamp, index, uuid',
  'WARNING: infoROM is corrupted at gpu 0000:01:00.0',
  '2026/11/24 03:12:44.127, 1, 2, 3, x, GPU-1, b, 5, [N/A], RTX',
  '24.11.2026 03:12:44, 1, 2, 3, 0, GPU-1, b, 5, [N/A], RTX',
  '2026/99/24 03:12:44.127, 1, 2, 3, 0, GPU-1, b, 5, [N/A], RTX',
  '2026/11/24 33:12:44.127, 1, 2, 3, 0, GPU-1, b, 5, [N/A], RTX',
])('%j is no line of a GPU', (line) => {
  expect(parseGpuLine(line)).toBeUndefined();
});

test('half a line is none, wherever it is cut', () => {
  const line = gpuLine(0);
  const beforeName = line.lastIndexOf(',');
  for (let end = 0; end < beforeName; end += 1) expect(parseGpuLine(line.slice(0, end))).toBeUndefined();
});

test('a line of a process is read', () => {
  expect(parseAppLine(appLine(4711, '20480').trimEnd())).toEqual({
    timeMs: ((3 * 60 + 12) * 60 + 44.131) * 1000,
    gpuUuid: UUIDS[0],
    pid: 4711,
    usedBytes: 20_480 * MIB,
  });
  expect(parseAppLine(appLine(4711, '[N/A]').trimEnd())).toMatchObject({
    pid: 4711,
    missing: {status: 'unsupported'},
  });
});

test.each(['', 'No running processes found', appLine(0, '1'), appLine('-4', '1'), appLine('[N/A]', '1')])(
  '%j is no line of a process',
  (line) => {
    expect(parseAppLine(line.trimEnd())).toBeUndefined();
  },
);

test('no mutated line gives a figure out of thin air', () => {
  fc.assert(
    fc.property(mutated(gpuLine(1).trimEnd()), (line) => {
      for (const figure of numbersIn(parseGpuLine(line))) {
        expect(figure).toBeGreaterThanOrEqual(0);
        const isTold = line.includes(String(figure)) || line.includes(String(figure / MIB));
        // `007` and `1.50` are figures too.
        const isToldLong = (line.match(/\d+(\.\d+)?/g) ?? []).some((text) =>
          [figure, figure / MIB].includes(Number(text)),
        );
        expect(isTold || isToldLong).toBe(true);
      }
    }),
    {numRuns: 500},
  );
});

test('no mutated line of a process does either', () => {
  fc.assert(
    fc.property(mutated(appLine(4711, '20480').trimEnd()), (line) => {
      const read = parseAppLine(line);
      if (read === undefined) return;
      expect(line).toContain(String(read.pid));
      expect(read.usedBytes ?? 0).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(read.usedBytes ?? 0)).toBe(true);
    }),
    {numRuns: 500},
  );
});
