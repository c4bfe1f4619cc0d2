import {describe, expect, test} from 'vitest';
import type {ProcessReading} from '../../../src/core/sample.ts';
import {type FollowOptions, JobFollower} from '../../../src/sources/job/follower.ts';
import {FakeHost, procFiles} from '../fake-host.ts';
import {MIB, proc, rollup, START, scan} from './proc.ts';

const OWN_PID = 50;
const ROOT = {pid: 812, startKey: 'k812'};

function follow(options: Partial<FollowOptions> = {}, host = new FakeHost({pid: OWN_PID})) {
  const follower = new JobFollower(host, {name: 'train.sh', roots: [ROOT], ...options});
  let second = 0;
  return {
    host,
    follower,
    /** One scan, a second after the one before. @returns the pids of the job */
    see(...processes: readonly ProcessReading[]): readonly number[] {
      follower.update(scan([proc(1, 0), proc(OWN_PID, 1), ...processes], second));
      second += 1;
      return (
        follower
          .reading()
          ?.members.map(({pid}) => pid)
          .sort((a, b) => a - b) ?? []
      );
    },
  };
}

describe('its processes', () => {
  test('are its first and all that they start', () => {
    const {see} = follow();
    expect(see(proc(812, OWN_PID), proc(813, 812), proc(900, 1))).toEqual([812, 813]);
    expect(see(proc(812, OWN_PID), proc(813, 812), proc(814, 813), proc(900, 1))).toEqual([812, 813, 814]);
  });

  test('stay its own when their parent has ended and they have another', () => {
    const {see} = follow();
    see(proc(812, OWN_PID), proc(813, 812));
    expect(see(proc(813, 1), proc(815, 813))).toEqual([813, 815]);
    expect(see(proc(813, 1), proc(815, 1))).toEqual([813, 815]);
  });

  test('are no others that come by a pid of theirs', () => {
    const {see, follower} = follow();
    see(proc(812, OWN_PID), proc(813, 812));
    expect(see(proc(812, OWN_PID), proc(813, 1, {startKey: 'later'}))).toEqual([812]);
    expect(see(proc(812, 1, {startKey: 'later'}), proc(813, 812, {startKey: 'later'}))).toEqual([]);
    expect(follower.reading()).toMatchObject({state: 'ended', exit: {at: START + 2000}});
  });

  test('are those that have detached themselves into a session that one of them led', () => {
    const {see} = follow();
    see(proc(812, OWN_PID, {sessionId: 812}), proc(813, 812, {sessionId: 813}));
    // Started and left by 813 between two scans: nobody has seen whose child it was.
    expect(see(proc(812, OWN_PID, {sessionId: 812}), proc(820, 1, {sessionId: 813}))).toEqual([812, 820]);
    expect(see(proc(820, 1, {sessionId: 813}), proc(821, 1, {sessionId: 999}))).toEqual([820]);
  });

  test('are in its cgroup, whoever their parent is', () => {
    const files = {'/sys/fs/cgroup/job/cgroup.procs': '812\n830\n'};
    const host = new FakeHost({pid: OWN_PID, files});
    const {see} = follow({cgroup: '/sys/fs/cgroup/job'}, host);
    const others = [proc(830, 1, {sessionId: 830}), proc(831, 830), proc(900, 1)];
    expect(see(proc(812, OWN_PID), ...others)).toEqual([812, 830, 831]);
    host.files.delete('/sys/fs/cgroup/job/cgroup.procs');
    expect(see(proc(812, OWN_PID), ...others)).toEqual([812, 830, 831]);
  });

  test('bear its mark in their environment', () => {
    const mark = 'MEMTOP_JOB=7-abc';
    const files = {
      '/proc/830/environ': `HOME=/root\0${mark}\0PATH=/bin\0`,
      '/proc/831/environ': `${mark}\0HOME=/root\0`,
      '/proc/900/environ': `HOME=/root\0X${mark}\0PATH=/bin\0`,
      '/proc/901/environ': `HOME=/root\0${mark}def\0`,
      '/proc/902/environ': {error: 'EACCES'},
    };
    const host = new FakeHost({pid: OWN_PID, files});
    const {see} = follow({mark}, host);
    const others = [830, 831, 900, 901, 902, 903].map((pid) => proc(pid, 1, {sessionId: pid}));
    expect(see(proc(812, OWN_PID), ...others)).toEqual([812, 830, 831]);
    const asked = host.reads.length;
    expect(see(proc(812, OWN_PID), ...others)).toEqual([812, 830, 831]);
    // Each is asked once.
    expect(host.reads.length).toBe(asked);
  });

  test('are asked for their mark some at a time, where many are new', () => {
    const mark = 'MEMTOP_JOB=7-abc';
    const host = new FakeHost({pid: OWN_PID, files: {'/proc/3000/environ': `${mark}\0`}});
    const {see} = follow({mark}, host);
    const many = Array.from({length: 120}, (_, index) => proc(2881 + index, 1, {sessionId: 1}));
    see(proc(812, OWN_PID), ...many);
    expect(host.reads.filter((path) => path.endsWith('/environ'))).toHaveLength(50);
    see(proc(812, OWN_PID), ...many);
    expect(see(proc(812, OWN_PID), ...many)).toEqual([812, 3000]);
  });

  // What the job has started is younger than all that was there before it.
  test('are asked for their mark the newest first', () => {
    const mark = 'MEMTOP_JOB=7-abc';
    const host = new FakeHost({pid: OWN_PID, files: {'/proc/3000/environ': `${mark}\0`}});
    const {see} = follow({mark}, host);
    const many = Array.from({length: 120}, (_, index) =>
      proc(2881 + index, 1, {startKey: String(1000 + index)}),
    );
    expect(see(proc(812, OWN_PID), ...many)).toEqual([812, 3000]);
  });

  test('are those whose names were asked for, at every scan, and never memtop itself', () => {
    const {see} = follow({roots: [], matches: ({name}) => name === 'python'});
    expect(see()).toEqual([]);
    const python = {name: 'python'};
    expect(see(proc(OWN_PID, 1, python), proc(812, 1, python), proc(813, 812))).toEqual([812, 813]);
    expect(see(proc(812, 1, python), proc(813, 812), proc(900, 1, python))).toEqual([812, 813, 900]);
    expect(see(proc(813, 1), proc(900, 1, {name: 'renamed'}))).toEqual([813, 900]);
  });
});

