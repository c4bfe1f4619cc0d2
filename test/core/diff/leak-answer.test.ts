import {expect, test} from 'vitest';
import {leakAnswer} from '../../../src/core/diff/leak-answer.ts';
import type {ComparedRun, SeriesDiff} from '../../../src/core/diff/series-diff.ts';
import type {LeakState} from '../../../src/core/leak/verdict.ts';
import type {ReportLeak} from '../../../src/core/report-leaks.ts';
import {GIB, startRun} from '../../sinks/report/run.ts';

const HOUR = 3_600_000;
const END = Date.parse('2026-11-22T18:00:00Z');

const verdict = (state: LeakState, gib?: number, more: Partial<ReportLeak> = {}): ReportLeak => ({
  id: 'ram',
  kind: 'ram',
  what: 'RAM',
  verdict: state,
  confidence: 0.9,
  evidence: '',
  forecast: {},
  ...(gib !== undefined && {
    ratePerHour: gib * GIB,
    ratePerHourInterval: {low: (gib - 0.1) * GIB, high: (gib + 0.1) * GIB},
  }),
  ...more,
});
const ran = (hours: number): ComparedRun => ({
  report: {...startRun().report(), endedAt: END},
  lengthMs: hours * HOUR,
});
const figure = {before: 1, after: 1, judgement: 'same'} as const;
const series = (id: string, name: string, before: ReportLeak, after: ReportLeak): SeriesDiff => ({
  id,
  kind: id === 'ram' ? 'ram' : 'gpu',
  name,
  peak: figure,
  average: figure,
  toPeakMs: {before: 0, after: 0},
  leak: {before, after},
});
const told = {firstLeakAt: END - 3 * HOUR};

test.each([
  [
    verdict('growing', 65),
    verdict('steady'),
    'unknown',
    'RAM: too early to tell: growing (+65 GiB/h) before, steady after',
  ],
  [
    verdict('leak', 2.1, told),
    verdict('steady'),
    'gone',
    'RAM: the leak is gone: +2.1 GiB/h before, steady after',
  ],
  [
    verdict('leak', 2.1),
    verdict('leak', 2.1),
    'still',
    'RAM: the leak is still there, as before: +2.1 GiB/h before, +2.1 GiB/h after',
  ],
  [
    verdict('leak', 2.1),
    verdict('leak', 0.5),
    'slower',
    'RAM: the leak is still there, and slower: +2.1 GiB/h before, +512 MiB/h after',
  ],
  [
    verdict('leak', 2.1),
    verdict('leak', 4),
    'faster',
    'RAM: the leak is still there, and faster: +2.1 GiB/h before, +4.0 GiB/h after',
  ],
  [
    verdict('leak', 2.1),
    verdict('growing', 1),
    'unknown',
    'RAM: it is not known yet whether the leak is gone: +2.1 GiB/h before, growing (+1.0 GiB/h) after',
  ],
  [
    verdict('leak', 2.1),
    verdict('learning'),
    'unknown',
    'RAM: it is not known yet whether the leak is gone: +2.1 GiB/h before, too short to tell after',
  ],
  [verdict('steady'), verdict('leak', 1), 'new', 'RAM: a new leak: steady before, +1.0 GiB/h after'],
  [verdict('steady'), verdict('steady'), 'none', 'RAM: no leak in either: steady before, steady after'],
  [
    verdict('learning'),
    verdict('steady'),
    'unknown',
    'RAM: too early to tell: too short to tell before, steady after',
  ],
] as const)('the answer to %#', (before, after, word, text) => {
  const pools = [series('ram', 'RAM', before, after)];
  expect(leakAnswer({before: ran(9), after: ran(9), pools, main: 'ram'})).toEqual({id: 'ram', word, text});
});

test('a run that was shorter than the leak took to be seen proves nothing', () => {
  const pools = [series('ram', 'RAM', verdict('leak', 2.1, told), verdict('steady'))];
  expect(leakAnswer({before: ran(9), after: ran(1), pools, main: 'ram'})).toMatchObject({
    word: 'unknown',
    text: expect.stringContaining('it ran 1 h and the leak before was told after 6 h'),
  });
});

test('a GPU that alone leaks is told of', () => {
  const pools = [
    series('ram', 'RAM', verdict('steady'), verdict('steady')),
    series('gpu0', 'GPU 0', verdict('leak', 1), verdict('steady')),
  ];
  expect(leakAnswer({before: ran(9), after: ran(9), pools, main: 'ram'})).toMatchObject({
    id: 'gpu0',
    text: 'GPU 0: the leak is gone: +1.0 GiB/h before, steady after',
  });
  expect(leakAnswer({before: ran(1), after: ran(1), pools: [], main: undefined})).toBeUndefined();
});
