import {expect, test} from 'vitest';
import type {Report} from '../../../src/core/report.ts';
import type {SuggestedLimit} from '../../../src/core/suggested-limit.ts';
import {suggestionParts} from '../../../src/sinks/report/limit-words.ts';
import {reportMarkdown} from '../../../src/sinks/report/markdown.ts';
import {reportText} from '../../../src/sinks/report/text.ts';
import {GIB, startRun} from './run.ts';

const suggestion: SuggestedLimit = {
  bytes: 12 * GIB,
  of: 'job',
  peakBytes: 10 * GIB,
  headroomBytes: 2 * GIB,
  isShare: true,
  isAtLeast: false,
  isGrowing: false,
};
const job: NonNullable<Report['job']> = {
  name: 'train',
  pid: 9,
  state: 'running',
  processes: 1,
  peak: {bytes: 10 * GIB, at: 0},
};
const report = (more: Partial<Report>): Report => {
  const {limit, ...rest} = startRun().report();
  return {...rest, checks: 9, durationMs: 60_000, suggestion, ...more};
};
const host = {kind: 'host', name: 'host', totalBytes: 64 * GIB} as const;

test('of a job that still grew it is said, with how long such a run would last', () => {
  const growing = {...suggestion, isGrowing: true, lastsMs: 1_200_000};
  expect(suggestionParts(report({job, suggestion: growing}))).toEqual([
    'suggested limit at least 12.0 GiB: peak of the job 10.0 GiB + 20%',
    'it still grew at the end: a run like this would last ~20 m under it',
  ]);
  expect(suggestionParts(report({job, suggestion: {...suggestion, isGrowing: true}}))[1]).toBe(
    'it still grew at the end',
  );
});

test('a bare machine without a job is told no limit, unless it was killed for its memory', () => {
  const bare = report({limit: host, suggestion: {...suggestion, of: 'RAM'}});
  expect(suggestionParts(bare)).toEqual([]);
  expect(reportText(bare)).not.toContain('next run');
  expect(reportMarkdown(bare)).not.toContain('Next run');
  expect(suggestionParts(report({limit: host, suggestion: {...suggestion, isAtLeast: true}}))).toHaveLength(
    2,
  );
  expect(suggestionParts(report({limit: {...host, kind: 'cgroup'}}))).toHaveLength(1);
});

test('where a run was too short for one, that is said', () => {
  const {suggestion: _, ...short} = report({job, durationMs: 5000});
  expect(suggestionParts(short)).toEqual(['no limit suggested: less than 10 s were seen']);
});
