import {expect, test} from 'vitest';
import type {JobEnding} from '../../../src/core/job/job-ending.ts';
import type {JobReading} from '../../../src/core/sample.ts';
import {plainText} from '../../../src/tui/line.ts';
import {jobRule} from '../../../src/tui/panels/job-rule.ts';
import {endedJob, job, NOW} from '../machine.ts';
import {stageOf, viewOf} from '../views.ts';

function rule(reading: JobReading, width = 120, jobEnding?: JobEnding): string {
  const view = viewOf(stageOf({job: reading}), {width, jobEnding});
  if (view.frame.job === undefined) throw new Error('expected a job');
  return plainText(jobRule(view, view.frame.job));
}

test.each([
  [
    120,
    /^─ Job python gateway · pid 5210 · 13 processes ─+ running 5 h 22 m · CPU 0% · CPU time 11 h 30 m ─$/,
  ],
  [80, /^─ Job python gateway · pid 5210 · 13 processes ─+ running 5 h 22 m · CPU 0% ─$/],
  [60, /^─ Job python gateway · pid 5210 · 13 processes ─+$/],
])('at %i columns it tells who the job is and how it goes', (width, text) => {
  expect(rule(job(), width)).toMatch(text);
  expect(rule(job(), width).length).toBe(width);
});

test('a long name is cut, and one process is one', () => {
  const one = job({name: 'python train --with a very long name', members: job().members.slice(0, 1)});
  expect(rule(one)).toMatch(/^─ Job python train --with a v… · pid 5210 · 1 process ─/);
});

test('it is stopped when all of it is', () => {
  expect(rule(job({state: 'stopped'}))).toContain(' stopped 5 h 22 m ');
});

test('what is not known is left out', () => {
  const {startedAt: _, ...unknown} = job({cpuMs: 0});
  expect(rule(unknown)).toMatch(/─ running · CPU 0% ─$/);
});

test('at its end it tells how that was', () => {
  const exit = {at: NOW, signal: 'SIGKILL'};
  expect(rule(endedJob({at: NOW, code: 3}))).toMatch(/^─ Job python gateway · ended with 3 at 14:32:07 ─+$/);
  const oom = {
    at: NOW,
    kills: 1,
    isOwn: true,
    isVictim: true,
    limit: {name: 'llm.slice', bytes: 56 * 2 ** 30},
  };
  const ending = {name: 'x', pid: 5210, exit, cpuMs: 0, moments: [], top: [], oom};
  expect(rule(endedJob(exit), 120, ending)).toMatch(
    /^─ Job python gateway · killed by SIGKILL at 14:32:07, OOM killer, limit 56\.0 GiB llm\.slice ─+$/,
  );
});

test('a name from outside is safe', () => {
  expect(rule(job({name: '\u001b[2Jx\u202e日'}))).toMatch(/^─ Job x\? · pid/);
});
