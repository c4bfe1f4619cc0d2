import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {jobSessions, jobTree, type TreeLook} from '../../../src/core/job/job-tree.ts';
import {processKey} from '../../../src/core/process-series.ts';
import type {ProcessReading} from '../../../src/core/sample.ts';
import {processReading} from '../samples.ts';

const OWN_PID = 50;

/** One process: its pid, its parent's, and what else matters. */
const proc = (pid: number, parentPid: number, more: Partial<ProcessReading> = {}): ProcessReading =>
  processReading(pid, 1000 + pid, {parentPid, sessionId: 1, ...more});
const keys = (...pids: readonly number[]) => new Set(pids.map((pid) => `${pid}@k${pid}`));
const NONE: ReadonlySet<string> = new Set();

function pidsOf(processes: readonly ProcessReading[], look: Partial<TreeLook> = {}): readonly number[] {
  const found = jobTree({processes, roots: keys(100), former: NONE, ownPid: OWN_PID, ...look});
  return found.map(({pid}) => pid).sort((a, b) => a - b);
}

describe('of the job are', () => {
  test('its roots and all that they started, however deep, and nobody else', () => {
    const processes = [
      proc(1, 0),
      proc(OWN_PID, 1),
      proc(100, OWN_PID),
      proc(101, 100),
      proc(102, 101),
      proc(103, 102),
      proc(200, 1),
      proc(201, 200),
    ];
    expect(pidsOf(processes)).toEqual([100, 101, 102, 103]);
    expect(pidsOf(processes, {roots: keys(102, 200)})).toEqual([102, 103, 200, 201]);
    expect(pidsOf(processes, {roots: NONE})).toEqual([]);
  });

  test('those that were its before, whoever their parent is now, with what they start', () => {
    const orphan = [proc(102, 1), proc(103, 102), proc(200, 1)];
    expect(pidsOf(orphan, {former: keys(100, 102)})).toEqual([102, 103]);
    expect(pidsOf(orphan)).toEqual([]);
  });

  test('those that are known by other marks, with what they start', () => {
    const daemon = [proc(100, OWN_PID), proc(300, 1), proc(301, 300), proc(400, 1)];
    expect(pidsOf(daemon, {claimed: keys(300)})).toEqual([100, 300, 301]);
  });

  test('those that have come into one of its sessions, but not who leads another under a pid used again', () => {
    const processes = [
      proc(100, OWN_PID, {sessionId: 100}),
      proc(300, 1, {sessionId: 100}),
      proc(301, 300, {sessionId: 100}),
      proc(400, 1, {sessionId: 400}),
    ];
    expect(pidsOf(processes, {sessions: new Set([100])})).toEqual([100, 300, 301]);
    expect(pidsOf(processes, {roots: NONE, sessions: new Set([400])})).toEqual([]);
  });
});

describe('never of the job is', () => {
  test('memtop itself, with what it starts for itself', () => {
    const processes = [proc(100, 1), proc(OWN_PID, 100), proc(51, OWN_PID), proc(101, 100)];
    expect(pidsOf(processes)).toEqual([100, 101]);
    expect(pidsOf(processes, {former: keys(OWN_PID), claimed: keys(OWN_PID)})).toEqual([100, 101]);
  });

  test('what memtop starts for itself, also in a session of the job', () => {
    const sessionId = 100;
    const processes = [
      proc(100, 1, {sessionId}),
      proc(OWN_PID, 100, {sessionId}),
      proc(51, OWN_PID, {sessionId}),
      proc(101, 100, {sessionId}),
    ];
    expect(pidsOf(processes, {sessions: new Set([100])})).toEqual([100, 101]);
  });

  test('a process with the pid of one of its own, that was started at another time', () => {
    const again = [proc(100, 1, {startKey: 'later'}), proc(101, 100, {startKey: 'later'})];
    expect(pidsOf(again, {former: keys(101)})).toEqual([]);
  });
});

test('the largest stands first, of equal ones the older pid', () => {
  const processes = [
    proc(100, 1, {rssBytes: 5}),
    proc(102, 100, {rssBytes: 9}),
    proc(101, 100, {rssBytes: 9}),
  ];
  const found = jobTree({processes, roots: keys(100), former: NONE, ownPid: OWN_PID});
  expect(found.map(({pid}) => pid)).toEqual([101, 102, 100]);
});

describe('a table read while pids were used again', () => {
  test('may hold a ring, and ends nevertheless', () => {
    const ring = [proc(100, 102), proc(101, 100), proc(102, 101), proc(103, 103)];
    expect(pidsOf(ring)).toEqual([100, 101, 102]);
    expect(pidsOf(ring, {roots: keys(103)})).toEqual([103]);
  });

  test('gives each process once, all of them reachable, memtop never', () => {
    const anyTable = fc.uniqueArray(
      fc.record({
        pid: fc.integer({min: 1, max: 30}),
        parentPid: fc.integer({min: 0, max: 30}),
        sessionId: fc.integer({min: 1, max: 30}),
      }),
      {selector: ({pid}) => pid, maxLength: 30},
    );
    const anyPids = fc.uniqueArray(fc.integer({min: 1, max: 30}), {maxLength: 4});
    fc.assert(
      fc.property(anyTable, anyPids, anyPids, (given, roots, sessions) => {
        const processes = given.map(({pid, parentPid, sessionId}) => proc(pid, parentPid, {sessionId}));
        const look = {processes, roots: keys(...roots), former: NONE, sessions: new Set(sessions), ownPid: 7};
        const found = jobTree(look);
        expect(new Set(found.map(processKey)).size).toBe(found.length);
        const isFound = new Set(found.map(({pid}) => pid));
        expect(isFound.has(7)).toBe(false);
        const parents = new Map(given.map(({pid, parentPid}) => [pid, parentPid]));
        const isOfMemtop = (pid: number, steps = 30): boolean =>
          parents.has(pid) && (pid === 7 || (steps > 0 && isOfMemtop(parents.get(pid) ?? 0, steps - 1)));
        for (const {pid, parentPid, sessionId} of given) {
          const isInSession = sessionId !== pid && sessions.includes(sessionId) && !isOfMemtop(pid);
          const isBase = roots.includes(pid) || isInSession;
          // Whoever belongs to it by itself or by its parent is there, and nobody else.
          expect(isFound.has(pid)).toBe(pid !== 7 && (isBase || isFound.has(parentPid)));
        }
      }),
    );
  });
});

describe('its sessions', () => {
  const sessionsOf = (members: readonly ProcessReading[], former: readonly number[] = []) =>
    [...jobSessions(members, new Set(former))].sort((a, b) => a - b);

  test('are those that its processes lead', () => {
    expect(
      sessionsOf([proc(100, 1, {sessionId: 100}), proc(101, 100, {sessionId: 100}), proc(102, 1)]),
    ).toEqual([100]);
    expect(sessionsOf([proc(101, 100, {sessionId: 9}), proc(102, 100)])).toEqual([]);
  });

  test('stay its own without their leader, for as long as any process is in them', () => {
    expect(sessionsOf([proc(101, 1, {sessionId: 100})], [100, 300])).toEqual([100]);
    expect(sessionsOf([], [100])).toEqual([]);
  });
});
