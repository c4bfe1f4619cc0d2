import {expect, test} from 'vitest';
import {narrowText} from '../../../src/sinks/report/narrow-text.ts';
import {reportText} from '../../../src/sinks/report/text.ts';
import {GIB, processOf, startRun} from './run.ts';

test('lines break between words, and stay under what they belong to', () => {
  const line = '  gateway (5210)  +3.0 GiB  56 MiB -> 64 MiB, 08:10:00 to 08:10:20';
  expect(narrowText(`growth (1)\n${line}\n`, 40)).toBe(
    'growth (1)\n  gateway (5210) +3.0 GiB 56 MiB ->\n    64 MiB, 08:10:00 to 08:10:20\n',
  );
});

test('a report has no line longer than the terminal is wide, and cuts no word', () => {
  const run = startRun();
  for (const gib of [1, 2, 3])
    run.feed({ram: 50, swap: 2, processes: [processOf(5210, gib * GIB, 'gateway')]});
  const wide = reportText(run.report());
  const narrow = reportText(run.report(), 40);
  expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(narrow.split(/\s+/)).toEqual(wide.split(/\s+/));
  expect(reportText(run.report(), 200)).toBe(wide);
});
