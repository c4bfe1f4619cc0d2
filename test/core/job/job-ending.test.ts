import {describe, expect, test} from 'vitest';
import {endingText, endWords, exitText, type JobEnding} from '../../../src/core/job/job-ending.ts';
import {endingFields} from '../../../src/core/job/job-fields.ts';
import type {JobExit} from '../../../src/core/sample.ts';
import {GIB, MIB} from '../samples.ts';

const at = (clock: string) => Date.parse(`2026-11-23T${clock}`);
const END = at('03:12:44');

const ENDING: JobEnding = {
  name: 'python train',
  pid: 812,
  exit: {at: END, code: 0},
  elapsedMs: 5 * 3_600_000 + 22 * 60_000,
  cpuMs: 90_000,
  moments: [],
  top: [],
  peak: {bytes: 36.7 * GIB, at: at('02:00:00')},
};
const OOM = {
  at: END - 200,
  kills: 1,
  isOwn: true,
  isVictim: true,
  victim: {pid: 812, name: 'python', bytes: 71 * GIB},
  limit: {name: 'job_42', bytes: 90 * GIB},
};
const KILLED: JobEnding = {
  ...ENDING,
  exit: {at: END, signal: 'SIGKILL'},
  oom: OOM,
  rise: {ratePerHour: 2.1 * GIB, sinceAt: at('19:40:12')},
};

test.each<[Partial<JobExit>, string]>([
  [{code: 0}, 'ended with 0'],
  [{code: 3}, 'ended with 3'],
  [{signal: 'SIGSEGV'}, 'killed by SIGSEGV'],
  [{code: 137, signal: 'SIGKILL'}, 'killed by SIGKILL'],
  [{}, 'ended, with which code is not known'],
])('%j is told as %j', (exit, text) => {
  expect(exitText({at: END, ...exit})).toBe(text);
});

describe('the whole story', () => {
  test('of a kill by the OOM killer', () => {
    expect(endingText(KILLED)).toBe(
      "killed by the OOM killer at 03:12:44: job_42's limit of 90.0 GiB; python (pid 812) held 71.0 GiB; RAM grew 2.1 GiB/h since 19:40",
    );
  });

  test('leaves out what nobody knows of it', () => {
    const {victim: _, limit: __, ...bare} = OOM;
    const {rise: ___, ...still} = KILLED;
    expect(endingText({...still, oom: bare})).toBe('killed by the OOM killer at 03:12:44');
    expect(endingText({...still, oom: {...bare, victim: {pid: 812, name: 'python'}}})).toBe(
      'killed by the OOM killer at 03:12:44: python (pid 812) was killed',
    );
    expect(endingText({...KILLED, oom: bare})).toBe(
      'killed by the OOM killer at 03:12:44: RAM grew 2.1 GiB/h since 19:40',
    );
  });

  test('of the machine that was full calls it by that', () => {
    expect(endingText({...KILLED, oom: {...OOM, limit: {name: 'host', bytes: 64 * GIB}}})).toMatch(
      /^killed by the OOM killer at 03:12:44: the machine's memory of 64\.0 GiB; python/,
    );
  });

  test('of a job whose worker was killed tells both', () => {
    const worker = {
      ...OOM,
      at: at('03:12:40'),
      isVictim: false,
      victim: {pid: 830, name: 'worker', bytes: 8 * GIB},
    };
    expect(endingText({...KILLED, exit: {at: END, code: 1}, oom: worker})).toBe(
      "ended with 1 at 03:12:44, after the OOM killer had struck at 03:12:40: job_42's limit of 90.0 GiB; worker (pid 830) held 8.0 GiB; RAM grew 2.1 GiB/h since 19:40",
    );
  });

  test('of any other end tells how long it took and what it held at most', () => {
    expect(endingText(ENDING)).toBe('ended with 0 at 03:12:44 after 5 h 22 m · peak 36.7 GiB');
    expect(endingText({...ENDING, exit: {at: END, signal: 'SIGTERM'}})).toBe(
      'killed by SIGTERM at 03:12:44 after 5 h 22 m · peak 36.7 GiB',
    );
    const {elapsedMs: _, peak: __, ...bare} = ENDING;
    expect(endingText(bare)).toBe('ended with 0 at 03:12:44');
  });

  test('tells slow growth in the unit that fits', () => {
    const rise = {ratePerHour: 154 * MIB, sinceAt: at('19:40:12')};
    expect(endingText({...KILLED, rise})).toMatch(/; RAM grew 154 MiB\/h since 19:40$/);
  });
});

test.each<[JobExit, JobEnding['oom'], string]>([
  [{at: END, code: 1}, undefined, 'ended with 1 at 03:12:44'],
  [{at: END, signal: 'SIGKILL'}, OOM, 'killed by SIGKILL at 03:12:44, OOM killer, limit 90.0 GiB job_42'],
  [
    {at: END, signal: 'SIGKILL'},
    {at: END, kills: 1, isOwn: true, isVictim: true},
    'killed by SIGKILL at 03:12:44, OOM killer',
  ],
])('in a row of its own %j is short', (exit, oom, text) => {
  expect(endWords(exit, oom)).toBe(text);
});

describe('by the names of log and report', () => {
  test('it is told whole', () => {
    const moments = [
      {at: END - 1000, bytes: 70 * GIB, measure: 'PSS', processes: 3, ramPercent: 98.12345},
    ] as const;
    const top = [{pid: 812, name: 'python', rssBytes: 71 * GIB}];
    const iso = (ms: number) => new Date(ms).toISOString();
    expect(endingFields({...KILLED, moments, top})).toEqual({
      name: 'python train',
      pid: 812,
      ended_at: iso(END),
      signal: 'SIGKILL',
      elapsed_seconds: 19_320,
      cpu_ms: 90_000,
      oom: {
        at: iso(END - 200),
        kills: 1,
        killed_the_job: true,
        victim: {pid: 812, name: 'python', rss_bytes: 71 * GIB},
        limit: {name: 'job_42', bytes: 90 * GIB},
      },
      rise: {bytes_per_hour: 2.1 * GIB, since: iso(at('19:40:12')), text: 'RAM grew 2.1 GiB/h since 19:40'},
      last_samples: [{at: iso(END - 1000), bytes: 70 * GIB, measure: 'pss', processes: 3, percent: 98.123}],
      largest: [{pid: 812, name: 'python', rss_bytes: 71 * GIB}],
      peak: {at: iso(at('02:00:00')), bytes: 36.7 * GIB},
    });
  });

  test('it leaves out what is not known', () => {
    const bare = {name: 'sh', pid: 1, exit: {at: END}, cpuMs: 0, moments: [], top: []};
    expect(Object.keys(endingFields(bare))).toEqual([
      'name',
      'pid',
      'ended_at',
      'cpu_ms',
      'last_samples',
      'largest',
    ]);
    expect(endingFields({...bare, exit: {at: END, code: 3}})).toMatchObject({exit_code: 3});
  });
});
