import {describe, expect, test} from 'vitest';
import {jobBytes, jobHeld} from '../../../src/core/job/job-view.ts';
import {failed, type JobReading, ok, type Sample} from '../../../src/core/sample.ts';
import {Session} from '../../../src/core/session.ts';
import {GIB, limitReading, processesAt, START, sampleAt} from '../samples.ts';
import {jobOf, member, processesOf} from './jobs.ts';

const PSS = ok({bytes: 5 * GIB, at: START});

describe('what a job holds', () => {
  test('is the sum of proportional shares where these can be read', () => {
    expect(jobBytes(jobOf({812: 4, 813: 4}, {pss: PSS}))).toEqual({measure: 'PSS', bytes: 5 * GIB});
  });

  test('is else the sum of resident sets, and says so', () => {
    const resident = {measure: 'RSS', bytes: 8 * GIB};
    expect(jobBytes(jobOf({812: 4, 813: 4}))).toEqual(resident);
    expect(jobBytes(jobOf({812: 4, 813: 4}, {pss: failed('stuck')}))).toEqual(resident);
  });

  test('is not known where none of its processes can be seen, and nothing once it has ended', () => {
    expect(jobHeld(jobOf({812: 1}))).toEqual(ok({measure: 'RSS', bytes: GIB}));
    expect(jobHeld(jobOf({}))).toEqual({status: 'failed', reason: 'none of its processes can be seen'});
    expect(jobHeld(jobOf({}, {state: 'ended'}))).toEqual({
      status: 'unsupported',
      reason: 'the job has ended',
    });
    expect(jobHeld(jobOf({813: 2}, {state: 'ended'})).status).toBe('ok');
  });
});

/** The job at checks of the seconds that are given, each with its reading. */
function views(...checks: readonly (readonly [second: number, job: JobReading, more?: Partial<Sample>])[]) {
  const session = new Session();
  return checks.map(([second, job, more = {}]) => session.feed(sampleAt(second, 40, {...more, job})).job);
}

describe('its CPU', () => {
  const busy = (cpuMs: number) => jobOf({812: 1}, {cpuMs});
  const cpuOf = (...checks: readonly (readonly [second: number, cpuMs: number])[]) =>
    views(...checks.map(([second, cpuMs]) => [second, busy(cpuMs)] as const)).map((view) => view?.cpuPercent);

  test('is known from the second check on, as a share of one core', () => {
    expect(cpuOf([0, 5000], [1, 5500], [2, 8500])).toEqual([undefined, 50, 300]);
  });

  test('is that between two scans, also where checks are more often', () => {
    const quarters = cpuOf(
      [0, 0],
      [0.25, 0],
      [0.5, 0],
      [0.75, 0],
      [1, 2000],
      [1.25, 2000],
      [1.75, 2000],
      [2, 4000],
    );
    expect(quarters.slice(4)).toEqual([200, 200, 200, 200]);
  });

  test('is 0 of one that uses none', () => {
    expect(cpuOf([0, 700], [1, 900], [2, 900], [4, 900], [5, 900]).at(-1)).toBe(0);
  });

  test('is that of the last scans, also when it used none for long before', () => {
    const idle = Array.from({length: 100}, (_, second) => [second + 2, 1000] as const);
    expect(cpuOf([0, 0], [1, 1000], ...idle, [102, 2000]).at(-1)).toBeCloseTo(100);
  });

  test('is told as in one piece where it is read in lumps, as a log tells it', () => {
    const halves = Array.from(
      {length: 20},
      (_, half) => [half / 2, 70 * Math.floor((half + 1) / 2)] as const,
    );
    for (const percent of cpuOf(...halves).slice(3)) expect(percent).toBeCloseTo(7);
    const pause = Array.from({length: 8}, (_, half) => [10 + half / 2, 700] as const);
    expect(cpuOf(...halves, ...pause).at(-1)).toBe(0);
    expect(cpuOf(...halves, ...pause, [14, 770]).at(-1)).toBeCloseTo(7);
  });

  test('begins with the first look at any of its processes', () => {
    const [none, first, second] = views(
      [0, jobOf({}, {cpuMs: 0})],
      [1, busy(3_600_000)],
      [2, busy(3_600_500)],
    );
    expect([none, first, second].map((view) => view?.cpuPercent)).toEqual([undefined, undefined, 50]);
  });

  test('is never below 0', () => {
    for (const percent of cpuOf([0, 700], [1, 300], [5, 100], [6, 200]))
      expect(percent ?? 0).toBeGreaterThanOrEqual(0);
  });
});

