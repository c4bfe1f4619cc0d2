import {expect, test} from 'vitest';
import type {Host, RunResult} from '../../../src/sources/host.ts';
import {LinuxProcesses} from '../../../src/sources/processes/linux.ts';
import {userNames} from '../../../src/sources/processes/user-names.ts';
import {type FakeFile, FakeHost, procFiles} from '../fake-host.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/bash\n';

type Call = Parameters<Host['run']>;

/** A machine whose directory answers when the test lets it. */
function directory(files: Record<string, FakeFile> = {}, owners: Record<string, number> = {}) {
  const calls: Call[] = [];
  const pending: ((result: RunResult) => void)[] = [];
  const run = (...call: Call) => {
    calls.push(call);
    return new Promise<RunResult>((resolve) => pending.push(resolve));
  };
  const host = new FakeHost({files: {'/etc/passwd': PASSWD, ...files}, owners, run});
  const answer = async (result: RunResult) => {
    pending.shift()?.(result);
    await host.settle();
  };
  return {host, calls, answer};
}

const exited = (stdout: string, code = 0): RunResult => ({status: 'exited', code, stdout, stderr: ''});
const entry = (name: string, id: number) => exited(`${name}:*:${id}:100:A name:/home/${name}:/bin/bash\n`);

test('a user of this machine is named at once, and nobody is asked', () => {
  const {host, calls} = directory();
  expect(userNames(host, () => {})(0)).toBe('root');
  expect(calls).toEqual([]);
});

test('another one goes by number until the directory has answered', async () => {
  const {host, calls, answer} = directory();
  const told: unknown[] = [];
  const nameOf = userNames(host, (...name) => told.push(name));
  expect([nameOf(48213), nameOf(48213)]).toEqual(['48213', '48213']);
  expect(calls).toEqual([['getent', ['passwd', '48213'], {timeoutMs: 2000}]]);
  await answer(entry('mira', 48213));
  expect(told).toEqual([[48213, 'mira']]);
  expect(nameOf(48213)).toBe('mira');
  expect(calls).toHaveLength(1);
});

test('one question is asked at a time', async () => {
  const {host, calls, answer} = directory();
  const nameOf = userNames(host, () => {});
  for (const id of [501, 502, 503]) nameOf(id);
  expect(calls).toHaveLength(1);
  await answer(entry('ada', 501));
  expect(calls.map(([, args]) => args[1])).toEqual(['501', '502']);
  await answer(entry('bo', 502));
  await answer(entry('cy', 503));
  nameOf(504);
  expect([501, 502, 503].map(nameOf)).toEqual(['ada', 'bo', 'cy']);
  expect(calls).toHaveLength(4);
});

test.each<[string, RunResult]>([
  ['an unknown user', exited('', 2)],
  ['a system without getent', {status: 'missing', reason: 'not installed'}],
  ['a directory that does not answer', {status: 'late', reason: 'no answer within 2 s'}],
  ['an answer about somebody else', entry('eve', 7)],
  ['an answer without a name', exited(':x:48213:\n')],
  ['an answer of another kind', exited('getent: no such thing\n')],
])('%s leaves the number, and is not asked again', async (_, result) => {
  const {host, calls, answer} = directory();
  const told: unknown[] = [];
  const nameOf = userNames(host, (...name) => told.push(name));
  nameOf(48213);
  await answer(result);
  expect(nameOf(48213)).toBe('48213');
  expect([told, calls.length]).toEqual([[], 1]);
});

test('a scan does not wait for the name, and a later one has it', async () => {
  const files = {...procFiles(300, {}), ...procFiles(301, {})};
  const {host, answer} = directory(files, {'/proc/300': 48213, '/proc/301': 48213});
  const processes = new LinuxProcesses(host);
  const users = async () => {
    const table = await processes.scan();
    return table.status === 'ok' && table.value.processes.map(({user, command}) => [user, command]);
  };
  expect(await users()).toEqual(Array.from({length: 2}, () => ['48213', 'python']));
  await answer(entry('mira', 48213));
  expect(await users()).toEqual(Array.from({length: 2}, () => ['mira', 'python']));
});

test('a name that comes while the arguments are still read is kept', async () => {
  const {host, answer} = directory(procFiles(300, {}), {'/proc/300': 48213});
  host.stuck.add('/proc/300/cmdline');
  const processes = new LinuxProcesses(host);
  const first = processes.scan();
  await host.advance(200);
  await first;
  await answer(entry('mira', 48213));
  host.release('/proc/300/cmdline');
  await host.settle();
  expect(await processes.scan()).toMatchObject({value: {processes: [{user: 'mira', args: ['python']}]}});
});
