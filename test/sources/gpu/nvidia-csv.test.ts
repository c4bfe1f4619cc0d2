import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {GPU_FIELDS, parseAppLine, parseGpuLine} from '../../../src/sources/gpu/nvidia-csv.ts';
import {mutated, numbersIn} from '../mutations.ts';
import {appLine, gpuLine, type LineFigures, UUIDS} from './smi-output.ts';

const MIB = 2 ** 20;
const parse = (given: LineFigures) => parseGpuLine(gpuLine(0, given).trimEnd(), GPU_FIELDS);

test('a line of a GPU is read with its units', () => {
  expect(parse({})).toEqual({
    index: 0,
    uuid: UUIDS[0],
    busId: '00000000:01:00.0',
    name: 'NVIDIA GeForce RTX 3090',
    isMig: false,
    usedBytes: 20_891 * MIB,
    totalBytes: 24_576 * MIB,
    utilizationPercent: 97,
    temperatureCelsius: 66,
    missing: {},
  });
});

test('nothing in use is measured, and a name may hold a comma', () => {
  expect(parse({used: '0', util: '0', name: 'Quadro, the old one'})).toMatchObject({
    usedBytes: 0,
    utilizationPercent: 0,
    name: 'Quadro, the old one',
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
    expect(line?.missing).toEqual({[figure]: {status, reason}});
  });
});

test.each([
  '',
  'timestamp, index, uuid',
  'WARNING: infoROM is corrupted at gpu 0000:01:00.0',
  '2026/11/24 03:12:44.127, x, GPU-1, 1, 2, 3, 4, 5, 6, RTX',
  '24.11.2026 03:12:44, 0, GPU-1, 1, 2, 3, 4, 5, 6, RTX',
  '2026/99/24 03:12:44.127, 0, GPU-1, b, 2, 3, 4, 5, 6, RTX',
])('%j is no line of a GPU', (line) => {
  expect(parseGpuLine(line, GPU_FIELDS)).toBeUndefined();
});

test('half a line has reasons, not figures', () => {
  expect(parseGpuLine(gpuLine(0).slice(0, 90), GPU_FIELDS)?.utilizationPercent).toBeUndefined();
});

test('a line of a process is read', () => {
  expect(parseAppLine(appLine(4711, '20480').trimEnd())).toEqual({
    timestampMs: Date.parse('2026-11-24T03:12:44.131Z'),
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
      const {missing, index, ...figures} = parseGpuLine(line, GPU_FIELDS) ?? {missing: {}, index: 0};
      for (const figure of numbersIn(figures)) {
        expect(figure).toBeGreaterThanOrEqual(0);
        const isTold = line.includes(String(figure)) || line.includes(String(figure / MIB));
        // `007` and `1.50` are figures too.
        const isToldLong = (line.match(/\d+(\.\d+)?/g) ?? []).some((text) =>
          [figure, figure / MIB].includes(Number(text)),
        );
        expect(isTold || isToldLong).toBe(true);
      }
      expect(numbersIn(missing)).toEqual([]);
      expect(Number.isInteger(index)).toBe(true);
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
