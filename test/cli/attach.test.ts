import {describe, expect, test} from 'vitest';
import {attach} from '../../src/cli/attach.ts';
import {UserError} from '../../src/cli/exit.ts';
import type {ProcessTable} from '../../src/core/sample.ts';
import {platformReaders} from '../../src/sources/platform.ts';
import {FakeHost, procFiles} from '../sources/fake-host.ts';
import {settingsOf} from './settings.ts';

const OWN_PID = 4242;

function machine(): FakeHost {
  const files = {
    ...procFiles(OWN_PID, {name: 'node', args: ['node', 'memtop', '--name', 'train']}),
    ...procFiles(812, {name: 'python', startTicks: 500, args: ['python', 'train.py', '--lr', '1']}),
    ...procFiles(813, {name: 'python', parent: 812, startTicks: 501, args: ['python', 'worker']}),
    ...procFiles(900, {name: 'ollama', args: ['/usr/bin/ollama', 'serve']}),
  };
  return new FakeHost({files, pid: OWN_PID});
}

async function tableOf(host: FakeHost): Promise<ProcessTable> {
  const table = await platformReaders(host).scan();
  if (table.status !== 'ok') throw new Error(table.reason);
  return table.value;
}

/** The pids of the job that these flags follow, after one scan. */
async function followed(texts: Parameters<typeof settingsOf>[0], host = machine()) {
  const follower = await attach(settingsOf(texts).values, host);
  follower?.update(await tableOf(host));
  return follower?.reading()?.members.map(({pid}) => pid);
}

test('nothing is followed where nobody asked for it', async () => {
  expect(await attach(settingsOf().values, machine())).toBeUndefined();
});

describe('--pid', () => {
  test('follows the process with all that it starts', async () => {
    expect(await followed({pid: '812'})).toEqual([812, 813]);
    expect(await followed({pid: '813,900'})).toEqual([813, 900]);
  });

  test('is the process that it was when it was asked for, by its start', async () => {
    const host = machine();
    const follower = await attach(settingsOf({pid: '812'}).values, host);
    for (const [path, text] of Object.entries(procFiles(812, {name: 'other', startTicks: 9999})))
      host.files.set(path, text);
    follower?.update(await tableOf(host));
    expect(follower?.reading()?.members).toEqual([]);
  });

  test('of a process that is not there is refused', async () => {
    await expect(attach(settingsOf({pid: '812,31337'}).values, machine())).rejects.toThrow(
      new UserError('--pid: expected a process that runs, got 31337 (from --pid)'),
    );
  });
});

describe('--name', () => {
  test('follows what is called so, by its name or its arguments, and not memtop itself', async () => {
    expect(await followed({name: '^ollama$'})).toEqual([900]);
    expect(await followed({name: 'train\\.py'})).toEqual([812, 813]);
    expect(await followed({name: 'train'})).toEqual([812, 813]);
    expect(await followed({name: 'python'})).toEqual([812, 813]);
  });

  test('that fits nobody is refused, as is one that only memtop fits', async () => {
    for (const name of ['no-such-program', '--name train'])
      await expect(attach(settingsOf({name}).values, machine())).rejects.toThrow(UserError);
    await expect(attach(settingsOf({name: '\\x1b[x]nope'}).values, machine())).rejects.toThrow(
      /^--name: expected a pattern that some process matches, got [ -~]*nope \(from --name\)$/,
    );
  });

  test('finds those that come later', async () => {
    const host = machine();
    const follower = await attach(settingsOf({name: 'ollama'}).values, host);
    follower?.update(await tableOf(host));
    for (const [path, text] of Object.entries(procFiles(901, {name: 'ollama', args: ['ollama', 'run']})))
      host.files.set(path, text);
    follower?.update(await tableOf(host));
    expect(follower?.reading()?.members.map(({pid}) => pid)).toEqual([900, 901]);
  });
});

test('both at once are refused', async () => {
  await expect(attach(settingsOf({pid: '812', name: 'x'}).values, machine())).rejects.toThrow(
    new UserError('--pid and --name: expected one of them, got both'),
  );
});
