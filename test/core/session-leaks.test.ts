import {describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../src/core/event.ts';
import {checkLine} from '../../src/core/log-lines.ts';
import {reportLeaks} from '../../src/core/report-leaks.ts';
import {failed, ok, type Sample} from '../../src/core/sample.ts';
import {Session, type SessionOptions} from '../../src/core/session.ts';
import {GIB, limitReading, MIB, processesAt, processReading, sampleAt} from './samples.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

function open(options: SessionOptions = {}) {
  const session = new Session(options);
  const events: SessionEvent[] = [];
  session.onEvent((event) => events.push(event));
  return {session, events, leaks: () => events.filter(({kind}) => kind === 'raised')};
}

/** Feeds so many hours, a check a minute, of what a moment in hours holds. */
function feed(
  session: Session,
  hours: number,
  sample: (hour: number) => Partial<Sample> & {percent: number},
) {
  for (let second = 0; second <= hours * HOUR; second += MINUTE) {
    const {percent, ...more} = sample(second / HOUR);
    session.feed(sampleAt(second, percent, more));
  }
}

/** RAM of 100 GiB that gains 2 GiB an hour, all of it in one process, beside one that stands still. */
const leaking = (hour: number) => ({
  percent: 20 + 2 * hour,
  processes: processesAt(hour * HOUR, [processReading(7, (10 + 2 * hour) * GIB), processReading(8, 5 * GIB)]),
});

describe('a leak', () => {
  const {session, events} = open();
  feed(session, 24, leaking);
  const raised = events.filter(({kind}) => kind === 'raised');

  test('is told once, with who grows with it', () => {
    expect(raised.filter((event) => event.kind === 'raised' && !event.isReminder)).toMatchObject([
      {what: 'RAM leak', unit: 'bytes per hour', top: {pid: 7, name: 'p7'}},
    ]);
  });

  test('has its verdict in the frame, with the way to limit and threshold', () => {
    const {leak} = session.frame?.ram ?? {};
    expect(leak).toMatchObject({state: 'leak'});
    expect((leak?.ratePerHour ?? 0) / GIB).toBeCloseTo(2, 1);
    // 68 % at the end: 16 hours to the limit, and 6 to the threshold of 80 %.
    expect((leak?.forecast.toLimit?.ms ?? 0) / 3_600_000).toBeCloseTo(16, 0);
    expect((leak?.forecast.toThreshold?.ms ?? 0) / 3_600_000).toBeCloseTo(6, 0);
  });

  test('is found in its process and in no other', () => {
    const verdicts = Object.fromEntries(reportLeaks(session).map(({what, verdict}) => [what, verdict]));
    expect(verdicts).toEqual({RAM: 'leak', 'p7 (7)': 'leak', 'p8 (8)': 'steady'});
  });

  test('is in the log, of pools and of processes', () => {
    const {frame} = session;
    const leakOf = session.processLeaks?.verdictOf;
    const line = frame && leakOf && checkLine(frame, {processes: 2, leakOf});
    expect(line).toMatchObject({
      leak: {
        ram: {
          verdict: 'leak',
          confidence: expect.any(Number),
          growth_bytes_per_hour: expect.closeTo(2 * GIB, -8),
          growth_interval: [expect.any(Number), expect.any(Number)],
          since: expect.stringMatching(/^2026-03-01T/),
          limit_in_seconds: expect.any(Number),
          limit_in_interval: [expect.any(Number), expect.any(Number)],
          threshold_in_seconds: expect.any(Number),
        },
      },
      processes: [
        {pid: 7, leak: 'leak', growth_bytes_per_hour: expect.closeTo(2 * GIB, -8)},
        {pid: 8, leak: 'steady'},
      ],
    });
    expect(JSON.stringify(line)).not.toContain('null');
  });

  test('is told of when a live run would have told it first', () => {
    const [ram] = reportLeaks(session);
    const [first] = raised;
    expect(ram?.firstLeakAt).toBe(first?.at);
    expect(ram?.evidence).toMatch(/^the floor rose from \d+\.\d GiB to \d+\.\d GiB in .*; growth .* since /);
  });
});

test('what is not looked for is in no frame, no log and no report', () => {
  const {session, events} = open({watchLeaks: false});
  feed(session, 24, leaking);
  expect(events).toEqual([]);
  expect(session.frame?.ram).not.toHaveProperty('leak');
  expect(session.processLeaks).toBeUndefined();
  expect(session.frame && checkLine(session.frame, {processes: 2})).not.toHaveProperty('leak');
  expect(reportLeaks(session)).toEqual([]);
});

test('what was before the session is seen and raises nothing', () => {
  const {session, events} = open();
  for (let second = 0; second <= 24 * HOUR; second += MINUTE)
    session.feedPast(sampleAt(second, 20 + (2 * second) / HOUR));
  expect(session.frame?.ram.leak?.state).toBe('leak');
  expect(events).toEqual([]);
});

test('limits that take turns keep a verdict each, and a switch ends no leak', () => {
  const {session} = open();
  // A cgroup of 60 GiB leaks 2 GiB an hour; each hour a load beside it leaves less of the machine for a while.
  for (let second = 0; second <= 24 * HOUR; second += MINUTE) {
    const hour = second / HOUR;
    const gib = 10 + 2 * hour;
    const isLoaded = hour % 1 < 0.25;
    const limits = [limitReading({limitBytes: 60 * GIB, currentBytes: gib * GIB, inactiveFileBytes: 0})];
    session.feed(sampleAt(second, isLoaded ? 50 + gib : gib, {limits}));
  }
  const {ram, limit} = session.frame ?? {};
  expect(limit?.kind).toBe('host');
  expect(
    session.feed(
      sampleAt(24.5 * HOUR, 59, {
        limits: [limitReading({limitBytes: 60 * GIB, currentBytes: 58.5 * GIB, inactiveFileBytes: 0})],
      }),
    ).ram.leak?.state,
  ).toBe('leak');
  expect(ram?.leak?.state).not.toBe('learning');
});

test('a job whose limit could not be read is not at it', () => {
  const {session} = open();
  const member = {pid: 7, startKey: 'k7'};
  for (let second = 0; second <= 4 * HOUR; second += MINUTE) {
    const rssBytes = (10 + (2 * second) / HOUR) * GIB;
    const job = {
      name: 'train',
      pid: 7,
      state: 'running',
      members: [{...member, rssBytes}],
      cpuMs: 1,
    } as const;
    const memory = second === 4 * HOUR ? {memory: failed('EIO')} : {};
    session.feed(sampleAt(second, 30, {job, ...memory}));
  }
  const job = session.frame?.pools.find(({kind}) => kind === 'job');
  expect(job?.leak?.state).toMatch(/^(growing|leak)$/);
  expect(job?.leak?.forecast).toEqual({});
});

test('swap and /dev/shm have no verdict, VRAM has', () => {
  const {session} = open();
  const gpus = ok([{index: 0, name: 'A100', usedBytes: GIB, totalBytes: 80 * GIB}]);
  session.feed(sampleAt(0, 50, {gpus, shm: {usedBytes: 6 * MIB, totalBytes: 8 * MIB}}));
  const kinds = session.frame?.pools.filter(({leak}) => leak !== undefined).map(({kind}) => kind);
  expect(session.frame?.pools.map(({kind}) => kind)).toContain('shm');
  expect(kinds).toEqual(['ram', 'gpu']);
});