describe('its VRAM', () => {
  const gpu = (pid: number, gib: number, more = {}) =>
    ok([
      {
        index: 0,
        name: 'RTX',
        usedBytes: 20 * GIB,
        totalBytes: 24 * GIB,
        processes: [{pid, usedBytes: gib * GIB}],
        ...more,
      },
    ]);
  const job = jobOf({812: 4, 813: 1});
  const processes = processesAt(0, processesOf(job));
  const vramOf = (more: Partial<Sample>) => views([0, job, {processes, ...more}])[0]?.vramBytes;

  test('is the sum of what its processes hold', () => {
    expect(vramOf({gpus: gpu(813, 9)})).toBe(9 * GIB);
    expect(vramOf({gpus: gpu(4000, 9)})).toBe(0);
  });

  test('is not known where nobody tells, and there is none without a GPU', () => {
    const reason = {status: 'unsupported', reason: 'hidden in this container'} as const;
    const hidden = ok([{index: 0, name: 'RTX', usedBytes: 1, totalBytes: 2, missing: {processes: reason}}]);
    expect(vramOf({gpus: hidden})).toBeUndefined();
    expect(vramOf({})).toBeUndefined();
  });
});

describe('how long it has run', () => {
  test('counts on until it has ended', () => {
    const exit = {at: START + 9000, code: 0};
    const [first, later, ended] = views(
      [2, jobOf({812: 1})],
      [7, jobOf({812: 1})],
      [60, jobOf({}, {state: 'ended', exit})],
    );
    expect([first, later, ended].map((view) => view?.elapsedMs)).toEqual([2000, 7000, 9000]);
  });

  test('is not known where its start is not, and never below 0', () => {
    const {startedAt: _, ...unknown} = jobOf({812: 1});
    expect(views([2, unknown])[0]).not.toHaveProperty('elapsedMs');
    expect(views([0, jobOf({812: 1}, {startedAt: START + 5000})])[0]?.elapsedMs).toBe(0);
  });
});

describe('the pool of a job', () => {
  test('stands first, against the limit that binds it', () => {
    const session = new Session();
    const limits = [limitReading({currentBytes: 30 * GIB, inactiveFileBytes: 0})];
    const frame = session.feed(sampleAt(0, 40, {limits, job: jobOf({812: 20, 813: 5})}));
    expect(frame.pools.map(({id}) => id)).toEqual(['job', 'ram']);
    expect(frame.pools[0]).toMatchObject({
      kind: 'job',
      label: 'job',
      what: 'job',
      detail: 'RSS',
      thresholdPercent: Number.POSITIVE_INFINITY,
      status: 'NORMAL',
      reading: ok({usedBytes: 25 * GIB, totalBytes: 50 * GIB, availableBytes: 20 * GIB, percent: 50}),
    });
  });

  test('alerts only where that was asked for, and its end is no loss', () => {
    const session = new Session({thresholds: {job: {percent: 20}}});
    const events: string[] = [];
    session.onEvent(({kind}) => events.push(kind));
    session.feed(sampleAt(0, 40, {job: jobOf({812: 25})}));
    session.feed(sampleAt(1, 40, {job: jobOf({})}));
    const frame = session.feed(sampleAt(2, 40, {job: jobOf({}, {state: 'ended'})}));
    expect(events).toEqual(['raised', 'resolved']);
    expect(frame.pools[0]).toMatchObject({
      reading: {status: 'unsupported', reason: 'the job has ended'},
      lastGood: {figures: {usedBytes: 25 * GIB}},
    });
  });

  test('begins anew when another limit comes into force', () => {
    const session = new Session();
    session.feed(sampleAt(0, 40, {job: jobOf({812: 10})}));
    const limits = [limitReading({currentBytes: 45 * GIB, inactiveFileBytes: 0})];
    const frame = session.feed(sampleAt(1, 40, {limits, job: jobOf({812: 10})}));
    expect(frame.pools[0]?.reading).toMatchObject({value: {percent: 20, totalBytes: 50 * GIB}});
    expect(session.pool('job')?.metrics.size).toBe(1);
    const shares = session
      .pool('job')
      ?.history?.points()
      .map(({mean}) => mean);
    expect(new Set(shares)).toEqual(new Set([20]));
  });
});

test('a job that is counted in shares has them beside its processes', () => {
  const members = [member(812, 4, {pssBytes: 3 * GIB}), member(813, 4, {pssBytes: 2 * GIB})];
  const [view] = views([0, jobOf({}, {members, pss: PSS})]);
  expect(view).toMatchObject({measure: 'PSS', bytes: 5 * GIB});
});