describe('what it is called', () => {
  test('is what it was started as, until its first process tells', () => {
    const {see, follower} = follow();
    expect(follower.reading()).toMatchObject({name: 'train.sh', pid: 812, state: 'running', members: []});
    see(proc(812, OWN_PID, {args: ['python', 'train.py', '--lr', '1']}));
    expect(follower.reading()).toMatchObject({name: 'python train', pid: 812, startedAt: START - 5000});
  });

  test('stays that of its first process when that has ended', () => {
    const {see, follower} = follow();
    see(proc(812, OWN_PID, {args: ['python', 'train.py']}), proc(813, 812));
    see(proc(813, 1, {args: ['worker']}));
    expect(follower.reading()).toMatchObject({name: 'python train', pid: 812, state: 'running'});
    expect(follower.pid).toBe(812);
  });

  test('is nothing while no process of that name was seen', () => {
    const {follower} = follow({roots: [], matches: () => false});
    expect([follower.reading(), follower.pid]).toEqual([undefined, undefined]);
  });
});

describe('its CPU time', () => {
  test('is that of all its processes, those that ended counted with what they had', () => {
    const {see, follower} = follow();
    const cpu = () => follower.reading()?.cpuMs;
    see(proc(812, OWN_PID, {cpuMs: 100}), proc(813, 812, {cpuMs: 40}));
    expect(cpu()).toBe(140);
    see(proc(812, OWN_PID, {cpuMs: 150}), proc(814, 812, {cpuMs: 5}));
    expect(cpu()).toBe(195);
    see(proc(814, 1, {cpuMs: 6}));
    expect(cpu()).toBe(196);
  });
});

describe('its state', () => {
  test('is stopped when all its processes are', () => {
    const {see, follower} = follow();
    const state = () => follower.reading()?.state;
    see(proc(812, OWN_PID, {isStopped: true}), proc(813, 812));
    expect(state()).toBe('running');
    see(proc(812, OWN_PID, {isStopped: true}), proc(813, 812, {isStopped: true}));
    expect(state()).toBe('stopped');
  });

  test('is ended when none is seen any more, at that moment', () => {
    const {see, follower} = follow();
    see();
    expect([follower.isOver, follower.reading()?.state]).toEqual([false, 'running']);
    see(proc(812, OWN_PID));
    see();
    see();
    expect(follower.isOver).toBe(true);
    expect(follower.reading()).toMatchObject({state: 'ended', exit: {at: START + 2000}, members: []});
  });

  test('is ended as whoever started it says, whatever still lives of it', () => {
    const {see, follower} = follow();
    see(proc(812, OWN_PID), proc(813, 812));
    follower.noteExit({at: START + 700, signal: 'SIGKILL'});
    expect(see(proc(813, 1))).toEqual([813]);
    see();
    expect(follower.reading()).toMatchObject({state: 'ended', exit: {at: START + 700, signal: 'SIGKILL'}});
  });
});

