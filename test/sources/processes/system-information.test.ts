import {expect, test} from 'vitest';
import type {SystemProcess} from '../../../src/sources/host.ts';
import {SystemInformationProcesses} from '../../../src/sources/processes/system-information.ts';
import {FakeHost} from '../fake-host.ts';

// As the library gives them on macOS and on Windows.
const MAC: SystemProcess = {
  pid: 812,
  parentPid: 1,
  name: 'python3.12',
  memRss: 2_048_000,
  started: '2026-03-01 11:40:07',
  command: 'python3.12',
  params: '-m vllm serve --port 8000',
  path: '/opt/homebrew/bin',
  user: 'ada',
};
const WINDOWS: SystemProcess = {
  pid: 7340,
  parentPid: 988,
  name: 'ollama.exe',
  memRss: 51_200,
  started: '2026-03-01 09:00:00',
  command: '"C:\\Program Files\\Ollama\\ollama.exe" serve',
  params: '',
  path: 'C:\\Program Files\\Ollama\\ollama.exe',
  user: '',
};

function processesOf(...scans: (readonly unknown[])[]): SystemInformationProcesses {
  let scan = 0;
  const processes = async () => ({
    list: (scans[Math.min(scan++, scans.length - 1)] ?? []) as readonly SystemProcess[],
  });
  return new SystemInformationProcesses(new FakeHost({platform: 'darwin', systemInformation: {processes}}));
}

test('gives RSS in bytes and the whole command line on macOS', async () => {
  expect(await processesOf([MAC]).scan()).toMatchObject({
    status: 'ok',
    value: {
      processes: [
        {
          pid: 812,
          parentPid: 1,
          name: 'python3.12',
          command: '/opt/homebrew/bin/python3.12 -m vllm serve --port 8000',
          rssBytes: 2_097_152_000,
          user: 'ada',
          startedAt: new Date(2026, 2, 1, 11, 40, 7).getTime(),
        },
      ],
    },
  });
});

test('leaves user and missing fields out on Windows', async () => {
  const idle = {...WINDOWS, pid: 4, name: 'System', started: null, command: 'System', path: null};
  expect(await processesOf([WINDOWS, idle]).scan()).toMatchObject({
    value: {
      processes: [
        {
          pid: 7340,
          command: '"C:\\Program Files\\Ollama\\ollama.exe" serve',
          startKey: '2026-03-01 09:00:00',
        },
        {pid: 4, command: 'System', startKey: ''},
      ],
    },
  });
  expect(await processesOf([WINDOWS]).scan()).not.toHaveProperty('value.processes.0.user');
});

test('keeps one identity while the start that macOS tells wavers by a second', async () => {
  const processes = processesOf(
    [MAC],
    [{...MAC, started: '2026-03-01 11:40:08'}],
    [{...MAC, started: '2026-03-01 11:55:00'}],
  );
  const keys: string[] = [];
  for (let scan = 0; scan < 3; scan++) {
    const table = await processes.scan();
    keys.push(table.status === 'ok' ? (table.value.processes[0]?.startKey ?? '') : '');
  }
  expect(keys).toEqual(['2026-03-01 11:40:07', '2026-03-01 11:40:07', '2026-03-01 11:55:00']);
});

test('leaves out lines that are no process', async () => {
  const broken = [
    {...MAC, pid: Number.NaN},
    {...MAC, pid: 0},
    {...MAC, memRss: Number.NaN},
  ];
  expect(await processesOf([...broken, MAC]).scan()).toMatchObject({value: {processes: [{pid: 812}]}});
});

test('fails when the system lists nothing', async () => {
  expect(await processesOf([]).scan()).toEqual({status: 'failed', reason: 'the system listed no processes'});
});
