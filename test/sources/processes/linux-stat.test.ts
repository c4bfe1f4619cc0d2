import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseStat} from '../../../src/sources/processes/linux-stat.ts';
import {fixture} from '../fixtures.ts';
import {mutated, numbersIn} from '../mutations.ts';

test('reads a captured process', () => {
  expect(parseStat(fixture('proc/stat-node'))).toEqual({
    pid: 10658,
    parentPid: 10595,
    sessionId: 2507,
    state: 'R',
    name: 'node',
    isKernelThread: false,
    cpuTicks: 5,
    startTicks: '98714',
    rssPages: 10339,
  });
});

test('reads a captured name with bracket, space and new line that looks like the fields after it', () => {
  expect(parseStat(fixture('proc/stat-odd-name'))).toMatchObject({
    name: 'a) R 1 (b\nc d',
    parentPid: 10595,
    cpuTicks: 3,
    startTicks: '98613',
    rssPages: 3432,
  });
});

test.each(['stat-kthreadd', 'stat-kworker'])('knows the kernel thread %s', (name) => {
  expect(parseStat(fixture(`proc/${name}`))).toMatchObject({isKernelThread: true});
});

test.each([
  ['nothing', ''],
  ['a piece', '12 (sleep) S 1 1'],
  ['no name', '12 S 1 1 1'],
  ['another file', 'cpu  1939 0 1084 85079\n'],
])('gives nothing for %s', (_, text) => {
  expect(parseStat(text)).toBeUndefined();
});

test('gives only whole figures from zero up, whatever the file holds', () => {
  const text = fc
    .constantFrom('stat-node', 'stat-odd-name', 'stat-kworker')
    .chain((name) => mutated(fixture(`proc/${name}`)));
  fc.assert(
    fc.property(text, (broken) =>
      numbersIn(parseStat(broken)).every((figure) => Number.isSafeInteger(figure) && figure >= 0),
    ),
    {numRuns: 1000},
  );
});
