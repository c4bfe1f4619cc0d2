import {describe, expect, it} from 'vitest';
import {tellEnding} from '../../../src/core/job/tell-ending.ts';
import type {JobExit} from '../../../src/core/sample.ts';
import {reportHtml} from '../../../src/sinks/report/html.ts';
import {reportJson} from '../../../src/sinks/report/json.ts';
import {reportMarkdown} from '../../../src/sinks/report/markdown.ts';
import {reportText} from '../../../src/sinks/report/text.ts';
import {elementsOf} from './parse-html.ts';
import {GIB, jobOf, limitOf, processOf, type Run, START, startRun} from './run.ts';

const LIMIT_GIB = 90;
const oom = (kills: number) => ({
  counters: [
    {
      scope: 'cgroup' as const,
      id: '/jobs/job_42',
      name: 'job_42',
      kills,
      limitHits: kills,
      limitBytes: LIMIT_GIB * GIB,
    },
  ],
  victims: [],
});

/** A job that grows for an hour by a GiB a minute, up to 80 GiB, and has a small worker. */
function grown(): Run {
  const run = startRun();
  for (let minute = 0; minute <= 60; minute += 1) {
    const processes = [processOf(812, (19 + minute) * GIB, 'python'), processOf(830, GIB, 'worker')];
    run.feed({
      afterMs: 60_000,
      ram: 5,
      limits: [limitOf('job_42', LIMIT_GIB, 20 + minute)],
      processes,
      job: jobOf('python train', processes),
      oom: oom(0),
    });
  }
  return run;
}

/** It ends ten seconds later, killed or not, with what is left of it. */
function ended(exit: Omit<JobExit, 'at'>, kills = 0, left: readonly number[] = []) {
  const run = grown();
  const at = run.now() + 10_000;
  const processes = left.map((pid) => processOf(pid, GIB, 'worker'));
  const job = jobOf('python train', processes, {pid: 812, state: 'ended', exit: {at, ...exit}});
  run.feed({afterMs: 10_000, limits: [limitOf('job_42', LIMIT_GIB, 1)], processes, job, oom: oom(kills)});
  const reading = run.session.frame?.sample.job;
  const ending = reading && tellEnding(run.session, reading);
  return run.report(ending === undefined ? {} : {endings: [ending]});
}

/** The paragraph of the text that begins so. */
const paragraph = (text: string, head: string) => text.split('\n\n').find((block) => block.startsWith(head));

describe('a report of a job', () => {
  it('tells in the morning what happened in the night', () => {
    expect(paragraph(reportText(ended({signal: 'SIGKILL'}, 1)), 'job ')).toBe(
      `
job        python train (pid 812)
           killed by the OOM killer at 09:10:10: job_42's limit of 90.0 GiB
           python (pid 812) held 79.0 GiB; RAM grew 60 GiB/h since 08:12
           last 80.0 GiB RSS · peak 80.0 GiB at 09:10:00 · ran 1 h
           CPU time 1 m 30 s
  verdict  growing +60 GiB/h, since 09:03:00, limit in ~10 m (9 m – 10 m)
           it rises without a break and is at the limit in ~10 m
  before   09:06:00  76.0 GiB RSS  RAM 84.4%
           09:07:00  77.0 GiB RSS  RAM 85.6%
           09:08:00  78.0 GiB RSS  RAM 86.7%
           09:09:00  79.0 GiB RSS  RAM 87.8%
           09:10:00  80.0 GiB RSS  RAM 88.9%
  largest  python (812) 79.0 GiB, worker (830) 1.0 GiB`.trimStart(),
    );
  });

  it('tells kills by themselves, too', () => {
    expect(reportText(ended({signal: 'SIGKILL'}, 1))).toContain(
      '09:10:10  python (812) held 79.0 GiB, limit 90.0 GiB of job_42',
    );
    expect(reportText(ended({code: 0}))).not.toContain('OOM');
  });

  it('tells of one that ended by itself, and of what still runs of it', () => {
    const text = reportText(ended({code: 3}, 0, [830]));
    expect(paragraph(text, 'job ')?.replace(/\s+/g, ' ')).toContain(
      'ended with 3 at 09:10:10 after 1 h · peak 80.0 GiB 1 of its processes still runs',
    );
  });

  it('tells of one that still runs', () => {
    const report = grown().report();
    expect(report.job).toMatchObject({
      name: 'python train',
      pid: 812,
      state: 'running',
      held: {bytes: 80 * GIB, measure: 'RSS'},
      peak: {bytes: 80 * GIB, at: START + 3_600_000},
      processes: 2,
      cpuMs: 90_000,
    });
    expect(paragraph(reportText(report), 'job ')?.replace(/\s+/g, ' ')).toContain(
      'still running, 2 processes',
    );
    expect(startRun().report()).not.toHaveProperty('job');
  });

  it('says so of one that was over before it could be looked at', () => {
    const run = startRun();
    const exit = {at: START, code: 127};
    const ending = {name: 'sh', pid: 9, exit, moments: [], top: []};
    run.feed({job: jobOf('sh', [], {pid: 9, state: 'ended', exit, cpuMs: 0})});
    const report = run.report({endings: [ending]});
    expect(report.job).not.toHaveProperty('held');
    expect(paragraph(reportText(report), 'job ')).toMatch(
      /ended with 127 at 08:10:00\n +it was over before it could be looked at$/,
    );
  });

  it('stands there once, and not with the pools as well', () => {
    const text = reportText(grown().report());
    expect(text.match(/^job /gm)).toHaveLength(1);
    expect(reportMarkdown(grown().report())).not.toMatch(/^\| job \(/m);
  });

  it('is the same in all forms', () => {
    const report = ended({signal: 'SIGKILL'}, 1);
    const story =
      "killed by the OOM killer at 09:10:10: job_42's limit of 90.0 GiB; python (pid 812) held 79.0 GiB; RAM grew 60 GiB/h since 08:12";
    expect(reportMarkdown(report)).toContain(`| How it went | ${story.replace('_', '\\_')} |`);
    const cells = elementsOf(reportHtml(report, undefined)).filter(({name}) => name === 'td');
    expect(cells.map(({text}) => text)).toContain(story);
    expect(JSON.parse(reportJson(report)).job).toMatchObject({
      name: 'python train',
      measure: 'rss',
      bytes: 80 * GIB,
      ending: {
        text: story,
        signal: 'SIGKILL',
        oom: {killed_the_job: true, victim: {pid: 812}, limit: {name: 'job_42', bytes: 90 * GIB}},
      },
    });
    expect(JSON.parse(reportJson(report)).oom_kills).toEqual([
      {
        at: new Date(START + 3_610_000).toISOString(),
        text: 'python (812) held 79.0 GiB, limit 90.0 GiB of job_42',
      },
    ]);
  });
});
