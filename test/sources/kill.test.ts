import {expect, test} from 'vitest';
import type {ProcessReading} from '../../src/core/sample.ts';
import {killer} from '../../src/sources/kill.ts';
import {FakeHost} from './fake-host.ts';

const JOB: ProcessReading = {
  pid: 300,
  parentPid: 1,
  startKey: '77',
  name: 'python',
  user: 'ada',
  rssBytes: 1,
};

function setUp(startKey: string | undefined = '77') {
  const host = new FakeHost({pid: 4242});
  return {
    host,
    kill: killer(host, {startKey: async () => startKey, find: (pid) => (pid === JOB.pid ? JOB : undefined)}),
  };
}

test('signals the process that was meant', async () => {
  const {host, kill} = setUp();
  expect(await kill(300, '77', 'SIGTERM')).toEqual({status: 'sent'});
  expect(host.signals).toEqual([{pid: 300, signal: 'SIGTERM'}]);
});

test('spares a later process with the same pid', async () => {
  const {host, kill} = setUp('78');
  expect(await kill(300, '77', 'SIGKILL')).toEqual({status: 'gone'});
  expect(host.signals).toEqual([]);
});

test('tells that a process is gone, before the signal or while it is sent', async () => {
  const host = new FakeHost();
  const kill = killer(host, {startKey: async () => undefined, find: () => undefined});
  expect(await kill(300, '77', 'SIGTERM')).toEqual({status: 'gone'});
  const late = setUp();
  late.host.killError = 'ESRCH';
  expect(await late.kill(300, '77', 'SIGTERM')).toEqual({status: 'gone'});
});

test('names whose process it is when it may not be signalled', async () => {
  const {host, kill} = setUp();
  host.killError = 'EPERM';
  expect(await kill(300, '77', 'SIGTERM')).toEqual({
    status: 'denied',
    reason: 'not permitted: python (300) belongs to ada',
  });
});

test.each([
  [0, '77'],
  [1, '77'],
  [-1, '77'],
  [-300, '77'],
  [1.5, '77'],
  [Number.NaN, '77'],
  [4242, '77'],
  [300, ''],
])('refuses pid %s with start "%s"', async (pid, startKey) => {
  const host = new FakeHost({pid: 4242});
  // Whatever is asked, the system agrees: only the refusal stands in the way.
  const kill = killer(host, {startKey: async () => startKey, find: () => undefined});
  expect(await kill(pid, startKey, 'SIGKILL')).toMatchObject({
    status: 'denied',
    reason: expect.stringMatching(/\w/),
  });
  expect(host.signals).toEqual([]);
});

test('sends nothing when the start cannot be asked for', async () => {
  const host = new FakeHost();
  const kill = killer(host, {
    startKey: () => Promise.reject(new Error('no PowerShell')),
    find: () => undefined,
  });
  expect(await kill(300, '77', 'SIGTERM')).toEqual({status: 'failed', reason: 'no PowerShell'});
  expect(host.signals).toEqual([]);
});
