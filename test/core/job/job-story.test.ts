import {describe, expect, test} from 'vitest';
import type {JobStory} from '../../../src/core/job/job-story.ts';
import {failed, type JobReading} from '../../../src/core/sample.ts';
import {Session} from '../../../src/core/session.ts';
import {GIB, limitReading, processesAt, processReading, START, sampleAt} from '../samples.ts';
import {jobOf, member, processesOf} from './jobs.ts';

/** What a session remembers of its job, one check each second. */
function storyOf(jobs: readonly JobReading[], ramPercent = 50): JobStory {
  const session = new Session();
  for (const [second, job] of jobs.entries()) {
    const others = [processReading(1, 80 * GIB)];
    const processes = processesAt(second, [...others, ...processesOf(job)]);
    session.feed(sampleAt(second, ramPercent, {job, processes}));
  }
  return session.job;
}

describe('of a job is remembered', () => {
  test('nothing before it was seen', () => {
    const story = storyOf([jobOf({}), jobOf({})]);
    expect([story.moments, story.top, story.peak, story.pids.size]).toEqual([[], [], undefined, 0]);
  });

  test('the last ten looks, oldest first', () => {
    const story = storyOf(Array.from({length: 25}, (_, second) => jobOf({812: second + 1})));
    expect(story.moments).toHaveLength(10);
    expect(story.moments[0]).toEqual({
      at: START + 15_000,
      bytes: 16 * GIB,
      measure: 'RSS',
      processes: 1,
      ramPercent: 50,
    });
    expect(story.moments.at(-1)).toMatchObject({at: START + 24_000, bytes: 25 * GIB});
  });

  test('its largest processes, and none of others', () => {
    const gib = Object.fromEntries(Array.from({length: 8}, (_, index) => [900 + index, index + 1]));
    expect(storyOf([jobOf(gib)]).top.map(({pid, name, rssBytes}) => [pid, name, rssBytes / GIB])).toEqual([
      [907, 'python w907', 8],
      [906, 'python w906', 7],
      [905, 'python w905', 6],
      [904, 'python w904', 5],
      [903, 'python w903', 4],
    ]);
  });

  test('the most that it held, and when that was first', () => {
    const story = storyOf([jobOf({812: 3}), jobOf({812: 9}), jobOf({812: 9}), jobOf({812: 1})]);
    expect(story.peak).toEqual({bytes: 9 * GIB, at: START + 1000});
  });

  test('every pid that it was seen with', () => {
    const story = storyOf([jobOf({812: 1, 830: 1}), jobOf({812: 1, 831: 1}), jobOf({812: 1})]);
    expect([...story.pids].sort()).toEqual([812, 830, 831]);
  });

  test('nothing of after its end', () => {
    const ended = jobOf({830: 1}, {state: 'ended', exit: {at: START, code: 0}});
    const story = storyOf([jobOf({812: 3}), ended, jobOf({}, {state: 'ended'})]);
    expect(story.moments.map(({bytes}) => bytes)).toEqual([3 * GIB]);
    expect(story.top.map(({pid}) => pid)).toEqual([812]);
  });
});

test('its largest processes stay known where a newer scan finds them gone', () => {
  const session = new Session();
  const job = jobOf({812: 3});
  session.feed(sampleAt(0, 50, {job, processes: processesAt(0, processesOf(job))}));
  session.feed(sampleAt(1, 50, {job, processes: processesAt(1, [processReading(1, GIB)])}));
  expect(session.job.top.map(({pid}) => pid)).toEqual([812]);
});

test('of a job that starts processes all night the latest ten thousand pids are remembered', () => {
  const session = new Session();
  for (let second = 0; second <= 25; second += 1) {
    const members = Array.from({length: 1000}, (_, index) => member(second * 1000 + index + 1, 0.001));
    session.feed(sampleAt(second, 50, {job: jobOf({}, {members})}));
  }
  expect(session.job.pids.size).toBe(10_000);
  expect(Math.min(...session.job.pids)).toBe(16_001);
});

test('how full RAM was is left out where that was not known', () => {
  const session = new Session();
  session.feed(sampleAt(0, 0, {job: jobOf({812: 1}), memory: failed('EIO')}));
  expect(session.job.moments).toEqual([{at: START, bytes: GIB, measure: 'RSS', processes: 1}]);
});

test('which limit bound it is known of each of the last looks', () => {
  const session = new Session();
  const job = jobOf({812: 40});
  const limits = [limitReading({currentBytes: 45 * GIB, inactiveFileBytes: 0})];
  session.feed(sampleAt(0, 50, {job}));
  session.feed(sampleAt(1, 50, {job, limits}));
  const before = (second: number) => session.job.limitBefore(START + second * 1000)?.id;
  expect([before(0), before(1), before(2)]).toEqual([undefined, 'host', '/slurm/job_7']);
});
