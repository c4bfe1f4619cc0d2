import {describe, expect, test} from 'vitest';
import {endingText} from '../../../src/core/job/job-ending.ts';
import {tellEnding} from '../../../src/core/job/tell-ending.ts';
import type {JobExit, JobReading, OomCounter, OomVictim, Sample} from '../../../src/core/sample.ts';
import {Session} from '../../../src/core/session.ts';
import {GIB, limitReading, processesAt, processReading, START, sampleAt} from '../samples.ts';
import {jobOf, processesOf} from './jobs.ts';

const LIMIT = 90 * GIB;

interface Check {
  /** GiB that the job's processes hold, by pid. */
  readonly gib: Readonly<Record<number, number>>;
  /** Kills that the job's cgroup has counted. */
  readonly kills?: number;
  readonly machineKills?: number;
  readonly victims?: readonly OomVictim[];
  readonly others?: Readonly<Record<number, number>>;
  readonly exit?: JobExit;
}

/** A job in a cgroup of its own of 90 GiB, one check each second. */
class Run {
  readonly session = new Session();
  #second = 0;
  #job: JobReading = jobOf({});

  /** One more check, so many seconds after the one before. */
  feed(check: Check, after = 1): this {
    this.#second += after;
    const {gib, kills = 0, machineKills = kills, victims = [], others = {}, exit} = check;
    this.#job = jobOf(gib, exit === undefined ? {} : {exit, state: 'ended', cpuMs: 4000});
    const used = Object.values(gib).reduce((sum, one) => sum + one, 0);
    const hits = kills;
    const counters: readonly OomCounter[] = [
      {scope: 'cgroup', id: '/slurm/job_42', name: 'job_42', kills, limitHits: hits, limitBytes: LIMIT},
      {scope: 'host', id: 'host', name: 'host', kills: machineKills},
    ];
    const processes = [
      ...processesOf(this.#job),
      ...Object.entries(others).map(([pid, size]) => processReading(Number(pid), size * GIB)),
    ];
    const more: Partial<Sample> = {
      limits: [
        limitReading({
          name: 'job_42',
          path: '/slurm/job_42',
          limitBytes: LIMIT,
          currentBytes: used * GIB,
          inactiveFileBytes: 0,
        }),
      ],
      processes: processesAt(this.#second, processes),
      job: this.#job,
      oom: {counters, victims},
    };
    this.session.feed(sampleAt(this.#second, 40, more));
    return this;
  }

  get at(): number {
    return START + this.#second * 1000;
  }

  get ending() {
    return tellEnding(this.session, this.#job);
  }
}

/** The job has run for an hour, growing from 40 to 80 GiB. */
function grown(): Run {
  const run = new Run();
  for (let minute = 0; minute <= 60; minute += 1) run.feed({gib: {812: 35 + (minute * 2) / 3, 830: 5}}, 60);
  return run;
}

const killedAt = (at: number): JobExit => ({at, signal: 'SIGKILL'});

test('a job that runs has no ending', () => {
  expect(grown().ending).toBeUndefined();
});

test('a job that ended by itself is told with its time, its peak and its last looks', () => {
  const run = grown();
  const exit = {at: run.at + 500, code: 3};
  run.feed({gib: {}, exit});
  expect(run.ending).toMatchObject({
    name: 'python train',
    pid: 812,
    exit,
    elapsedMs: run.at - 500 - START,
    cpuMs: 4000,
    peak: {bytes: 80 * GIB, at: run.at - 1000},
    top: [
      {pid: 812, name: 'python w812', rssBytes: 75 * GIB},
      {pid: 830, name: 'python w830', rssBytes: 5 * GIB},
    ],
  });
  expect(run.ending).not.toHaveProperty('oom');
  expect(run.ending?.moments).toHaveLength(10);
  expect(run.ending?.moments.at(-1)).toEqual({
    at: run.at - 1000,
    bytes: 80 * GIB,
    measure: 'RSS',
    processes: 2,
    ramPercent: (80 / 90) * 100,
  });
});

describe('a job that the OOM killer ended', () => {
  test('is told as in the morning it should be', () => {
    const run = grown();
    const exit = killedAt(run.at + 700);
    run.feed({gib: {}, kills: 1, exit});
    expect(run.ending?.oom).toMatchObject({
      isVictim: true,
      victim: {pid: 812, name: 'python w812', bytes: 75 * GIB},
      limit: {name: 'job_42', bytes: LIMIT},
    });
    expect(run.ending && endingText(run.ending)).toMatch(
      /^killed by the OOM killer at \d\d:\d\d:00: job_42's limit of 90\.0 GiB; python w812 \(pid 812\) held 75\.0 GiB/,
    );
  });

  // The last look finds the memory given back: what rose up to the kill is no rise up to the end any more.
  test('is told with the growth that led to it', () => {
    const run = grown();
    run.feed({gib: {}, kills: 1, exit: killedAt(run.at + 700)});
    expect(run.ending?.rise?.ratePerHour).toBeCloseTo(40 * GIB, -9.5);
    expect(run.ending && endingText(run.ending)).toMatch(/; RAM grew 40 GiB\/h since \d\d:0\d$/);
  });

  test('also where memory was given back before its end was seen', () => {
    const run = grown();
    const exit = killedAt(run.at + 1700);
    run.feed({gib: {830: 5}, kills: 1});
    run.feed({gib: {}, kills: 1, exit});
    expect(run.ending?.oom).toMatchObject({isVictim: true});
    expect(run.ending?.moments.at(-1)).toMatchObject({bytes: 80 * GIB});
  });

  test('by a signal or by the code that shells make of it', () => {
    for (const exit of [{signal: 'SIGKILL'}, {code: 137}]) {
      const run = grown();
      run.feed({gib: {}, kills: 1, exit: {at: run.at + 700, ...exit}});
      expect(run.ending?.oom?.isVictim).toBe(true);
    }
  });

  test('is told with whom the kernel names', () => {
    const run = grown();
    const victims = [{pid: 812, name: 'python', rssBytes: 71 * GIB, limitPath: '/slurm/job_42'}];
    run.feed({gib: {}, kills: 1, victims, exit: killedAt(run.at + 700)});
    expect(run.ending?.oom).toMatchObject({victim: {pid: 812, bytes: 71 * GIB}, isVictim: true});
  });
});

describe('the OOM killer did not end a job', () => {
  test.each<[string, Check, number?]>([
    ['that ended well', {gib: {}, kills: 1, exit: {at: 0, code: 0}}],
    [
      'when it struck somebody else',
      {gib: {}, machineKills: 1, victims: [{pid: 4000, name: 'chrome'}], exit: killedAt(0)},
    ],
    [
      'when it struck the machine and nobody knows whom',
      {gib: {}, others: {9: 1}, machineKills: 1, exit: killedAt(0)},
    ],
  ])('%s', (_, check) => {
    const run = grown();
    run.feed({gib: {812: 75, 830: 5}, others: {9: 1}});
    const exit = check.exit && {...check.exit, at: run.at + 700};
    // Whoever is gone was seen to go before.
    run.feed({gib: {}, others: {9: 1}});
    run.feed({...check, ...(exit !== undefined && {exit})});
    expect(run.ending?.exit).toEqual(exit);
    expect(run.ending).not.toHaveProperty('oom');
  });

  test('when that was long before', () => {
    const run = grown();
    run.feed({gib: {812: 40}, kills: 1});
    run.feed({gib: {812: 40}, kills: 1}, 100);
    run.feed({gib: {}, kills: 1, exit: killedAt(run.at + 700)});
    expect(run.ending).not.toHaveProperty('oom');
  });
});

describe('a worker that the OOM killer took', () => {
  test('is told with the end of the job that could not go on without', () => {
    const run = grown();
    run.feed({gib: {812: 75}, kills: 1});
    const exit = {at: run.at + 30_000, code: 1};
    run.feed({gib: {}, kills: 1, exit}, 31);
    expect(run.ending?.oom).toMatchObject({isVictim: false, victim: {pid: 830}});
    expect(run.ending && endingText(run.ending)).toContain('ended with 1 at');
  });

  test('is not the job, which somebody has killed with SIGKILL', () => {
    const run = grown();
    run.feed({gib: {812: 75}, kills: 1});
    run.feed({gib: {}, kills: 1, exit: killedAt(run.at + 700)});
    expect(run.ending?.oom).toMatchObject({isVictim: false, victim: {pid: 830}});
  });
});

// When the machine itself is full the kernel often takes several in a row, and between two checks there is time for that.
test('of several that were killed between two checks, the job is told to be one', () => {
  const run = grown();
  const victims = [
    {pid: 812, name: 'python', rssBytes: 71 * GIB},
    {pid: 4000, name: 'chrome', rssBytes: GIB},
  ];
  run.feed({gib: {}, kills: 1, machineKills: 2, victims, exit: killedAt(run.at + 700)});
  expect(run.ending?.oom).toMatchObject({isVictim: true, victim: {pid: 812}});
});