describe('its PSS', () => {
  const machine = () => {
    const files = {
      ...procFiles(812, {}),
      ...procFiles(813, {}),
      '/proc/812/smaps_rollup': rollup(60),
      '/proc/813/smaps_rollup': rollup(30),
    };
    return new FakeHost({pid: OWN_PID, files});
  };

  test('is read beside, and the job is counted in resident sets until then', async () => {
    const {see, follower, host} = follow({}, machine());
    see(proc(812, OWN_PID), proc(813, 812));
    expect(follower.reading()).not.toHaveProperty('pss');
    await host.settle();
    const reading = follower.reading();
    expect(reading?.pss).toEqual({status: 'ok', value: {at: host.now(), bytes: 90 * MIB}});
    expect(reading?.members.map(({pid, pssBytes}) => [pid, (pssBytes ?? 0) / MIB])).toEqual([
      [812, 60],
      [813, 30],
    ]);
  });

  test('is read once a second at most, and brought up to date by what RSS grew by since', async () => {
    const {see, follower, host} = follow({}, machine());
    see(proc(812, OWN_PID), proc(813, 812));
    follower.reading();
    await host.settle();
    const from = host.reads.length;
    host.files.set('/proc/812/smaps_rollup', rollup(500));
    see(proc(812, OWN_PID, {rssBytes: 108 * MIB}), proc(813, 812, {rssBytes: 90 * MIB}));
    await host.advance(500);
    expect(follower.reading()?.pss).toMatchObject({value: {bytes: (60 + 8 + 30 - 10) * MIB}});
    await host.settle();
    expect(host.reads.length).toBe(from);
    await host.advance(500);
    follower.reading();
    await host.settle();
    expect(follower.reading()?.pss).toMatchObject({value: {bytes: 530 * MIB}});
  });

  // A job's first process is scanned as what starts it, and is another program with all its memory when PSS is read.
  test('counts nothing twice that came between the scan and its reading', async () => {
    const {see, follower, host} = follow({}, machine());
    host.files.set('/proc/812/smaps_rollup', rollup(210, 212));
    see(proc(812, OWN_PID, {rssBytes: 3 * MIB}));
    follower.reading();
    await host.settle();
    expect(follower.reading()?.pss).toMatchObject({value: {bytes: 210 * MIB}});
    see(proc(812, OWN_PID, {rssBytes: 213 * MIB}));
    expect(follower.reading()?.pss).toMatchObject({value: {bytes: 211 * MIB}});
    see(proc(812, OWN_PID, {rssBytes: 220 * MIB}));
    expect(follower.reading()?.pss).toMatchObject({value: {bytes: 218 * MIB}});
  });

  test('is that of those that live', async () => {
    const {see, follower, host} = follow({}, machine());
    see(proc(812, OWN_PID), proc(813, 812));
    follower.reading();
    await host.settle();
    see(proc(812, OWN_PID));
    expect(follower.reading()?.pss).toMatchObject({value: {bytes: 60 * MIB}});
  });

  test('that is denied says so, and the job is counted in resident sets', async () => {
    const host = machine();
    host.files.set('/proc/813/smaps_rollup', {error: 'EACCES'});
    const {see, follower} = follow({}, host);
    see(proc(812, OWN_PID), proc(813, 812));
    follower.reading();
    await host.settle();
    const reading = follower.reading();
    expect(reading?.pss).toMatchObject({status: 'denied'});
    expect(reading?.members[0]).not.toHaveProperty('pssBytes');
  });

  test('takes no more than a fiftieth of the time', async () => {
    const host = machine();
    const {see, follower} = follow({}, host);
    host.readCostMs = 100;
    see(proc(812, OWN_PID), proc(813, 812));
    await host.settle();
    const from = host.reads.length;
    // Two reads of a tenth of a second each: the next may begin ten seconds after.
    for (let second = 0; second < 9; second += 1) {
      await host.advance(1000);
      follower.reading();
    }
    await host.settle();
    expect(host.reads.length).toBe(from);
    await host.advance(2000);
    follower.reading();
    await host.settle();
    expect(host.reads.length).toBe(from + 2);
  });
});

test('whoever has to reach all of it knows their pids, and who left its session', () => {
  const {see, follower} = follow();
  expect([...follower.pids]).toEqual([812]);
  see(
    proc(812, OWN_PID, {sessionId: 812}),
    proc(813, 812, {sessionId: 812}),
    proc(814, 812, {sessionId: 814}),
  );
  expect([...follower.pids].sort()).toEqual([812, 813, 814]);
  expect(follower.detachedPids).toEqual([814]);
});

test('elsewhere than on Linux nobody is asked for cgroup or environment', () => {
  const host = new FakeHost({platform: 'darwin', pid: OWN_PID});
  const {see} = follow({cgroup: '/sys/fs/cgroup/job', mark: 'MEMTOP_JOB=1'}, host);
  expect(see(proc(812, OWN_PID), proc(900, 1))).toEqual([812]);
  expect(host.reads.filter((path) => path.includes('environ') || path.includes('cgroup'))).toEqual([]);
});
