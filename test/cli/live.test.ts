import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {listenForEndings} from '../../src/cli/endings.ts';
import {UserError} from '../../src/cli/exit.ts';
import {live} from '../../src/cli/live.ts';
import {LiveRun} from '../../src/cli/run.ts';
import {resolveSettings} from '../../src/config/resolve.ts';
import {denied, type Sample} from '../../src/core/sample.ts';
import type {Source} from '../../src/core/source.ts';
import {TimedHost} from '../timed-host.ts';
import {sampleAt} from '../tui/machine.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'memtop-live-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

function open(sample: Sample) {
  const source: Source = {
    hostName: 'atlas',
    sample: async () => sample,
    processMemory: () => Promise.reject(new Error('nobody asked')),
    close: async () => {},
  };
  const texts = {log: path.join(folder, 'run.jsonl'), report: path.join(folder, 'end.json')};
  const {values} = resolveSettings('watch', [{origin: () => 'the test', texts}]);
  const host = new TimedHost();
  const run = new LiveRun({host, source, values, intervalMs: 60_000, top: 5, keepHistory: true});
  const restore = vi.fn();
  const command = {host, run, endings: listenForEndings({hasTerminal: false}), restore};
  const lines = () =>
    readFileSync(texts.log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const report = () => JSON.parse(readFileSync(texts.report, 'utf8'));
  return {command, run, restore, lines, report};
}

test('memory that cannot be read at all ends with STOP and the report too', async () => {
  const sample = {...sampleAt(Date.now(), {}), memory: denied('permission denied'), limits: []};
  const {command, run, restore, lines, report} = open(sample);
  const body = async () => {
    await run.start();
    return 0;
  };
  await expect(live(command, body)).rejects.toThrow(
    new UserError('memory cannot be read: permission denied', 3),
  );
  expect(lines().map(({event_type}) => event_type)).toEqual(['START', 'ERROR', 'STOP']);
  expect(lines().at(-1)).toMatchObject({reason: 'memory cannot be read: permission denied'});
  expect(report()).toMatchObject({reason: 'memory cannot be read: permission denied'});
  expect(restore).toHaveBeenCalledOnce();
});
